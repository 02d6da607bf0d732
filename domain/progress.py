"""How far a long work is: steps done, of how many, and what is being done. Whoever is told may raise to end it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int, str], None]


def silent(done: int, total: int, step: str) -> None:
    """Tells nobody."""
