"""Files that people hand in, kept for a day or until they are imported.

Each lies in a folder of its own whose name is chance and belongs to the account that sent it; of the name that the
sender gave only harmless letters are kept, since it is told in reports and its ending helps to read the file.
"""

from __future__ import annotations

import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from data_access.store import Store
from domain.errors import Invalid
from domain.people import Actor, Permission, require
from services import audit, clock, room

KEPT = 86_400  # seconds
BLOCK = 1 << 20
LONGEST_NAME = 80
MEGABYTE = 1 << 20
AT_ONCE = 2  # times the largest file: what one person may have lying here


def keep(
    store: Store, actor: Actor, name: str, stream: BinaryIO, megabytes: int, needs: Permission = Permission.IMPORT
) -> str:
    """Keep what a stream holds, and return the token by which its sender finds it again.

    Raises Forbidden, or Invalid for an empty file, one over `megabytes`, one with which this person would have more
    than twice that here, and on a disk that is nearly full.
    """
    require(actor, needs)
    _sweep(store)
    token = secrets.token_urlsafe(18)
    folder = _folder(store, actor, token)
    folder.mkdir(parents=True, mode=0o700)
    kept = folder / harmless(name)
    try:
        _write(store, actor, kept, stream, megabytes)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    audit.record(store, actor, "import.upload", kept.name, bytes=kept.stat().st_size)
    return token


def path(store: Store, actor: Actor, token: str, needs: Permission = Permission.IMPORT) -> Path:
    """A file that this person sent. Raises Forbidden, or Invalid where it is gone or another's."""
    require(actor, needs)
    files = list(_folder(store, actor, token).glob("*")) if re.fullmatch(r"[\w-]{24}", token, re.ASCII) else []
    if not files:
        raise Invalid("import.no_upload")
    return files[0]


def discard(store: Store, actor: Actor, token: str, needs: Permission = Permission.IMPORT) -> None:
    """Delete a file that this person sent. Raises Forbidden, or Invalid where it is gone or another's."""
    shutil.rmtree(path(store, actor, token, needs).parent)


def harmless(name: str) -> str:
    """A file name without folders, control characters or a leading dot.

    >>> harmless("../../etc/pass wd"), harmless("C:\\\\datos\\\\Año 2026.csv"), harmless("..")
    ('pass wd', 'Año 2026.csv', 'file')
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = re.sub(r"[^\w .()-]", "_", last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    short = f"{stem[:LONGEST_NAME]}{dot}{ending[:10]}" if dot else plain[:LONGEST_NAME]
    return short or "file"


def _folder(store: Store, actor: Actor, token: str) -> Path:
    return store.home / "uploads" / f"{actor.id}-{token}"


def _write(store: Store, actor: Actor, kept: Path, stream: BinaryIO, megabytes: int) -> None:
    size = 0
    with kept.open("xb", buffering=0) as file:
        while block := stream.read(BLOCK):
            size += len(block)
            if size > megabytes * MEGABYTE:
                raise Invalid("too_large", megabytes=megabytes)
            room.ask(kept.parent)
            file.write(block)
            if _held(store, actor) > AT_ONCE * megabytes * MEGABYTE:  # asked again for each block: others may be coming
                raise Invalid("import.too_much", megabytes=AT_ONCE * megabytes)
    if not size:
        raise Invalid("import.empty", file=kept.name)


def _held(store: Store, actor: Actor) -> int:
    """How many bytes a person has lying here."""
    total = 0
    for path in (store.home / "uploads").glob(f"{actor.id}-*/*"):
        with suppress(FileNotFoundError):  # imported meanwhile
            total += path.stat().st_size
    return total


def _sweep(store: Store) -> None:
    """Files that nobody imported in a day are gone."""
    for folder in (store.home / "uploads").glob("*-*"):
        if folder.stat().st_mtime < clock.now() - KEPT:
            shutil.rmtree(folder, ignore_errors=True)
