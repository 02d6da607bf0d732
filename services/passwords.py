"""Passwords: argon2id with the parameters of OWASP's ASVS 5, appendix C (47104 KiB, one pass, one lane)."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Invalid

SHORTEST = 12
LONGEST = 128
HASHER = PasswordHasher(memory_cost=47104, time_cost=1, parallelism=1)


def made() -> str:
    """A password for somebody else to begin with: 96 random bits in groups that can be read aloud."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def check(password: str, email: str) -> None:
    """Raise Invalid for a password that is too short, too long, or the address of the account."""
    if len(password) < SHORTEST:
        raise Invalid("password.short", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("password.long", longest=LONGEST)
    if password.strip().lower() in (email, email.partition("@")[0]) or len(set(password)) < 5:
        raise Invalid("password.easy")


def hashed(password: str) -> str:
    return HASHER.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the stored one. It takes as long where nothing is stored."""
    try:
        return HASHER.verify(stored or _nobodys(), _normal(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return HASHER.hash(secrets.token_hex(32))


def _normal(password: str) -> str:
    """One spelling for what looks the same, whichever keyboard wrote it."""
    return unicodedata.normalize("NFKC", password)
