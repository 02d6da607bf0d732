"""Passwords that leaked, in a file of SHA-1 in their order, as Have I Been Pwned hands it out: `HASH:COUNT` a line.

The file lies on this host and is asked by halving, some forty lines of it each time; nobody else is asked.
"""

from __future__ import annotations

import os
import re
from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

LINE = re.compile(rb"[0-9A-Fa-f]{40}(:\d+)?\s*")


def leaked(path: Path, password: str) -> bool:
    """Whether a password is in the file. Raises OSError."""
    wanted = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        low, high = 0, os.fstat(file.fileno()).st_size
        while low < high:
            middle = (low + high) // 2
            found = _line(file, middle)
            if found and found < wanted:
                low = middle + 1
            else:
                high = middle
        return _line(file, low) == wanted


def fits(path: Path) -> bool:
    """Whether a file begins as such a list. Raises OSError."""
    with path.open("rb") as file:
        return LINE.fullmatch(file.readline(100)) is not None


def _line(file: BinaryIO, at: int) -> bytes:
    """The hash of the first line that begins at a byte or after it; empty at the end."""
    file.seek(max(at - 1, 0))
    if at:
        file.readline()
    return file.readline()[:40].upper()
