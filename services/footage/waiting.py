"""What waits for who asked, or is kept for them: told of once, and closed by the table of moves when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, events, requests, retaining
from domain.errors import Illegal
from domain.footage import states
from domain.footage.case import Case
from domain.footage.deadlines import Track, add_business_days
from domain.footage.states import Party, Resolution, Status
from domain.people import SYSTEM
from services.footage import letters, preserving, steps, terms

REMIND = 3  # business days after something was asked


@dataclass(frozen=True, slots=True)
class Moved:
    """What was done with a case, or would be: reminder, abandoned, not_collected, expiring or expired."""

    folio: str
    what: str


def overdue(desk: Desk, now: int, dry: bool = False) -> list[Moved]:
    """Remind of what was asked or will end, and close what waited too long or ended; with `dry` only say which."""
    with desk.engine.connect() as connection:
        those = {folio: None for status in WAITS for folio in retaining.of_status(connection, status)}
        those |= dict.fromkeys(retaining.of_track(connection, Track.PRESERVE))
    found = [_turn(desk, folio, now, dry) for folio in those]
    return [moved for moved in found if moved is not None]


def _turn(desk: Desk, folio: str, now: int, dry: bool) -> Moved | None:
    """Look at one case again where nobody else can write, and do what is due."""
    with desk.writing() as connection:
        case = requests.by_folio(connection, folio)
        if case is None or not case.open:
            return None
        law = jurisdiction(case.jurisdiction)
        since, today = terms.today(law, _since(connection, case)), terms.today(law, now)
        decide = WAITS.get(case.status)
        what = decide(connection, case, since, today) if decide else preserving.due(connection, case, today)
        if what and not dry:
            _do(connection, desk, case, what, since, now)
    return Moved(folio, what) if what else None


def _asked(connection: Connection, case: Case, since: date, today: date) -> str:
    law = jurisdiction(case.jurisdiction)
    if today > terms.answer_by(law, case, since):
        return Resolution.ABANDONED
    due = today >= add_business_days(since, REMIND, terms.calendar(law, since))
    return "reminder" if due and not _reminded(connection, case) else ""


def _ready(_connection: Connection, _case: Case, since: date, today: date) -> str:
    return Resolution.NOT_COLLECTED if today > since + timedelta(days=letters.COLLECT_DAYS) else ""


WAITS = {Status.CLARIFICATION: _asked, Status.READY: _ready}


def _since(connection: Connection, case: Case) -> int:
    """When a case came to where it is."""
    return max((link.at for link in events.of(connection, case.folio) if link.after == case.status), default=0)


def _reminded(connection: Connection, case: Case) -> bool:
    """Whether a reminder went out since something was last asked."""
    reminded = False
    for link in events.of(connection, case.folio):
        if link.after == Status.CLARIFICATION:
            reminded = False
        reminded = reminded or (link.action == "letter" and link.details.get("template") == "reminder")
    return reminded


def _do(connection: Connection, desk: Desk, case: Case, what: str, since: date, now: int) -> None:
    until = _until(connection, case, what, since)
    if until is not None:
        letters.enqueue(connection, desk, case, what, now, {"until": until.isoformat()})
        return
    rule = states.move(case.status, Status.CLOSED, Resolution(what))
    if rule is None or Party.SYSTEM not in rule.by:
        raise Illegal("footage.illegal")
    way = (Status.CLOSED, Resolution(what))
    steps.carry(connection, desk, SYSTEM.email, case, way, {"as": str(Party.SYSTEM)}, {}, now)


def _until(connection: Connection, case: Case, what: str, since: date) -> date | None:
    """The day that a letter names which tells of no move; None for a move."""
    if what == preserving.EXPIRING:
        return preserving.until(connection, case)
    return terms.answer_by(jurisdiction(case.jurisdiction), case, since) if what == "reminder" else None
