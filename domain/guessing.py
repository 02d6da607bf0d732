"""How easily a password is guessed: made of words that everybody uses, of rows of keys, of one's own name.

Spellings that look alike count as one: wide letters, capitals, accents, and digits that stand for letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import cache

ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkln", "zxcvbnm")
RUN = range(4, 8)  # letters of a row; what is longer is made of several
STANDS_FOR = str.maketrans("0134578@$!", "oieastbasi")
LEFT = 4  # letters that must be left to guess beside common words and runs
OWN = 4  # letters of a name that are worth looking for
UP, DOWN = "01234567890123456789", "98765432109876543210"


def folded(text: str) -> str:
    """One spelling for what looks alike.

    >>> folded("CONTRASEÑA ２０")
    'contrasena 20'
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def easy(password: str, common: Collection[str]) -> bool:
    """Whether little is left of a password beside common words, runs of keys, digits and signs. `common` are folded.

    >>> easy("Passw0rd2026!", {"password"}), easy("qwertyuiop12", ()), easy("correct horse", {"horse"})
    (True, True, False)
    """
    text = folded(password)
    return _repeats(text) or text in UP or text in DOWN or any(_worn(one, common) for one in _readings(text))


def holds(password: str, names: Collection[str]) -> bool:
    """Whether one of these names is in a password, whatever parts its letters.

    >>> holds("AnaSoto.en.casa", ["Ana Soto"]), holds("cuatro palabras sin nexo", ["Ana", "atalaya"])
    (True, False)
    """
    wanted = [name for name in map(_letters, names) if len(name) >= OWN]
    return any(name in _letters(one) for one in _readings(folded(password)) for name in wanted)


def _letters(text: str) -> str:
    return "".join(letter for letter in folded(text) if letter.isalnum())


def _readings(text: str) -> tuple[str, str]:
    return text, text.translate(STANDS_FOR)


def _repeats(text: str) -> bool:
    return any(text[part:] == text[:-part] for part in range(1, len(text) // 2 + 1))


def _worn(text: str, common: Collection[str]) -> bool:
    """Whether fewer than LEFT letters remain once words and runs are taken out in the best way."""
    letters = sum(letter.isalpha() for letter in text)
    least = [0, *(len(text) for _ in text)]
    for at, letter in enumerate(text):
        least[at + 1] = min(least[at + 1], least[at] + letter.isalpha())
        for word in (*common, *_runs()):
            if text.startswith(word, at):
                least[at + len(word)] = min(least[at + len(word)], least[at])
    return least[-1] < min(LEFT, letters)


@cache
def _runs() -> frozenset[str]:
    both = [row for one in ROWS for row in (one, one[::-1])]
    return frozenset(row[at : at + size] for row in both for size in RUN for at in range(len(row) - size + 1))
