"""Text with fields between delimiters, read in blocks: no line and no field may grow without limit."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from data_access.importing.chunk import CHUNK_ROWS, REASON_COLUMN, Layout
from data_access.importing.reading.archives import BLOCK, Part
from data_access.importing.reading.packing import Rows, check_columns, column_names
from data_access.importing.understanding.texts import plain
from domain.cells import unguarded
from domain.errors import Invalid

MAX_LINE = BLOCK  # characters
HEAD = 1 << 16  # bytes looked at before reading
DELIMITERS = (",", ";", "\t", "|")
REASON_MARK = f"{REASON_COLUMN}:"  # opens the reason where a file of rejects has no header
WIDE = ("utf-16", "utf-32")


def read_csv(part: Part, layout: Layout) -> Iterator[Rows]:
    """Batches of rows. Raises Invalid for what is no text, another encoding, an endless line or missing columns."""
    _check_text(part.stream.peek(HEAD)[:HEAD], layout, part.name)
    lines = Lines(part, layout.encoding)
    table = _Table(part, layout, lines)
    yield from table.batches()


class Lines:
    """The lines of a stream with their line ends. `number` is that of the line last given."""

    def __init__(self, part: Part, encoding: str) -> None:
        self._part, self._encoding = part, encoding
        self.number = 0
        self._source = self._read()

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = next(self._source)
        self.number += 1
        return line

    def _read(self) -> Iterator[str]:
        encoding = "utf-8-sig" if self._encoding.lower() in ("utf-8", "utf8") else self._encoding
        decoder = codecs.getincrementaldecoder(encoding)()
        rest = ""
        while block := self._part.stream.read(BLOCK):
            text = rest + self._decoded(decoder, block, rest)
            cut = text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1
            rest = text[cut:]
            yield from io.StringIO(text[:cut], newline="")
            if len(rest) > MAX_LINE:
                raise Invalid("import.long_line", file=self._part.name, line=self.number + 1, limit=MAX_LINE)
        yield from io.StringIO(rest + self._decoded(decoder, b"", rest, final=True), newline="")

    def _decoded(self, decoder: codecs.IncrementalDecoder, block: bytes, rest: str, final: bool = False) -> str:
        try:
            return decoder.decode(block, final)
        except UnicodeDecodeError as problem:
            before = (rest + problem.object[: problem.start].decode(self._encoding, "replace")).count("\n")
            byte, guess = problem.object[problem.start], _guess(problem.object, self._encoding)
            raise _wrong_encoding(self._part.name, self.number + before + 1, byte, self._encoding, guess) from problem


class _Table:
    """The rows under one header, or under the layout's own names."""

    def __init__(self, part: Part, layout: Layout, lines: Lines) -> None:
        self.part, self.layout, self.lines = part, layout, lines
        self.reader = csv.reader(lines, delimiter=layout.delimiter)
        self.first: list[str] | None = None
        self.marked = False  # a file of rejects: its guarded values lose their guard
        self.columns = self._header()

    def batches(self) -> Iterator[Rows]:
        rows = Rows(self.part, self.columns)
        for line, row in self._rows():
            if self.marked:
                row = [unguarded(value) for value in row]
            rows.add(line, row)
            if len(rows.values) >= CHUNK_ROWS:
                yield rows
                rows = Rows(self.part, self.columns)
        yield rows

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        if self.first is not None:
            yield 1, self._unmarked(self.first)
        while True:
            start = self.lines.number + 1
            row = self._next()
            if row is None:
                return
            if any(row):
                yield start, self._unmarked(row)

    def _next(self) -> list[str] | None:
        start = self.lines.number + 1
        try:
            return next(self.reader)
        except StopIteration:
            return None
        except csv.Error as problem:
            raise Invalid("import.long_field", file=self.part.name, line=start) from problem

    def _header(self) -> tuple[str, ...]:
        self.first = self._next()
        if self.first is None:
            raise Invalid("import.empty", file=self.part.name)
        if self.layout.header is None:
            self.marked = _is_marked(self.first, len(self.layout.names))
            return self.layout.names
        self.marked = REASON_COLUMN in self.first
        skipped = self.layout.header - 1
        while not self.marked and self.first is not None and self.lines.number <= skipped:
            self.first = self._next()
        found, self.first = self.first, None
        columns = column_names([unguarded(name) for name in found or []] if self.marked else found or [])
        self._check(columns)
        return columns

    def _check(self, columns: tuple[str, ...]) -> None:
        try:
            check_columns(columns, self.layout, self.part.name)
        except Invalid as problem:
            other = _other_delimiter(columns, self.layout)
            if problem.code != "import.columns" or other is None:
                raise
            name = {"\t": "TAB"}.get(other, other)
            raise Invalid(
                "import.delimiter", file=self.part.name, delimiter=self.layout.delimiter, suggestion=name
            ) from problem

    def _unmarked(self, row: list[str]) -> list[str]:
        width = len(self.columns)
        return row[:width] if self.layout.header is None and _is_marked(row, width) else row


def _is_marked(row: list[str], width: int) -> bool:
    return len(row) == width + 2 and row[-2].startswith(REASON_MARK)


def _other_delimiter(columns: tuple[str, ...], layout: Layout) -> str | None:
    """The delimiter under which the header would hold what the layout requires."""
    for other in DELIMITERS:
        split = column_names(layout.delimiter.join(columns).replace('"', "").split(other))
        if other != layout.delimiter and set(map(plain, layout.required)) <= set(map(plain, split)):
            return other
    return None


def _check_text(head: bytes, layout: Layout, file: str) -> None:
    for magic, kind in ((b"PAR1", "parquet"), (b"\xd0\xcf\x11\xe0", "xls"), (b"RDX", "rda"), (b"BZh", "bzip2")):
        if head.startswith(magic):
            raise Invalid("import.kind", file=file, expected="csv", found=kind)
    declared = layout.encoding.lower()
    if declared.startswith(WIDE):
        return
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _wrong_encoding(file, 1, head[0], layout.encoding, "utf-16")
    if head.count(b"\0") > 8:
        raise Invalid("import.binary", file=file)
    if not declared.startswith("utf") and (at := _multibyte(head)) is not None:
        raise _wrong_encoding(file, head[:at].count(b"\n") + 1, head[at], layout.encoding, "utf-8")


def _multibyte(head: bytes) -> int | None:
    """Where the first character of several bytes stands in what can only be UTF-8."""
    text = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        text.decode(head)
    except UnicodeDecodeError:
        return None
    return next((at for at, byte in enumerate(head) if byte > 127), None)


def _wrong_encoding(file: str, line: int, byte: int, encoding: str, suggestion: str) -> Invalid:
    parts = {"line": line, "byte": f"0x{byte:02X}", "encoding": encoding, "suggestion": suggestion}
    return Invalid("import.encoding", file=file, **parts)


def _guess(sample: bytes, tried: str) -> str:
    for encoding in ("utf-8", "cp1252", "latin-1"):
        try:
            sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != tried.lower():
            return encoding
    return "latin-1"
