"""Whose account an identity of the city's own directory is: a person says so of their own, and takes it back.

The directory says who somebody is and nothing more. What they may do here is in the portal's own tables.
"""

from __future__ import annotations

from data_access import accounts as table
from data_access.store import Store
from domain.errors import Invalid
from domain.identity import Asked, Identified, Provider
from domain.people import Account, Actor, Permission, require
from services import clock, identity
from services.accounts import found, own, proved
from services.audit import note


def ask(store: Store, actor: Actor, provider: Provider, back: str) -> tuple[str, Asked]:
    """Where to send a person who wants to link their identity, and what their browser keeps: see `identity.ask`.

    Raises Forbidden, Unproved, Invalid for a demo account, or Unreachable.
    """
    _own(store, actor)
    return identity.ask(provider, back)


def link(store: Store, actor: Actor, whom: Identified) -> None:
    """From now on this identity leads to one's own account. Raises Forbidden, Unproved or Invalid."""
    account = _own(store, actor)
    with store.engine.begin() as connection:
        table.link(connection, whom, account.id, clock.now())
        note(connection, actor, "identity.linked", account.email, issuer=whom.issuer)


def unlink(store: Store, actor: Actor) -> None:
    """No identity leads to one's own account any more. Raises Forbidden or Unproved."""
    account = own(store, actor)
    proved(actor)
    with store.engine.begin() as connection:
        if table.unlink(connection, account.id):
            note(connection, actor, "identity.unlinked", account.email)


def remove(store: Store, actor: Actor, email: str) -> None:
    """No identity leads to somebody's account any more, and their sessions end.

    Raises Forbidden, Unproved or NotFound.
    """
    require(actor, Permission.ACCOUNTS)
    proved(actor)
    with store.engine.begin() as connection:
        account = found(connection, email)
        if table.unlink(connection, account.id):
            table.end_sessions(connection, account.id)
            note(connection, actor, "identity.unlinked", account.email)


def _own(store: Store, actor: Actor) -> Account:
    account = own(store, actor)
    proved(actor)
    if account.demo:
        raise Invalid("directory.demo")
    return account
