"""What is published so that anybody can tell later that nothing was written anew: the end of the chain of events on
every day, and the keys that manifests are signed with.

The end of a day is published under a seal, SHA-256 of the day and the hash: it changes on a day without events too, and
so tells nobody whether the desk was asked anything that day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from data_access.desk import Desk, events, signing
from data_access.releases import reading
from domain.release.parts import Column, Kind, Part
from locales import told

CHAIN, KEYS = "request_chain", "signing_keys"
COLUMNS = {
    CHAIN: {"day": Kind.PERIOD, "seal": Kind.CODE},
    KEYS: {"key": Kind.CODE, "state": Kind.CODE, "algorithm": Kind.CODE},
}
CURRENT, FORMER, ALGORITHM = "current", "former", "Ed25519"
# What stands before the 32 bytes of such a key where any program reads it (SubjectPublicKeyInfo, RFC 8410), in base64.
# With it no key begins with a sign that spreadsheets take for a formula.
WRAPPED = "MCowBQYDK2VwAyEA"


def parts(connection: Connection, desk: Desk, releases: Path, now: int) -> list[Part]:
    """The tables of a release: a seal for each day that is over, none where nothing had happened yet, and the keys."""
    found = [_part(KEYS, [(WRAPPED + key, state, ALGORITHM) for key, state in keys(desk, releases)])]
    closed = days(connection, now)
    return [_part(CHAIN, closed), *found] if closed else found


def _part(name: str, rows: list[tuple[str, ...]]) -> Part:
    columns = tuple(
        Column(column, kind, told(f"chain.{name}.columns.{column}")) for column, kind in COLUMNS[name].items()
    )
    return Part(name, told(f"chain.{name}.title"), columns, rows, told(f"chain.{name}.notes"))


def days(connection: Connection, now: int) -> list[tuple[str, ...]]:
    """(day, seal) of every day of UTC that is over, from the first event on.

    The order is the chain's: an event that tells of an instant before its predecessor's belongs to that one's day.
    """
    last: dict[date, str] = {}
    newest = date.min
    for at, hash in events.ends(connection):
        newest = max(newest, _day(at))
        last[newest] = hash
    found: list[tuple[str, ...]] = []
    head = events.FIRST
    day = min(last, default=date.max)
    while day < _day(now):
        head = last.get(day, head)
        found.append((day.isoformat(), seal(day, head)))
        day += timedelta(days=1)
    return found


def seal(day: date, head: str) -> str:
    """What is published of a day that ended with an event of this hash.

    >>> seal(date(2026, 11, 22), "0" * 64)[:12]
    '4039735093ae'
    """
    return sha256(f"{day.isoformat()} {head}".encode()).hexdigest()


def known(connection: Connection, hash: str, now: int) -> bool:
    """Whether what was published or written down is still in the chain: the hash of an event, or the seal of a day."""
    return events.known(connection, hash) or any(hash == sealed for _, sealed in days(connection, now))


def keys(desk: Desk, releases: Path) -> list[tuple[str, str]]:
    """(public key in base64, current or former) of every key that manifests were signed with, the current one first.

    A former one that the desk dropped is known by the newest release, which takes it on from the one before. A process
    that holds no key knows those of the release; before the first there is none.
    """
    held, release = signing.publics(desk.keys), reading.current(releases)
    rows = release.rows(KEYS) if release and KEYS in release.tables else []
    published = {str(row["key"]).removeprefix(WRAPPED): str(row["state"]) for row in rows}
    if not held:
        return list(published.items())
    return [(key, CURRENT if key == held[0] else FORMER) for key in dict.fromkeys((*held, *published))]


def _day(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()
