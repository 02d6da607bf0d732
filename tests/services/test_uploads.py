"""Files that people hand in: whose they are, what they may be called, how long they stay."""

from __future__ import annotations

import io
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from data_access.store import Store
from domain.errors import Forbidden, Invalid
from domain.people import ANONYMOUS, SYSTEM, Actor, Permission, Role
from services import audit, room, uploads

ANALYST = Actor(7, "ana@ciudad.cl", frozenset({Role.ANALYST}))
OTHER = Actor(8, "eva@ciudad.cl", frozenset({Role.ANALYST}))


def keep(store: Store, name: str = "hechos.csv", data: bytes = b"a,b\n1,2\n", actor: Actor = ANALYST) -> str:
    return uploads.keep(store, actor, name, io.BytesIO(data), 1)


def files(store: Store) -> list[Path]:
    return [path for path in (store.home / "uploads").rglob("*") if path.is_file()]


def test_only_who_may_import_hands_files_in(sqlite_store: Store) -> None:
    for role in Role:
        actor = Actor(9, "x@ciudad.cl", frozenset({role}))
        if Permission.IMPORT in actor.permissions:
            assert keep(sqlite_store, actor=actor)
        else:
            with pytest.raises(Forbidden):
                keep(sqlite_store, actor=actor)
    with pytest.raises(Forbidden):
        keep(sqlite_store, actor=ANONYMOUS)


def test_a_file_is_found_by_its_token_and_by_its_sender_alone(sqlite_store: Store) -> None:
    token = keep(sqlite_store)
    assert uploads.path(sqlite_store, ANALYST, token).read_bytes() == b"a,b\n1,2\n"
    with pytest.raises(Invalid, match=r"import\.no_upload"):
        uploads.path(sqlite_store, OTHER, token)


@pytest.mark.parametrize("token", ["", "..", "../secret_key", "x" * 24, "*" * 24, "a/b", "%2e%2e", "ñ" * 24])
def test_no_other_token_finds_anything(sqlite_store: Store, token: str) -> None:
    keep(sqlite_store)
    (sqlite_store.home / "secret_key").write_text("secret")
    with pytest.raises(Invalid, match=r"import\.no_upload"):
        uploads.path(sqlite_store, ANALYST, token)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("hechos 2026.csv", "hechos 2026.csv"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\datos\\Año.xlsx", "Año.xlsx"),
        ("", "file"),
        ("..", "file"),
        (".hidden", "hidden"),
        ("a\0b\n<script>.csv", "a_b__script_.csv"),
        ("x" * 300 + ".csv", "x" * 80 + ".csv"),
    ],
)
def test_of_the_given_name_only_harmless_letters_are_kept(sqlite_store: Store, given: str, kept: str) -> None:
    path = uploads.path(sqlite_store, ANALYST, keep(sqlite_store, given))
    assert path.name == kept
    assert path.parent.parent == sqlite_store.home / "uploads"


def test_a_file_that_is_too_large_or_empty_leaves_nothing_behind(sqlite_store: Store) -> None:
    with pytest.raises(Invalid, match="too_large"):
        keep(sqlite_store, data=b"x" * ((1 << 20) + 1))
    with pytest.raises(Invalid, match=r"import\.empty"):
        keep(sqlite_store, data=b"")
    assert list((sqlite_store.home / "uploads").iterdir()) == []


def test_a_file_that_stops_arriving_leaves_nothing_behind(sqlite_store: Store) -> None:
    class Cut(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        uploads.keep(sqlite_store, ANALYST, "a.csv", Cut(), 1)  # type: ignore[arg-type]
    assert list((sqlite_store.home / "uploads").iterdir()) == []


def test_a_discarded_file_is_gone(sqlite_store: Store) -> None:
    token = keep(sqlite_store)
    uploads.discard(sqlite_store, ANALYST, token)
    assert files(sqlite_store) == []


def test_files_that_nobody_imported_go_after_a_day(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    old = uploads.path(sqlite_store, ANALYST, keep(sqlite_store, "old.csv"))
    young = uploads.path(sqlite_store, ANALYST, keep(sqlite_store, "young.csv"))
    before = old.parent.stat().st_mtime - uploads.KEPT - 60
    os.utime(old.parent, (before, before))
    keep(sqlite_store, "new.csv")
    assert not old.exists()
    assert young.exists()


def test_handing_a_file_in_is_written_down(sqlite_store: Store) -> None:
    keep(sqlite_store)
    event = audit.read(sqlite_store, SYSTEM, audit.Wanted(action="import.upload"))[0][0]
    assert (event.actor, event.object, event.details) == (ANALYST.email, "hechos.csv", {"bytes": 8})


def test_one_person_has_no_more_than_twice_the_largest_file_waiting(sqlite_store: Store) -> None:
    large = bytes(900 << 10)
    first = keep(sqlite_store, data=large)
    keep(sqlite_store, data=large)
    with pytest.raises(Invalid, match=r"import\.too_much"):
        keep(sqlite_store, data=large)
    assert len(files(sqlite_store)) == 2
    assert keep(sqlite_store, data=large, actor=OTHER)
    uploads.discard(sqlite_store, ANALYST, first)
    assert keep(sqlite_store, data=large)


def test_files_that_come_at_once_are_counted_together(sqlite_store: Store) -> None:
    """Two others come while the first is read."""
    large = bytes(900 << 10)

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if not self.tell():
                keep(sqlite_store, data=large)
                keep(sqlite_store, data=large)
            return super().read(size)

    with pytest.raises(Invalid, match=r"import\.too_much"):
        uploads.keep(sqlite_store, ANALYST, "a.csv", Slow(large), 1)
    assert len(files(sqlite_store)) == 2


def test_a_disk_that_is_nearly_full_takes_nothing(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    free = iter([20, 20, 9])  # it fills up while the file comes
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: SimpleNamespace(total=100, free=next(free)))
    keep(sqlite_store, "a.csv")
    with pytest.raises(Invalid, match="no_room") as refused:
        uploads.keep(sqlite_store, ANALYST, "b.csv", io.BytesIO(bytes(2 << 20)), 3)
    assert refused.value.details == {"percent": 9}
    assert [path.name for path in files(sqlite_store)] == ["a.csv"]
