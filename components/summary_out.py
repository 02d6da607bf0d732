"""The counts of the heat map page as one table: each line says which part of the page it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from components.tables_out import Cell
from domain.exploration import Change, Exploration, Rank
from domain.exports import Export, Note
from domain.periods import Window
from locales import Words

COLUMNS = ("part", "code", "name", "count", "before", "change_percent", "p_value", "beyond_usual_variation")
Line = tuple[Cell, ...]


def lines(export: Export, note: Note, words: Words) -> Iterator[Line]:
    """The table's rows under `COLUMNS`, what must be known of them first."""
    found = export.found
    yield from _about(note)
    yield ("total", "", words.text("heat.total"), found.total, *_change(found.change))
    yield from _places(found, words)
    for part, ranks in (
        ("type", found.by_type),
        ("vehicle", found.by_vehicle),
        ("item", found.by_item),
        ("precinct", found.by_precinct),
    ):
        yield from (_rank(part, rank, words) for rank in ranks)
    yield from _hours(found, words)
    yield from _weeks(found, words)


def _about(note: Note) -> Iterator[Line]:
    told = [("place", note.place), ("question", note.question), ("answer", note.answer), ("data", note.data)]
    told += [("mapped", note.mapped), ("query", note.query)]
    told += [("caveat", line) for line in (note.synthetic, *note.caveats) if line]
    for code, text in told:
        yield ("about", code, text, *_change(None, 5))


def _change(change: Change | None, columns: int = 4) -> Line:
    if change is None:
        return (None,) * columns
    percent = None if change.percent is None else round(change.percent, 1)
    return (change.before, percent, round(change.p, 4), int(change.beyond))


def _rank(part: str, rank: Rank, words: Words) -> Line:
    return (part, rank.code, words.term(part, rank.code), rank.count, *_change(rank.change))


def _places(found: Exploration, words: Words) -> Iterator[Line]:
    for code in ("point", "missing", "withheld", "outside"):
        yield ("located", code, words.text(f"exports.located.{code}"), getattr(found.places, code), *_change(None))


def _hours(found: Exploration, words: Words) -> Iterator[Line]:
    for weekday, hours in enumerate(found.matrix, start=1):
        for hour, count in enumerate(hours):
            yield ("hour", f"{weekday}-{hour:02}", f"{words.weekday(weekday)} {hour:02}:00", count, *_change(None))
    yield ("hour", "unknown", words.text("exports.hour_unknown"), found.hour_unknown, *_change(None))


def _weeks(found: Exploration, words: Words) -> Iterator[Line]:
    for week in found.series:
        days = Window(week.start, week.start + timedelta(days=week.days - 1))
        yield ("week", week.start.isoformat(), words.window(days), week.count, week.before, None, None, None)
