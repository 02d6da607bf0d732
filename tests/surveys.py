"""Facts of surveys for tests, put straight into the record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select

from data_access.engine import writing
from data_access.schema import areas, estimates
from data_access.store import Store
from domain.surveys import Estimate
from tests.adoption import delivery

COMMON = {"survey": "City survey", "place": "The city", "unit": "event", "level": 0.95, "design": "probability"}


def share(
    topic: str, item: str, year: int, part: float | None, answers: int | None = 900, **other: Any
) -> dict[str, Any]:
    """One fact; its interval is 3 percent points to either side."""
    sides = {"low": None, "high": None} if part is None else {"low": part - 0.03, "high": part + 0.03}
    told = {"topic": topic, "item": item, "year": year, "share": part, "answers": answers, "area": ""}
    return COMMON | told | sides | other


def told(store: Store, facts: Iterable[dict[str, Any]], synthetic: bool = False, status: str = "stored") -> None:
    """Deliver facts; `area` is the code of one, "" for none."""
    with writing(store.engine) as connection:
        number = delivery(connection, "survey", synthetic, status)
        ids: dict[str, Any] = {"": None}
        ids |= {row.code: row.id for row in connection.execute(select(areas.c.code, areas.c.id))}
        rows = [{k: v for k, v in fact.items() if k != "area"} | {"area_id": ids[fact["area"]]} for fact in facts]
        connection.execute(insert(estimates), [row | {"delivery_id": number} for row in rows])


def fact(estimate: Estimate) -> dict[str, Any]:
    """An estimate as a fact of a delivery."""
    row = {name: getattr(estimate, name) for name in Estimate.__dataclass_fields__ if name != "precinct"}
    return row | {"area": estimate.precinct}
