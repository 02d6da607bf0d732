"""The staff desk: the queue, a case without who asks, and who asks for who says what for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from config.jurisdiction import Jurisdiction, jurisdiction
from data_access.desk import Desk, agreements, events, evidence, holds, outbox, queue, registers, requests, texts
from domain.errors import Forbidden, Invalid, NotFound
from domain.footage import case as shown
from domain.footage import handling, states
from domain.footage.case import Case, Clock, Link, Offer, Queue, Sent, Sheet, Wanted
from domain.footage.handling import Kind, Known, Purpose
from domain.footage.states import Move, Resolution, Status
from domain.people import Actor, Permission, may, require
from services import clock
from services.footage import seen, terms

PAGE = 50
REQUESTERS = ("answer", "grounds")  # words of who asks, which may tell who they are
REVIEW = "review"  # words about somebody who looked at who asks, for who audits
HANDLING = tuple(
    one for one in Permission if one.startswith("footage.") and one not in (Permission.CASES, Permission.DELICATE)
)


def listing(desk: Desk, actor: Actor, wanted: Wanted, start: int = 0, limit: int = PAGE) -> Queue:
    """A page of the queue, what is overdue first, and the counts of all that is open, without the delicate cases of
    others for who does not see them. Raises Forbidden."""
    require(actor, Permission.CASES)
    now, reader = clock.now(), None if may(actor, Permission.DELICATE) else actor.email
    with desk.engine.connect() as connection:
        lines, total = queue.lines(connection, wanted, now, start, limit, reader)
        counts = queue.counts(connection, now, reader)
        return Queue(lines, total, counts, queue.kinds(connection), queue.officers(connection))


def sheet(desk: Desk, actor: Actor, folio: str) -> Sheet:
    """Everything of a case but who asks and what they wrote; for who has an interest in it, where it stands and its
    dates. That somebody opened a delicate one is an event. Raises Forbidden or NotFound."""
    require(actor, Permission.CASES)
    with desk.engine.connect() as connection:
        case, links = found(connection, actor, folio), events.of(connection, folio)
        if actor.email in conflicted(connection, desk, case, links):
            return _from_outside(case)
    if case.sensitive:
        seen.tell(desk, actor, folio, "case_opened")
    with desk.engine.connect() as connection:
        case, links = found(connection, actor, folio), events.of(connection, folio)
        law, known = jurisdiction(case.jurisdiction), knowledge(connection, desk, case, links)
        mine = frozenset(one for one in HANDLING if may(actor, one))
        kept = holds.of(connection, case.id)
        placing = Permission.CUSTODY in mine and any(one.released_at is None for one in kept)
        return Sheet(
            case=case,
            clock=_clock(law, case),
            offers=offers(actor, case, known),
            agreements=agreements.of(connection, case),
            holds=kept,
            pieces=evidence.listing(connection, desk, case.id),
            links=links,
            said=tuple(one for one in texts.of(connection, desk.seal, case) if one.kind not in (*REQUESTERS, REVIEW)),
            letters=_letters(connection, case),
            intact=events.intact(connection, case),
            identified=shown.identified(links),
            go_on_from=terms.go_on_from(law, case, links),
            cameras=_cameras(connection) if placing else (),
            extendable=Permission.LEGAL in mine and extendable(law, case),
            may=mine,
        )


def _from_outside(case: Case) -> Sheet:
    """Where a case stands, for who has no part in it."""
    told = replace(case, kind="", tracks=(), channel="", segments=(), place={}, sensitive=False)
    told = replace(told, delivery="", needs="", officer="")
    return Sheet(told, _clock(jurisdiction(case.jurisdiction), case), involved=True)


def moves(desk: Desk, actor: Actor, folio: str) -> tuple[Offer, ...]:
    """The moves that this person may make now. Raises Forbidden or NotFound."""
    return tuple(offer for offer in sheet(desk, actor, folio).offers if not offer.hindrance)


def identity(desk: Desk, actor: Actor, folio: str, purpose: str) -> dict[str, Any]:
    """Who asks, what happened and what they wrote since; every view is an event with its purpose.

    Raises Forbidden, NotFound (also where it was deleted), or Invalid for a purpose that is not in the list.
    """
    require(actor, Permission.IDENTITY)
    if purpose not in tuple(Purpose):
        raise Invalid("footage.incomplete", fields={"purpose": "missing"})
    with desk.writing() as connection:
        case = impartial(connection, desk, actor, folio)
        events.append(connection, folio, clock.now(), actor.email, "identity_viewed", {"purpose": purpose})
        who = requests.who(connection, desk.seal, case)
        said = texts.of(connection, desk.seal, case)
    if who is None:
        raise NotFound("footage.forgotten")
    wrote = {kind: "\n\n".join(one.text for one in said if one.kind == kind) for kind in REQUESTERS}
    return who | {kind: text for kind, text in wrote.items() if text}


# --- what the rules rest on ------------------------------------------------------------------------------------


def found(connection: Connection, actor: Actor, folio: str) -> Case:
    """The case of a folio; raises NotFound, or Forbidden for a delicate one that this person does not see."""
    case = requests.by_folio(connection, folio)
    if case is None:
        raise NotFound("footage.unknown", folio=folio[:20])
    if not shown.open_to(case, actor):
        raise Forbidden("footage.delicate")
    return case


def impartial(connection: Connection, desk: Desk, actor: Actor, folio: str) -> Case:
    """A case that this person has no interest in. Raises Forbidden or NotFound."""
    case = found(connection, actor, folio)
    involved(actor, knowledge(connection, desk, case, events.of(connection, folio)))
    return case


def knowledge(connection: Connection, desk: Desk, case: Case, links: tuple[Link, ...]) -> Known:
    """What the rules ask of a case beside its status."""
    acted: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.details.get("as"):
            acted[str(link.details["as"])].add(link.actor)
    pieces = [one for one in evidence.listing(connection, desk, case.id) if one.destroyed_at is None]
    agreed: dict[str, set[str]] = defaultdict(set)
    for one in agreements.of(connection, case):
        agreed[str(one.resolution)].add(one.actor)
    law = jurisdiction(case.jurisdiction)
    go_on_from = terms.go_on_from(law, case, links)
    return Known(
        tracks=frozenset(case.tracks),
        acted=acted,
        conflicted=conflicted(connection, desk, case, links),
        masters=sum(one.kind is Kind.MASTER for one in pieces),
        redacted=sum(one.kind is Kind.REDACTED for one in pieces),
        agreed=agreed,
        grounds=tuple(one.code for one in law.grounds if one.track in case.tracks),
        decided=shown.deciders(links),
        opposes=go_on_from is not None,
        waits=go_on_from is not None and terms.today(law, clock.now()) < go_on_from,
    )


def conflicted(connection: Connection, desk: Desk, case: Case, links: tuple[Link, ...]) -> frozenset[str]:
    """Who said that they have an interest in a case, and who asks: nobody handles their own request.

    The address of who asks is compared and told nobody, so that this view has no purpose to be written down.
    """
    said = {link.actor for link in links if link.action == "conflict"}
    who = requests.who(connection, desk.seal, case) or {}
    contact = who.get("contact")
    own = str(contact.get("email", "")) if isinstance(contact, Mapping) else ""
    return frozenset(said | {own.strip().lower()} - {""})


def involved(actor: Actor, known: Known) -> None:
    """Refuse whoever has an interest in a case. Raises Forbidden."""
    if actor.email in known.conflicted:
        raise Forbidden("footage.conflict")


def offers(actor: Actor, case: Case, known: Known) -> tuple[Offer, ...]:
    """Every move that the table allows one of this person's roles, and why not yet where something is against it."""
    if actor.email in known.conflicted:
        return ()
    ways = [one for one in states.moves(case.status) if one[2].fits(case.resolution)]
    return tuple(one for after, resolution, rule in ways for one in _offers(actor, known, rule, after, resolution))


