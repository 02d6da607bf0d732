"""What an export says of itself: the same sentences that stand on the page, as plain text."""

from __future__ import annotations

from typing import Any

from components.answer import notices, sentence
from domain.exports import Export, Note
from domain.filter import Filter
from locales import Words


def note(export: Export, words: Words, place: str, zone: str) -> Note:
    """`zone` names the clock that tells when the data were loaded."""
    found = export.found
    return Note(
        place=place,
        question=found.filter.describe(words),
        answer=plain(sentence(found, words)),
        data=_data(export, words, zone),
        mapped=_mapped(export, words),
        caveats=tuple(plain(told) for told in notices(found, words)),
        query=found.filter.canonical(),
        synthetic=words.text("ui.synthetic_told") if export.synthetic else "",
    )


def plain(drawn: Any) -> str:
    """The text inside what a component drew."""
    if isinstance(drawn, (list, tuple)):
        return "".join(plain(part) for part in drawn)
    return drawn if isinstance(drawn, str) else plain(getattr(drawn, "children", None) or "")


def _data(export: Export, words: Words, zone: str) -> str:
    day = words.day(export.data_to)
    if export.loaded_at is None:
        return words.text("exports.data", day=day)
    return words.text("exports.data_loaded", day=day, when=words.instant(export.loaded_at, zone))


def _mapped(export: Export, words: Words) -> str:
    total, places = export.found.total, export.found.places
    share = words.percent(places.unmapped / total if total else 0.0, 1)
    told = words.text("exports.mapped", point=places.point, unmapped=places.unmapped, total=total, share=share)
    if not places.unmapped:
        return told
    why = words.text("heat.why_unmapped", missing=places.missing, withheld=places.withheld, outside=places.outside)
    return f"{told} {why}"


def readme(told: Note, words: Words) -> str:
    """The note that travels beside a table."""
    columns = words.text("exports.columns")
    asked = words.text("exports.query", query=told.query)
    return "\r\n\r\n".join([f"Atalaya · {told.place}", told.question, *told.lines, columns, asked]) + "\r\n"


def stem(asked: Filter, subject: str) -> str:
    """The name of a file without its ending: atalaya-incidentes_2026-10-24_2026-11-20"""
    return f"atalaya-{subject}_{asked.window.start.isoformat()}_{asked.window.end.isoformat()}"
