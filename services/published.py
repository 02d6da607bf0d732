"""What anyone may read: the current release, and nothing else. No actor is asked for, as nothing here is anybody's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from data_access.releases import reading
from data_access.releases.files import ARCHIVE
from data_access.releases.reading import Release
from domain.errors import Invalid, NotFound
from domain.release.lattice import ALL, BANDS, TABLES, UNKNOWN
from domain.release.shown import Area, Choices, Edition, Front, Pair, Plan, Row, Series

Counts = Mapping[tuple[str, str], int]  # by period and family
KEYS = {table.name: table.keys for table in TABLES}


def current(releases: Path) -> Release:
    """Raises NotFound("public.none") before the first release."""
    found = reading.current(releases)
    if found is None:
        raise NotFound("public.none")
    return found


def edition(releases: Path) -> Edition | None:
    """The newest release; None before the first."""
    found = reading.current(releases)
    return None if found is None else described(found)


def editions(releases: Path) -> list[Edition]:
    """Every release, the newest first."""
    return [described(found) for found in reading.every(releases)]


def described(release: Release) -> Edition:
    told = release.manifest
    return Edition(
        number=release.number,
        name=told["name"],
        issued=told["issued"],
        sha256=release.sha256,
        synthetic=release.synthetic,
        city=told["place"],
        zone=told["zone"],
        title=told["title"],
        description=told["description"],
        sources=told["sources"],
        months=told["months"],
        years=told["years"],
        files=told["files"],
        changes=told["changes"],
    )


# --- incidents --------------------------------------------------------------------------------------------------


def front(releases: Path) -> Front:
    """The last published month and year, each beside the one a year before. A month may be left out of a release."""
    release = current(releases)
    by_month = {
        (row["month"], row["family"]): row["count"] for row in release.rows("precinct_month_family", precinct=ALL)
    }
    by_year = {(row["year"], row["family"]): row["count"] for row in release.rows("year_family_band", band=ALL)}
    kinds = [counts for counts in (by_month, by_year) if counts]
    return Front(
        figures=[_pair(_last(counts), ALL, counts) for counts in kinds],
        families=_compared(_last(kinds[0]), kinds[0]) if kinds else [],
    )


def _last(counts: Counts) -> str:
    return max(period for period, _ in counts)


def _compared(period: str, counts: Counts) -> list[tuple[str, Pair]]:
    """The families of a period from the most to the fewest incidents, all of them last."""
    pairs = [(family, _pair(period, family, counts)) for when, family in counts if when == period]
    return sorted(pairs, key=lambda pair: (pair[0] == ALL, -(pair[1].now or 0)))


def _pair(period: str, family: str, counts: Counts) -> Pair:
    earlier = f"{int(period[:4]) - 1}{period[4:]}"
    return Pair(period, counts.get((period, family)), earlier, counts.get((earlier, family)))


def _families(release: Release) -> list[str]:
    found: set[str] = set()
    for table in ("year_family_band", "precinct_month_family", "zone_year_family"):
        found |= set(release.table(table)["family"].unique().to_pylist())
    return sorted(found - {ALL})


def choices(releases: Path) -> Choices:
    release = current(releases)
    years, months = (
        sorted(release.table(table)[period].unique().to_pylist(), reverse=True)
        for table, period in (("zone_year_family", "year"), ("precinct_month_family", "month"))
    )
    return Choices(years, months, [ALL, *_families(release)], precincts(releases))


def plan(releases: Path, period: str, family: str) -> Plan:
    """Zones in a year, or precincts in a month. Raises Invalid for what is on no list."""
    release, known = current(releases), choices(releases)
    if family not in known.families or period not in (*known.years, *known.months):
        raise Invalid("public.choice")
    space, table, time = ("zone", "zone_year_family", "year")
    if period in known.months:
        space, table, time = ("precinct", "precinct_month_family", "month")
    counts = {row[space]: row["count"] for row in release.rows(table, **{time: period, "family": family})}
    around = _areas(release, "precincts", {})
    areas = _areas(release, f"{space}s", counts)
    order = sorted(areas, key=lambda area: (-(area.count or 0), area.name))
    return Plan(period, family, order, around, counts.get(UNKNOWN))


def _areas(release: Release, shapes: str, counts: Mapping[str, int]) -> list[Area]:
    drawn = _outlines(release.folder, release.sha256, shapes)
    level = shapes.removesuffix("s")
    return [
        Area(row["code"], row["name"], row["precinct"], counts.get(row["code"]), drawn.get(row["code"]))
        for row in release.rows("areas", level=level)
    ]


@lru_cache(maxsize=4)
def _outlines(folder: Path, _release: str, shapes: str) -> Mapping[str, Mapping[str, Any]]:
    """The geometries of a release by code, read once: those of a large city take a fifth of a second."""
    features = reading.open_at(folder).shapes(shapes)["features"]
    return {feature["properties"]["code"]: feature["geometry"] for feature in features}


def series(releases: Path, precinct: str, family: str) -> Series:
    """Month by month for the whole or one precinct, and what is told by year. Raises Invalid."""
    release, known = current(releases), choices(releases)
    if family not in known.families or precinct not in (ALL, *known.precincts):
        raise Invalid("public.choice")
    rows = release.rows("precinct_month_family", precinct=precinct, family=family)
    counts = {row["month"]: row["count"] for row in rows}
    months = [(month, counts.get(month)) for month in release.manifest["months"]]
    whole = precinct == ALL
    bands = release.rows("year_family_band", family=family) if whole else []
    sensitive = release.rows("sensitive_year") if whole and family == ALL else []
    return Series(
        precinct,
        family,
        months,
        bands=_by_year(bands, "band", BANDS),
        sensitive=_by_year(sensitive, "family", sorted({row["family"] for row in sensitive})),
    )


def _by_year(rows: Sequence[Row], key: str, order: Sequence[str]) -> list[tuple[str, dict[str, int]]]:
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["year"], {})[row[key]] = row["count"]
    return [(year, {code: held[code] for code in order if code in held}) for year, held in sorted(found.items())[::-1]]


# --- registers and the rest -------------------------------------------------------------------------------------


def rows(releases: Path, part: str) -> list[Row]:
    """A registered part of the current release; empty where it is not published yet."""
    release = current(releases)
    return list(release.rows(part)) if part in release.tables else []


def outlines(releases: Path) -> list[Area]:
    """The precincts, to draw something on."""
    return _areas(current(releases), "precincts", {})


def zones(releases: Path) -> list[Area]:
    """The published zones, to colour them by something else than a count."""
    return _areas(current(releases), "zones", {})


def precincts(releases: Path) -> dict[str, str]:
    """The names of the published precincts by code."""
    return {row["code"]: row["name"] for row in current(releases).rows("areas", level="precinct")}


def titles(releases: Path, language: str) -> dict[str, str]:
    """What each table of the current release is called, by its name."""
    release = current(releases)
    told = ((name, json.loads(release.bytes(f"{name}.csv-metadata.json"))) for name in release.tables)
    return {name: metadata["dc:title"][language] for name, metadata in told}


def table(releases: Path, name: str, asked: Mapping[str, Sequence[str]]) -> tuple[int, list[Row]]:
    """The number of the release and a table's rows, narrowed by its key columns alone. Raises NotFound, Invalid."""
    release = current(releases)
    if name not in release.tables:
        raise NotFound("not_found")
    held = release.table(name)
    for key, values in asked.items():
        if key not in KEYS.get(name, ()) or len(values) != 1 or values[0] not in held[key].unique().to_pylist():
            raise Invalid("public.choice")
    return release.number, list(release.rows(name, **{key: values[0] for key, values in asked.items()}))


def file(releases: Path, number: int, name: str) -> tuple[bytes, str]:
    """The very bytes of a file of a release, and their hash. Raises NotFound."""
    release = reading.find(releases, number)
    if name == ARCHIVE:
        return release.archive().read_bytes(), f"{release.sha256}-{name}"
    hashes: dict[str, Any] = {file["path"]: file["sha256"] for file in release.manifest["files"]}
    return release.bytes(name), str(hashes.get(name, release.sha256))
