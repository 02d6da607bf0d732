"""The chart of a share by year: what is missing is seen to be missing, and the goal runs where it was set."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

from components import dark_figure_plot as plot
from components.markup import markup
from domain.surveys import DarkGoal, Design, Estimate, Series, Topic, Unit
from locales import Words

POINT = Estimate(
    *("ENUSC", 2022, Topic.REPORTED, "any", "", "Chile", Unit.EVENT, 0.5, 0.47, 0.53, 0.95, 900), Design.PROBABILITY
)
GOAL = DarkGoal(0.3, 0.5, date(2025, 1, 1), date(2027, 1, 1), "")


def drawn(*points: Estimate, goal: DarkGoal | None = None) -> str:
    return markup(plot.chart(Series("ENUSC", "any", Unit.EVENT, points), goal, Words("en")))


def test_each_year_has_its_point_and_interval() -> None:
    html = drawn(POINT, replace(POINT, year=2023, share=0.4, low=0.35, high=0.45))
    assert html.count("survey-dot") == html.count("survey-reach") == 2
    assert "bottom:40.00%" in html
    assert "bottom:35.00%;height:10.00%" in html
    assert "survey-gap" not in html


def test_a_year_that_was_not_asked_or_cannot_be_estimated_is_hatched() -> None:
    html = drawn(POINT, replace(POINT, year=2024, answers=12), replace(POINT, year=2025))
    told = re.findall(r'class="survey-gap"[^>]*data-told="([^"]*)"', html)
    assert told == ["2023: not asked", "2024: not estimable"]
    assert html.count("survey-dot") == 2
    assert "no figure for that year" in html


def test_years_that_only_the_goal_reaches_are_empty_and_not_missing() -> None:
    html = drawn(POINT, goal=GOAL)
    assert re.findall(r"<span>(\d{4})</span>", html) == ["2022", "2023", "2024", "2025", "2026", "2027"]
    assert "survey-gap" not in html


def test_the_goal_runs_from_its_baseline_to_its_share() -> None:
    # Six years: 2025 begins at half of the width, 2027 at five sixths; 50 % and 30 % counted from the top.
    assert "M500.0 50.0L833.3 70.0" in unquote(drawn(POINT, goal=GOAL))


def test_a_goal_without_days_or_baseline_is_level() -> None:
    assert "M0.0 70.0L1000.0 70.0" in unquote(drawn(POINT, goal=DarkGoal(0.3, None, None, None, "")))


def test_a_weak_point_looks_weak() -> None:
    assert "survey-year weak" in drawn(replace(POINT, answers=40))
    assert "survey-year weak" not in drawn(POINT)


def test_a_line_of_a_row_leaves_out_what_may_not_be_said() -> None:
    marks = [(POINT, "felt"), (replace(POINT, answers=3), "seen")]
    html = markup(plot.track(marks, Words("en")))
    assert html.count("track-mark") == 1
    assert "track-mark seen" not in html
