"""The demo city is the same for the same seed, and looks like a city in which something happens."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
import shapely

from config.place import place
from data_access.demo import rates, times
from data_access.demo.city import incidents
from data_access.demo.streets import outlines
from data_access.demo.tables import tables
from domain.taxonomy import taxonomy

SANTIAGO = place("santiago")
UNTIL = date(2026, 11, 20)
ROWS, YEARS, SEED = 250_000, 3, 2026


def made(rows: int = 8_000, seed: int = SEED, until: date = UNTIL, years: int = YEARS) -> pd.DataFrame:
    return incidents(SANTIAGO, until, years, rows, seed)


@pytest.fixture(scope="module")
def city() -> pd.DataFrame:
    """The demo city as it is loaded by default, with local times beside."""
    frame = made(ROWS)
    local = pd.to_datetime(frame["occurred_from"], unit="s", utc=True).dt.tz_convert(SANTIAGO.zone).dt.tz_localize(None)
    start = local.dt.normalize().min()
    return frame.assign(
        day=(local.dt.normalize() - start).dt.days,
        hour=local.dt.hour,
        weekday=local.dt.day_of_week,
        ago=(pd.Timestamp(UNTIL) - local.dt.normalize()).dt.days,
    )


# --- the same city every time ----------------------------------------------------------------------------------


def test_the_same_seed_and_day_make_the_same_city() -> None:
    pd.testing.assert_frame_equal(made(), made())


def test_another_seed_makes_another_city() -> None:
    one, other = made(), made(seed=SEED + 1)
    assert len(one) == len(other) == 8_000
    assert not one["lon"].equals(other["lon"])


@pytest.mark.parametrize(("rows", "years"), [(1, 1), (300, 1), (5_000, 2)])
def test_as_many_incidents_as_were_asked_for(rows: int, years: int) -> None:
    assert len(made(rows, years=years)) == rows


@pytest.mark.parametrize("until", [date(2024, 2, 29), date(2026, 1, 1), date(2026, 4, 5)])
def test_the_days_are_whole_years_up_to_the_last(until: date) -> None:
    days = rates.days_of(until, 3)
    assert days[-1] == until
    assert len(days) in (1095, 1096)
    assert all(later - day == timedelta(days=1) for day, later in pairwise(days))


def test_clocks_that_are_put_forward_or_back_lose_no_day() -> None:
    days = [date(2026, 4, 4) + timedelta(days=n) for n in range(3)] + [date(2026, 9, 5), date(2026, 9, 6)]
    numbers, minutes = np.repeat(np.arange(5), 48), np.tile(np.arange(48) * 30, 5)
    found = pd.to_datetime(times.instants(days, numbers, minutes, SANTIAGO.zone), unit="s", utc=True)
    assert [moment.date() for moment in found.tz_convert(SANTIAGO.zone)] == [days[n] for n in numbers]


# --- what a row says -------------------------------------------------------------------------------------------


def test_rows_speak_the_vocabulary_alone(city: pd.DataFrame) -> None:
    words = taxonomy()
    for column, known in (
        ("type", words.types),
        ("vehicle", words.vehicles),
        ("item", words.items),
        ("weapon", words.weapons),
    ):
        assert set(city[column]) <= set(known)
    assert set(city.loc[city["sensitive"], "type"]) == set(city["type"]) & words.sensitive
    assert city["type"].nunique() >= 40


def test_nothing_happens_or_is_told_after_the_last_day(city: pd.DataFrame) -> None:
    end = pd.Timestamp(UNTIL + timedelta(days=1), tz=ZoneInfo(SANTIAGO.zone)).timestamp()
    for column in ("occurred_from", "occurred_to", "reported_at"):
        assert city[column].max() < end
    assert (city["reported_at"] >= city["occurred_from"]).all()
    windows = city["occurred_to"].notna()
    assert 0.05 < windows.mean() < 0.15
    assert (city.loc[windows, "occurred_to"] > city.loc[windows, "occurred_from"]).all()
    assert set(city["ago"]) == set(range(len(rates.days_of(UNTIL, YEARS))))


def test_every_point_lies_in_its_commune_and_one_in_25_has_none(city: pd.DataFrame) -> None:
    located = city["location"] == "point"
    assert city.loc[~located, ["lon", "lat"]].isna().all(axis=None)
    for commune, shape in zip(SANTIAGO.communes, outlines(SANTIAGO), strict=True):
        mine = city[located & (city["commune"] == commune.code)]
        assert len(mine) > 5_000
        assert shapely.contains_xy(shape, mine["lon"], mine["lat"]).all(), commune.name
    shares = city["location"].value_counts(normalize=True)
    assert 0.03 < shares["missing"] < 0.05
    assert 0.001 < shares["withheld"] < 0.01


def test_the_outlines_of_the_communes_do_not_overlap() -> None:
    shapes = outlines(SANTIAGO)
    assert sum(shape.area for shape in shapes) == pytest.approx(shapely.union_all(shapes).area)


def test_sensitive_incidents_tell_no_place(city: pd.DataFrame) -> None:
    assert city.loc[city["sensitive"], "place"].isna().all()
    assert city.loc[~city["sensitive"], "place"].notna().mean() > 0.99


def test_neighbours_tell_of_disorder_and_the_police_of_crime(city: pd.DataFrame) -> None:
    disorder = city["type"].str.startswith("disorder.")
    informal = city["origin"] == "informal"
    assert 0.1 < informal.mean() < 0.3
    assert disorder[informal].mean() > 0.65
    assert informal[~disorder].mean() < 0.1


def test_the_times_of_some_incidents_are_known_to_the_day_alone(city: pd.DataFrame) -> None:
    shares = city["precision"].value_counts(normalize=True)
    assert 0.005 < shares["day"] < 0.05
    assert shares["minute"] > 0.9
    assert (city.loc[city["precision"] == "day", "hour"] <= 1).all(), "midnight, or the hour after one that is skipped"


# --- rhythm ----------------------------------------------------------------------------------------------------


def hours(city: pd.DataFrame, kind: str) -> pd.Series[Any]:
    mine = city[(city["type"] == kind) & (city["precision"] != "day")]
    return mine["hour"].value_counts(normalize=True).reindex(range(24), fill_value=0.0)


@pytest.mark.parametrize(
    ("kind", "busy", "quiet"),
    [
        ("robbery.street", range(18, 23), range(2, 7)),
        ("burglary.home", range(9, 18), range(1, 6)),
        ("burglary.business", range(1, 6), range(14, 19)),
        ("theft.transit", (7, 8, 18, 19), (11, 15, 22, 23)),
        ("theft.shop", range(12, 20), range(0, 8)),
        ("disorder.drinking", (22, 23, 0, 1), range(8, 14)),
    ],
)
def test_types_keep_their_hours(city: pd.DataFrame, kind: str, busy: Any, quiet: Any) -> None:
    found = hours(city, kind)
    assert found.loc[list(busy)].mean() > 2.5 * found.loc[list(quiet)].mean()


def test_weekends_have_their_nights_and_commuters_their_weekdays(city: pd.DataFrame) -> None:
    night = city["hour"].isin((0, 1, 2, 3)) & (city["type"] == "injury.assault")
    by_day = city[night]["weekday"].value_counts().reindex(range(7))
    assert by_day.loc[[5, 6]].mean() > 2.5 * by_day.loc[[1, 2]].mean()
    transit = city[city["type"] == "theft.transit"]["weekday"].value_counts()
    assert transit.loc[range(5)].mean() > 1.6 * transit.loc[[5, 6]].mean()


@pytest.mark.parametrize("rhythm", list(tables().rhythms))
def test_the_hours_of_every_weekday_add_up(rhythm: str) -> None:
    shares = times.by_hour(tables().rhythms[rhythm])
    assert shares.shape == (7, 24)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert (shares > 0).all()


def test_weeks_vary_more_than_chance_alone_would_have_them(city: pd.DataFrame) -> None:
    weekly = city.groupby(["commune", "type", city["day"] // 7]).size().unstack(fill_value=0).iloc[:, :-1]
    busy = weekly[weekly.mean(axis=1) > 8]
    assert len(busy) > 30
    # Whatever changes slowly cancels between one week and the one after the next; Poisson counts give 1.
    steps = busy.diff(2, axis=1).dropna(axis=1)
    assert ((steps**2).mean(axis=1) / (2 * busy.mean(axis=1))).median() > 1.1


def test_communes_differ_as_they_do(city: pd.DataFrame) -> None:
    counts = city.groupby(["commune", "type"]).size().unstack(fill_value=0)
    assert counts["theft.shop"].idxmax() in ("providencia", "las-condes")
    assert counts["robbery.street"].idxmax() == "providencia"
    assert counts["homicide.intentional"].idxmax() == "la-pintana"
    assert counts.sum(axis=1).idxmax() == "providencia"


# --- streets ---------------------------------------------------------------------------------------------------


def test_few_corners_hold_much_of_what_happens(city: pd.DataFrame) -> None:
    found = city[city["location"] == "point"]
    cells = found.groupby([(found["lon"] * 700).round(), (found["lat"] * 840).round()]).size().sort_values()
    top = cells.iloc[-len(cells) // 20 :].sum() / cells.sum()
    assert 0.25 < top < 0.6
    assert cells.max() < 0.02 * len(found), "no corner is the whole city"


def test_the_hills_of_las_condes_are_empty(city: pd.DataFrame) -> None:
    eastern = city[(city["commune"] == "las-condes") & (city["lon"] > -70.47)]
    assert len(eastern) == 0


def test_burglaries_are_followed_by_others_near_by(city: pd.DataFrame) -> None:
    mine = city[(city["type"] == "burglary.home") & (city["location"] == "point")]
    x, y, day = (mine["lon"] * 92_700).to_numpy(), (mine["lat"] * 111_200).to_numpy(), mine["day"].to_numpy()

    def near(days: Any) -> int:
        close = (abs(x[:, None] - x) < 150) & (abs(y[:, None] - y) < 150) & (abs(days[:, None] - days) <= 14)
        return int(close.sum())

    shuffled = np.random.default_rng(1).permutation(day)
    assert near(day) - len(day) > 1.3 * (near(shuffled) - len(day))


# --- the story of Las Condes -----------------------------------------------------------------------------------


def weekly(city: pd.DataFrame, kind: Any, first: int, last: int) -> float:
    """Incidents of Las Condes a week, from `first` to `last` weeks before the last day."""
    mine = city[(city["commune"] == "las-condes") & kind & city["ago"].between(last * 7, first * 7 - 1)]
    return len(mine) / (first - last)


def test_everything_but_pedestrian_robbery_falls(city: pd.DataFrame) -> None:
    others = city["type"] != rates.STORY_TYPE
    change = weekly(city, others, 26, 0) / weekly(city, others, 78, 52) - 1
    assert change == pytest.approx(-rates.FALL_A_YEAR, abs=0.06)
    assert weekly(city, others, 104, 78) == pytest.approx(weekly(city, others, 156, 130), rel=0.1)
    families = city["type"].str.partition(".")[0]
    for family in ("theft", "burglary", "vehicle", "damage", "disorder", "family", "fraud"):
        assert weekly(city, families == family, 26, 0) < weekly(city, families == family, 104, 78), family


def test_riders_rob_pedestrians_once_or_twice_a_week_then_many_times(city: pd.DataFrame) -> None:
    riders = (city["type"] == rates.STORY_TYPE) & (city["vehicle"] == "motorcycle")
    assert 1 <= weekly(city, riders, 150, 78) <= 2
    rising = [weekly(city, riders, first, first - 16) for first in (94, 78, 62, 46)]
    assert rising == sorted(rising)
    assert weekly(city, riders, 30, 20) >= 7


def test_pedestrian_robbery_falls_by_22_percent_once_it_is_answered(city: pd.DataFrame) -> None:
    robberies = city["type"] == rates.STORY_TYPE
    change = weekly(city, robberies, 20, 0) / weekly(city, robberies, 30, 20) - 1
    assert change == pytest.approx(-0.22, abs=0.03)
    assert weekly(city, robberies, 20, 0) > weekly(city, robberies, 100, 78), "it stays above where it began"


def test_nothing_of_the_kind_happens_elsewhere(city: pd.DataFrame) -> None:
    riders = city[(city["type"] == rates.STORY_TYPE) & (city["vehicle"] == "motorcycle")]
    others = riders[riders["commune"] != "las-condes"]
    before, after = others["ago"].between(364, 727).sum(), others["ago"].between(0, 363).sum()
    assert after == pytest.approx(before, rel=0.15)