def _offers(actor: Actor, known: Known, rule: Move, after: Status, resolution: Resolution | None) -> list[Offer]:
    fields, by = handling.fields(rule, after, resolution, known), holding(actor, rule)
    made = []
    if by is not None:
        against = handling.hindrance(actor.email, by, rule, after, resolution, known) or ""
        made.append(Offer(after, resolution, fields, against))
    if rule.second is not None and may(actor, rule.second):
        already = actor.email in known.agreed.get(str(resolution), ())
        against = "footage.agreed_already" if already else ""
        made.append(Offer(after, resolution, fields[:1], against, agrees=True))
    return made


def holding(actor: Actor, rule: Move) -> Permission | None:
    """The permission by which somebody may make a move."""
    return next((one for one in rule.by if isinstance(one, Permission) and may(actor, one)), None)


def extendable(law: Jurisdiction, case: Case) -> bool:
    """Whether a case may get its longer term: once, by the law, and before the first one is over."""
    inside = case.due_at is not None and clock.now() < case.due_at
    return case.timed and not case.extended and inside and terms.may_extend(law, case.tracks, _received(law, case))


def _received(law: Jurisdiction, case: Case) -> Any:
    return terms.today(law, case.received_at)


def _clock(law: Jurisdiction, case: Case) -> Clock | None:
    if case.due_at is None:
        return None
    off = terms.calendar(law, _received(law, case))
    rules = [law.rule(track, _received(law, case)) for track in case.tracks]
    paused = case.status is Status.CLARIFICATION and any(rule is not None and rule.fix for rule in rules)
    return shown.clock(case.due_at, clock.now(), law.zone, off, paused)


def _cameras(connection: Connection) -> tuple[tuple[str, str], ...]:
    return tuple((one.code, str(one.entry["name"] or "")) for one in registers.cameras(connection))


def _letters(connection: Connection, case: Case) -> tuple[Sent, ...]:
    return tuple(
        Sent(one.id, one.template, one.status, one.sent_at, one.readable) for one in outbox.of_case(connection, case.id)
    )
