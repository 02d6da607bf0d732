"""A release as those who build and approve it see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Made:
    """`log` holds what the audit found, what was joined or left out, and what changed since the release before."""

    number: int
    status: Status
    synthetic: bool
    sha256: str
    built_by: str
    built_at: int
    decided_by: str | None
    decided_at: int | None
    reason: str
    log: dict[str, Any]
