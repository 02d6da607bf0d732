"""The tables of a release with every column described: the lattice's, those that say what its codes mean, and those
that other subjects of the portal add."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from data_access.desk import Desk
from data_access.releases.ground import Ground
from data_access.releases.tables import Filled
from data_access.store import Store
from domain.release.lattice import ALL, BANDS, TABLES, UNKNOWN, Table
from domain.release.parts import Column, Kind, Part
from domain.taxonomy import Term, taxonomy
from locales import told
from services import register_parts
from services.footage import anchor, statistics
from services.forecast import published
from services.here import Here

KINDS = {"count": Kind.COUNT, "month": Kind.PERIOD, "year": Kind.PERIOD, "residents": Kind.NUMBER}
TEXTS = ("name", "members", "es", "en")


def column(name: str) -> Column:
    """A column of the lattice or of what explains it."""
    kind = Kind.TEXT if name in TEXTS else KINDS.get(name, Kind.CODE)
    return Column(name, kind, told(f"releases.columns.{name}"))


def lattice(tables: Mapping[str, Filled]) -> list[Part]:
    return [_filled(table, tables[table.name]) for table in TABLES]


def _filled(table: Table, filled: Filled) -> Part:
    columns = tuple(column(name) for name in (*table.keys, "count"))
    return Part(table.name, told(f"releases.tables.{table.name}"), columns, list(filled.rows()))


def areas(ground: Ground) -> Part:
    """The areas that numbers are published for, and the zones of the record that each holds."""
    rows: list[tuple[str | int | None, ...]] = [
        ("precinct", area.code, area.name, area.code, area.population, "") for area in ground.precincts
    ]
    rows += [("zone", z.code, z.name, z.precinct, z.residents, " ".join(z.members)) for z in ground.published]
    names = ("level", "code", "name", "precinct", "residents", "members")
    return Part("areas", told("releases.tables.areas"), tuple(map(column, names)), rows)


def terms() -> Part:
    """What every other code means."""
    known = taxonomy()
    rows = [_term("type", term) for term in known.types.values() if not term.sensitive]
    rows += [_term("family", term) for term in known.families.values()]
    rows += [_said("band", code) for code in BANDS if code != UNKNOWN]
    rows += [_said(ALL, ALL), _said(UNKNOWN, UNKNOWN)]
    return Part("terms", told("releases.tables.terms"), tuple(map(column, ("kind", "code", "es", "en"))), rows)


def _term(kind: str, term: Term) -> tuple[str, ...]:
    return kind, term.code, term.name("es"), term.name("en")


def _said(kind: str, code: str) -> tuple[str, ...]:
    said = told(f"releases.codes.{code}")
    return kind, code, said["es"], said["en"]


def others(store: Store, desk: Desk, ground: Ground, here: Here, now: int) -> list[Part]:
    """What other subjects publish: registers, how cameras are used, statistics of requests, past forecasts."""
    zone, clock = here.zone, ZoneInfo(here.zone)
    with store.engine.connect() as record, desk.engine.connect() as held:
        registers, chain = register_parts.parts(record, held, zone, now), anchor.parts(held, desk, store.releases, now)
        today = datetime.fromtimestamp(now, clock).date()
        forecasts = published.parts(store, record, ground, here.synthetic, clock, today)
        return [*registers, statistics.part(desk, zone, now), *chain, *forecasts]
