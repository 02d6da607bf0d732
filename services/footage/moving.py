"""Moving a case: by the table of moves, within its guards, in one transaction with its event, and never by two people
at once. What was tried and refused is an event too."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, agreements, events, requests, texts
from domain.errors import DomainError, Forbidden, Illegal, Invalid, Stale, Unproved
from domain.footage import handling, states
from domain.footage.case import Case, Link, identified
from domain.footage.handling import Field, Known
from domain.footage.states import Move, Resolution, Status
from domain.people import Actor, Permission, may, require, require_fresh
from services import clock
from services.footage import cases, letters, steps, terms

OFFICER = Field("officer", least=3, most=255)
CHOSEN = ("ground", "reason")  # what two persons must agree in
REASON, NOTE = Field("reason"), Field("note", least=1)


def move(
    desk: Desk,
    actor: Actor,
    folio: str,
    version: int,
    after: Status,
    resolution: Resolution | None,
    told: Mapping[str, str],
) -> Case:
    """Move a case on, with what the move asks for; the case as it is then.

    Raises Forbidden, NotFound, Stale where somebody moved it first, Invalid("footage.incomplete") with what is wrong
    by field, Unproved where the password has to be given again, and Illegal for a move that cannot be made; the last,
    and a Forbidden, are written down.
    """
    require(actor, Permission.CASES)
    try:
        with desk.writing() as connection:
            case = _same(connection, actor, folio, version)
            links = events.of(connection, folio)
            known = cases.knowledge(connection, desk, case, links)
            rule, by = _allowed(actor, case, known, after, resolution)
            facts, words = handling.told(handling.fields(rule, after, resolution, known), told)
            if rule.second is not None:
                _same_agreed(actor, case, links, resolution, facts)
            return steps.carry(
                connection, desk, actor.email, case, (after, resolution), {**facts, "as": str(by)}, words
            )
    except Unproved:
        raise
    except (Illegal, Forbidden) as refusal:
        _refused(desk, actor, folio, after, resolution, refusal)
        raise


def agree(desk: Desk, actor: Actor, folio: str, version: int, resolution: Resolution, told: Mapping[str, str]) -> None:
    """Agree to an ending, for another person to make it. Raises as `move`."""
    require(actor, Permission.CASES)
    try:
        with desk.writing() as connection:
            case = _same(connection, actor, folio, version)
            rule = states.move(case.status, Status.CLOSED, resolution)
            if rule is None or rule.second is None:
                raise Illegal("footage.illegal")
            require(actor, rule.second)
            _fresh(actor, rule)
            known = cases.knowledge(connection, desk, case, events.of(connection, folio))
            cases.involved(actor, known)
            choice = handling.fields(rule, Status.CLOSED, resolution, known)[:1]
            facts, _ = handling.told(choice, told)
            agreements.add(connection, case, resolution, actor.email, clock.now())
            details = {**facts, "resolution": str(resolution), "version": case.version}
            events.append(connection, folio, clock.now(), actor.email, "agreed", details)
    except Unproved:
        raise
    except (Illegal, Forbidden) as refusal:
        _refused(desk, actor, folio, Status.CLOSED, resolution, refusal)
        raise


def extend(desk: Desk, actor: Actor, folio: str, version: int, told: Mapping[str, str]) -> Case:
    """Take the longer term that the law allows: once, before the first is over, with the reason that is told.

    Raises as `move`.
    """
    require(actor, Permission.LEGAL)
    with desk.writing() as connection:
        case = _same(connection, actor, folio, version)
        law = jurisdiction(case.jurisdiction)
        _, words = handling.told((REASON,), told)
        cases.involved(actor, cases.knowledge(connection, desk, case, events.of(connection, folio)))
        if not cases.extendable(law, case):
            raise Illegal("footage.no_extension")
        changed = requests.change(connection, case, extended=True)
        due = terms.due_at(law, changed, events.of(connection, folio))
        changed = requests.change(connection, changed, due_at=due)
        events.append(connection, folio, clock.now(), actor.email, "extended", {"due_at": due})
        steps.write(connection, desk, actor.email, changed, {"extension": words["reason"]})
        letters.enqueue(connection, desk, changed, "extended", clock.now(), words)
        return changed


def assign(desk: Desk, actor: Actor, folio: str, version: int, told: Mapping[str, str]) -> Case:
    """Say who handles a case. Raises as `move`."""
    if not may(actor, Permission.LEGAL):
        require(actor, Permission.INTAKE)
    facts, _ = handling.told((OFFICER,), told)
    with desk.writing() as connection:
        case = _same(connection, actor, folio, version)
        cases.involved(actor, cases.knowledge(connection, desk, case, events.of(connection, folio)))
        changed = requests.change(connection, case, officer=steps.address(facts["officer"]))
        events.append(connection, folio, clock.now(), actor.email, "assigned", {"officer": changed.officer})
        return changed


def identify(desk: Desk, actor: Actor, folio: str, told: Mapping[str, str]) -> None:
    """Write down how somebody of the desk saw who asks. Raises Forbidden, NotFound, Invalid, or Illegal where it
    was seen already, or the case is closed."""
    if not may(actor, Permission.DELIVER):
        require(actor, Permission.INTAKE)
    facts, _ = handling.told(handling.FIELDS["proof"], told)
    with desk.writing() as connection:
        case, links = cases.found(connection, actor, folio), events.of(connection, folio)
        cases.involved(actor, cases.knowledge(connection, desk, case, links))
        if identified(links) or not case.open:
            raise Illegal("footage.not_now")
        events.append(connection, folio, clock.now(), actor.email, "identified", facts)


def note(desk: Desk, actor: Actor, folio: str, told: Mapping[str, str]) -> None:
    """Write a note that the desk alone reads. Raises Forbidden, NotFound or Invalid."""
    handles(actor)
    said = told.get("note", "").strip()
    if problem := NOTE.problem(said):
        raise Invalid("footage.incomplete", fields={"note": problem})
    with desk.writing() as connection:
        case = cases.found(connection, actor, folio)
        cases.involved(actor, cases.knowledge(connection, desk, case, events.of(connection, folio)))
        texts.put(connection, desk.seal, case, "note", clock.now(), actor.email, said)
        events.append(connection, folio, clock.now(), actor.email, "noted")


def conflict(desk: Desk, actor: Actor, folio: str) -> None:
    """Say that one has an interest in a case: from then on one has no part in it. Raises Forbidden or NotFound."""
    handles(actor)
    with desk.writing() as connection:
        case = cases.found(connection, actor, folio)
        requests.change(connection, case, conflict=True)
        events.append(connection, folio, clock.now(), actor.email, "conflict")


def handles(actor: Actor) -> None:
    """Refuse who has no part in any case, such as those who only read them. Raises Forbidden."""
    require(actor, Permission.CASES)
    if not any(may(actor, one) for one in cases.HANDLING):
        raise Forbidden("forbidden")


# --- the steps of a move ---------------------------------------------------------------------------------------


def _same(connection: Connection, actor: Actor, folio: str, version: int) -> Case:
    case = cases.found(connection, actor, folio)
    if case.version != version:
        raise Stale("footage.stale", folio=folio)
    return case


def _allowed(
    actor: Actor, case: Case, known: Known, after: Status, resolution: Resolution | None
) -> tuple[Move, Permission]:
    rule = states.move(case.status, after, resolution)
    if rule is None or not rule.fits(case.resolution):
        raise Illegal("footage.illegal")
    by = cases.holding(actor, rule)
    if by is None:
        raise Forbidden("footage.not_yours")
    against = handling.hindrance(actor.email, by, rule, after, resolution, known)
    if against is not None:
        raise Illegal(against)
    _fresh(actor, rule)
    return rule, by


def _fresh(actor: Actor, rule: Move) -> None:
    if rule.proves:
        require_fresh(actor, clock.now())


def _same_agreed(
    actor: Actor, case: Case, links: tuple[Link, ...], resolution: Resolution | None, facts: Mapping[str, str]
) -> None:
    """What the other person agreed to must be what is done now, its ground or reason included."""
    for link in links:
        same = link.details.get("version") == case.version and link.details.get("resolution") == str(resolution)
        other = link.action == "agreed" and same and link.actor != actor.email
        if other and all(facts.get(name) == link.details[name] for name in CHOSEN if name in link.details):
            return
    raise Illegal("footage.agreed_other")


def _refused(
    desk: Desk, actor: Actor, folio: str, after: Status, resolution: Resolution | None, refusal: DomainError
) -> None:
    """Write down that somebody tried what they may not, or what cannot be."""
    with desk.writing() as connection:
        case = requests.by_folio(connection, folio)
        if case is None:
            return
        asked = {"asked": str(after), "resolution": str(resolution or ""), "why": refusal.code}
        events.append(connection, folio, clock.now(), actor.email, "refused", asked)
