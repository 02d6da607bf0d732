"""Whether a disk has room for what somebody hands in."""

from __future__ import annotations

import shutil
from pathlib import Path

from domain.errors import Invalid

KEPT_FREE = 0.1  # of the disk: databases, backups and logs need room too


def ask(folder: Path) -> None:
    """Refuse more where less than a tenth of a folder's disk is free. Raises Invalid("no_room")."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    disk = shutil.disk_usage(there)
    if disk.free < KEPT_FREE * disk.total:
        raise Invalid("no_room", percent=round(100 * disk.free / disk.total))
