"""Accounts with their roles and precincts, their sessions and their tokens. Secrets are stored as digests only."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from data_access.schema import areas, identities, sessions, tokens, user_precincts, user_roles, users
from domain.errors import Invalid
from domain.identity import Identified
from domain.people import Account, Role, Token

ROLES = frozenset(str(role) for role in Role)
# The stages of a session: everything is there, or what was given while the second factor is missing.
FULL, PASSWORD, IDENTITY = "full", "password", "identity"


@dataclass(frozen=True, slots=True)
class Session:
    """An account that is signed in, and since when."""

    account: Account
    uniquifier: str
    created_at: int
    seen_at: int
    stage: str = FULL

    @property
    def full(self) -> bool:
        """Whether everything was given that lets this person in."""
        return self.stage == FULL


# --- accounts ---------------------------------------------------------------------------------------------------


def every(connection: Connection) -> tuple[Account, ...]:
    """All accounts, by e-mail address."""
    return _gathered(connection.execute(_joined().order_by(users.c.email)).all())


def demos(connection: Connection) -> tuple[Account, ...]:
    return _gathered(connection.execute(_joined(users.c.demo)).all())


def find(connection: Connection, email: str) -> Account | None:
    return next(iter(_gathered(connection.execute(_joined(users.c.email == email)).all())), None)


def password(connection: Connection, id: int) -> str | None:
    """The hash of an account's password."""
    found: str | None = connection.execute(select(users.c.password).where(users.c.id == id)).scalar_one()
    return found


def add(connection: Connection, email: str, name: str, password: str, demo: bool, language: str, at: int) -> int:
    row = {"email": email, "name": name, "password": password, "active": True, "demo": demo, "language": language}
    made = insert(users).values(row | {"fs_uniquifier": _uniquifier(), "created_at": at}).returning(users.c.id)
    return int(connection.execute(made).scalar_one())


def change(connection: Connection, id: int, **columns: object) -> None:
    """Write columns of an account. A change of what lets a person in ends all their sessions."""
    if columns.keys() & {"password", "active"}:
        end_sessions(connection, id)
    connection.execute(update(users).where(users.c.id == id).values(**columns))


def end_sessions(connection: Connection, id: int) -> None:
    """End all sessions of an account."""
    connection.execute(delete(sessions).where(sessions.c.user_id == id))
    connection.execute(update(users).where(users.c.id == id).values(fs_uniquifier=_uniquifier()))


def rehash(connection: Connection, id: int, password: str) -> None:
    """The same password under stronger parameters; nobody is signed out."""
    connection.execute(update(users).where(users.c.id == id).values(password=password))


def remove(connection: Connection, ids: Iterable[int]) -> None:
    connection.execute(delete(users).where(users.c.id.in_(list(ids))))


def set_roles(connection: Connection, id: int, roles: Iterable[Role]) -> None:
    connection.execute(delete(user_roles).where(user_roles.c.user_id == id))
    rows = [{"user_id": id, "role": str(role)} for role in sorted(set(roles))]
    if rows:
        connection.execute(insert(user_roles), rows)


def set_precincts(connection: Connection, id: int, area_ids: Iterable[int]) -> None:
    connection.execute(delete(user_precincts).where(user_precincts.c.user_id == id))
    rows = [{"user_id": id, "area_id": area} for area in sorted(set(area_ids))]
    if rows:
        connection.execute(insert(user_precincts), rows)


def precincts(connection: Connection) -> dict[str, tuple[int, str]]:
    """Every precinct by code: its id and name."""
    found = connection.execute(select(areas.c.code, areas.c.id, areas.c.name).where(areas.c.level == "precinct"))
    return {row.code: (row.id, row.name) for row in found}


def _joined(*conditions: ColumnElement[bool], by: Table | None = None) -> Select[Any]:
    """Accounts beside their roles and precincts, one row for each pair; `by` is the table that leads to them."""
    source = users.outerjoin(user_roles).outerjoin(user_precincts).outerjoin(areas)
    linked = exists().where(identities.c.user_id == users.c.id).correlate(users).label("linked")
    columns = [*users.c, user_roles.c.role, areas.c.code.label("precinct"), linked]
    if by is not None:
        source = source.join(by, by.c.user_id == users.c.id)
        columns += [column.label(f"by_{column.name}") for column in by.c]
    return select(*columns).select_from(source).where(*conditions)


