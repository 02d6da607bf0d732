"""What is attached to a request is judged by its content, and pictures are made anew."""

from __future__ import annotations

import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.footage import scanning
from services.footage.uploads import BYTES, PIXELS, Unfit, Upload, checked

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


def picture(format: str = "JPEG", size: tuple[int, int] = (20, 10), **known: object) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "teal").save(written, format, **known)
    return written.getvalue()


def one(name: str, content: bytes) -> Upload:
    (found,) = checked([(name, content)])
    return found


@pytest.mark.parametrize(
    ("content", "media", "name"),
    [
        (PDF, "application/pdf", "poder.pdf"),
        (picture(), "image/jpeg", "poder.jpg"),
        (picture("PNG"), "image/png", "poder.png"),
    ],
)
def test_a_file_is_what_it_is_inside(content: bytes, media: str, name: str) -> None:
    found = one("../../etc/poder.exe", content)
    assert (found.media, found.name) == (media, name)


def test_a_picture_keeps_no_place_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010F] = "maker of cameras"
    exif.get_ifd(0x8825)[1] = "S"
    content = picture(exif=exif, comment=b"hidden words")
    assert b"maker of cameras" in content
    found = one("foto.jpg", content).content
    assert b"maker of cameras" not in found
    assert b"hidden words" not in found
    with Image.open(BytesIO(found)) as image:
        assert not image.getexif()


def test_what_hides_behind_a_picture_is_dropped() -> None:
    assert b"<script>" not in one("foto.png", picture("PNG") + b"<script>alert(1)</script>").content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (b"PK\x03\x04 a zip", "kind"),
        (b"GIF89a", "kind"),
        (b"\xff\xd8\xff not a picture", "broken"),
        (picture("PNG")[:40], "broken"),
        (b"%PDF-1.7 and nothing more", "broken"),
        (PDF + b"0" * BYTES, "large"),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unfit) as raised:
        one("file.pdf", content)
    assert raised.value.code == code


def test_a_picture_that_unfolds_into_too_much_is_refused() -> None:
    side = int(PIXELS**0.5) + 100
    written = BytesIO()
    Image.new("1", (side, side)).save(written, "PNG")
    assert len(written.getvalue()) < BYTES
    with pytest.raises(Unfit) as raised:
        one("bomb.png", written.getvalue())
    assert raised.value.code == "large"


def test_more_than_three_files_are_too_many_and_empty_fields_are_none() -> None:
    assert checked([("", b"")]) == []
    with pytest.raises(Unfit) as raised:
        checked([("a.pdf", PDF)] * 4)
    assert raised.value.code == "many"


@given(st.text(max_size=80))
def test_no_name_is_more_than_a_name(name: str) -> None:
    found = one(name, PDF).name
    assert found.endswith(".pdf")
    assert not set(found) & set("/\\\0\n\r:\"'<>")


@given(st.sampled_from([b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary(max_size=200))
def test_no_content_makes_the_check_fail_in_another_way(start: bytes, rest: bytes) -> None:
    with suppress(Unfit):
        checked([("file", start + rest)])


# --- viruses ---------------------------------------------------------------------------------------------------

# Stands in for a scanner: it finds a word that no picture holds.
SCANNER = (sys.executable, "-c", "import sys; sys.exit(b'EICAR' in sys.stdin.buffer.read())")


def program(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


@pytest.mark.parametrize(
    ("command", "content", "problem"),
    [
        ((), b"EICAR", ""),
        (SCANNER, b"harmless", ""),
        (SCANNER, b"EICAR", "infected"),
        (program("raise SystemExit(2)"), b"harmless", "unscanned"),
        (program("import os; os.kill(os.getpid(), 9)"), b"harmless", "unscanned"),
        (("/nowhere/scanner",), b"harmless", "unscanned"),
        (program("raise SystemExit(1)"), b"x" * 10_000_000, "infected"),  # it hangs up before the end
    ],
)
def test_only_a_scanner_that_finds_nothing_lets_a_file_in(
    command: tuple[str, ...], content: bytes, problem: str
) -> None:
    assert scanning.problem(command, [content, b"and more"]) == problem


def test_a_scanner_that_never_answers_is_ended(tmp_path: Path) -> None:
    assert scanning.problem(program("import time; time.sleep(600)"), [b"x" * 1_000_000], limit=0.5) == "unscanned"


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    assert scanning.problem((*program("raise SystemExit(0)"), f"; touch {tmp_path / 'made'}"), [b"x"]) == ""
    assert list(tmp_path.iterdir()) == []


def test_an_attached_file_is_scanned_before_it_is_opened() -> None:
    with pytest.raises(Unfit) as refused:
        checked([("a.png", picture("PNG") + b"EICAR")], SCANNER)
    assert refused.value.code == "infected"
    assert checked([("a.png", picture("PNG"))], SCANNER)
