"""The terms of a request by the law it is handled under: when it is due, when the clock stands still, how long
footage is held. Days are those of the jurisdiction's clock and calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from config.jurisdiction import Jurisdiction, Rule, jurisdiction
from domain.footage.case import Case, Link, business_days
from domain.footage.deadlines import Track, add_business_days
from domain.footage.states import Status

AFTER = 5  # business days that footage is held after the last appeal could have come
HOUR, DAY = 3_600, 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from one day to another, while an answer of the requester was awaited."""

    first: date
    last: date


def today(law: Jurisdiction, at: int) -> date:
    return datetime.fromtimestamp(at, ZoneInfo(law.zone)).date()


def local(law: Jurisdiction, at: int) -> tuple[str, str]:
    """An instant as a form writes it: 2026-11-22 and 09:30 by the law's clock."""
    here = datetime.fromtimestamp(at, ZoneInfo(law.zone))
    return here.date().isoformat(), here.strftime("%H:%M")


def end_of(law: Jurisdiction, day: date) -> int:
    """The instant at which a local day ends."""
    return int(datetime.combine(day, time(23, 59, 59, fold=1), ZoneInfo(law.zone)).timestamp()) + 1


def calendar(law: Jurisdiction, around: date) -> frozenset[date]:
    """The holidays of the years around a day."""
    return _holidays(law.code, around.year)


@cache
def _holidays(code: str, year: int) -> frozenset[date]:
    law = jurisdiction(code)
    years = range(year - 1, year + 3)
    known = holidays.country_holidays(law.country, subdiv=law.subdivision or None, years=years)
    return (frozenset(known) | law.closed) - law.open


def due(
    law: Jurisdiction, tracks: Sequence[Track], received: date, extended: bool = False, pauses: Sequence[Pause] = ()
) -> date | None:
    """The last legal day, by the strictest law that the request rests on; None where none sets a term."""
    rules = [rule for track in tracks if (rule := law.rule(track, received)) is not None]
    return min((_due(law, rule, received, extended, pauses) for rule in rules), default=None)


def _due(law: Jurisdiction, rule: Rule, received: date, extended: bool, pauses: Sequence[Pause]) -> date:
    off = calendar(law, received)
    day = rule.term.due(received, off, extended)
    stood = sum(min(business_days(pause.first, pause.last, off), rule.fix) for pause in pauses)
    return add_business_days(day, stood, off)


def may_extend(law: Jurisdiction, tracks: Sequence[Track], received: date) -> bool:
    """Whether any of the laws allows a longer term."""
    return any(rule.term.extension for track in tracks if (rule := law.rule(track, received)) is not None)


def pauses(law: Jurisdiction, events: Sequence[Link]) -> tuple[Pause, ...]:
    """When the clock stood still, by the moves into and out of clarification; one that still lasts counts later."""
    found, since = [], None
    for event in events:
        if event.after == Status.CLARIFICATION:
            since = today(law, event.at)
        elif event.before == Status.CLARIFICATION and event.after is not None and since is not None:
            found.append(Pause(since, today(law, event.at)))
            since = None
    return tuple(found)


def due_at(law: Jurisdiction, case: Case, events: Sequence[Link]) -> int | None:
    """The end of a case's last legal day, with its extension and pauses."""
    day = due(law, case.tracks, today(law, case.received_at), case.extended, pauses(law, events))
    return None if day is None else end_of(law, day)


def answer_by(law: Jurisdiction, case: Case, asked: date) -> date:
    """Until when a requester may answer what was asked; the case is archived after it."""
    rules = [law.rule(track, today(law, case.received_at)) for track in case.tracks]
    days = max((rule.fix for rule in rules if rule is not None), default=0) or AFTER
    return add_business_days(asked, days, calendar(law, asked))


def go_on_from(law: Jurisdiction, case: Case, events: Sequence[Link]) -> date | None:
    """The first day on which a case may go on whose third parties were told: they have a term to hear of it and one to
    oppose. None where it waits for nobody, or the law sets no such terms."""
    rules = [law.rule(track, today(law, case.received_at)) for track in case.tracks]
    days = max((rule.notify + rule.oppose for rule in rules if rule is not None), default=0)
    told = [event.at for event in events if event.after == Status.THIRD_PARTY]
    if case.status is not Status.THIRD_PARTY or not days or not told:
        return None
    since = today(law, told[-1])
    return add_business_days(since, days, calendar(law, since)) + timedelta(days=1)


def appeal_until(law: Jurisdiction, tracks: Sequence[Track], closed: date) -> date:
    """The last day on which any of the bodies may still be turned to."""
    off = calendar(law, closed)
    terms = [appeal.term for appeal in law.appeals if appeal.track in tracks and appeal.term is not None]
    return max((term.due(closed, off) for term in terms), default=closed)


def hold_until(law: Jurisdiction, tracks: Sequence[Track], received: date, closed: date | None = None) -> date:
    """How long footage is held: until the case is closed, at the latest on its legal day, until the last appeal could
    have come, and some days more; never longer than it takes to look at it again."""
    off = calendar(law, received)
    decided = closed or due(law, tracks, received)
    if decided is None:
        return received + timedelta(days=law.preserve_days)
    until = add_business_days(appeal_until(law, tracks, decided), AFTER, off)
    return min(until, (closed or received) + timedelta(days=law.most_held_days))


def confirm_by(at: int, kept_until: int) -> int:
    """Until when a hold must be confirmed: within a day, or half of what is left until the footage is overwritten.

    Where that time is over already, an hour: it may still be there, or under another hold.
    """
    return at + min(DAY, max((kept_until - at) // 2, HOUR))
