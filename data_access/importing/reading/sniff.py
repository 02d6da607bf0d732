"""How a file that no profile describes is laid out, as far as its first bytes tell."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

from data_access.importing.chunk import Layout
from data_access.importing.reading.archives import SUFFIXES, checked, parts
from data_access.importing.reading.readers_csv import DELIMITERS

HEAD = 1 << 16


def sniff(path: Path) -> Layout:
    """The likely layout, with the header in the first line. Raises Invalid for what cannot be opened."""
    checked(path)
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PAR1"):
        return Layout(kind="parquet")
    if path.suffix.lower() in SUFFIXES["excel"]:
        return Layout(kind="excel")
    if path.suffix.lower() in SUFFIXES["rda"] or head.startswith(b"RDX"):
        return Layout(kind="rda")
    opened = parts(path, "csv")  # the stream closes with it
    sample = next(opened).stream.peek(HEAD)[:HEAD]
    encoding = _encoding(sample)
    return Layout(delimiter=_delimiter(sample.decode(encoding, "replace")), encoding=encoding)


def _encoding(sample: bytes) -> str:
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _delimiter(sample: str) -> str:
    """The one that splits the first line most."""
    first = sample.splitlines()[0] if sample else ""
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
