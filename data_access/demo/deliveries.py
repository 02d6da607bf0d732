"""What the demo city delivers of adoption and surveys: facts of the record that are marked as synthetic."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, delete, exists, insert, select, update

from config.place import Place
from data_access import closings
from data_access.adoption import number_of
from data_access.demo import drawing
from data_access.demo.adoption import Fact, History, history, launch
from data_access.demo.programme import programme
from data_access.demo.sectors import sectors
from data_access.demo.tables import FOLDER
from data_access.schema import areas, deliveries, estimates, goals, populations, registrations
from domain.tables import Counting, Kind

FILE = "demo"
FACTS = {
    Kind.REGISTRATIONS: registrations,
    Kind.POPULATIONS: populations,
    Kind.GOALS: goals,
    Kind.SURVEY: estimates,
}
Row = dict[str, Any]


def are_there(connection: Connection) -> bool:
    """Whether the demo's deliveries are in the record."""
    return bool(connection.scalar(select(exists().where(deliveries.c.synthetic, deliveries.c.status == "stored"))))


def load(connection: Connection, place: Place, until: date, seed: int, actor: str, now: int) -> History:
    """Draw the neighbourhoods and deliver everything but the corrections, which come once the months are closed."""
    parts = sectors(place, seed)
    drawing.neighbourhoods(connection, parts)
    ids, found = _ids(connection), history(until, seed, parts)
    _deliver(connection, Kind.REGISTRATIONS, _registrations(found.told, ids), actor, now)
    _deliver(connection, Kind.POPULATIONS, _populations(place, ids), actor, now)
    _deliver(connection, Kind.GOALS, _goals(until, ids), actor, now)
    _deliver(connection, Kind.SURVEY, _survey(ids), actor, now)
    return found


def correct(connection: Connection, found: History, actor: str, now: int) -> None:
    """Deliver the corrections."""
    rows = _registrations(found.corrected, _ids(connection))
    _deliver(connection, Kind.REGISTRATIONS, rows, actor, now)


def withdraw(connection: Connection) -> None:
    """Take the facts and the closed months out. The deliveries stay, so that no number is ever used twice."""
    mine = select(deliveries.c.id).where(deliveries.c.synthetic)
    for table in FACTS.values():
        connection.execute(delete(table).where(table.c.delivery_id.in_(mine)))
    connection.execute(update(deliveries).where(deliveries.c.synthetic).values(status="withdrawn"))
    closings.remove_demo(connection)


def _ids(connection: Connection) -> dict[str, int]:
    return {row.code: row.id for row in connection.execute(select(areas.c.code, areas.c.id))}


def _deliver(connection: Connection, kind: Kind, rows: Sequence[Row], actor: str, now: int) -> None:
    told = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
    row = {"kind": kind, "status": "stored", "file": FILE, "sha256": told, "actor": actor, "at": now}
    row |= {"rows": len(rows), "stored": len(rows), "known": 0, "synthetic": True}
    made = connection.execute(insert(deliveries).values(row)).inserted_primary_key
    assert made is not None
    table: Table = FACTS[kind]
    connection.execute(insert(table), [{"delivery_id": int(made[0]), **row} for row in rows])


# --- what is told ----------------------------------------------------------------------------------------------


def _registrations(told: Sequence[Fact], ids: dict[str, int]) -> list[Row]:
    return [
        {
            "area_id": ids[fact.area],
            "day": number_of(fact.day),
            "measure": fact.measure,
            "counting": Counting.CUMULATIVE,
            "count": fact.count,
        }
        for fact in told
    ]


def _populations(place: Place, ids: dict[str, int]) -> list[Row]:
    known, people = programme(), {commune.code: commune.population for commune in place.communes}
    stated = [(ids[code], people[code], known.source) for code in known.precincts]
    stated += [(ids[code], number, known.invented) for code, number in known.told_otherwise.items()]
    rows = [{"area_id": area, "people": number, "year": None, "source": source} for area, number, source in stated]
    return [*rows, {"area_id": None, "people": known.people, "year": None, "source": known.text}]


def _goals(until: date, ids: dict[str, int]) -> list[Row]:
    """A goal for each precinct of the programme, and one for the dark figure of them all."""
    known, starts = programme(), min(launch(code, until) for code in programme().precincts)
    connected = [
        _goal("connected", starts) | {"area_id": ids[code], "starts": number_of(launch(code, until))}
        for code in known.precincts
    ]
    return [*connected, _goal("dark_figure", starts)]


def _goal(measure: str, starts: date) -> Row:
    goal, known = programme().goals[measure], programme()
    return {
        "measure": measure,
        "area_id": None,
        "share": goal.share,
        "baseline": goal.baseline,
        "rounding": goal.rounding,
        "starts": number_of(starts),
        "due": number_of(starts) + 365 * goal.years,
        "population_source": known.source if measure == "connected" else "",
        "source": known.source if measure == "connected" else known.text,
    }


def _survey(ids: dict[str, int]) -> list[Row]:
    with (FOLDER / "surveys.csv").open(encoding="utf-8", newline="") as file:
        rows = [row | {"area": row["neighbourhood"] or row["precinct"]} for row in csv.DictReader(file)]
    # Another seed may draw a precinct's neighbourhoods otherwise.
    return [_estimate(row, ids) for row in rows if not row["area"] or row["area"] in ids]


def _estimate(row: dict[str, str], ids: dict[str, int]) -> Row:
    told: Row = {name: row[name] for name in ("survey", "topic", "item", "place", "unit", "design")}
    told |= {name: float(row[name]) if row[name] else None for name in ("share", "low", "high", "level")}
    told |= {name: int(row[name]) if row[name] else None for name in ("year", "answers")}
    return told | {"area_id": ids[row["area"]] if row["area"] else None}
