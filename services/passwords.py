"""Passwords: argon2id with the parameters of OWASP's ASVS 5, appendix C (47104 KiB, one pass, one lane)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config.passwords import common
from data_access import breached
from domain.errors import Invalid
from domain.guessing import easy, holds

PRODUCT = "atalaya"
SHORTEST = 12
LONGEST = 128
HASHER = PasswordHasher(memory_cost=47104, time_cost=1, parallelism=1)


def made() -> str:
    """A password for somebody else to begin with: 96 random bits in groups that can be read aloud."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def check(password: str, email: str, name: str = "", city: str = "", leaked: Path | None = None) -> None:
    """Raise Invalid for a password that is too short, too long, common, in the file of those that leaked, or that holds
    the name of the person, of their address, of the city or of the portal."""
    if len(password) < SHORTEST:
        raise Invalid("password.short", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("password.long", longest=LONGEST)
    local = email.partition("@")[0]
    if _normal(password).strip().casefold() in (email, local) or len(set(password)) < 5 or easy(password, common()):
        raise Invalid("password.easy")
    if holds(password, [PRODUCT, city, name, *name.split(), local, *re.split(r"[^\w]|_", local)]):
        raise Invalid("password.own")
    if leaked and breached.leaked(leaked, _normal(password)):
        raise Invalid("password.leaked")


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
