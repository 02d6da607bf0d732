"""Names that are drawn by lot: a request's folio, and the code that opens its public view.

Crockford's base 32: no letter is taken for a digit, and who types O, I or L means 0, 1 or 1.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT = str.maketrans("OIL", "011")
CODE, FOLIO = 24, 8  # letters; 120 bits cannot be guessed, whatever is tried


def encoded(raw: bytes, length: int) -> str:
    """The first letters of some bytes, five bits each.

    >>> encoded(bytes.fromhex("00443214c7"), 8)
    '01234567'
    """
    bits = int.from_bytes(raw, "big") >> (len(raw) * 8 - length * 5)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(length)))


def read(typed: str) -> str:
    """A code or folio as it was typed, with spaces, hyphens and letters that look like digits.

    >>> read("7k3m-9qxo")
    '7K3M9QX0'
    """
    return "".join(mark for mark in typed.upper() if mark.isalnum()).translate(MEANT)


def shown(code: str) -> str:
    """In groups of four, to be copied by hand.

    >>> shown("7K3M9QX0")
    '7K3M-9QX0'
    """
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))
