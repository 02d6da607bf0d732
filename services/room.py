"""Whether a disk has room for what somebody hands in."""

from __future__ import annotations

import shutil
from pathlib import Path

from domain.errors import Invalid

KEPT_FREE = 0.1  # of the disk: databases, backups and logs need room too
ENOUGH = 10 << 30  # bytes, of a large one


def kept_free(total: int) -> int:
    """The bytes of a disk that nothing handed in may take: a tenth of it, and ten gigabytes at most."""
    return int(min(KEPT_FREE * total, ENOUGH))


def ask(folder: Path) -> None:
    """Refuse more where a folder's disk has no more room than is kept free. Raises Invalid("no_room")."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    disk = shutil.disk_usage(there)
    if disk.free < kept_free(disk.total):
        raise Invalid("no_room", percent=round(100 * disk.free / disk.total))
