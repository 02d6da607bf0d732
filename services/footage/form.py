"""What the form for requests stands on: the jurisdiction, the published register of cameras, the city's communes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shapely import Point
from shapely.geometry import shape

from config.jurisdiction import Jurisdiction, jurisdiction
from config.place import place
from domain.errors import NotFound
from domain.footage.reading import Ground
from domain.release.shown import Area
from services import clock, published
from services.footage import documents, terms

Named = tuple[tuple[str, str], ...]  # (code, name), by name


@dataclass(frozen=True, slots=True)
class Form:
    """`cameras` are by the name of their commune, `places` are of those whose place is published; `around` are the
    published outlines, to check points by."""

    law: Jurisdiction
    ground: Ground
    cameras: tuple[tuple[str, Named], ...]
    communes: Named
    places: Mapping[str, tuple[float, float]]  # longitude and latitude by code
    around: Sequence[Area]

    @property
    def today(self) -> date:
        return terms.today(self.law, self.ground.now)


def form(releases: Path, city: str, law_code: str) -> Form:
    """The rules and choices of the present moment; what is not published is not offered."""
    law, outlines = jurisdiction(law_code), _outlines(releases)
    cameras, communes = _cameras(releases), _communes(city, outlines)
    grouped = _grouped(cameras, dict(communes))
    ground = Ground(
        now=clock.now(),
        zone=ZoneInfo(law.zone),
        retention=law.retention_days,
        cameras={str(row["camera_id"]): _days(row) for row in cameras},
        called={name.casefold(): code for _, listed in grouped for code, name in listed},
        communes=frozenset(code for code, _ in communes),
        inside=lambda lon, lat: _inside(outlines, lon, lat),
        documents=documents.checks(law),
        plates=law.plates,
        reference=law.reference,
        authorities=frozenset(one.code for one in law.authorities),
        undertaking=law.undertaking.version,
        notice=law.notice.version,
    )
    places = {str(row["camera_id"]): (row["lon"], row["lat"]) for row in cameras if row["lon"] is not None}
    return Form(law, ground, grouped, communes, places, outlines)


def _cameras(releases: Path) -> Sequence[Mapping[str, Any]]:
    try:
        return [row for row in published.rows(releases, "cameras") if row["status"] != "planned"]
    except NotFound:
        return []


def _outlines(releases: Path) -> Sequence[Area]:
    try:
        return [area for area in published.outlines(releases) if area.outline]
    except NotFound:
        return []


def _days(row: Mapping[str, Any]) -> int | None:
    days = row.get("retention_days")
    return int(days) if days else None


def _grouped(cameras: Sequence[Mapping[str, Any]], communes: Mapping[str, str]) -> tuple[tuple[str, Named], ...]:
    """Cameras by commune and name; two of the same name, and those without one, are told apart by their code."""
    often = Counter(row["name"] for row in cameras)
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in cameras:
        code, name, sector = str(row["camera_id"]), row["name"], str(row["sector"] or "")
        told = str(name) if name and often[name] == 1 else f"{name or ''} ({code})".strip()
        groups.setdefault(communes.get(sector, sector), []).append((code, told))
    return tuple(
        (group, tuple(sorted(listed, key=_by_name))) for group, listed in sorted(groups.items(), key=_by_group)
    )


def _by_name(one: tuple[str, str]) -> str:
    return one[1].casefold()


def _by_group(one: tuple[str, list[tuple[str, str]]]) -> str:
    return one[0].casefold()


def _communes(city: str, outlines: Sequence[Area]) -> Named:
    found = [(area.code, area.name) for area in outlines] or [(one.code, one.name) for one in place(city).communes]
    return tuple(sorted(found, key=_by_name))


def _inside(outlines: Sequence[Area], lon: float, lat: float) -> bool:
    point = Point(lon, lat)
    return any(shape(area.outline).contains(point) for area in outlines)
