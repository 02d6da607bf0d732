"""The words and passwords that are tried first, in `config/passwords.txt`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from domain.guessing import folded

COMMON = Path(__file__).with_suffix(".txt")


@cache
def common() -> frozenset[str]:
    """Each in the one spelling of what looks alike."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(folded(line.strip()) for line in lines if line.strip() and not line.startswith("#"))
