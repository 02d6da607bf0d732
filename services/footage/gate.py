"""What keeps machines from filing: a signed form, a least time to fill it in, and work that a browser does by itself.

No third party is asked and nothing is kept in the browser. Who has no JavaScript, or a browser that cannot work it out,
waits instead, and may file less often.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

import altcha
from itsdangerous import BadData, URLSafeSerializer

LEAST, WAIT = 4, 30  # seconds to fill the form in; to wait where no work was done
LASTING = 12 * 3600  # seconds that a form may lie open; then it is sent twice, and keeps what was typed
COST, PREFIX = 5_000, "00"  # rounds of a try, and what a try must begin with: 256 tries on average
WORK = "PBKDF2/SHA-256"
TRAP = "website"  # a field that nobody sees
SALT = "footage.form"


class Verdict(StrEnum):
    PASSED = "passed"
    SLOW = "slow"  # passed by waiting
    WAIT = "wait"
    EARLY = "early"
    OLD = "old"
    FORGED = "forged"
    TRAPPED = "trapped"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a form carries in hidden fields: `signed` is its number and its time, `challenge` the work as JSON."""

    signed: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Judged:
    verdict: Verdict
    once: str = ""  # the form's own number: a double click files once

    @property
    def passed(self) -> bool:
        return self.verdict in (Verdict.PASSED, Verdict.SLOW)


def ticket(secret: str, now: int) -> Ticket:
    """A fresh form."""
    return _ticket(secret, token_urlsafe(16), now, waited=False)


def again(secret: str, signed: str, waits: bool, now: int) -> Ticket:
    """The form once more: its number stays, unless it lay open for too long; who has to wait begins to do so."""
    try:
        once, at, waited = _signer(secret).loads(signed)
    except BadData:
        return ticket(secret, now)
    if now - at > LASTING:
        return ticket(secret, now)
    return _ticket(secret, once, now, waited=True) if waits else _ticket(secret, once, at, waited)


def judge(secret: str, signed: str, proof: str, trap: str, now: int) -> Judged:
    """Whether a form may be filed; `proof` is what the browser worked out, empty where it did not."""
    try:
        once, at, waited = _signer(secret).loads(signed)
    except BadData:
        return Judged(Verdict.FORGED)
    if trap:
        return Judged(Verdict.TRAPPED, once)
    if now - at > LASTING:
        return Judged(Verdict.OLD, once)
    if now - at < (WAIT if waited else LEAST):
        return Judged(Verdict.WAIT if waited else Verdict.EARLY, once)
    if proof and _worked(secret, proof, once):
        return Judged(Verdict.PASSED, once)
    return Judged(Verdict.SLOW if waited else Verdict.WAIT, once)


def _ticket(secret: str, once: str, at: int, waited: bool) -> Ticket:
    challenge = altcha.create_challenge(
        WORK, COST, key_prefix=PREFIX, data={"form": once}, hmac_secret=_key(secret)
    ).to_dict()
    return Ticket(str(_signer(secret).dumps([once, at, waited])), json.dumps(challenge))


def _worked(secret: str, proof: str, once: str) -> bool:
    """Whether the work was done, and for this form."""
    try:
        payload = altcha.Payload.from_base64(proof)
        of = (payload.challenge.parameters.data or {}).get("form")
        return of == once and altcha.verify_solution(payload, _key(secret)).verified
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=SALT)


def _key(secret: str) -> str:
    return sha256(f"{SALT} {secret}".encode()).hexdigest()
