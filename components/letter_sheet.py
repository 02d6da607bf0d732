"""Official letters on a request for footage, as PDF: what was received, why it is refused, what was handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import sheet
from domain.footage.papers import Print
from locales import Words


def pdf(prints: Sequence[Print], place: str, zone: str) -> bytes:
    """One letter, in one language after the other; `place` is whose it is, `zone` the clock of its day."""
    return sheet.pdf("letter", {"parts": [_part(one, place, zone) for one in prints]}, prints[0].at)


def name(of: Print, words: Words) -> str:
    """What the file is called."""
    return words.text(f"letters.paper.{of.paper}_file", folio=of.folio)


def _part(of: Print, place: str, zone: str) -> dict[str, Any]:
    words = Words(of.language)
    return {
        "lang": of.language,
        "place": place,
        "day": words.day_of(of.at, zone),
        "title": of.title,
        "facts": [{"term": term, "text": text} for term, text in of.facts],
        "paragraphs": list(of.paragraphs),
        "signs": list(of.signs),
        "synthetic": words.text("revisions.sheet.synthetic") if of.synthetic else "",
        "mark": words.text("letters.paper.mark", folio=of.folio),
        "page": words.text("revisions.sheet.page", page="{page}", pages="{pages}"),
    }
