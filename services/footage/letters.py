"""Letters to who asks, from templates in their language, written in the transaction of what they tell of.

They never say who it is, where it was or at what hour. In delicate cases a message says only that there is news, and
goes to an address that was called safe; who has no address is handed the letter, or finds it said on the portal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from config.jurisdiction import Jurisdiction, jurisdiction
from data_access.desk import Desk, events, outbox, requests
from data_access.desk.outbox import Entry, Letter
from domain.footage.case import Case, Link, last_day
from domain.footage.codes import shown
from domain.footage.papers import LIMITED, REFUSED
from domain.footage.states import Resolution, Status
from domain.people import Actor, Permission, require
from locales import Words
from services import clock
from services.footage import cases, seen, terms

CONFIRMED = "address_confirmed"  # the event that says so
WEB = "web"  # the channel on which nobody of the desk saw an address
COLLECT_DAYS = 30  # that an answer waits to be collected
ENDINGS = {
    Resolution.DENIED: "refused",
    Resolution.NOT_HELD: "not_held",
    Resolution.TRANSFERRED: "transferred",
    Resolution.WITHDRAWN: "withdrawn",
    Resolution.ABANDONED: "abandoned",
    Resolution.NOT_COLLECTED: "not_collected",
    Resolution.EXPIRED: "expired",
}
MOVES = {
    Status.IDENTITY: "identity",
    Status.CLARIFICATION: "clarification",
    Status.READY: "ready",
    Status.DELIVERED: "delivered",
    Status.APPEAL: "appeal_received",
}
SPOKEN = {  # what each says in the words of who is in charge
    "clarification": "question",
    "extended": "reason",
    "refused": "text",
    **dict.fromkeys(("ready", *LIMITED.values()), "act"),
}
UNDUE = ("ready", "viewing", "appeal_received", "appeal_decided")  # after which no legal day is awaited


def acknowledge(connection: Connection, desk: Desk, case: Case, at: int, email: str) -> int:
    """Say that a request was received. `email` is where its sealed part says that it may be answered, or empty."""
    return _enqueue(connection, desk, case, "acknowledgement", at, email if reachable(case, ()) else "")


def of_move(
    connection: Connection, desk: Desk, case: Case, before: Status, at: int, said: Mapping[str, str] | None = None
) -> int | None:
    """Tell of a move that was just made: `case` is as it is after it, `said` what was told with it, facts and words.

    Returns the letter's number, None for moves that are the desk's own.
    """
    template = template_of(before, case.status, case.resolution)
    return None if template is None else enqueue(connection, desk, case, template, at, said)


def template_of(before: Status, after: Status, resolution: Resolution | None) -> str | None:
    """Which letter goes with a move.

    >>> template_of(Status.REVIEW, Status.CLOSED, Resolution.DENIED), template_of(Status.REVIEW, Status.SEARCHING, None)
    ('refused', None)
    """
    if before is Status.APPEAL:
        return "appeal_decided"
    if after is Status.CLOSED:
        return None if resolution is None else ENDINGS.get(resolution)
    return MOVES.get(after)


def enqueue(
    connection: Connection, desk: Desk, case: Case, template: str, at: int, said: Mapping[str, str] | None = None
) -> int:
    """Write a letter into the outbox; its number."""
    known = reachable(case, events.of(connection, case.folio))
    email = safe_address(requests.who(connection, desk.seal, case)) if known else ""
    return _enqueue(connection, desk, case, template, at, email, said)


def reachable(case: Case, links: Sequence[Link]) -> bool:
    """Whether the address of who asks is known to be theirs: they said so, or the desk took it down itself."""
    return case.channel != WEB or any(link.action == CONFIRMED for link in links)


def _enqueue(
    connection: Connection,
    desk: Desk,
    case: Case,
    template: str,
    at: int,
    email: str,
    said: Mapping[str, str] | None = None,
) -> int:
    words, email = Words(case.language), "" if case.synthetic else email  # the demo writes to nobody
    letter = neutral(words, case) if case.sensitive and email else write(words, case, template, at, said or {})
    number = outbox.add(
        connection, desk.seal, case.id, template, case.language, Letter(email, letter.subject, letter.text), at
    )
    events.append(connection, case.folio, at, "system", "letter", {"letter": number, "template": template})
    return number


def safe_address(who: Mapping[str, object] | None) -> str:
    """The e-mail address of who asks; on the safe path only what they called safe was ever kept."""
    contact = (who or {}).get("contact")
    return str(contact.get("email", "")) if isinstance(contact, Mapping) else ""


def neutral(words: Words, case: Case) -> Letter:
    """A message that somebody else may read."""
    parts = [words.text("letters.greeting")]
    parts += [words.text(f"letters.neutral.{part}", folio=shown(case.folio)) for part in ("text", "closing")]
    return Letter("", words.text("letters.neutral.subject", folio=shown(case.folio)), "\n\n".join(parts))


def write(words: Words, case: Case, template: str, at: int, said: Mapping[str, str]) -> Letter:
    """A letter in full. `said` holds what the move was told with: its ground, reason, outcome, free words, in `until`
    a day that is not to be counted from today, and in `viewing` the instant of an appointment."""
    subject, *told = parts(words, case, template, at, said)
    closing = words.text("letters.closing", folio=shown(case.folio)).strip()
    return Letter("", subject, "\n\n".join([words.text("letters.greeting"), *told, closing]))


def parts(words: Words, case: Case, template: str, at: int, said: Mapping[str, str]) -> list[str]:
    """What a letter is about, and its paragraphs; `said` as for `write`."""
    facts = {"folio": shown(case.folio), **_facts(words, case, at, said)}
    ready = template == "ready"
    limit = LIMITED.get(case.resolution) if ready and case.resolution else None
    told = [f"{template}.subject", f"{template}.text" + (f".{case.way}" if ready else "")]
    parts = [words.text(f"letters.{key}", **facts) for key in (*told, *([f"{limit}.text"] if limit else ()))]
    if spoken := said.get(SPOKEN.get(template, ""), ""):
        parts += [words.text("letters.free"), spoken]
    if limit or template in REFUSED.values():
        parts += _appeals(words, case, at)
    elif case.open and case.due_at is not None and template not in UNDUE:
        parts.append(words.text("letters.due", due=words.day(last_day(case.due_at, _law(case).zone))))
    return parts


def _law(case: Case) -> Jurisdiction:
    return jurisdiction(case.jurisdiction)


def _facts(words: Words, case: Case, at: int, said: Mapping[str, str]) -> dict[str, str]:
    """Everything that a template may name."""
    today = terms.today(_law(case), at)
    grounds = {ground.code: ground.text[words.language] for ground in _law(case).grounds}
    reason = said.get("reason", "") if case.resolution is Resolution.NOT_HELD else ""
    outcome, viewing = said.get("outcome", ""), said.get("viewing", "")
    return {
        "filed": words.day(terms.today(_law(case), case.received_at)),
        "received": words.day(today),
        "on": words.day(today),
        "until": words.day(date.fromisoformat(said["until"]) if "until" in said else _until(case, today)),
        "ground": grounds.get(said.get("ground", ""), ""),
        "body": said.get("body", ""),
        "reason": words.text(f"letters.not_held.reasons.{reason}") if reason else "",
        "outcome": words.text(f"letters.appeal_decided.outcomes.{outcome}") if outcome else "",
        "viewing": words.appointment(int(viewing), _law(case).zone) if viewing else "",
    }


def _until(case: Case, today: date) -> date:
    """The day that a letter names: until when to answer, to collect, or to change one's mind."""
    if case.status is Status.CLARIFICATION:
        return terms.answer_by(_law(case), case, today)
    if case.status is Status.READY:
        return date.fromordinal(today.toordinal() + COLLECT_DAYS)
    return terms.hold_until(_law(case), case.tracks, terms.today(_law(case), case.received_at), today)


