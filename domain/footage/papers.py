"""Official letters on a request, to be printed: which there are, by the events that they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.footage.case import Link
from domain.footage.states import Resolution, Status

# Answers that give less than was asked for, each with the template of its letter.
LIMITED = {Resolution.PARTIAL: "partial", Resolution.VIEWING: "viewing_only"}
REFUSED = {Resolution.DENIED: "refused", Resolution.NOT_HELD: "not_held", **LIMITED}


class Paper(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    REFUSAL = "refusal"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Print:
    """An official letter in one language. `facts` are names with what they are, `signs` lines to be signed on."""

    paper: Paper
    language: str
    folio: str
    at: int
    title: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    signs: tuple[str, ...]
    synthetic: bool


def there(links: Sequence[Link]) -> tuple[Paper, ...]:
    """The letters that a case has."""
    return tuple(paper for paper in Paper if event(links, paper) is not None)


def event(links: Sequence[Link], paper: Paper) -> Link | None:
    """The event that a letter tells of, the last one of its kind."""
    if paper is Paper.ACKNOWLEDGEMENT:
        found = [link for link in links if link.action == "filed"]
    elif paper is Paper.RECEIPT:
        found = [link for link in links if link.after == Status.DELIVERED]
    else:
        told = [link for link in links if link.after in (Status.CLOSED, Status.READY)]
        found = [link for link in told if link.details.get("resolution") in REFUSED]
    return found[-1] if found else None
