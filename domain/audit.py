"""What the audit log tells, and what it can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    at: int  # seconds since 1970
    actor: str
    action: str
    object: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events to read; empty text means all."""

    actor: str = ""  # part of an e-mail address
    action: str = ""  # the action or its first word: "sign_in" also finds "sign_in.failed"
    since: int | None = None
    before: int | None = None
