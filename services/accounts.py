"""Accounts: adding people, saying what they may do, ending what they may do. Every change is in the audit log."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from sqlalchemy import Connection

from data_access import accounts as table
from data_access.store import Store
from domain.errors import Forbidden, Invalid, NotFound
from domain.people import SYSTEM, Account, Actor, Permission, Role, Token, apart, may, require, require_fresh
from locales import DEFAULT, LANGUAGES
from services import clock, passwords
from services.audit import note
from services.sign_in import digest, normal, prove

DAY = 86_400
LONGEST_TOKEN = 90  # days
DEMO_PASSWORD = "demo-atalaya-2026"  # noqa: S105 - told to whoever looks at the demo
DEMO_PRECINCTS = ("San Miguel", "La Cisterna")  # the demo commander's own
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def every(store: Store, actor: Actor) -> tuple[Account, ...]:
    """All accounts, by e-mail address. Raises Forbidden."""
    require(actor, Permission.ACCOUNTS)
    with store.engine.connect() as connection:
        return table.every(connection)


def one(store: Store, actor: Actor, email: str) -> Account:
    """An account by its e-mail address. Raises Forbidden or NotFound."""
    require(actor, Permission.ACCOUNTS)
    with store.engine.connect() as connection:
        return found(connection, email)


def add(
    store: Store,
    actor: Actor,
    email: str,
    roles: Iterable[Role],
    *,
    name: str = "",
    precincts: Iterable[str] = (),
    password: str | None = None,
) -> str:
    """Add an account; its password, made up where none is given, and then changed at the first sign-in.

    Raises Forbidden, Unproved or Invalid.
    """
    _require(actor)
    usable = _usable(store, password, normal(email), name)
    with store.engine.begin() as connection:
        return _add(connection, actor, normal(email), frozenset(roles), name, precincts, usable, made=password is None)


def _add(
    connection: Connection,
    actor: Actor,
    email: str,
    roles: frozenset[Role],
    name: str,
    precincts: Iterable[str],
    password: str,
    *,
    made: bool = False,
    demo: bool = False,
) -> str:
    if not ADDRESS.fullmatch(email) or len(email) > 255:
        raise Invalid("accounts.address", email=email)
    if table.find(connection, email):
        raise Invalid("accounts.exists", email=email)
    _keep_apart(roles)
    called = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())[:120]
    id = table.add(connection, email, called, passwords.hashed(password), demo, DEFAULT, clock.now())
    table.change(connection, id, must_change=made)
    codes = _write_precincts(connection, id, precincts)
    table.set_roles(connection, id, roles)
    note(connection, actor, "account.added", email, roles=sorted(roles), precincts=codes)
    return password


def set_roles(store: Store, actor: Actor, email: str, roles: Iterable[Role]) -> None:
    """Say what an account may do. Nobody says it of their own, and who administers accounts sees no case.

    Raises Forbidden, Unproved, NotFound, or Invalid: also for the last administrator.
    """
    _require(actor)
    wanted = frozenset(roles)
    _keep_apart(wanted)
    with store.engine.begin() as connection:
        account = found(connection, email)
        if account.id == actor.id and account.roles != wanted:
            raise Forbidden("accounts.own_roles")
        table.set_roles(connection, account.id, wanted)
        _keep_an_administrator(connection, account)
        if found(connection, email).asks_factor and not account.asks_factor:  # they come in anew, with one
            table.end_sessions(connection, account.id)
            table.revoke_tokens(connection, account.id, clock.now())
        note(connection, actor, "account.roles", account.email, before=sorted(account.roles), after=sorted(wanted))


def set_precincts(store: Store, actor: Actor, email: str, codes: Iterable[str]) -> None:
    """Say which precincts are an account's own. Raises Forbidden, NotFound or Invalid."""
    require(actor, Permission.ACCOUNTS)
    with store.engine.begin() as connection:
        account = found(connection, email)
        after = _write_precincts(connection, account.id, codes)
        note(connection, actor, "account.precincts", account.email, before=sorted(account.precincts), after=after)


