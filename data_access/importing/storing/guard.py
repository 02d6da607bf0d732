"""Values that a spreadsheet would run as formulas, guarded on their way out and given back as they were.

A guarded value has one more apostrophe in front, so that reading takes away exactly what writing put there.
"""

from __future__ import annotations

import re

FORMULA = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'+[=+\-@\t\r]")
PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")


def guarded(value: str) -> str:
    """The value with an apostrophe in front where a spreadsheet might run it.

    >>> guarded("=1+1"), guarded("-33.45"), guarded("'-x"), guarded("Hurto")
    ("'=1+1", '-33.45', "''-x", 'Hurto')
    """
    return f"'{value}" if FORMULA.match(value) and not PLAIN_NUMBER.fullmatch(value) else value


def unguarded(value: str) -> str:
    """The value that `guarded` was given.

    >>> unguarded("'=1+1"), unguarded("'Hurto'")
    ('=1+1', "'Hurto'")
    """
    return value[1:] if GUARDED.match(value) else value
