"""Coming in and going out: passwords, sessions and tokens become an account, or nobody.

A wrong password and an unknown address look and take the same. After FREE failures of one account from one address
each further try must wait twice as long; the owner, coming from elsewhere, waits for nothing. The audit log is the
memory of all this, and so it holds for every worker.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from sqlalchemy import Connection

from data_access import accounts as table
from data_access import audit as log
from data_access.accounts import Session
from data_access.store import Store
from domain.errors import Forbidden, Throttled
from domain.identity import Identified
from domain.people import EVIDENCE, Account, Actor
from services import clock, passwords
from services.audit import note

FREE = 5  # failures before the first wait
LONGEST_WAIT = 900  # seconds
MEMORY = 3600  # failures older than this many seconds are forgiven
MANY = 100  # failures of any accounts from one address, in MEMORY, before everyone there waits
MANY_WAIT = 5  # a whole office may share an address
TOUCH = 60  # seconds between two writings of when a session was last seen
PENDING = 300  # seconds from the right password, or identity, to the second factor
EVIDENCE_IDLE = 900  # seconds without a request, at most, for whoever keeps evidence


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts: `idle` seconds without a request, `longest` in all."""

    idle: int
    longest: int

    def left(self, session: Session) -> int:
        """The seconds that a session still has, if nothing is done in it."""
        idle = min(self.idle, EVIDENCE_IDLE) if session.account.actor.permissions & EVIDENCE else self.idle
        return min(session.seen_at + idle, session.created_at + self.longest) - clock.now()


def sign_in(store: Store, email: str, password: str, address: str, *, demo: bool) -> Account:
    """The account of an e-mail address and a password. `demo`, and what is raised: see `prove`."""
    account = prove(store, email, password, address, demo=demo)
    if not account.asks_factor:
        welcome(store, account, address)
    return account


def welcome(store: Store, account: Account, address: str, waited: str = "", by: str = table.PASSWORD) -> None:
    """Note that a person has come in. `waited` is the secret of the session that waited for the second factor."""
    with store.engine.begin() as connection:
        table.end_session(connection, digest(waited))
        note(connection, account.actor, "sign_in", place(address), by=by)


def identified(store: Store, whom: Identified, address: str, *, demo: bool) -> Account:
    """The account that an identity of another house was linked to; one that leads nowhere is noted and slows down
    those that follow. What is told and slowed is as in `prove`, whether there is no account or it may not come in.

    Raises Throttled("sign_in.wait") or Forbidden("directory.unknown").
    """
    address = place(address)
    with store.engine.connect() as connection:
        account = table.identified(connection, whom)
        known_as = account.email if account else _stranger(f"{whom.issuer} {whom.subject}")
        wait = _wait(connection, known_as, address)
    if wait > 0:
        raise Throttled("sign_in.wait", seconds=wait)
    if account is None or not _may_enter(account, demo):
        with store.engine.begin() as connection:
            log.append(connection, clock.now(), None, known_as, "sign_in.failed", address, {"by": table.IDENTITY})
        raise Forbidden("directory.unknown")
    if not account.asks_factor:
        welcome(store, account, address, by=table.IDENTITY)
    return account


def prove(store: Store, email: str, password: str, address: str, *, demo: bool) -> Account:
    """The account of an e-mail address and its password, wherever one is asked for; a wrong one is noted and slows
    down those that follow. `demo` says whether demo accounts may come in.

    Raises Throttled("sign_in.wait") or Forbidden("sign_in.refused"); both are the same for unknown accounts.
    """
    email, address = normal(email), place(address)
    with store.engine.connect() as connection:
        account = table.find(connection, email)
        stored = table.password(connection, account.id) if account else None
        known_as = email if account else _stranger(email)
        wait = _wait(connection, known_as, address)
    if wait > 0:
        raise Throttled("sign_in.wait", seconds=wait)
    right = passwords.matches(stored, password)
    with store.engine.begin() as connection:
        if account is None or not right or not _may_enter(account, demo):
            log.append(connection, clock.now(), None, known_as, "sign_in.failed", address, {})
        else:
            _strengthen(connection, account, stored, password)
            return account
    raise Forbidden("sign_in.refused")


