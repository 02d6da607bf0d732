"""What waits for who asked: reminded once, and closed by the table of moves when it waited too long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, events, requests, retaining
from domain.errors import Illegal
from domain.footage import states
from domain.footage.case import Case
from domain.footage.deadlines import add_business_days
from domain.footage.states import Party, Resolution, Status
from domain.people import SYSTEM
from services.footage import letters, steps, terms

REMIND = 3  # business days after something was asked


@dataclass(frozen=True, slots=True)
class Moved:
    """What was done with a case, or would be: reminder, abandoned or not_collected."""

    folio: str
    what: str


def overdue(desk: Desk, now: int, dry: bool = False) -> list[Moved]:
    """Remind of what was asked, and close what waited too long; with `dry` only say which."""
    found = [_turn(desk, folio, _asked, now, dry) for folio in _those(desk, Status.CLARIFICATION)]
    found += [_turn(desk, folio, _ready, now, dry) for folio in _those(desk, Status.READY)]
    return [moved for moved in found if moved is not None]


def _those(desk: Desk, status: Status) -> list[str]:
    with desk.engine.connect() as connection:
        return retaining.of_status(connection, status)


Turn = Callable[[Connection, Case, date, date], str]


def _turn(desk: Desk, folio: str, decide: Turn, now: int, dry: bool) -> Moved | None:
    """Look at one case again where nobody else can write, and do what is due."""
    with desk.writing() as connection:
        case = requests.by_folio(connection, folio)
        if case is None or case.status not in (Status.CLARIFICATION, Status.READY):
            return None
        law = jurisdiction(case.jurisdiction)
        since = terms.today(law, _since(connection, case))
        what = decide(connection, case, since, terms.today(law, now))
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
    if what == "reminder":
        until = terms.answer_by(jurisdiction(case.jurisdiction), case, since)
        letters.enqueue(connection, desk, case, what, now, {"until": until.isoformat()})
        return
    rule = states.move(case.status, Status.CLOSED, Resolution(what))
    if rule is None or Party.SYSTEM not in rule.by:
        raise Illegal("footage.illegal")
    way = (Status.CLOSED, Resolution(what))
    steps.carry(connection, desk, SYSTEM.email, case, way, {"as": str(Party.SYSTEM)}, {}, now)
