"""Opens what people hand in: plain files, .gz, .zip, .tar and .tar.gz, told apart by their first bytes alone.

Nothing is ever written under a member's name, and nothing expands without limit: a small file that unpacks to
far more than records could is refused while it unpacks.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, cast

from domain.errors import Invalid

MAX_EXPANDED = 16 << 30  # bytes
MAX_RATIO = 250  # expanded to packed; text of records stays under 100
RATIO_FROM = 64 << 20  # bytes expanded before the ratio counts
MAX_MEMBERS = 20_000
BLOCK = 1 << 20
SUFFIXES = {
    "csv": (".csv", ".tsv", ".tab"),
    "json": (".json", ".geojson"),
    "excel": (".xlsx", ".xlsm"),
    "parquet": (".parquet",),
    "rda": (".rda", ".rdata", ".rds"),
}
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError, zipfile.BadZipFile, OSError, NotImplementedError)

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of data: the handed-in file itself or a member of it, unpacked. `folder` and `file` are a member's."""

    name: str
    stream: io.BufferedReader[Any]
    folder: str = ""
    file: str = ""

    def seekable(self) -> BinaryIO:
        """The same bytes where a reader may jump about."""
        if isinstance(self.stream.raw, Counted):
            return cast(BinaryIO, self.stream)
        held = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the reader that holds it)
        while block := self.stream.read(BLOCK):
            held.write(block)
        held.seek(0)
        return cast(BinaryIO, held)


class Counted(io.RawIOBase):
    """A file that tells how many of its bytes were read."""

    def __init__(self, path: Path, tell: Tell) -> None:
        self._file = io.FileIO(path)
        self._tell = tell

    def readinto(self, buffer: Any) -> int:
        read = self._file.readinto(buffer) or 0
        self._tell(read)
        return read

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()


@dataclass
class Budget:
    """How much one handed-in file may still unpack."""

    file: str
    packed: int
    expanded: int = 0

    def spend(self, count: int) -> None:
        self.expanded += count
        if self.expanded > MAX_EXPANDED or self.expanded > max(RATIO_FROM, MAX_RATIO * self.packed):
            raise Invalid("import.bomb", file=self.file, megabytes=self.expanded >> 20)


class Unpacked(io.RawIOBase):
    """A stream that unpacks within a budget, if it has one; damage in it is told as a domain error."""

    def __init__(self, inner: IO[bytes], name: str, budget: Budget | None = None) -> None:
        self._inner, self._name, self._budget = inner, name, budget

    def readinto(self, buffer: Any) -> int:
        try:
            block = self._inner.read(len(buffer))
        except BROKEN as problem:
            raise damaged(self._name, problem) from problem
        if self._budget:
            self._budget.spend(len(block))
        buffer[: len(block)] = block
        return len(block)

    def readable(self) -> bool:
        return True


def damaged(name: str, problem: BaseException) -> Invalid:
    cut = isinstance(problem, EOFError) or "end of data" in str(problem) or "truncated" in str(problem)
    return Invalid("import.truncated" if cut else "import.damaged", file=name)


def parts(path: Path, kind: str, tell: Tell | None = None) -> Iterator[Part]:
    """The files of data in what was handed in, in their order there; `tell` hears of every byte read from disk.

    Raises Invalid for what is no readable file, is damaged or encrypted, or unpacks without measure.
    """
    size = checked(path)
    with io.BufferedReader(Counted(path, tell or (lambda count: None)), BLOCK) as plain:
        yield from _unpack(plain, path.name, kind, Budget(path.name, size))


def checked(path: Path) -> int:
    """The size of what must be a readable file with something in it."""
    try:
        found = os.stat(path)
    except (OSError, ValueError) as problem:
        raise Invalid("import.no_file", file=path.name) from problem
    if not stat.S_ISREG(found.st_mode):
        raise Invalid("import.not_a_file", file=path.name)
    if not os.access(path, os.R_OK):
        raise Invalid("import.no_file", file=path.name)
    if found.st_size == 0:
        raise Invalid("import.empty", file=path.name)
    return found.st_size


