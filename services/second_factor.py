"""The second factor: a code that an app on somebody's own device shows for half a minute (TOTP, RFC 6238), and ten
recovery codes for the day when that device is lost. A code counts once, also for two who send it at the same time.

What makes the codes is kept encrypted, under a key that the process of the public does not have. Wrong codes slow down
those that follow, for the account as a whole: whoever is asked for one has given the right password already.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from passlib.exc import TokenError
from passlib.totp import TOTP

from data_access import accounts, audit
from data_access import second_factor as table
from data_access.desk.sealing import Seal
from data_access.store import Store
from domain.errors import Forbidden, Invalid, Stale, Throttled
from domain.people import Account, Actor, Permission, require, require_fresh
from services import clock
from services.accounts import found, own, proved
from services.audit import note
from services.sign_in import MEMORY, digest, pause, place

CODES = 10
CODE_BYTES = 10
WINDOW = 30  # seconds that a device's clock may be wrong
ISSUER = "Atalaya"


@dataclass(frozen=True, slots=True)
class Offer:
    """A device that is about to be set up: the key to type, the same as a link, and what the form keeps meanwhile."""

    key: str
    link: str
    kept: str


@dataclass(frozen=True, slots=True)
class State:
    """Since when a device is set up, if one is, and how many recovery codes are left."""

    since: int | None
    codes: int


def state(store: Store, actor: Actor) -> State:
    """One's own. Raises Forbidden."""
    account = own(store, actor)
    with store.engine.connect() as connection:
        return State(account.factor_since, table.codes_left(connection, account.id))


def begin(account: Account, secret: str) -> Offer:
    """Offer a new key; nothing of it is stored before a first code was right. Raises Invalid for a demo account."""
    if account.demo:
        raise Invalid("second_factor.demo")
    key = TOTP.new().base32_key
    return _offer(account, key, Seal((secret,)).seal(_offered(account), key).decode())


def another(store: Store, actor: Actor, secret: str) -> Offer:
    """Offer a key for another device of one's own. Raises Forbidden, Unproved, or Invalid for a demo account."""
    account = own(store, actor)
    require_fresh(actor, clock.now())
    return begin(account, secret)


def offered(account: Account, secret: str, kept: str) -> Offer:
    """The same offer once more, after a wrong code. Raises Stale."""
    return _offer(account, _unsealed(secret, _offered(account), kept.encode()), kept)


def confirm(store: Store, account: Account, secret: str, kept: str, code: str) -> tuple[str, ...]:
    """Set up the first device of an account; its recovery codes, shown this once. Raises Invalid or Stale."""
    return _set_up(store, account, secret, kept, code, first=True)


def change(store: Store, actor: Actor, secret: str, kept: str, code: str) -> tuple[str, ...]:
    """Set up another device of one's own in place of the one before, with new recovery codes, shown this once.

    Raises Forbidden, Unproved, Invalid or Stale.
    """
    account = own(store, actor)
    require_fresh(actor, clock.now())
    return _set_up(store, account, secret, kept, code, first=False)


def codes(store: Store, actor: Actor) -> tuple[str, ...]:
    """New recovery codes of one's own, shown this once; those before are worth nothing.

    Raises Forbidden, Unproved, or Invalid where there is no device.
    """
    account = own(store, actor)
    require_fresh(actor, clock.now())
    if account.factor_since is None:
        raise Invalid("second_factor.none")
    made = _made()
    with store.engine.begin() as connection:
        table.write_codes(connection, account.id, map(_digest, made))
        note(connection, actor, "second_factor.codes", account.email)
    return made


def check(store: Store, account: Account, secret: str, code: str, address: str) -> None:
    """Use a code of the device, or a recovery code. Raises Throttled, Invalid("second_factor.wrong") or Stale."""
    with store.engine.connect() as connection:
        refused = audit.refusals(connection, "second_factor.failed", clock.now() - MEMORY, account.email)
        if (wait := pause(*refused)) > 0:
            raise Throttled("sign_in.wait", seconds=wait)
        sealed = table.sealed(connection, account.id)
    typed = _plain(code)
    step = _step(_unsealed(secret, _device(account), sealed), typed) if sealed is not None and len(typed) == 6 else None
    with store.engine.begin() as connection:
        if step is not None and table.use_step(connection, account.id, step):
            return
        if table.use_code(connection, account.id, _digest(typed), clock.now()):
            note(connection, account.actor, "second_factor.recovered", place(address))
            return
        note(connection, account.actor, "second_factor.failed", place(address))
    raise Invalid("second_factor.wrong")


def reset(store: Store, actor: Actor, email: str) -> None:
    """Take the second factor from another's account, whose sessions and tokens end; the next sign-in sets up a new one.

    Raises Forbidden, Unproved, NotFound or Invalid.
    """
    require(actor, Permission.ACCOUNTS)
    proved(actor)
    with store.engine.begin() as connection:
        account = found(connection, email)
        if account.id == actor.id:
            raise Forbidden("second_factor.own")
        table.remove(connection, account.id)
        accounts.revoke_tokens(connection, account.id, clock.now())
        note(connection, actor, "second_factor.reset", account.email)


def _set_up(store: Store, account: Account, secret: str, kept: str, code: str, *, first: bool) -> tuple[str, ...]:
    key = _unsealed(secret, _offered(account), kept.encode())
    step = _step(key, _plain(code))
    if step is None:
        raise Invalid("second_factor.wrong")
    sealed, made = Seal((secret,)).seal(_device(account), key), _made()
    with store.engine.begin() as connection:
        if not table.write(connection, account.id, sealed, step, clock.now(), first=first):
            raise Stale("second_factor.sealed")
        table.write_codes(connection, account.id, map(_digest, made))
        note(connection, account.actor, "second_factor.set", account.email)
    return made


def _offer(account: Account, key: str, kept: str) -> Offer:
    device = TOTP(key, label=account.email.replace(":", "·"), issuer=ISSUER)
    return Offer(str(device.pretty_key(sep=" ")), str(device.to_uri()), kept)


def _step(key: str, typed: str) -> int | None:
    """The step whose code this is, now or a moment ago."""
    try:
        return int(TOTP(key).match(typed, time=clock.now(), window=WINDOW).counter)
    except TokenError:
        return None


def _unsealed(secret: str, of: str, sealed: bytes) -> str:
    try:
        return str(Seal((secret,)).unseal(of, sealed))
    except Stale as error:
        raise Stale("second_factor.sealed") from error


def _offered(account: Account) -> str:
    return f"second factor offered to {account.id}"


def _device(account: Account) -> str:
    return f"second factor of {account.id}"


def _made() -> tuple[str, ...]:
    """Codes of 80 random bits, in groups that can be read aloud."""
    written = (base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().lower() for _ in range(CODES))
    return tuple("-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in written)


def _digest(code: str) -> str:
    return digest(_plain(code))


def _plain(code: str) -> str:
    """A code as it was meant, however it was typed."""
    return "".join(letter for letter in code.lower() if letter.isascii() and letter.isalnum())
