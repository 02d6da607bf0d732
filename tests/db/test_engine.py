"""Connections: what each database is told, and what it holds to."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from data_access.engine import make_engine
from data_access.schema import batches, sources
from data_access.store import Store

SOURCE = {"name": "city", "zone": "UTC", "synthetic": False}


def test_a_new_store_is_empty(store: Store) -> None:
    with store.engine.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(sources)) == 0
        connection.execute(insert(sources).values(**SOURCE))


def test_what_one_test_writes_no_other_reads(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(insert(sources).values(**SOURCE))
        assert connection.scalar(select(func.count()).select_from(sources)) == 1


def test_foreign_keys_are_held_in_both_databases(engine: Engine) -> None:
    orphan = insert(batches).values(source_id=9, status="running", files="[]", actor="a", started_at=0)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(orphan)


def test_sqlite_writes_ahead_and_waits_for_others(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new' / 'record.sqlite'}")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA busy_timeout")) == 30_000
    engine.dispose()


def test_a_store_answers_while_its_record_can_be_read(store: Store) -> None:
    assert store.answers()
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE users RENAME TO people"))
    assert not store.answers()
