"""The adoption page's figures as drawn: classes, lines, gaps, labels and words for what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import adoption_compare as compare
from components.adoption_answer import arrival, common_goal, pace, sentence, slowing, unranked
from components.adoption_close import half_lives_with
from components.adoption_map import BREAKS, Frame, level
from components.adoption_spread import LINE, WIDTH, labels
from components.adoption_table import table
from components.markup import markup
from components.plots import apart, nice
from domain.adoption import (
    Adoption,
    Arrival,
    Coming,
    Curve,
    Goal,
    Outlook,
    Pace,
    Population,
    Rounding,
    Standing,
    ranked,
    total,
)
from domain.adoption_question import LINES, Question
from locales import Words

WORDS = Words("en", {"a": "Alta", "b": "Baja", "c": "Chica"})
DAY = date(2026, 11, 20)
GOAL = Goal("", Decimal("0.10"), Rounding.CEILING, None, None, "", "test")


def row(code: str, registered: int | None, people: int | None = 10_000, goal: Goal | None = GOAL) -> Standing:
    population = None if people is None else Population(code, people, 2024, "census")
    return Standing(code, registered, DAY, DAY, 10, population, goal, None)


def adoption(*rows: Standing, own: frozenset[str] = frozenset()) -> Adoption:
    held = ranked(rows)
    outlook = Outlook(None, None, Arrival(Coming.SHORT))
    return Adoption(
        day=DAY,
        first=DAY,
        last=DAY,
        rows=tuple(held),
        names={"a": "Alta", "b": "Baja", "c": "Chica"},
        total=total(held),
        outlooks={one.precinct: outlook for one in held},
        own=own,
        populations=(),
        default_goal=None,
        synthetic=False,
    )


# --- words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Arrival(Coming.REACHED), ("already there", "")),
        (Arrival(Coming.STILL), ("not at this pace", "")),
        (Arrival(Coming.SHORT), ("the short history supports a pace, not a date", "")),
        (Arrival(Coming.UNKNOWN), ("–", "")),
        (
            Arrival(Coming.DATED, date(2029, 3, 3), date(2028, 1, 9), date(2031, 5, 2)),
            ("3 Mar 2029", "Jan 2028 – May 2031"),
        ),
        (
            Arrival(Coming.DATED, date(2029, 3, 3), date(2028, 1, 9), None),
            ("3 Mar 2029", "from Jan 2028; perhaps never"),
        ),
    ],
)
def test_an_arrival_is_a_day_with_its_interval_or_says_why_not(found: Arrival, told: tuple[str, str]) -> None:
    assert arrival(found, WORDS) == told


def test_a_pace_carries_its_interval_and_says_when_it_slows() -> None:
    found = Pace(1234.4, 900.2, 1500.6, 13, 2000.0, True)
    assert pace(found, WORDS) == ("1,234", "900 – 1,501")
    assert "2,000 a month before" in slowing(found, WORDS)
    assert slowing(replace(found, slowing=False), WORDS) == ""
    assert pace(None, WORDS) == ("–", "under four weeks")


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (row("a", 500), ""),
        (row("a", 99), "fewer than 100 addresses: not ranked"),
        (row("a", None), "no data"),
        (row("a", 500, people=None), "no population"),
        (row("a", 500, goal=None), "no goal"),
    ],
)
def test_a_precinct_without_a_place_says_why(one: Standing, why: str) -> None:
    assert unranked(ranked([one])[0], WORDS) == why


def test_the_sentence_says_what_the_sum_leaves_out_and_when_the_goal_is_met() -> None:
    assert markup(sentence(adoption(row("a", 500), row("b", None)), WORDS)).endswith(
        ": 25.0 % of the goal of 2,000 people connected; 500 are missing, not counting 1 precinct without data."
    )
    assert "The goal is met" in markup(sentence(adoption(row("a", 1000)), WORDS))
    assert "There is no goal" in markup(sentence(adoption(row("a", 1000, goal=None)), WORDS))
    assert markup(sentence(adoption(row("a", None, goal=None)), WORDS)).startswith("No registrations are known")


def test_a_goal_is_told_once_where_all_share_it() -> None:
    other = replace(GOAL, share=Decimal("0.2"))
    assert common_goal(adoption(row("a", 5), row("b", 5, goal=replace(GOAL, precinct="b")))) is not None
    assert common_goal(adoption(row("a", 5), row("b", 5, goal=other))) is None


def test_own_precincts_come_first_and_are_marked() -> None:
    drawn = str(table(adoption(row("a", 900), row("b", 300), own=frozenset({"b"})), lambda code: code, "b", WORDS))
    assert drawn.index("Baja") < drawn.index("Alta")
    assert '<tr class="own chosen" data-precinct="b">' in drawn


# --- the picture over time -------------------------------------------------------------------------------------

MONTHS = (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30))


def curve(code: str, launched: date | None, *registered: int | None, target: int | None = 100) -> Curve:
    return Curve(code, launched, MONTHS, registered, target)


def test_curves_share_the_calendar_or_start_at_their_own_launch() -> None:
    early = curve("a", date(2026, 1, 10), 10, 20, 30, 40)
    late = curve("b", date(2026, 3, 5), None, None, 50, 60)
    kind = compare.kinds(["a", "b"])
    by_calendar, columns = compare.lay([early, late], kind, "calendar")
    assert [line.shares for line in by_calendar] == [(0.1, 0.2, 0.3, 0.4), (None, None, 0.5, 0.6)]
    assert columns == range(4)
    by_launch, columns = compare.lay([early, late], kind, "launch")
    assert [line.shares for line in by_launch] == [(0.1, 0.2, 0.3, 0.4), (0.5, 0.6, None, None)]
    assert columns == range(4)
    assert list(by_launch[1].span) == [0, 1]


def test_a_month_without_data_breaks_the_line_and_only_inside_the_history() -> None:
    lines, _ = compare.lay([curve("a", None, None, 20, None, 40)], compare.kinds(["a"]), "calendar")
    assert lines[0].gaps == [2]
    drawn = markup(compare.compare([curve("a", None, None, 20, None, 40)], WORDS.precincts, Question(), WORDS))
    assert drawn.count('class="gap"') == 1
    assert "Hatched: months in which data of Alta are missing." in drawn
    assert "M15 " in drawn
    assert "M35 " in drawn


def test_a_curve_without_target_or_launch_is_left_out_and_named() -> None:
    curves = [curve("a", date(2026, 1, 1), 1, 2, 3, 4), curve("b", None, 1, 2, 3, 4)]
    drawn = markup(compare.compare(curves, WORDS.precincts, Question(align="launch"), WORDS))
    assert "left out of the comparison: Baja." in drawn


def test_a_history_of_one_month_is_a_dot_and_none_is_no_picture() -> None:
    one = Curve("a", MONTHS[0], MONTHS[:1], (20,), 100)
    assert 'd="M5 ' in markup(compare.compare([one], WORDS.precincts, Question(), WORDS))
    nothing = markup(compare.compare([], WORDS.precincts, Question(), WORDS))
    assert "<svg" not in nothing
    assert 'data-adds="compare"' in nothing


def test_every_precinct_has_a_colour_of_its_own_while_there_are_some() -> None:
    codes = [f"p{i:02d}" for i in range(24)]
    kind = compare.kinds(codes)
    assert len(set(kind.values())) == 24
    assert compare.kinds(reversed(codes)) == kind


# --- scales, labels, map ---------------------------------------------------------------------------------------


@given(st.floats(1e-3, 1e6))
def test_an_axis_ends_at_or_beyond_its_data_and_not_far_beyond(top: float) -> None:
    assert top <= nice(top) <= 2 * top


@given(st.lists(st.floats(0, 100), max_size=10))
def test_labels_moved_apart_keep_their_order_and_room(wanted: list[float]) -> None:
    found = apart(wanted, 8.0)
    placed = sorted(found)
    assert all(b - a >= 8.0 - 1e-9 for a, b in pairwise(placed))
    assert all(-1e-9 <= value <= 100 for value in found)
    assert [found[i] for i in sorted(range(len(wanted)), key=lambda i: (wanted[i], i))] == placed


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=30))
def test_names_in_the_scatter_stay_inside(points: list[tuple[float, float]]) -> None:
    sides = labels([(x, y, "San Miguel") for x, y in points])
    assert len(sides) == len(points)
    for (x, _), side in zip(points, sides, strict=True):
        assert not (side == "right" and x * WIDTH > WIDTH - LINE)


def test_names_in_the_scatter_do_not_lie_on_each_other() -> None:
    assert labels([(0.5, 0.5, "Uno"), (0.5, 0.5, "Dos"), (0.5, 0.5, "Tres")]).count("right") <= 1


@pytest.mark.parametrize(("share", "people"), [([(0, 0), (1, 1)], 0.5), ([(0, 0), (0.69, 0.5), (1, 1)], 0.31)])
def test_half_of_the_addresses_live_with_so_many_people(share: list[tuple[float, float]], people: float) -> None:
    assert half_lives_with(share) == pytest.approx(people)


def test_the_maps_classes_grow_with_compliance() -> None:
    edges = [level(edge) for edge in BREAKS]
    assert edges == sorted(set(edges))
    assert level(None) == 0


def test_a_map_keeps_the_territorys_shape() -> None:
    frame = Frame.of([[[(-70.0, -33.0), (-69.9, -33.0), (-69.9, -33.1), (-70.0, -33.1), (-70.0, -33.0)]]])
    west, north = frame.at(-70.0, -33.0)
    east, south = frame.at(-69.9, -33.1)
    assert (east - west) / (south - north) == pytest.approx(0.8382, abs=1e-3)  # cosine of 33.05 degrees
    assert frame.holds(-69.95, -33.05)
    assert not frame.holds(-69.8, -33.05)


# --- the address -----------------------------------------------------------------------------------------------


@given(
    st.one_of(
        st.none(),
        st.text(),
        st.dictionaries(
            st.sampled_from(["day", "precinct", "compare", "align", "x"]),
            st.one_of(st.text(), st.integers(), st.lists(st.text()), st.none()),
        ),
    )
)
def test_reading_an_address_never_fails_and_writing_it_is_stable(query: object) -> None:
    found = Question.from_query(query)
    assert Question.from_query(found.to_query()) == found
    assert len(found.compare) <= LINES


def test_a_question_is_held_to_what_there_is() -> None:
    found = Question(precinct="b", compare=("x", "c")).among(["a", "b", "c"], ["a"])
    assert (found.precinct, found.compare) == ("a", ("c",))
    assert Question().among(["a", "b"], []) == Question(compare=("a", "b"))


def test_the_first_precincts_differ_by_colour_and_not_by_dash_alone() -> None:
    kinds = set(compare.kinds([f"p{i}" for i in range(LINES)]).values())
    assert all(one.split()[0] != other.split()[0] for one, other in combinations(kinds, 2))
