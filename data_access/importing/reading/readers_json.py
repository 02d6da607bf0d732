"""JSON with a list of rows, each a list or an object; one member at a time in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator

from data_access.importing.chunk import CHUNK_ROWS, Flaw, Layout
from data_access.importing.reading.archives import BLOCK, Part
from data_access.importing.reading.packing import Rows, check_columns, column_names
from domain.errors import Invalid

MAX_MEMBER = 128 << 20  # bytes


def read_json(part: Part, layout: Layout) -> Iterator[Rows]:
    """Batches of rows in the order of the list. Numbers keep the digits they are written with."""
    found = _records(_loaded(part), part, layout)
    columns = layout.names or _keys(found)
    if not columns:
        return
    check_columns(columns, layout, part.name)
    for start in range(0, len(found), CHUNK_ROWS):
        rows = Rows(part, columns)
        for line, record in enumerate(found[start : start + CHUNK_ROWS], start + 1):
            _add(rows, line, record)
        yield rows


def _loaded(part: Part) -> object:
    blocks: list[bytes] = []
    size = 0
    while block := part.stream.read(BLOCK):
        size += len(block)
        if size > MAX_MEMBER:
            raise Invalid("import.large_member", file=part.name, megabytes=MAX_MEMBER >> 20)
        blocks.append(block)
    try:
        text = b"".join(blocks).decode("utf-8-sig")
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except UnicodeDecodeError as problem:
        byte, line = f"0x{problem.object[problem.start]:02X}", problem.object[: problem.start].count(b"\n") + 1
        told = {"line": line, "byte": byte, "encoding": "utf-8", "suggestion": "latin-1"}
        raise Invalid("import.encoding", file=part.name, **told) from problem
    except json.JSONDecodeError as problem:
        raise Invalid("import.json", file=part.name, line=problem.lineno, column=problem.colno) from problem
    except RecursionError as problem:
        raise Invalid("import.json", file=part.name, line=1, column=1) from problem


def _records(found: object, part: Part, layout: Layout) -> list[object]:
    if layout.records is not None:
        if not isinstance(found, dict) or layout.records not in found:
            there = ", ".join(map(str, found))[:300] if isinstance(found, dict) else "-"
            raise Invalid("import.records", file=part.name, key=layout.records, found=there)
        found = found[layout.records]
    if not isinstance(found, list):
        raise Invalid("import.records", file=part.name, key=layout.records or "[ ]", found="-")
    return found


def _keys(found: list[object]) -> tuple[str, ...]:
    names = dict.fromkeys(key for record in found if isinstance(record, dict) for key in record)
    return column_names(list(names))


def _add(rows: Rows, line: int, record: object) -> None:
    if isinstance(record, dict):
        rows.add(line, [record.get(name) for name in rows.columns])
    elif isinstance(record, list):
        rows.add(line, record)
    else:
        rows.add(line, [], Flaw("not_a_row"))
