"""Closed months are added once and never changed, in both databases; the demo's own go with the demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import IntegrityError

from data_access import closings
from data_access.schema import deliveries
from domain.errors import NotFound, Stale


def content(month: str, synthetic: bool = False, registered: int = 7733) -> Mapping[str, Any]:
    return {
        "month": month,
        "synthetic": synthetic,
        "closed_at": 5,
        "closed_by": "ana@ciudad.cl",
        "precincts": [{"precinct": "san-ramón", "registered": registered}],
    }


def deliver(engine: Engine, synthetic: bool) -> None:
    """From a real delivery on, the demo's own stand aside."""
    row: dict[str, Any] = {"kind": "registrations", "status": "stored", "file": "", "sha256": "", "actor": "", "at": 0}
    row |= {"rows": 0, "stored": 0, "known": 0, "problems": "[]", "synthetic": synthetic}
    with engine.begin() as connection:
        connection.execute(insert(deliveries).values(row))


CHANGES = {
    "UPDATE adoption_closings SET content = 'other'": "",
    "UPDATE adoption_closings SET synthetic = synthetic": "",
    "DELETE FROM adoption_closings": "",
    "DELETE FROM adoption_closings WHERE month = '2026-10'": "",
    "INSERT OR REPLACE INTO adoption_closings (id, month, synthetic, closed_at, actor, content, sha256)"
    " VALUES (1, '2020-01', 0, 0, '', '', '')": "sqlite",
    "INSERT OR REPLACE INTO adoption_closings (month, synthetic, closed_at, actor, content, sha256)"
    " VALUES ('2026-10', 0, 0, '', '', '')": "sqlite",
    "TRUNCATE adoption_closings": "postgresql",
    "INSERT INTO adoption_closings (month, synthetic, closed_at, actor, content, sha256)"
    " VALUES ('2026-10', FALSE, 0, '', '', '') ON CONFLICT (month, synthetic) DO UPDATE SET content = 'other'": "",
}


@pytest.mark.parametrize("statement", CHANGES)
def test_a_closed_month_cannot_be_changed(engine: Engine, statement: str) -> None:
    if CHANGES[statement] not in ("", engine.dialect.name):
        return
    deliver(engine, synthetic=False)
    with engine.begin() as connection:
        closed = closings.add(connection, content("2026-10"))
    with pytest.raises(IntegrityError, match="append only"), engine.begin() as connection:
        connection.execute(text(statement))
    with engine.begin() as connection:
        assert closings.read(connection, "2026-10") == closed
        assert closed.intact


def test_a_month_is_closed_once_and_the_second_is_told(engine: Engine) -> None:
    deliver(engine, synthetic=False)
    with engine.begin() as connection:
        closings.add(connection, content("2026-10"))
    with pytest.raises(Stale, match=r"revisions\.closed"), engine.begin() as connection:
        closings.add(connection, content("2026-10", registered=8000))
    with engine.begin() as connection:
        (only,) = closings.listing(connection)
        assert closings.read(connection, only.month).content["precincts"][0]["registered"] == 7733


def test_the_demos_own_are_kept_apart_and_go_with_the_demo(engine: Engine) -> None:
    deliver(engine, synthetic=True)
    with engine.begin() as connection:
        for month in ("2026-09", "2026-10"):
            closings.add(connection, content(month, synthetic=True))
        closings.add(connection, content("2026-10", registered=1))
        assert [one.month for one in closings.listing(connection)] == ["2026-10", "2026-09"]
        assert closings.read(connection, "2026-10").synthetic
    deliver(engine, synthetic=False)
    with engine.begin() as connection:
        assert [(one.month, one.synthetic) for one in closings.listing(connection)] == [("2026-10", False)]
        with pytest.raises(NotFound, match=r"revisions\.none"):
            closings.read(connection, "2026-09")
        assert closings.remove_demo(connection) == 2
        assert closings.remove_demo(connection) == 0
        assert closings.read(connection, "2026-10").content["precincts"][0]["registered"] == 1
