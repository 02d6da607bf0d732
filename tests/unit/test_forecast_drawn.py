"""What the pages of forecasts say and show, from made-up records."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

from analytics.forecast.allocation import Why
from analytics.forecast.areas import Area
from analytics.forecast.benefit import Benefit
from analytics.forecast.exposure import audit
from analytics.forecast.metrics import depth, flagged, ranking
from analytics.forecast.told import Exposure
from components import (
    forecast_board,
    forecast_coming,
    forecast_exposure,
    forecast_image,
    forecast_lines,
    forecast_out,
    forecast_past,
    forecast_places,
    forecast_runs,
    forecast_trust,
    heat_image,
)
from components.forecast_parts import Frame, decimal, interval, leading, rate, sealed_line
from components.markup import markup
from domain.errors import Invalid
from domain.forecast.models import COVERAGES, MAIN, REFERENCE, Model
from domain.forecast.sealed import Entry, Standing, Target
from locales import LANGUAGES, Words
from tests.forecast_told import CELLS, LED, MONDAY, NAMES, STREET, coming, content, lattice, past, sealed, tracking

WORDS = {language: Words(language, NAMES) for language in LANGUAGES}
EN = WORDS["en"]
FRAME = Frame(EN, "UTC")


def said(drawn: Any) -> str:
    return " ".join(re.sub("<[^>]+>", " ", markup(drawn)).split())


# --- the picture ------------------------------------------------------------------------------------------------


def test_every_pixel_shows_the_cell_that_holds_its_middle() -> None:
    grid = lattice()
    laid = forecast_image.laid(grid)
    rows, columns = laid.cell.shape
    to_mercator = Transformer.from_crs(4326, 3857, always_xy=True)
    to_metres = Transformer.from_crs(3857, grid.epsg, always_xy=True)
    west, south, east, north = laid.bounds
    (x0, x1), (y0, y1) = to_mercator.transform([west, east], [south, north])
    random = np.random.default_rng(0)
    for row, column in zip(random.integers(0, rows, 400), random.integers(0, columns, 400), strict=True):
        x, y = to_metres.transform(x0 + (column + 0.5) / columns * (x1 - x0), y1 - (row + 0.5) / rows * (y1 - y0))
        here = np.flatnonzero((grid.x == x // grid.size) & (grid.y == y // grid.size))
        assert laid.cell[row, column] == (here[0] if here.size else -1)
    assert set(range(CELLS)) <= set(np.unique(laid.cell).tolist())


def test_cells_stand_in_the_hottest_share_of_the_area_that_holds_them() -> None:
    rates = content().of(MAIN)
    classes = forecast_image.ranked(depth(rates))
    for level, coverage in zip((4, 3, 2, 1), COVERAGES, strict=True):
        assert set(np.flatnonzero(classes >= level)) == set(ranking(rates)[: flagged(CELLS, coverage)])


def test_a_past_week_tells_caught_from_missed() -> None:
    rates, counts = np.array([9.0, 8.0, 1.0, 0.5], np.float32), np.array([2, 0, 1, 0], dtype=np.int64)
    assert forecast_image.caught(depth(rates), counts, 0.5).tolist() == [
        forecast_image.HIT,
        forecast_image.QUIET_CELL,
        forecast_image.MISS,
        0,
    ]


@pytest.mark.parametrize("ground", heat_image.GROUNDS)
@pytest.mark.parametrize(("side", "classes"), [("risk", 4), ("doubt", 5), ("caught", 3)])
def test_every_class_has_a_colour_of_its_own(side: str, classes: int, ground: str) -> None:
    colours, opacities = heat_image.palette(side, ground)
    assert len(set(colours)) == len(colours) == len(opacities) == classes
    drawn = heat_image.png(np.arange(classes + 1, dtype=np.uint8).reshape(1, -1), side, ground)
    assert drawn.startswith(b"\x89PNG")


def test_the_classes_of_doubt_reach_to_the_widest_interval() -> None:
    low, high = np.zeros(3, np.float32), np.array([0.0, 1.0, 4.0], np.float32)
    breaks = forecast_image.doubt_breaks(low, high)
    assert (len(breaks), breaks[-1]) == (5, 2)
    assert forecast_image.doubt(low, high).tolist() == [0, 4, 5]


# --- the coming week --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("es", ("Robo a transeúnte", "semanas medidas", "Modelo principal", "si sus tasas")),
        ("en", ("Street robbery", "scored weeks", "Main model caught", "were its rates")),
    ],
)
def test_the_sentence_says_what_who_and_whether_it_is_any_good(language: str, wanted: tuple[str, ...]) -> None:
    told = said(forecast_coming.sentence(coming(), tracking(), WORDS[language]))
    assert [part for part in wanted if part.lower() not in told.lower()] == []


def test_without_scores_nobody_claims_to_know() -> None:
    assert "nobody knows how good" in said(forecast_coming.sentence(coming(), None, EN))


def test_who_leads_and_whose_reasons_are_shown_are_kept_apart() -> None:
    off = Standing(Model.EWMA, True, False, (Entry(1, "ana", "off", "", "The feed is in doubt."),))
    told = said(forecast_coming.state(coming(off), FRAME))
    assert "Reason: The feed is in doubt. " in told
    assert "Intervals and reasons are those of the main model" in told
    assert "were its rates" not in said(forecast_coming.sentence(coming(off), tracking(standing=off), EN)).lower()


def test_a_late_forecast_is_said_to_be_none() -> None:
    assert "LATE" in sealed_line(sealed(early=-1), FRAME)
    assert "2 days before" in sealed_line(sealed(), FRAME)
    assert "5 hours before" in sealed_line(sealed(early=5 * 3600), FRAME)


@pytest.mark.parametrize(
    ("standing", "wanted"),
    [
        (Standing(Model.EWMA, True, False, (Entry(1, "ana", "off", "", "floods"),)), "switched off: Weighted mean"),
        (Standing(Model.EWMA, True, False, (Entry(1, "ana", "off", "", "floods"),)), "floods"),
        (
            Standing(Model.WEEKS_52, False, True, (Entry(1, "s", "demoted", "2026-10", "no_better_than_ewma"),)),
            "no better than the best simple forecast (Weighted mean (EWMA))",
        ),
    ],
)
def test_who_leads_instead_of_the_main_model_and_why(standing: Standing, wanted: str) -> None:
    assert wanted in said(leading(standing, EN))
    assert leading(LED, EN) == []


def test_the_state_tells_of_superseded_synthetic_and_late_data() -> None:
    old = replace(content(), facts={"leader": "boosted", "weeks": {"last": str(MONDAY - timedelta(days=35))}})
    found = coming(content=old, superseded=(sealed(7),), sealed=sealed(8, synthetic=True))
    told = said(forecast_coming.state(found, FRAME))
    assert "4 weeks before the forecast are not known" in told
    assert "1 earlier forecast of the same week was superseded" in told
    assert "synthetic" in told


def test_a_place_tells_its_reasons_strongest_first() -> None:
    found = coming()
    one = forecast_places.numbered(found)[0]
    told = forecast_places.reasons(one.place, found.content, EN)
    assert told[0].startswith("many in the last months here (×")
    assert len(told) == 1  # the other reason is too weak to be told
    dull = replace(found.content, strength=np.zeros_like(found.content.strength))
    assert forecast_places.reasons(one.place, dull, EN) == ["About what is usual in this city's cells."]


def test_the_cap_is_told_by_precinct() -> None:
    found = coming()
    assert found.plan.capped
    assert "Alta: at most 2" in said(forecast_places.capped(found.plan, EN))


def test_places_leave_as_a_table_with_their_middles() -> None:
    found = coming()
    rows = list(forecast_places.lines(found, "now", EN))
    assert len(rows) == len(found.plan.places)
    assert {len(row) for row in rows} == {len(forecast_places.COLUMNS)}
    lon, lat = rows[0][4], rows[0][5]
    back = Transformer.from_crs(4326, 32719, always_xy=True).transform(lon, lat)
    cell = found.plan.places[0].cell
    grid = found.content.lattice
    assert (back[0] // 250, back[1] // 250) == (grid.x[cell], grid.y[cell])


def test_the_map_gets_every_place_with_its_kind() -> None:
    found = coming()
    drawn = forecast_places.features(forecast_places.numbered(found), EN)["features"]
    assert [one["properties"]["number"] for one in drawn] == list(range(1, len(drawn) + 1))
    assert {one["properties"]["why"] for one in drawn} == {str(why) for why in Why}


def test_names_are_text_whatever_they_hold() -> None:
    words = Words("en", {"a": "<script>alert(1)</script>", "b": '"><img>'})
    found = coming()
    known = forecast_places.numbered(found)
    drawn = markup(
        [forecast_places.as_table(known, found, words), *forecast_places.listed(known, found, 1, "/map", words)]
    )
    assert "<script" not in drawn
    assert "<img" not in drawn


# --- tracking ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_the_tracking_page_is_said_in_both_languages(language: str) -> None:
    words, found = WORDS[language], tracking(missing=(MONDAY - timedelta(days=21),))
    frame = Frame(words, "UTC")
    drawn = [
        forecast_board.sentence(found, words),
        forecast_board.board(found, words),
        forecast_board.ratios(found, words),
        forecast_lines.weekly(found, words),
        forecast_lines.curve(found, words),
        forecast_trust.calibrated(found, words),
        forecast_trust.drifted(found.drift, words),
        forecast_trust.log(found.standing.log, frame),
        forecast_past.drawn(past(), 0.05, frame),
        forecast_past.scores(past(), frame),
    ]
    told = said(drawn)
    assert "forecast." not in told
    assert len(told) > 1_500


def test_a_missing_week_is_named_and_hatched_and_never_zero() -> None:
    gone = MONDAY - timedelta(days=21)
    drawn = markup(forecast_lines.weekly(tracking(missing=(gone,)), EN))
    assert 'class="gap"' in drawn
    assert "1 week is missing, not zero" in drawn
    assert "2 Nov 2026" in drawn
    assert re.search(r"2 Nov 2026</th><td>no score</td><td>–</td>", drawn)


def test_the_scoreboard_marks_the_leader_and_shows_the_ceiling() -> None:
    found = tracking()
    drawn = said(forecast_board.board(found, EN))
    assert re.search(r"Main model leads \d", drawn)
    assert "Ceiling – 50.0" in drawn.replace("\u00a0", " ")
    score = found.pooled[MAIN].hits(0.05)
    assert decimal(score.pai, EN, 1) in drawn


def test_every_hit_rate_and_skill_stands_over_its_interval() -> None:
    found = tracking()
    drawn = markup(forecast_board.board(found, EN))
    for sure in (found.hit_rate[MAIN][0.05], found.hit_rate[REFERENCE][0.20]):
        assert sure is not None
        assert interval(100 * sure.low, 100 * sure.high, EN, 1) in drawn
    skill = found.skill[MAIN]
    assert skill is not None
    assert interval(skill.low, skill.high, EN, 3) in drawn


def test_the_scoreboard_leaves_as_a_table_with_its_intervals_and_the_ceiling() -> None:
    found = tracking()
    rows: list[dict[str, Any]] = [dict(zip(forecast_out.BOARD, row, strict=True)) for row in forecast_out.board(found)]
    assert [row["model"] for row in rows] == [*map(str, found.pooled), "ceiling"]
    main = rows[-2]
    assert main["hit_rate_5_low"] < main["hit_rate_5"] < main["hit_rate_5_high"]
    assert main["skill_low"] < main["skill"] < main["skill_high"]
    assert (main["weeks"], rows[-1]["hit_rate_5"]) == (10, 0.5)


def test_the_verdict_needs_enough_weeks() -> None:
    assert "say little" in said(forecast_board.sentence(tracking(weeks=3), EN))
    assert "better than the simple means" in said(forecast_board.sentence(tracking(), EN))


def test_a_past_week_adds_up() -> None:
    held = past()
    found = forecast_past.came(held, 0.05)
    assert found.events == int(held.observed.sum()) + held.outside
    assert found.flagged == found.quiet + found.hit_cells == flagged(CELLS, 0.05)


def test_few_incidents_get_no_percentage() -> None:
    counts = np.zeros(CELLS, dtype=np.int64)
    counts[0] = 3
    told = said(forecast_past.drawn(past(observed=counts, outside=0, scored=None), 0.05, FRAME))
    assert "3 incidents only" in told
    assert "That is" not in told
    assert "Not scored yet" in told


def test_scores_from_before_late_reports_stand_beside_the_newest() -> None:
    held = past()
    assert held.scored is not None
    earlier = replace(held.scored, scored_at=held.scored.scored_at - 90_000, events=5)
    told = markup(forecast_past.scores(replace(held, before=(earlier,)), FRAME))
    assert told.count("<tr") == 1 + 4  # the heading; two models, twice each


def test_every_scored_week_of_every_model_leaves_as_a_table() -> None:
    found = tracking()
    rows = list(forecast_out.lines(found, FRAME))
    assert len(rows) == len(found.weeks) * len(found.pooled)
    assert {len(row) for row in rows} == {len(forecast_out.COLUMNS)}
    assert {row[3] for row in rows} == {str(model) for model in found.pooled}


# --- exposure and runs ------------------------------------------------------------------------------------------


def test_the_audit_says_who_and_what_to_do() -> None:
    found = audit(np.array([[9, 1]] * 9), [Area("a", 10, 100, 30), Area("b", 10, 900, 70)])
    told = Exposure(found, 9, {"a": Benefit(18.0, 13.5, hits=7, events=20)})
    shown = forecast_exposure.Shown(told, STREET, (STREET,), coming().plan, False)
    parts = forecast_exposure.parts(shown, FRAME)
    assert "To be looked at: Alta" in said(forecast_exposure.sentence(shown, EN))
    below = said([parts["forecast-below"]]).replace("&lt;", "<")
    for sentence in ("More than its reports explain", "Too long in a row", "drawn at random"):
        assert sentence in below
    assert "Alta 20 35.0 % 7 2.00 75.0 %" in " ".join(re.sub("<[^>]+>", " ", parts["forecast-below"]).split())
    rows = forecast_exposure.lines(told, EN)
    assert {len(row) for row in rows} == {len(forecast_exposure.COLUMNS)}
    assert rows[0][0] == "a"
    assert rows[0][-6:] == (9, 18.0, 13.5, 7, 20, 0.35)
    assert rows[1][-5:] == (None,) * 5


def test_the_last_on_time_is_the_one_that_counts() -> None:
    first, second = sealed(1), sealed(2)
    late, other = sealed(3, early=-5), sealed(4, week=MONDAY + timedelta(days=7))
    held = [other, late, second, first]
    gone = forecast_runs.replaced(held)
    assert [forecast_runs.state(one, gone) for one in held] == ["counts", "late", "counts", "superseded"]


@pytest.mark.parametrize("target", [STREET, Target.of(["robbery", "theft"], 500)])
def test_a_target_goes_through_a_form_and_comes_back(target: Target) -> None:
    assert forecast_runs.parsed(forecast_runs.chosen(target)) == target


@pytest.mark.parametrize("value", ["", "@", "robbery.street", "robbery.street@x", "drugs.offence@250", "x@250", "@250"])
def test_a_forged_target_is_refused(value: str) -> None:
    with pytest.raises(Invalid):
        forecast_runs.parsed(value)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(None, "–"), (0.0, "0.00"), (0.004, "<\u00a00.01"), (0.126, "0.13"), (12.34, "12.3"), (1234.5, "1,234.5")],
)
def test_small_rates_look_small(value: float | None, wanted: str) -> None:
    assert rate(value, EN) == wanted


def test_numbers_are_written_for_the_language() -> None:
    assert decimal(-0.325, WORDS["es"], 3) == "−0,325"
    assert decimal(-0.0001, EN) == "0.00"
    assert interval(0.0, 2.0, EN) == "0 to 2"
    assert interval(0.5, 1.25, WORDS["es"]) == "0,50 a 1,25"


def test_the_reference_stands_in_for_what_was_never_scored() -> None:
    found = tracking(standing=Standing(Model.KDE, True, False, ()))
    assert REFERENCE in found.pooled
    assert "52-week mean, which leads" in forecast_board.caught(found, EN)
