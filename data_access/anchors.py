"""The ends of the chains, day after day, in a file that is only added to. The night's backup takes it along: a copy
that lies where nobody of the portal can write shows a chain that was written anew."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NAME = "anchors.csv"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last hash of the audit log and of the desk's events at an instant (UTC, ISO 8601)."""

    at: str
    audit: str
    desk: str


def read(home: Path) -> tuple[Anchor, ...]:
    """Every anchor, oldest first."""
    path = home / NAME
    lines = path.read_text().splitlines() if path.exists() else []
    return tuple(Anchor(*line.split(",")) for line in lines)


def due(home: Path, now: int) -> bool:
    """Whether none was kept on this day yet."""
    return not any(one.at[:10] == _instant(now)[:10] for one in read(home)[-1:])


def keep(home: Path, now: int, audit: str, desk: str) -> None:
    with (home / NAME).open("a") as file:
        file.write(f"{_instant(now)},{audit},{desk}\n")
        file.flush()
        os.fsync(file.fileno())


def _instant(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
