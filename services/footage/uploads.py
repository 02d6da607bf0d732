"""Files that a requester attaches: told by what is in them, never by their names, and made anew where they are images.

A PDF is not opened here, so that no reader of PDFs works on what strangers send; its beginning and its end must be a
PDF's, and whoever takes it gets it as an attachment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePath
from warnings import catch_warnings, simplefilter

from PIL import Image, ImageOps

from services.footage import scanning

FILES, BYTES, PIXELS = 3, 10 * 1024 * 1024, 50_000_000
KINDS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
STARTS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it is kept."""

    name: str
    media: str
    content: bytes = field(repr=False)


class Unfit(Exception):
    """A file that is not taken; `code` is many, large, kind, broken, infected or unscanned."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked(files: Sequence[tuple[str, bytes]], scan: Sequence[str] = ()) -> list[Upload]:
    """The files, by name and content, as they may be kept; empty ones are passed over. `scan` is the command that
    looks for viruses. Raises Unfit."""
    given = [(name, content) for name, content in files if content]
    if len(given) > FILES:
        raise Unfit("many")
    return [_checked(name, content, scan) for name, content in given]


def _checked(name: str, content: bytes, scan: Sequence[str]) -> Upload:
    if len(content) > BYTES:
        raise Unfit("large")
    media = next((media for start, media in STARTS.items() if content.startswith(start)), None)
    if media is None:
        raise Unfit("kind")
    if wrong := scanning.problem(scan, [content]):
        raise Unfit(wrong)
    if media == "application/pdf":
        if b"%%EOF" not in content[-2048:]:
            raise Unfit("broken")
    else:
        content = renewed(content, media)
    return Upload(_named(name, KINDS[media]), media, content)


def photograph(content: bytes, scan: Sequence[str] = ()) -> Upload:
    """A photo of who asks, under a name that tells nobody's. Raises Unfit, also for what is no picture."""
    if not content.startswith(tuple(start for start, media in STARTS.items() if media in FORMATS)):
        raise Unfit("kind")
    found = _checked("", content, scan)
    return Upload(f"foto.{KINDS[found.media]}", found.media, found.content)


def renewed(content: bytes, media: str) -> bytes:
    """A picture alone: without places, thumbnails, or anything else that hides in a file. Raises Unfit."""
    if len(content) > BYTES:
        raise Unfit("large")
    format = FORMATS[media]
    with catch_warnings():
        simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(content), formats=[format]) as image:
                if image.width * image.height > PIXELS:
                    raise Unfit("large")
                shown = ImageOps.exif_transpose(image).convert("RGB")
        except Unfit:
            raise
        except Exception as error:  # Pillow tells what is broken in many ways
            raise Unfit("broken") from error
    written = BytesIO()
    Image.frombytes("RGB", shown.size, shown.tobytes()).save(written, format, quality=88)
    return written.getvalue()


def _named(name: str, ending: str) -> str:
    """A name that no system takes for anything but a name."""
    stem = re.sub(r"[^\w -]+", "", PurePath(name.replace("\\", "/")).stem).strip()[:60]
    return f"{stem or 'documento'}.{ending}"
