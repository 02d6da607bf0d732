"""Files of cases: their rows, their encrypted bytes under the desk's home, and links that open one a few times."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from data_access.desk import Desk
from data_access.desk.sealing import read_file, write_file
from data_access.desk_schema import evidence, grants
from domain.errors import NotFound
from domain.footage.custody import Piece
from domain.footage.handling import Kind

SEALED = "evidence"


def path(desk: Desk, id: str) -> Path:
    return desk.home / "evidence" / id[:2] / id


def write(desk: Desk, plain: BinaryIO) -> tuple[str, str, str, int]:
    """Encrypt a stream under a random name; (id, its key, SHA-256 of the plain bytes, their number).

    Nothing knows of the file until `add`; who does not come so far calls `erase`.
    """
    id = secrets.token_hex(20)
    place = path(desk, id)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o770)  # where the faces are two users, both write here
    try:
        key, digest, count = write_file(plain, place)
        place.chmod(0o640)  # the other one reads it
    except BaseException:
        erase(desk, id)
        raise
    return id, key, digest, count


def erase(desk: Desk, id: str) -> None:
    path(desk, id).unlink(missing_ok=True)


def add(connection: Connection, desk: Desk, piece: Piece, key: str) -> None:
    """The row of a file that `write` wrote."""
    row = {name: getattr(piece, name) for name in ("id", "request_id", "parent", "sha256", "bytes", "media")}
    row |= {"actor": piece.actor, "at": piece.at, "delete_after": piece.delete_after, "kind": str(piece.kind)}
    sealed = desk.seal.seal(f"{SEALED}:{piece.id}", {"name": piece.name, "key": key})
    connection.execute(insert(evidence).values(**row, sealed=sealed))


def listing(connection: Connection, desk: Desk, request: int) -> tuple[Piece, ...]:
    """The files of a case, the oldest first, those destroyed too."""
    rows = connection.execute(
        select(evidence).where(evidence.c.request_id == request).order_by(evidence.c.at, evidence.c.id)
    )
    return tuple(_piece(desk, row) for row in rows)


def find(connection: Connection, desk: Desk, request: int, id: str) -> Piece:
    """A file of a case; raises NotFound for another case's."""
    query = select(evidence).where(evidence.c.request_id == request, evidence.c.id == id)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound("footage.no_file")
    return _piece(desk, row)


def read(connection: Connection, desk: Desk, id: str) -> Iterator[bytes]:
    """The plain bytes of a file, piece by piece. Raises NotFound where it was destroyed, Stale where it was changed."""
    row = connection.execute(select(evidence).where(evidence.c.id == id, evidence.c.destroyed_at.is_(None))).first()
    if row is None or not path(desk, id).exists():
        raise NotFound("footage.no_file")
    return read_file(path(desk, id), _opened(desk, row)["key"])


def plain(desk: Desk, id: str, key: str) -> Iterator[bytes]:
    """The bytes of a file that `write` wrote and no row knows of yet."""
    return read_file(path(desk, id), key)


def destroyed(connection: Connection, desk: Desk, id: str, at: int) -> None:
    """Note that a file is gone, and forget its name and its key: the one may name a person, the other opens copies."""
    sealed = desk.seal.seal(f"{SEALED}:{id}", {"name": "", "key": ""})
    connection.execute(update(evidence).where(evidence.c.id == id).values(destroyed_at=at, sealed=sealed))


def _piece(desk: Desk, row: Row[tuple[object, ...]]) -> Piece:
    plain = row._asdict()
    plain.pop("sealed")
    return Piece(**{**plain, "kind": Kind(plain["kind"]), "name": _opened(desk, row)["name"]})


def _opened(desk: Desk, row: Row[tuple[object, ...]]) -> dict[str, str]:
    opened: dict[str, str] = desk.seal.unseal(f"{SEALED}:{row.id}", row.sealed)
    return opened


# --- links -----------------------------------------------------------------------------------------------------


def grant(connection: Connection, id: str, until: int, times: int) -> str:
    """A new link's secret, which is kept nowhere."""
    secret = secrets.token_urlsafe(32)
    row = {"evidence_id": id, "digest": _digest(secret), "until": until, "left": times}
    connection.execute(insert(grants).values(row))
    return secret


def granted(connection: Connection, secret: str, now: int) -> str | None:
    """The file that a link still opens; None for any other."""
    return connection.scalar(select(grants.c.evidence_id).where(grants.c.digest == _digest(secret), *_living(now)))


def left(connection: Connection, id: str, now: int) -> tuple[int, int] | None:
    """How often the link to a file still opens it, and until when; None where there is none."""
    row = connection.execute(select(grants.c.left, grants.c.until).where(grants.c.evidence_id == id, *_living(now)))
    return next(((found.left, found.until) for found in row), None)


def spend(connection: Connection, id: str, now: int) -> None:
    """Take one download off the link to a file; whoever makes one has revoked those before."""
    connection.execute(update(grants).where(grants.c.evidence_id == id, *_living(now)).values(left=grants.c.left - 1))


def _living(now: int) -> tuple[ColumnElement[bool], ...]:
    return grants.c.until > now, grants.c.left > 0


def revoke(connection: Connection, id: str) -> None:
    """No link opens a file any more."""
    connection.execute(update(grants).where(grants.c.evidence_id == id).values(left=0))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
