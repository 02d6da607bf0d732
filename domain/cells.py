"""Text in the cells of tables that spreadsheets open: guarded on its way out, and given back as it was.

Guarding puts one apostrophe more before each sign that could begin a formula, so that reading takes away exactly what
writing put there.
"""

from __future__ import annotations

import re
from functools import lru_cache

# A cell that begins like this could run as a formula, and so could the part after a character that some country's
# spreadsheet splits cells at. Full-width signs count: some programs fold them.
BEFORE = r"""((?:^|[;,\t\r\n|])[\s\x00-\x1f\x7f"']*)"""
SIGN = r"(?=[=+\-@＝＋－＠])"
FORMULA, GUARDED = re.compile(BEFORE + SIGN), re.compile(f"{BEFORE}'{SIGN}")
CONTROL, GUARDED_CONTROL = re.compile(r"'*[\t\r\n\0]"), re.compile(r"'+[\t\r\n\0]")
PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")


@lru_cache(maxsize=8192)  # the same few words fill most cells
def harmless(text: str) -> str:
    """Text that a spreadsheet shows and does not run.

    >>> harmless("=1+1"), harmless("calle 1;=cmd"), harmless("Robo con intimidación")
    ("'=1+1", "calle 1;'=cmd", 'Robo con intimidación')
    """
    shown = FORMULA.sub(r"\1'", text)
    return f"'{shown}" if CONTROL.match(shown) else shown


def guarded(value: str) -> str:
    """The same for a table that is read again, in which numbers stay numbers.

    >>> guarded("=1+1"), guarded("-33.45"), guarded("'-x"), guarded("Hurto")
    ("'=1+1", '-33.45', "''-x", 'Hurto')
    """
    return value if PLAIN_NUMBER.fullmatch(value) else harmless(value)


def unguarded(value: str) -> str:
    """The value that `guarded` was given.

    >>> unguarded("'=1+1"), unguarded("calle 1;'=cmd"), unguarded("'Hurto'")
    ('=1+1', 'calle 1;=cmd', "'Hurto'")
    """
    return GUARDED.sub(r"\1", value[1:] if GUARDED_CONTROL.match(value) else value)