def _unpack(plain: io.BufferedReader[Any], name: str, kind: str, budget: Budget) -> Iterator[Part]:
    head = plain.peek(512)[:512]
    if head[:2] == b"\x1f\x8b" and kind != "rda":  # R unpacks its own
        inner = cast(IO[bytes], gzip.GzipFile(fileobj=plain))
        unpacked = io.BufferedReader(Unpacked(inner, name, budget), BLOCK)
        yield from _gunzipped(unpacked, name, kind)
    elif head[257:262] == b"ustar":
        yield from _tar_members(io.BufferedReader(Unpacked(plain, name, budget), BLOCK), name, kind)
    elif head[:4] == b"PK\x03\x04" or head[:4] == b"PK\x05\x06":
        yield from _zipped(plain, name, kind, budget)
    else:
        yield Part(name, plain)


def _gunzipped(unpacked: io.BufferedReader[Any], name: str, kind: str) -> Iterator[Part]:
    head = unpacked.peek(512)[:512]
    if not head:
        raise Invalid("import.empty", file=name)
    if head[257:262] == b"ustar":
        yield from _tar_members(unpacked, name, kind)
    else:
        yield Part(name, unpacked)


def _tar_members(stream: io.BufferedReader[Any], name: str, kind: str) -> Iterator[Part]:
    seen: list[str] = []
    found = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in tar:
                seen.append(member.name)
                _count_members(len(seen), name)
                if member.isfile() and _wanted(member.name, kind):
                    inner = tar.extractfile(member)
                    assert inner is not None
                    found += 1
                    yield _member(
                        name, member.name, io.BufferedReader(Unpacked(inner, _told(name, member.name)), BLOCK)
                    )
    except tarfile.TarError as problem:
        raise damaged(name, problem) from problem
    while stream.read(BLOCK):  # the check sum stands at the end
        pass
    if not found:
        raise _nothing_inside(name, kind, seen)


def _zipped(plain: io.BufferedReader[Any], name: str, kind: str, budget: Budget) -> Iterator[Part]:
    try:
        archive = zipfile.ZipFile(plain)
    except BROKEN as problem:
        raise Invalid("import.truncated", file=name) from problem
    with archive:
        members = archive.infolist()
        _count_members(len(members), name)
        if any(member.filename == "[Content_Types].xml" for member in members):
            _check_workbook(members, name, kind, budget)
            plain.seek(0)
            yield Part(name, plain)
            return
        chosen = [m for m in members if not m.is_dir() and _wanted(m.filename, kind)]
        if not chosen:
            raise _nothing_inside(name, kind, [m.filename for m in members])
        for member in chosen:
            yield _member(name, member.filename, _open_member(archive, member, name, budget))


def _check_workbook(members: list[zipfile.ZipInfo], name: str, kind: str, budget: Budget) -> None:
    if kind != "excel":
        raise Invalid("import.kind", file=name, expected=kind, found="excel")
    for member in members:  # zipfile never gives more bytes than a member declares
        budget.spend(member.file_size)


def _open_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, budget: Budget
) -> io.BufferedReader[Any]:
    told = _told(name, member.filename)
    if member.flag_bits & 1:
        raise Invalid("import.encrypted", file=told)
    try:
        inner = archive.open(member)
    except BROKEN as problem:
        raise damaged(told, problem) from problem
    return io.BufferedReader(Unpacked(inner, told, budget), BLOCK)


def _count_members(count: int, name: str) -> None:
    if count > MAX_MEMBERS:
        raise Invalid("import.members", file=name, limit=MAX_MEMBERS)


def _wanted(member: str, kind: str) -> bool:
    path = PurePosixPath(member.replace("\\", "/"))
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not hidden and path.suffix.lower() in SUFFIXES[kind]


def _member(archive: str, member: str, stream: io.BufferedReader[Any]) -> Part:
    path = PurePosixPath(_plain(member).replace("\\", "/"))
    return Part(_told(archive, member), stream, folder=path.parent.name, file=path.stem)


def _told(archive: str, member: str) -> str:
    return f"{archive}/{_plain(member)}"[-255:]


def _plain(name: str) -> str:
    """A member's name as it may be shown: no control characters, composed accents."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in unicodedata.normalize("NFC", text) if c.isprintable())


def _nothing_inside(name: str, kind: str, seen: list[str]) -> Invalid:
    found = ", ".join(_plain(member) for member in seen[:8]) or "-"
    return Invalid("import.nothing_inside", file=name, expected=" ".join(SUFFIXES[kind]), found=found)