def set_active(store: Store, actor: Actor, email: str, active: bool) -> None:
    """Let a person in again, or end their sessions and tokens at once.

    Raises Forbidden, Unproved, NotFound or Invalid.
    """
    _require(actor)
    with store.engine.begin() as connection:
        account = found(connection, email)
        table.change(connection, account.id, active=active)
        if not active:
            table.revoke_tokens(connection, account.id, clock.now())
            _keep_an_administrator(connection, account)
        note(connection, actor, "account.activated" if active else "account.deactivated", account.email)


def set_password(store: Store, actor: Actor, email: str, password: str | None = None) -> str:
    """Give an account a new password, made up where none is given, and then changed at the next sign-in.

    Raises Forbidden, Unproved, NotFound or Invalid.
    """
    _require(actor)
    with store.engine.begin() as connection:
        account = found(connection, email)
        usable = _usable(store, password, account.email, account.name)
        return _write_password(connection, actor, account, usable, made=password is None)


def change_password(store: Store, actor: Actor, old: str, new: str, address: str) -> None:
    """Change one's own password; all one's sessions and tokens end. Raises Forbidden, Throttled or Invalid."""
    with store.engine.connect() as connection:
        account = _own(connection, actor)
    try:
        prove(store, account.email, old, address, demo=account.demo)
    except Forbidden as wrong:
        raise Invalid("password.wrong") from wrong
    with store.engine.begin() as connection:
        _write_password(connection, actor, account, _usable(store, new, account.email, account.name), made=False)


def set_language(store: Store, actor: Actor, language: str) -> None:
    """Remember the language that a person reads. Raises Forbidden or Invalid."""
    if language not in LANGUAGES:
        raise Invalid("malformed")
    with store.engine.begin() as connection:
        table.change(connection, _own(connection, actor).id, language=language)


def own(store: Store, actor: Actor) -> Account:
    """One's own account. Raises Forbidden."""
    with store.engine.connect() as connection:
        return _own(connection, actor)


def own_precincts(store: Store, actor: Actor) -> tuple[str, ...]:
    """The names of the precincts written on one's own account. Raises Forbidden."""
    with store.engine.connect() as connection:
        codes, known = _own(connection, actor).precincts, table.precincts(connection)
    return tuple(sorted(name for code, (_, name) in known.items() if code in codes))


def precincts(store: Store, actor: Actor) -> dict[str, str]:
    """The precincts that an account may be given, code to name. Raises Forbidden."""
    require(actor, Permission.ACCOUNTS)
    with store.engine.connect() as connection:
        return {code: name for code, (_, name) in table.precincts(connection).items()}


# --- tokens -----------------------------------------------------------------------------------------------------


def make_token(store: Store, actor: Actor, email: str, days: int = LONGEST_TOKEN) -> str:
    """A token for the JSON addresses, shown only now. Raises Forbidden, Unproved, NotFound or Invalid."""
    if not 1 <= days <= LONGEST_TOKEN:
        raise Invalid("accounts.days", longest=LONGEST_TOKEN)
    token, now = "atl_" + secrets.token_urlsafe(32), clock.now()
    with store.engine.begin() as connection:
        account = _own_or_managed(connection, actor, email)
        proved(actor)
        if not account.active:
            raise Invalid("accounts.inactive", email=account.email)
        table.add_token(connection, digest(token), account.id, now, now + days * DAY)
        note(connection, actor, "token.made", account.email, days=days)
    return token


def tokens(store: Store, actor: Actor, email: str) -> tuple[Token, ...]:
    """When an account's tokens were made and end. Raises Forbidden or NotFound."""
    with store.engine.connect() as connection:
        return table.tokens_of(connection, _own_or_managed(connection, actor, email).id)


def revoke_tokens(store: Store, actor: Actor, email: str, id: int | None = None) -> int:
    """Revoke an account's tokens, or one of them; how many were living. Raises Forbidden or NotFound."""
    with store.engine.begin() as connection:
        account = _own_or_managed(connection, actor, email)
        revoked = table.revoke_tokens(connection, account.id, clock.now(), id)
        note(connection, actor, "token.revoked", account.email, tokens=revoked)
    return revoked


