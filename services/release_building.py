"""From the record to the files of a release, none of which is published yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from data_access.areas import slug
from data_access.desk import Desk
from data_access.index import record as incidents
from data_access.releases import counting, files, outlines, reading
from data_access.releases.auditing import Outside
from data_access.releases.counting import Counts
from data_access.releases.files import Files
from data_access.releases.ground import Frozen, Ground, Zone, ground
from data_access.releases.mending import Draft, passing
from data_access.releases.reading import Release
from data_access.store import Store
from domain.errors import Invalid
from domain.progress import Progress
from domain.release.lattice import BASE, CLOSED_DAYS, TABLES
from domain.release.parts import Part
from domain.taxonomy import taxonomy
from locales import told
from services import release_changes, release_parts, release_texts
from services.here import Here

LAYOUT = 1


@dataclass(frozen=True)
class Wanted:
    """Which release: of which city, with which number, at which instant; a correction counts everything again."""

    here: Here
    number: int
    now: int
    correction: bool = False

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now, UTC).astimezone(ZoneInfo(self.here.zone)).date()


@dataclass(frozen=True)
class Built:
    files: Files
    log: dict[str, Any]


def build(store: Store, desk: Desk, wanted: Wanted, progress: Progress, outside: Sequence[Outside] = ()) -> Built:
    """Count, audit and write; raises Invalid where nothing can be published."""
    previous = _previous(store, wanted)
    frozen = None if wanted.correction else previous
    earlier = {} if previous is None else {table.name: previous.keyed(table.name) for table in TABLES}
    progress(0, 1, "count")
    with store.engine.connect() as connection:
        sources = _sources(connection)
        areas = ground(connection, _areas(frozen) if frozen else None)
        counts = _counts(connection, areas, wanted.today - timedelta(days=CLOSED_DAYS), previous)
    years = len({month[:4] for month in counts.months})
    progress(1, years + 2, "audit")
    known = (replace(areas, published=_areas(previous).zones), earlier) if previous and wanted.correction else None
    before = earlier if frozen else {}
    draft = passing(counts, areas, before, known, outside, lambda done: progress(1 + done, years + 2, "audit"))
    progress(years + 1, years + 2, "write")
    numbers = release_changes.compared(draft.tables, earlier)
    changes = release_changes.told_changes(
        counts, previous, numbers, draft.joined, draft.dropped, wanted.correction and previous is not None
    )
    parts = [*release_parts.lattice(draft.tables), release_parts.areas(draft.ground), release_parts.terms()]
    parts += release_parts.others(store, desk, draft.ground, wanted.here, wanted.now)
    manifest = _manifest(wanted, draft, sources, previous) | {"changes": changes}
    made = _files(manifest, parts, outlines.files(draft.ground))
    progress(years + 2, years + 2, "write")
    return Built(made, {"audit": _audited(draft), "compared": numbers, "changes": changes})


def _audited(draft: Draft) -> dict[str, int]:
    found = {name: getattr(draft.found, name) for name in ("numbers", "small", "asked")}
    return found | {"joined": len(draft.joined), "left_out": len(draft.dropped)}


def _previous(store: Store, wanted: Wanted) -> Release | None:
    """The newest release of the same kind: the demo's and the city's own never meet."""
    same = (release for release in reading.every(store.releases) if release.synthetic == wanted.here.synthetic)
    return next(same, None)


def _sources(connection: Connection) -> list[str]:
    shown, _, _ = incidents.live_batches(connection)
    return [name for name, _ in incidents.sources_of(connection, shown)]


def _areas(release: Release) -> Frozen:
    held = release.rows("areas")
    zones = tuple(
        Zone(row["code"], row["name"], row["precinct"], _whole(row["residents"]), tuple(row["members"].split()))
        for row in held
        if row["level"] == "zone"
    )
    return Frozen(tuple(row["code"] for row in held if row["level"] == "precinct"), zones)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _counts(connection: Connection, areas: Ground, closed: date, previous: Release | None) -> Counts:
    since = previous.manifest["months"][0] if previous else ""
    counts = counting.count(connection, areas, closed, since)
    if counts is None:
        raise Invalid("release.nothing", days=CLOSED_DAYS)
    if previous and not set(previous.manifest["months"]) <= set(counts.months):
        raise Invalid("release.periods_gone", number=str(previous.number))
    return counts


def _manifest(wanted: Wanted, draft: Draft, sources: Sequence[str], previous: Release | None) -> dict[str, Any]:
    here, months = wanted.here, draft.counts.months
    return {
        "layout": LAYOUT,
        "name": f"public-safety-{slug(here.name)}",
        "number": wanted.number,
        "issued": wanted.today.isoformat(),
        "synthetic": here.synthetic,
        "place": here.name,
        "zone": here.zone,
        "title": told("releases.title", place=here.name, number=str(wanted.number)),
        "description": told("releases.description", place=here.name),
        "months": list(months),
        "years": list(draft.counts.years),
        "first": months[0],
        "last": months[-1],
        "base": BASE,
        "licence": files.LICENCE,
        "sources": list(sources),
        "taxonomy": taxonomy().version,
        "correction": wanted.correction,
        "previous": previous and {"number": previous.number, "sha256": previous.sha256},
    }


def _files(manifest: Mapping[str, Any], parts: Sequence[Part], outlined: Files) -> Files:
    made = Files(outlined)
    for part in parts:
        made |= files.of_part(part)
    made |= release_texts.texts(manifest, parts)
    made[files.PACKAGE] = files.package(manifest, parts, made)
    made[files.MANIFEST] = files.plain({**manifest, "files": files.listed(made)})
    return made
