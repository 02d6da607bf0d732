"""What the second factor of an account is kept as. Each code is used by one statement, so that two tries at once find
it unused only once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Update, delete, func, insert, select, update

from data_access import accounts
from data_access.schema import recovery_codes, users


def sealed(connection: Connection, id: int) -> bytes | None:
    """What makes the codes of an account, encrypted."""
    found: bytes | None = connection.execute(select(users.c.totp).where(users.c.id == id)).scalar_one()
    return found


def write(connection: Connection, id: int, sealed: bytes, counter: int, at: int, *, first: bool) -> bool:
    """A device, with the step of its first code; False where it must be the `first` and there is one."""
    known = (users.c.id == id, users.c.totp.is_(None)) if first else (users.c.id == id,)
    columns = {"totp": sealed, "totp_counter": counter, "totp_since": at}
    return _changed(connection, update(users).where(*known).values(columns))


def remove(connection: Connection, id: int) -> None:
    """No device and no recovery codes any more; all sessions end."""
    accounts.change(connection, id, totp=None, totp_counter=None, totp_since=None)
    accounts.end_sessions(connection, id)
    write_codes(connection, id, ())


def use_step(connection: Connection, id: int, counter: int) -> bool:
    """Use the code of a step; False where it, or a later one, was used before."""
    earlier = users.c.totp_counter.is_(None) | (users.c.totp_counter < counter)
    return _changed(connection, update(users).where(users.c.id == id, earlier).values(totp_counter=counter))


def write_codes(connection: Connection, id: int, digests: Iterable[str]) -> None:
    """These recovery codes and no others."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == id))
    rows = [{"user_id": id, "digest": digest} for digest in digests]
    if rows:
        connection.execute(insert(recovery_codes), rows)


def use_code(connection: Connection, id: int, digest: str, at: int) -> bool:
    """Use a recovery code; False where there is none, or none any more."""
    codes = recovery_codes.c
    unused = (codes.user_id == id, codes.digest == digest, codes.used_at.is_(None))
    return _changed(connection, update(recovery_codes).where(*unused).values(used_at=at))


def codes_left(connection: Connection, id: int) -> int:
    unused = (recovery_codes.c.user_id == id, recovery_codes.c.used_at.is_(None))
    return int(connection.execute(select(func.count()).select_from(recovery_codes).where(*unused)).scalar_one())


def _changed(connection: Connection, statement: Update) -> bool:
    return connection.execute(statement).rowcount == 1
