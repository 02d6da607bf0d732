"""A ZIP archive that is sent while it is made."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive, in pieces of text."""

    name: str
    pieces: Iterable[str]


class _Sink:
    """A file that is only written to, and emptied as it fills."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, piece: bytes) -> int:
        self._held += piece
        return len(piece)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """The archive in pieces; members may be larger than 4 GiB."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for member in members:
            with archive.open(member.name, "w", force_zip64=True) as file:
                for piece in member.pieces:
                    file.write(piece.encode())
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()
