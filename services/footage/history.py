"""Taking in requests that were answered before there was a desk, for its statistics. Nothing of persons comes along."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from config.history import Profile, profile
from data_access.desk import Desk, counting, events, history
from data_access.desk.history import Answered
from domain.footage.codes import FOLIO, encoded
from domain.footage.draft import Delivery
from domain.footage.states import Resolution, Status
from domain.people import Actor, Permission, require
from services import clock

ACTION = "imported"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a table: its rows, those that were new, and those whose month was taken from the row before."""

    rows: int
    new: int
    unclear: int


def take(desk: Desk, actor: Actor, path: Path, name: str, law: str) -> Taken:
    """Take a table in, whole or not at all; what is there already is passed over.

    `name` is that of a profile, `law` the code of the jurisdiction that the rows are filed under. Raises Forbidden,
    NotFound for the profile, or Invalid with what is wrong.
    """
    require(actor, Permission.IMPORT)
    by = profile(name)
    found = history.read(path, by)
    with desk.writing() as connection:
        hashes = {hash: row for row in found.rows for hash in desk.seal.hashes("once", row.key)}
        there = {hashes[hash].key for hash in history.known(connection, list(hashes))}
        made = [(row, _row(desk, row, by, law)) for row in found.rows if row.key not in there]
        history.add(connection, [values for _, values in made])
        events.extend(connection, list(_events(actor, by, made)))
        if made:
            told = {"profile": name, "sha256": found.sha256, "rows": len(found.rows), "new": len(made)}
            events.append(connection, "", clock.now(), actor.email, ACTION, told)
    return Taken(len(found.rows), len(made), found.unclear)


def _row(desk: Desk, row: Answered, by: Profile, law: str) -> dict[str, Any]:
    return {
        "folio": encoded(secrets.token_bytes(FOLIO), FOLIO),
        "secret": sha256(secrets.token_bytes(32)).hexdigest(),  # of a code that nobody was given
        "status": _status(row),
        "resolution": row.resolution,
        "kind": by.kind,
        "tracks": ",".join(by.tracks),
        "jurisdiction": law,
        "channel": counting.IMPORTED,
        "language": by.language,
        "received_at": row.received_at,
        "closed_at": row.received_at,
        "delivery": Delivery.COUNTER,
        "sensitive": row.sensitive,
        "once": desk.seal.hashed("once", row.key),
    }


def _status(row: Answered) -> Status:
    return Status.DELIVERED if row.resolution is Resolution.FULL else Status.CLOSED


def _events(actor: Actor, by: Profile, made: list[tuple[Answered, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    at = clock.now()
    for row, values in made:
        yield {
            "folio": values["folio"],
            "at": at,
            "actor": actor.email,
            "action": ACTION,
            "before": None,
            "after": str(_status(row)),
            "details": {"profile": by.name, "resolution": str(row.resolution)},
        }
