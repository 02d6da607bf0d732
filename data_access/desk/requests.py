"""Requests for footage as rows. Who asks is read by `who` alone; everything else is a `Case`.

Changes go through `change`, which refuses the second of two people, within `Desk.writing`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from data_access.desk.sealing import Seal
from data_access.desk_schema import evidence, requests
from domain.errors import Stale
from domain.footage.case import Case
from domain.footage.deadlines import Track
from domain.footage.states import OPEN, Resolution, Status

_SHOWN = [column for column in requests.columns if column.name not in ("sealed", "secret", "document", "once")]


def add(connection: Connection, seal: Seal, row: Mapping[str, Any], who: Mapping[str, Any]) -> Case:
    """A new request out of its plain columns and of what is sealed: who asks and what happened."""
    values = {
        **row,
        "segments": json.dumps(row["segments"]),
        "place": json.dumps(row["place"], ensure_ascii=False),
        "sealed": seal.seal(sealed_as(row["folio"]), who),
    }
    connection.execute(insert(requests).values(values))
    return _must(by_folio(connection, row["folio"]))


def by_folio(connection: Connection, folio: str) -> Case | None:
    return _one(connection, requests.c.folio == folio)


def by_secret(connection: Connection, digest: str) -> Case | None:
    """The request of a tracking code, by the SHA-256 of it."""
    return _one(connection, requests.c.secret == digest)


def by_once(connection: Connection, hashes: Collection[str]) -> tuple[Case, str] | None:
    """The request that a form was filed as, and the SHA-256 of its tracking code."""
    row = connection.execute(select(*_SHOWN, requests.c.secret).where(requests.c.once.in_(hashes))).mappings().first()
    return None if row is None else (_case(row), row["secret"])


def document_of(who: Mapping[str, Any]) -> str:
    """What is hashed to find a person's other requests: the document with its kind; empty where none was shown."""
    return f"{who.get('document_type', '')} {who['document']}" if who.get("document") else ""


def of_piece(connection: Connection, id: str) -> Case | None:
    """The request that a file belongs to."""
    return _one(connection, requests.c.id == select(evidence.c.request_id).where(evidence.c.id == id).scalar_subquery())


def open_of(connection: Connection, documents: Collection[str]) -> tuple[Case, ...]:
    """The open requests of one person, by the keyed hashes of a document."""
    mine = select(*_SHOWN).where(requests.c.document.in_(documents), requests.c.status.in_(OPEN))
    return tuple(_case(row) for row in connection.execute(mine.order_by(requests.c.id)).mappings())


def who(connection: Connection, seal: Seal, case: Case) -> dict[str, Any] | None:
    """Who asks and what happened; None once it was deleted. Whoever calls this writes down why."""
    sealed = connection.execute(select(requests.c.sealed).where(requests.c.id == case.id)).scalar()
    found: dict[str, Any] | None = None if sealed is None else seal.unseal(sealed_as(case.folio), sealed)
    return found


def forget(connection: Connection, case: Case) -> Case:
    """Delete who asks and what words tell of the place; the rest of the row stays for the statistics."""
    place = json.dumps({**case.place, "corner": "", "point": None}, ensure_ascii=False)
    return change(connection, case, sealed=None, document=None, needs="", place=place)


def change(connection: Connection, case: Case, **values: Any) -> Case:
    """Change columns of a request as it was read. Raises Stale("footage.stale") where somebody changed it since."""
    same = (requests.c.id == case.id, requests.c.version == case.version)
    changed = connection.execute(update(requests).where(*same).values(**values, version=case.version + 1))
    if changed.rowcount != 1:
        raise Stale("footage.stale", folio=case.folio)
    return _must(by_folio(connection, case.folio))


def _one(connection: Connection, condition: ColumnElement[bool]) -> Case | None:
    row = connection.execute(select(*_SHOWN).where(condition)).mappings().first()
    return None if row is None else _case(row)


def _must(case: Case | None) -> Case:
    assert case is not None
    return case


def _case(row: RowMapping) -> Case:
    plain = {name: row[name] for name in Case.__slots__ if name in row}
    return Case(
        **plain
        | {
            "status": Status(row["status"]),
            "resolution": None if row["resolution"] is None else Resolution(row["resolution"]),
            "tracks": tuple(Track(name) for name in row["tracks"].split(",") if name),
            "segments": tuple((start, end) for start, end in json.loads(row["segments"])),
            "place": json.loads(row["place"]),
            "officer": row["officer"] or "",
        }
    )


def sealed_as(folio: str) -> str:
    """What the sealed part of a request opens as."""
    return f"request {folio}"