def _appeals(words: Words, case: Case, at: int) -> list[str]:
    """Where one may turn to, by the law of the place."""
    law, today = _law(case), terms.today(_law(case), at)
    found = []
    for appeal in law.appeals:
        if appeal.track in case.tracks and appeal.term is not None:
            until = words.day(appeal.term.due(today, terms.calendar(law, today)))
            found.append(words.text("letters.appeal_to", body=appeal.body[words.language], until=until))
        elif appeal.track in case.tracks:
            found.append(words.text("letters.appeal_open", body=appeal.body[words.language]))
    return [words.text("letters.appeal"), *found] if found else []


# --- at the desk -----------------------------------------------------------------------------------------------


def of_case(desk: Desk, actor: Actor, case: Case) -> list[Entry]:
    """The letters of a case, without what they say. Raises Forbidden."""
    require(actor, Permission.CASES)
    with desk.engine.connect() as connection:
        return outbox.of_case(connection, case.id)


def read(desk: Desk, actor: Actor, id: int) -> Letter:
    """A letter to be printed, without the address that it went to; that it was opened is an event. Raises Forbidden or
    NotFound."""
    require(actor, Permission.CASES)
    with desk.engine.connect() as connection:
        folio = outbox.entry(connection, id).folio
        cases.impartial(connection, desk, actor, folio)
        letter = outbox.read(connection, desk.seal, id)
    seen.tell(desk, actor, folio, "letter_opened", letter=id)
    return Letter("", letter.subject, letter.text)


def handed_over(desk: Desk, actor: Actor, id: int) -> None:
    """Note that a letter was given to who asked. Raises Forbidden or NotFound."""
    require(actor, Permission.DELIVER)
    with desk.writing() as connection:
        entry, now = outbox.entry(connection, id), clock.now()
        cases.impartial(connection, desk, actor, entry.folio)
        outbox.close(connection, id, outbox.SENT, now)
        events.append(connection, entry.folio, now, actor.email, "letter_handed", {"letter": id})
