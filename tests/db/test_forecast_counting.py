"""What a forecast learns from: weeks by cells, unknown weeks unknown, nothing sensitive, nothing without a place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from pyproj import Transformer

from analytics.forecast.panel import Panel
from data_access.forecast import counting
from data_access.index.snapshot import Snapshot
from data_access.store import Store
from domain.errors import Invalid, NotFound
from domain.forecast.sealed import Target
from tests.forecasting import FIRST, STREET, TYPES, city, founded, monday
from tests.incidents import GRID, row, snapshot


def held(tmp_path: Path, rows: list[dict[str, object]]) -> Snapshot:
    return snapshot(tmp_path / "index", rows)


def panel(found: Snapshot, until: date, target: Target = STREET, study: date | None = None) -> Panel:
    return counting.panel(found, counting.spots(found, until, target.cell), target, until, study)


def test_a_panel_holds_every_incident_of_the_target_in_its_week_and_cell(tmp_path: Path) -> None:
    rows = city(12)
    made = panel(held(tmp_path, rows), monday(12))
    assert (made.first, made.weeks, made.next) == (FIRST, 12, monday(12))
    assert made.known.all()
    lines = [one for one in rows if one["type"] == "robbery.street"]
    assert made.counts.sum() + made.outside.sum() == len(lines)
    to_metres = Transformer.from_crs(4326, made.lattice.epsg, always_xy=True)
    for one in lines[:40]:
        x, y = to_metres.transform(one["lon"], one["lat"])
        near = (abs(made.lattice.x * 250 + 125 - x) < 130) & (abs(made.lattice.y * 250 + 125 - y) < 130)
        week = (date.fromtimestamp(one["occurred_from"]) - FIRST).days // 7
        assert made.counts[week, near].sum() >= 1


def test_context_is_every_other_type_that_victims_report(tmp_path: Path) -> None:
    rows = city(10)
    made = panel(held(tmp_path, rows), monday(10))
    others = sum(one["type"] in ("robbery.home", "theft.shop") for one in rows)
    assert int(made.context.sum()) == others
    assert made.counts.dtype == made.context.dtype == np.uint16


def test_cells_are_those_of_the_utm_zone_and_in_order(tmp_path: Path) -> None:
    made = panel(held(tmp_path, city(10)), monday(10)).lattice
    assert (made.epsg, made.size) == (32719, 250)
    keys = made.y.astype(np.int64) * 1_000_000 + made.x
    assert (np.diff(keys) > 0).all()


@pytest.mark.parametrize(("middle", "epsg"), [((-99.1, 19.4), 32614), ((151.2, -33.9), 32756), ((-0.1, 51.5), 32630)])
def test_the_projection_is_that_of_the_city(tmp_path: Path, middle: tuple[float, float], epsg: int) -> None:
    lon, lat = middle
    grid = GRID.around(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)
    assert counting.epsg_of(snapshot(tmp_path / "index", [row(lon=lon, lat=lat)], grid)) == epsg


def test_weeks_in_which_the_source_is_silent_or_nearly_so_are_unknown(tmp_path: Path) -> None:
    rows = city(14, without=(4, 5))
    thin = [one for one in rows if counting.number_of(date.fromtimestamp(one["occurred_from"])) != week_number(9)]
    kept = thin + [one for one in rows if one not in thin][:3]
    made = panel(held(tmp_path, kept), monday(14))
    assert np.flatnonzero(~made.known).tolist() == [4, 5, 9]


def week_of(one: dict[str, object]) -> date:
    return counting.monday_of(counting.number_of(date.fromtimestamp(one["occurred_from"])))


def week_number(week: int) -> int:
    return counting.number_of(monday(week))


def test_a_stray_date_long_ago_starts_no_history(tmp_path: Path) -> None:
    rows = [*city(10), row(9001, "1962-05-01 12:00"), row(9002, "1987-05-01 12:00")]
    made = panel(held(tmp_path, rows), monday(10))
    assert made.first == FIRST


def test_weeks_in_which_the_target_alone_is_silent_are_unknown_to_it_and_known_to_others(tmp_path: Path) -> None:
    lost = {monday(week) for week in (*range(10), 20, 21, 22, *range(40, 50))}
    gone = [one for one in city(50, per_week=60) if one["type"] != "robbery.street" or week_of(one) not in lost]
    found = held(tmp_path, gone)
    made = panel(found, monday(50))
    assert (made.first, np.flatnonzero(~made.known).tolist()) == (monday(10), [10, 11, 12, *range(30, 40)])
    assert panel(found, monday(50), Target.of(["theft.shop"])).known.all()
    with pytest.raises(NotFound, match="week_unknown"):
        counting.came(found, STREET, made.lattice, monday(21))


def test_what_comes_after_the_week_changes_nothing_that_is_known_before_it(tmp_path: Path) -> None:
    rows = city(40, per_week=30)
    late = [row(9000 + n, f"{monday(40 + n % 8)} 12:00", lon=-70.65, lat=-33.45) for n in range(4000)]
    one, two = (counting.weeks(held(tmp_path, made), STREET, monday(40)) for made in (rows, rows + late))
    assert (one.first, one.known.tolist()) == (two.first, two.known.tolist())


def test_incidents_of_the_target_off_the_map_count_as_outside(tmp_path: Path) -> None:
    more = [row(9001, "2025-02-05 12:00", location="outside"), row(9002, "2025-02-06 12:00", lon=-60.0, lat=-20.0)]
    more.append(row(9003, "2025-02-06 12:00", type="theft.shop", location="outside"))
    found = held(tmp_path, city(12) + more)
    made, without = panel(found, monday(12)), panel(held(tmp_path, city(12)), monday(12))
    assert (made.outside - without.outside).tolist() == [0, 0, 0, 0, 2, *[0] * 7]
    assert made.lattice.cells == without.lattice.cells
    assert counting.came(found, STREET, made.lattice, monday(4))[1] == 2


def test_a_week_that_has_only_begun_is_unknown(tmp_path: Path) -> None:
    rows = [one for one in city(10) if date.fromtimestamp(one["occurred_from"]) < monday(9) + timedelta(days=3)]
    made = counting.weeks(held(tmp_path, rows))
    assert made.holds(week_number(8))
    assert not made.holds(week_number(9))


def test_the_study_area_is_what_was_known_before_it_and_the_rest_counts_as_outside(tmp_path: Path) -> None:
    far = row(9001, "2025-03-12 12:00", lon=-70.605, lat=-33.405)
    rows = [one for one in city(12) if not (one["lon"] > -70.61 and one["lat"] > -33.41)]
    found = held(tmp_path, [*rows, far])
    whole, early = panel(found, monday(12)), panel(found, monday(12), study=monday(8))
    without = panel(held(tmp_path, rows), monday(12), study=monday(8))
    assert whole.outside.sum() == 0
    assert (early.outside - without.outside).tolist() == [0] * 9 + [1, 0, 0]
    assert early.lattice.cells <= whole.lattice.cells
    assert early.counts.sum() + early.outside.sum() == whole.counts.sum()


def test_sensitive_incidents_and_those_without_a_place_make_no_cell(tmp_path: Path) -> None:
    rows = city(8)
    cells = panel(held(tmp_path, rows), monday(8)).lattice.cells
    more = [
        row(9001, "2025-01-20 12:00", type="sexual.rape", lon=-70.69, lat=-33.49),
        row(9002, "2025-01-20 12:00", location="missing"),
        row(9003, "2025-01-20 12:00", location="withheld"),
    ]
    made = panel(held(tmp_path, rows + more), monday(8))
    assert made.lattice.cells == cells
    assert made.outside.sum() == 0


def test_more_incidents_than_a_cell_can_count_are_refused_and_not_wrapped(tmp_path: Path) -> None:
    found = held(tmp_path, [row(n + 1, "2025-01-08 12:00") for n in range(70)] + city(8))
    spots = counting.spots(found, monday(8), 250)
    many = replace(
        spots, **{name: np.repeat(getattr(spots, name), 1000) for name in ("key", "week", "pair", "precinct")}
    )
    with pytest.raises(OverflowError):
        counting.panel(found, many, STREET, monday(8))


def test_incidents_dated_by_month_alone_are_refused(tmp_path: Path) -> None:
    rows = [row(n, f"2025-{n % 12 + 1:02}-01 00:00", precision="month") for n in range(1, 200)]
    with pytest.raises(Invalid, match="months_only"):
        panel(held(tmp_path, rows), date(2025, 12, 1))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "no_incidents"),
        (city(8, types=["theft.shop"]), "none_of_type"),
        ([*city(8, types=["theft.shop"]), row(9001, "2025-01-20 12:00", location="missing")], "no_places"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_reason(
    tmp_path: Path, rows: list[dict[str, object]], code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        panel(held(tmp_path, rows), monday(8))


def test_what_a_week_brought_is_told_only_once_it_is_over(tmp_path: Path) -> None:
    found = held(tmp_path, city(10, without=(6,)))
    made = panel(found, monday(10))
    counts, outside = counting.came(found, STREET, made.lattice, monday(7))
    assert counts.tolist() == made.counts[7].tolist()
    assert outside == 0
    for week in (6, 12):
        with pytest.raises(NotFound, match="week_unknown"):
            counting.came(found, STREET, made.lattice, monday(week))


def test_a_cell_lies_in_the_precinct_that_holds_its_middle(store: Store) -> None:
    founded(store, 8)
    found = store.snapshot()
    spots = counting.spots(found, monday(8), 250)
    lattice = counting.lattice_of(spots, monday(8))
    with store.engine.connect() as connection:
        codes, area = counting.precincts(connection, found, spots, lattice)
    assert codes == ("centro", "norte", "sur")
    to_degrees = Transformer.from_crs(lattice.epsg, 4326, always_xy=True)
    lon, _ = to_degrees.transform(lattice.x * 250 + 125.0, lattice.y * 250 + 125.0)
    third = np.clip((np.asarray(lon) + 70.70) / (0.10 / 3), 0, 2.999).astype(int)
    edge = np.abs((np.asarray(lon) + 70.70) / (0.10 / 3) % 1 - 0.5) < 0.4
    named = np.array([("centro", "norte", "sur")[place] for place in third])
    assert (np.array(codes)[area][edge] == named[edge]).all()


def test_where_no_precinct_is_drawn_the_incidents_name_it(store: Store) -> None:
    from data_access.index import refresh
    from tests.incidents import make_ground, store_batch

    rows = [one | {"precinct": "norte"} for one in city(8)]
    with store.engine.begin() as connection:
        make_ground(connection)
        store_batch(connection, 1, rows)
    found = refresh(store)
    spots = counting.spots(found, monday(8), 250)
    with store.engine.connect() as connection:
        codes, area = counting.precincts(connection, found, spots, counting.lattice_of(spots, monday(8)))
    assert codes == ("norte",)
    assert (area == 0).all()


def test_every_type_is_in_the_city(tmp_path: Path) -> None:
    assert {kind for kind, _ in held(tmp_path, city(8)).pairs} == set(TYPES)
