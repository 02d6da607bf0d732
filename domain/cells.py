"""Text in the cells of tables that spreadsheets open."""

from __future__ import annotations

import re
from functools import lru_cache

# A cell that begins like this could run as a formula, and so could the part after a character that some country's
# spreadsheet splits cells at. Full-width signs count: some programs fold them.
FORMULA = re.compile(r"""((?:^|[;,\t\r\n|])[\s\x00-\x1f\x7f"']*)(?=[=+\-@＝＋－＠])""")
CONTROL = ("\t", "\r", "\n", "\0")


@lru_cache(maxsize=8192)  # the same few words fill most cells
def harmless(text: str) -> str:
    """Text that a spreadsheet shows and does not run.

    >>> harmless("=1+1"), harmless("calle 1;=cmd"), harmless("Robo con intimidación")
    ("'=1+1", "calle 1;'=cmd", 'Robo con intimidación')
    """
    shown = FORMULA.sub(r"\1'", text)
    return f"'{shown}" if shown.startswith(CONTROL) else shown
