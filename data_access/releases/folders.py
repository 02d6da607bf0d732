"""Releases on disk: drafts, and the numbered folders that never change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

from data_access.releases.files import ARCHIVE, zipped
from data_access.releases.reading import DRAFTS, folder_name


def keep_draft(releases: Path, number: int, files: Mapping[str, bytes]) -> None:
    """Write the files and their archive as a draft, in one rename."""
    drafts = releases / DRAFTS
    releases.mkdir(parents=True, exist_ok=True)
    drafts.mkdir(exist_ok=True, mode=0o700)  # the public's process reads what is beside it
    fresh = Path(mkdtemp(prefix="writing-", dir=drafts))
    for name, content in {**files, ARCHIVE: zipped(files)}.items():
        _write(fresh / name, content)
    fresh.chmod(0o755)
    target = drafts / folder_name(number)
    shutil.rmtree(target, ignore_errors=True)  # of a build that never reached the record
    os.rename(fresh, target)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o644)  # whoever reads it does not write it, whatever the umask


def publish(releases: Path, number: int) -> None:
    """Put a draft among the numbered releases, in one rename; done already, it stays."""
    draft, target = releases / DRAFTS / folder_name(number), releases / folder_name(number)
    if draft.exists() and not target.exists():
        os.rename(draft, target)


def discard(releases: Path, number: int) -> None:
    """Remove a draft."""
    shutil.rmtree(releases / DRAFTS / folder_name(number), ignore_errors=True)


def erase(releases: Path, number: int) -> None:
    """Remove a release of the demo, published or not."""
    discard(releases, number)
    shutil.rmtree(releases / folder_name(number), ignore_errors=True)
