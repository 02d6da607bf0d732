"""Official letters, to be printed: written anew from the chain of events, in either language, whenever they are asked
for. They say what the letter of that day said, in full, since whoever reads them has the code or the case open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, events, evidence, texts
from domain.errors import Invalid, NotFound
from domain.footage.case import Case, Link
from domain.footage.codes import shown
from domain.footage.handling import Kind
from domain.footage.papers import REFUSED, Paper, Print, event
from domain.footage.states import Resolution, Status
from domain.people import Actor, Permission, require
from locales import LANGUAGES, Words
from services.footage import cases, letters, seen, terms


def printed(desk: Desk, actor: Actor, folio: str, paper: str, languages: Sequence[str]) -> list[Print]:
    """A letter of a case in some languages; that it was opened is an event. Raises Forbidden, Invalid or NotFound."""
    require(actor, Permission.CASES)
    with desk.engine.connect() as connection:
        made = written(connection, desk, cases.impartial(connection, desk, actor, folio), paper, languages)
    seen.tell(desk, actor, folio, "paper_opened", paper=paper)
    return made


def written(connection: Connection, desk: Desk, case: Case, paper: str, languages: Sequence[str]) -> list[Print]:
    """A letter for who is known to see the case. Raises Invalid, or NotFound where there is no such letter."""
    if paper not in tuple(Paper) or not languages or not set(languages) <= set(LANGUAGES):
        raise Invalid("malformed")
    which = Paper(paper)
    link = event(events.of(connection, case.folio), which)
    if link is None:
        raise NotFound("letters.no_paper")
    write = _receipt if which is Paper.RECEIPT else _letter
    return [write(connection, desk, case, which, link, Words(language)) for language in languages]


def _letter(connection: Connection, desk: Desk, case: Case, paper: Paper, link: Link, words: Words) -> Print:
    then, template, said = _then(connection, desk, case, paper, link)
    title, *paragraphs = letters.parts(words, then, template, link.at, said)
    return Print(paper, words.language, shown(case.folio), link.at, title, (), tuple(paragraphs), (), case.synthetic)


def _then(connection: Connection, desk: Desk, case: Case, paper: Paper, link: Link) -> tuple[Case, str, dict[str, str]]:
    """The case as it was, the template, and what was told with the move."""
    law = jurisdiction(case.jurisdiction)
    if paper is Paper.ACKNOWLEDGEMENT:
        due = terms.due(law, case.tracks, terms.today(law, case.received_at))
        end = None if due is None else terms.end_of(law, due)
        return replace(case, status=Status.RECEIVED, resolution=None, due_at=end), "acknowledgement", {}
    how, after = Resolution(str(link.details["resolution"])), Status(str(link.after))
    said = {name: str(value) for name, value in link.details.items()}
    said |= {one.kind: one.text for one in texts.of(connection, desk.seal, case) if one.at == link.at}
    return replace(case, status=after, resolution=how, closed_at=link.at), REFUSED[how], said


def _receipt(connection: Connection, desk: Desk, case: Case, paper: Paper, link: Link, words: Words) -> Print:
    """What was handed over, with the hashes by which anybody can check it; who of the desk did is not on it."""
    zone, received = jurisdiction(case.jurisdiction).zone, link.details.get("received")
    files = [one for one in evidence.listing(connection, desk, case.id) if one.kind is Kind.REDACTED]
    facts = [
        ("folio", shown(case.folio)),
        ("when", f"{words.day_of(link.at, zone)}, {words.instant(link.at, zone, 'HH:mm')}"),
    ]
    if received:
        facts.append(("how", words.text(f"desk.choices.received.{received}")))
    facts += [("files", f"{one.name}\n{one.sha256}".strip()) for one in files if one.at <= link.at]
    facts.append(("chain", link.hash))
    told = tuple((words.text(f"desk.receipt.{name}"), text) for name, text in facts)
    signs = tuple(words.text(f"desk.receipt.{name}") for name in ("name", "signature"))
    title, paragraphs = words.text("desk.receipt.title"), (words.text("desk.receipt.told"),)
    return Print(paper, words.language, shown(case.folio), link.at, title, told, paragraphs, signs, case.synthetic)