def _may_enter(account: Account, demo: bool) -> bool:
    return account.active and (demo or not account.demo)


def normal(email: str) -> str:
    """An e-mail address as accounts are found by it."""
    return "".join(letter for letter in email if letter.isprintable()).strip().lower()


def place(address: str) -> str:
    """Where a try comes from: an address, or the network that one household or office has of the newer kind."""
    try:
        known = ip_address(address)
    except ValueError:
        return address[:60]
    return str(known) if known.version == 4 else str(ip_network((int(known), 64), strict=False))


def _stranger(email: str) -> str:
    """A name for an address without account, since people type passwords there by mistake."""
    return "unknown:" + hashlib.sha256(email.encode()).hexdigest()[:16]


def _wait(connection: Connection, known_as: str, address: str) -> int:
    now = clock.now()
    wait = pause(*log.failures(connection, now - MEMORY, address, known_as))
    everyones, latest = log.failures(connection, now - MEMORY, address)
    if everyones >= MANY:
        wait = max(wait, latest + MANY_WAIT - now)
    return wait


def pause(failures: int, last: int) -> int:
    """The seconds to wait after so many failures, the last at an instant: none after a few, then twice as many each."""
    return last + min(2 ** (failures - FREE + 1), LONGEST_WAIT) - clock.now() if failures >= FREE else 0


def _strengthen(connection: Connection, account: Account, stored: str | None, password: str) -> None:
    if stored is not None and passwords.outdated(stored):
        table.rehash(connection, account.id, passwords.hashed(password))


# --- sessions ---------------------------------------------------------------------------------------------------


def open_session(store: Store, account: Account, lifetime: Lifetime, stage: str = table.FULL) -> str:
    """Begin a session; the secret that the cookie keeps. Sessions that have run out are forgotten on the way."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    with store.engine.begin() as connection:
        table.forget_sessions(connection, now - lifetime.longest, now - lifetime.idle)
        table.open_session(connection, digest(secret), account.id, now, stage)
    return secret


def session(store: Store, secret: str, lifetime: Lifetime) -> Session | None:
    """The living session of a cookie's secret. One that waits for the second factor is none."""
    found = _known(store, secret)
    return found if found is not None and found.full and lifetime.left(found) > 0 else None


def pending(store: Store, secret: str) -> Session | None:
    """The session that waits for the second factor, for a while."""
    found = _known(store, secret)
    return found if found is not None and not found.full and clock.now() - found.created_at < PENDING else None


def _known(store: Store, secret: str) -> Session | None:
    with store.engine.connect() as connection:
        found = table.session(connection, digest(secret))
    return found if found is not None and found.account.active else None


def seen(store: Store, secret: str, session: Session) -> None:
    """Somebody did something: the wait for them begins anew."""
    now = clock.now()
    if now - session.seen_at >= TOUCH:
        with store.engine.begin() as connection:
            table.touch_session(connection, digest(secret), now)


def sign_out(store: Store, actor: Actor, secret: str) -> None:
    with store.engine.begin() as connection:
        table.end_session(connection, digest(secret))
        note(connection, actor, "sign_out")


def proved(store: Store, actor: Actor, secret: str, address: str) -> None:
    """End the session of somebody who has shown again who they are; a new one follows."""
    with store.engine.begin() as connection:
        table.end_session(connection, digest(secret))
        note(connection, actor, "sign_in.again", place(address))


def token_account(store: Store, token: str, *, demo: bool) -> Account | None:
    """The account that a bearer token stands for."""
    with store.engine.connect() as connection:
        account = table.token_account(connection, digest(token), clock.now())
    return None if account is None or (account.demo and not demo) else account


def digest(secret: str) -> str:
    """What is stored of a random secret. It needs no slow hash: it cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
