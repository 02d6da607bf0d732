"""How a request came to the desk otherwise than over the portal, and when: the law's clock starts then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.footage.reading import Errors

OLDEST = 366  # days; what lay longer was mistyped


class Channel(StrEnum):
    COUNTER = "counter"
    PHONE = "phone"
    MAIL = "e-mail"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Arrival:
    channel: Channel
    at: int  # seconds since 1970
    language: str  # in which who asks is written to


def read(form: Mapping[str, Sequence[str]], languages: Sequence[str], zone: ZoneInfo, now: int) -> Arrival | Errors:
    """The arrival that a form tells, or what is wrong by field. A time that clocks showed twice is the first of both.

    >>> form = {"channel": ["letter"], "arrived_day": ["2026-11-20"], "arrived_time": ["09:30"], "language": ["es"]}
    >>> read(form, ("es", "en"), ZoneInfo("America/Santiago"), 1_795_200_000)
    Arrival(channel=<Channel.LETTER: 'letter'>, at=1795177800, language='es')
    """
    channel, day, hour, language = (
        " ".join((list(form.get(name, ())) or [""])[0].split())
        for name in ("channel", "arrived_day", "arrived_time", "language")
    )
    at = _instant(day, hour, zone)
    told = {
        "channel": "" if channel in tuple(Channel) else "channel.empty",
        "arrived_day": _wrong(at, day, now),
        "arrived_time": "" if at is not None or not day else "arrived_time.shape",
        "language": "" if language in languages else "language.empty",
    }
    wrong = {name: code for name, code in told.items() if code}
    return Errors(wrong) if wrong or at is None else Arrival(Channel(channel), at, language)


def _instant(day: str, hour: str, zone: ZoneInfo) -> int | None:
    try:
        return int(datetime.strptime(f"{day} {hour}", "%Y-%m-%d %H:%M").replace(tzinfo=zone).timestamp())
    except (ValueError, OverflowError):
        return None


def _wrong(at: int | None, day: str, now: int) -> str:
    if at is None:
        return "" if day else "arrived_day.empty"
    if at > now:
        return "arrived_day.future"
    return "arrived_day.old" if at < now - OLDEST * 86_400 else ""
