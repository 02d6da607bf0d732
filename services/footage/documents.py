"""Identity documents: what was typed, in the one form that is kept, or None where it cannot be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from stdnum.ar import dni
from stdnum.cl import rut
from stdnum.exceptions import ValidationError

from config.jurisdiction import Jurisdiction

Check = Callable[[str], str | None]


def checks(law: Jurisdiction) -> Mapping[str, Check]:
    """The documents that a jurisdiction takes, by kind, each with its check."""
    return {kind: KINDS[kind] for kind in law.documents}


def chilean(typed: str) -> str | None:
    """A RUT with its check digit (module 11).

    >>> chilean("12.345.678-5"), chilean("12345678-4")
    ('12345678-5', None)
    """
    try:
        number = rut.validate(_bare(typed))
    except ValidationError:
        return None
    return f"{number[:-1]}-{number[-1]}"


def argentine(typed: str) -> str | None:
    """A DNI of seven or eight digits.

    >>> argentine("20.123.456")
    '20123456'
    """
    try:
        return str(dni.validate(_bare(typed)))
    except ValidationError:
        return None


def passport(typed: str) -> str | None:
    """Letters and digits, five to fifteen; every country has rules of its own.

    >>> passport("ab 123456"), passport("?")
    ('AB123456', None)
    """
    number = _bare(typed)
    return number if re.fullmatch(r"[A-Z0-9]{5,15}", number) else None


KINDS: Mapping[str, Check] = {"rut": chilean, "dni": argentine, "passport": passport}


def _bare(typed: str) -> str:
    return re.sub(r"[\s.\-‐‑–]", "", typed).upper()