# --- the demo city's people -------------------------------------------------------------------------------------


def ensure_demo(store: Store) -> list[tuple[str, str, Role]]:
    """One account for each role while the demo city is loaded: e-mail address, password and role of each.

    Everybody knows their password, and so production lets none of them in.
    """
    with store.engine.begin() as connection:
        for role in Role:
            if table.find(connection, _demo_address(role)) is None:
                own = _demo_precincts(connection) if role is Role.COMMANDER else ()
                wanted = frozenset({role})
                _add(connection, SYSTEM, _demo_address(role), wanted, "", own, DEMO_PASSWORD, demo=True)
    return demo_accounts()


def demo_accounts() -> list[tuple[str, str, Role]]:
    """E-mail address, password and role of each demo account; no secrets while the demo is there."""
    return [(_demo_address(role), DEMO_PASSWORD, role) for role in Role]


def remove_demo(store: Store) -> None:
    with store.engine.begin() as connection:
        table.remove(connection, [account.id for account in table.demos(connection)])


def any_demo(store: Store) -> bool:
    """Whether an account exists whose password everybody knows."""
    with store.engine.connect() as connection:
        return bool(table.demos(connection))


def _demo_address(role: Role) -> str:
    return f"{role}@demo.atalaya"


def _demo_precincts(connection: Connection) -> list[str]:
    return [code for code, (_, name) in table.precincts(connection).items() if name in DEMO_PRECINCTS]


# --- rules ------------------------------------------------------------------------------------------------------


def proved(actor: Actor) -> None:
    """Who sits down at somebody else's open session gets no lasting way in. The system gives no password."""
    if actor != SYSTEM:
        require_fresh(actor, clock.now())


def _require(actor: Actor) -> None:
    """For what gives somebody a way into the portal, or takes it."""
    require(actor, Permission.ACCOUNTS)
    proved(actor)


def _keep_apart(roles: frozenset[Role]) -> None:
    if others := apart(roles):
        raise Invalid("accounts.apart", roles=", ".join(sorted(others)))


def found(connection: Connection, email: str) -> Account:
    account = table.find(connection, normal(email))
    if account is None:
        raise NotFound("accounts.unknown", email=email)
    return account


def _own(connection: Connection, actor: Actor) -> Account:
    account = table.find(connection, actor.email) if actor.id else None
    if account is None or account.id != actor.id:
        raise Forbidden("signed_out")
    return account


def _own_or_managed(connection: Connection, actor: Actor, email: str) -> Account:
    if may(actor, Permission.ACCOUNTS):
        return found(connection, email)
    account = _own(connection, actor)
    if account.email != normal(email):
        raise Forbidden("forbidden")
    return account


def _usable(store: Store, password: str | None, email: str, name: str) -> str:
    if password is None:
        return passwords.made()
    passwords.check(password, email, name, store.city, store.leaked)
    return password


def _write_password(connection: Connection, actor: Actor, account: Account, password: str, *, made: bool) -> str:
    table.change(connection, account.id, password=passwords.hashed(password), must_change=made)
    table.revoke_tokens(connection, account.id, clock.now())
    note(connection, actor, "password.changed", account.email)
    return password


def _write_precincts(connection: Connection, id: int, codes: Iterable[str]) -> list[str]:
    known, wanted = table.precincts(connection), sorted(set(codes))
    unknown = [code for code in wanted if code not in known]
    if unknown:
        raise Invalid("accounts.precinct", precinct=unknown[0])
    table.set_precincts(connection, id, [known[code][0] for code in wanted])
    return wanted


def _keep_an_administrator(connection: Connection, changed: Account) -> None:
    """Nobody could let anybody in again without one. `changed` is the account as it was."""
    if _administers(changed) and not any(map(_administers, table.every(connection))):
        raise Invalid("accounts.last_administrator")


def _administers(account: Account) -> bool:
    return account.active and may(account.actor, Permission.ACCOUNTS)