def _gathered(rows: Iterable[Row[Any]]) -> tuple[Account, ...]:
    groups: dict[int, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(row.id, []).append(row)
    return tuple(_account(group) for group in groups.values())


def _account(rows: Sequence[Row[Any]]) -> Account:
    first = rows[0]
    return Account(
        id=first.id,
        email=first.email,
        name=first.name,
        active=first.active,
        demo=first.demo,
        language=first.language,
        created_at=first.created_at,
        # a role of a newer or older version grants nothing
        roles=frozenset(Role(row.role) for row in rows if row.role in ROLES),
        precincts=frozenset(row.precinct for row in rows if row.precinct is not None),
        factor_since=first.totp_since,
        must_change=first.must_change,
        linked=first.linked,
    )


def _uniquifier() -> str:
    return secrets.token_hex(32)


# --- sessions ---------------------------------------------------------------------------------------------------


def open_session(connection: Connection, digest: str, user_id: int, at: int, stage: str) -> None:
    row = {"digest": digest, "user_id": user_id, "created_at": at, "seen_at": at, "stage": stage}
    connection.execute(insert(sessions).values(row))


def session(connection: Connection, digest: str) -> Session | None:
    rows = connection.execute(_joined(sessions.c.digest == digest, by=sessions)).all()
    if not rows:
        return None
    first = rows[0]
    return Session(_account(rows), first.fs_uniquifier, first.by_created_at, first.by_seen_at, first.by_stage)


def touch_session(connection: Connection, digest: str, at: int) -> None:
    connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=at))


def end_session(connection: Connection, digest: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.digest == digest))


def forget_sessions(connection: Connection, created_before: int, seen_before: int) -> None:
    """Remove the sessions that have run out."""
    connection.execute(
        delete(sessions).where((sessions.c.created_at < created_before) | (sessions.c.seen_at < seen_before))
    )


# --- identities -------------------------------------------------------------------------------------------------


def identified(connection: Connection, whom: Identified) -> Account | None:
    """The account that an identity was linked to."""
    wanted = (identities.c.issuer == whom.issuer, identities.c.subject == whom.subject)
    return next(iter(_gathered(connection.execute(_joined(*wanted, by=identities)).all())), None)


def link(connection: Connection, whom: Identified, user_id: int, at: int) -> None:
    """Raises Invalid where the identity leads to an account already, or the account has one of this issuer."""
    row = {"issuer": whom.issuer, "subject": whom.subject, "user_id": user_id, "made_at": at}
    try:
        connection.execute(insert(identities).values(row))
    except IntegrityError as error:
        raise Invalid("directory.taken") from error


def unlink(connection: Connection, user_id: int) -> bool:
    """No identity leads to an account any more; whether one did."""
    return connection.execute(delete(identities).where(identities.c.user_id == user_id)).rowcount > 0


# --- tokens -----------------------------------------------------------------------------------------------------


def add_token(connection: Connection, digest: str, user_id: int, at: int, until: int) -> None:
    connection.execute(insert(tokens).values(digest=digest, user_id=user_id, created_at=at, expires_at=until))


def token_account(connection: Connection, digest: str, at: int) -> Account | None:
    """The active account that a living token stands for."""
    living = (tokens.c.digest == digest, tokens.c.expires_at > at, tokens.c.revoked_at.is_(None), users.c.active)
    rows = connection.execute(_joined(*living, by=tokens)).all()
    return next(iter(_gathered(rows)), None)


def tokens_of(connection: Connection, user_id: int) -> tuple[Token, ...]:
    columns = (tokens.c.id, tokens.c.created_at, tokens.c.expires_at, tokens.c.revoked_at)
    found = connection.execute(select(*columns).where(tokens.c.user_id == user_id).order_by(tokens.c.id.desc()))
    return tuple(Token(*row) for row in found)


def revoke_tokens(connection: Connection, user_id: int, at: int, id: int | None = None) -> int:
    """Revoke an account's living tokens, or one of them; how many."""
    conditions = [tokens.c.user_id == user_id, tokens.c.revoked_at.is_(None)]
    if id is not None:
        conditions.append(tokens.c.id == id)
    return int(connection.execute(update(tokens).where(*conditions).values(revoked_at=at)).rowcount)
