"""One run of the importer, as the record keeps it and pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Batch:
    """One import. `report` holds what became of its rows and its layout, and `failure` where it failed."""

    id: int
    source: str
    zone: str
    status: str
    files: list[dict[str, Any]]
    actor: str
    started_at: int
    finished_at: int | None
    rows: int
    stored: int
    duplicates: int
    updated: int
    rejected: int
    report: dict[str, Any]
