"""Where precincts stand: the South Precinct's table to the last digit, what facts count, who may see what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from data_access.store import Store
from domain.adoption import Coming
from domain.errors import Forbidden, Invalid, NotFound
from domain.people import ANONYMOUS, Actor, Role
from services import adoption
from tests.adoption import DAY, SOUTH, TOTAL, Fact, goal, people, precincts, south, tell

ANALYST = Actor(1, "analyst@test", frozenset({Role.ANALYST}))
COMMANDER = Actor(2, "commander@test", frozenset({Role.COMMANDER}), frozenset({"san-ramon"}))


def percent(share: float | None) -> str:
    return f"{100 * share:.1f}" if share is not None else "-"


def daily(code: str, first: date, counts: list[int]) -> list[Fact]:
    return [(code, first + timedelta(days=n), count) for n, count in enumerate(counts)]


def test_the_south_precinct_comes_out_to_the_last_digit(store: Store) -> None:
    south(store)
    found = adoption.standing(store, ANALYST)
    told = [
        (
            r.precinct,
            r.registered,
            r.population and r.population.people,
            r.target,
            r.missing,
            percent(r.compliance),
            r.reports,
        )
        for r in found.rows
    ]
    assert told == [(code, *rest) for code, _, *rest in SOUTH]
    t = found.total
    assert (t.registered, t.population, t.target, t.missing, percent(t.compliance), t.reports) == TOTAL
    assert [row.rank for row in found.rows] == [1, 2, 3, 4, 5, 6, 7]
    whole = next(population for population in found.populations if not population.precinct)
    assert (whole.people, whole.source) == (850000, "The programme's text")


def test_one_day_of_data_supports_no_pace_and_no_date(store: Store) -> None:
    south(store)
    outlook = adoption.standing(store, ANALYST).outlooks["san-miguel"]
    assert outlook.pace is None
    assert outlook.arrival.coming is Coming.SHORT
    assert outlook.needed == pytest.approx(3063 / 181 * 365.25 / 12)


def test_the_newest_fact_of_a_day_counts_and_a_withdrawn_one_does_not(store: Store) -> None:
    precincts(store, {"a": "A"})
    people(store, [("a", 1000, 2020, "census")])
    goal(store)
    tell(store, [("a", DAY, 40)])
    tell(store, [("a", DAY, 44)])
    tell(store, [("a", DAY, 99)], status="withdrawn")
    assert adoption.standing(store, ANALYST).rows[0].registered == 44
    tell(store, [("a", DAY, 47)])
    assert adoption.standing(store, ANALYST).rows[0].registered == 47


def test_increments_and_totals_of_one_history_agree(store: Store) -> None:
    precincts(store, {"a": "A"})
    tell(store, [("a", DAY - timedelta(days=3), 100)])
    tell(store, [("a", DAY - timedelta(days=2), 5), ("a", DAY, 2)], counting="increment")
    assert adoption.standing(store, ANALYST).rows[0].registered == 107


def test_a_count_known_to_be_missing_is_not_zero(store: Store) -> None:
    precincts(store, {"a": "A", "b": "B"})
    goal(store, "b")
    people(store, [("b", 500, None, "x")])
    tell(store, [("a", DAY - timedelta(days=1), 3), ("a", DAY, None)])
    rows = {row.precinct: row for row in adoption.standing(store, ANALYST).rows}
    assert (rows["a"].registered, rows["a"].observed) == (3, DAY - timedelta(days=1))
    assert rows["b"].registered is None
    assert rows["b"].missing is None
    assert rows["b"].target == 50
    assert adoption.standing(store, ANALYST).total.without_data == ("b",)


def test_real_registrations_put_the_demo_aside(store: Store) -> None:
    precincts(store, {"a": "A", "b": "B"})
    tell(store, [("a", DAY, 10)], synthetic=True)
    assert adoption.standing(store, ANALYST).synthetic
    tell(store, [("b", DAY, 20)])
    found = adoption.standing(store, ANALYST)
    assert not found.synthetic
    assert [(row.precinct, row.registered) for row in found.rows] == [("b", 20)]


def test_a_steady_quarter_gives_a_pace_and_a_date(store: Store) -> None:
    precincts(store, {"a": "A"})
    people(store, [("a", 20_000, 2024, "census")])
    goal(store, due=DAY + timedelta(days=365))
    tell(store, daily("a", DAY - timedelta(days=200), [5 * n for n in range(201)]))
    found = adoption.standing(store, ANALYST)
    outlook = found.outlooks["a"]
    assert outlook.pace is not None
    assert outlook.pace.monthly == pytest.approx(5 * 365.25 / 12)
    assert outlook.pace.low < outlook.pace.monthly < outlook.pace.high
    assert outlook.pace.weeks == 13
    assert not outlook.pace.slowing
    arrival = outlook.arrival
    assert arrival.day == DAY + timedelta(days=200)  # 1,000 missing at five a day
    assert arrival.earliest
    assert arrival.latest
    assert arrival.earliest < arrival.day < arrival.latest


def test_a_pace_that_fell_leaves_the_latest_date_open(store: Store) -> None:
    precincts(store, {"a": "A"})
    people(store, [("a", 40_000, 2024, "census")])
    goal(store)
    counts = [20 * n for n in range(110)] + [20 * 109 + 2 * n for n in range(1, 92)]
    tell(store, daily("a", DAY - timedelta(days=200), counts))
    outlook = adoption.standing(store, ANALYST).outlooks["a"]
    assert outlook.pace is not None
    assert outlook.pace.slowing
    assert outlook.pace.before is not None
    assert outlook.pace.before > outlook.pace.monthly
    assert outlook.arrival.coming is Coming.DATED
    assert outlook.arrival.latest is None


def test_a_month_of_data_gives_a_pace_and_no_date(store: Store) -> None:
    precincts(store, {"a": "A"})
    people(store, [("a", 20_000, 2024, "census")])
    goal(store)
    tell(store, daily("a", DAY - timedelta(days=34), [5 * n for n in range(35)]))
    outlook = adoption.standing(store, ANALYST).outlooks["a"]
    assert outlook.pace is not None
    assert outlook.arrival.coming is Coming.SHORT


def test_reached_and_standing_still_are_told(store: Store) -> None:
    precincts(store, {"a": "A", "b": "B"})
    people(store, [("a", 1000, None, "x"), ("b", 10_000_000, None, "x")])
    goal(store)
    first = DAY - timedelta(days=200)
    tell(store, daily("a", first, list(range(201))) + daily("b", first, [500 + n // 30 for n in range(201)]))
    outlooks = adoption.standing(store, ANALYST).outlooks
    assert outlooks["a"].arrival.coming is Coming.REACHED
    assert outlooks["b"].arrival.coming is Coming.STILL


def test_a_commander_sees_every_row_and_only_their_own_details(store: Store) -> None:
    south(store)
    found = adoption.standing(store, COMMANDER)
    assert len(found.rows) == 7
    assert set(found.outlooks) == {"san-ramon"}
    assert found.own == {"san-ramon"}
    assert adoption.detail(store, COMMANDER, "san-ramon").standing.registered == 990
    with pytest.raises(Forbidden, match=r"adoption\.precinct"):
        adoption.detail(store, COMMANDER, "san-miguel")
    assert [curve.precinct for curve in adoption.curves(store, COMMANDER, ["san-miguel", "nobody"])] == ["san-miguel"]


@pytest.mark.parametrize("actor", [ANONYMOUS, Actor(3, "x", frozenset({Role.CUSTODIAN}))])
def test_others_see_nothing(store: Store, actor: Actor) -> None:
    south(store)
    for ask in (
        adoption.standing,
        lambda s, a: adoption.curves(s, a, ["san-ramon"]),
        lambda s, a: adoption.detail(s, a, "san-ramon"),
    ):
        with pytest.raises(Forbidden):
            ask(store, actor)


def test_what_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(NotFound, match=r"adoption\.none"):
        adoption.standing(store, ANALYST)
    south(store)
    with pytest.raises(Invalid, match=r"adoption\.day"):
        adoption.standing(store, ANALYST, DAY + timedelta(days=1))
    with pytest.raises(NotFound, match=r"adoption\.precinct_unknown"):
        adoption.detail(store, ANALYST, "nobody")


def test_a_precinct_close_by(store: Store) -> None:
    precincts(store, {"a": "A"})
    precincts(store, {"a1": "A one", "a2": "A two"}, parent="a")
    people(store, [("a1", 300, None, "x"), ("a2", 100, None, "x")])
    first = date(2026, 7, 6)  # a Monday
    tell(store, daily("a", first, list(range(40))))
    tell(store, [("a", date(2026, 10, 12), 60)])
    tell(store, [("a1", date(2026, 10, 1), 10), ("a2", date(2026, 10, 1), 30)])
    found = adoption.detail(store, ANALYST, "a")
    assert found.gaps == ("2026-09",)
    assert found.weeks[0].start == date(2026, 7, 13)
    assert found.weeks[0].added == 7
    assert found.weeks[-1].start == date(2026, 10, 12)
    assert found.weeks[-2].added is None
    assert [row.precinct for row in found.neighbourhoods] == ["a1", "a2"]
    assert found.lorenz == ((0.0, 0.0), (0.75, 0.25), (1.0, 1.0))
    assert found.gini == pytest.approx(0.5)


def test_curves_tell_months_without_data(store: Store) -> None:
    precincts(store, {"a": "A"})
    tell(store, [("a", date(2026, 1, 10), 4), ("a", date(2026, 3, 31), 9)])
    (curve,) = adoption.curves(store, ANALYST, ["a"])
    assert curve.days == (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))
    assert curve.registered == (4, None, 9)
