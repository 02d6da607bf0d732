"""The demo's year of forecasts, the card that the register gets of it, and what a release tells of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data_access.desk import Desk
from data_access.releases import reading
from data_access.store import Store
from domain.errors import Forbidden, NotFound
from domain.forecast.models import MAIN
from domain.forecast.sealed import Target
from domain.people import ANONYMOUS, SYSTEM
from domain.registers.algorithms import check, personal
from services import demo, jobs, registers
from services.forecast import anchored, card, runs, tracking
from services.forecast import demo as year
from tests.forecast_published import TARGET, UNTIL, forecast_city


@pytest.fixture(scope="module")
def told(
    sqlite_template: Path, sqlite_desk_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Desk]]:
    with forecast_city(tmp_path_factory.mktemp("told"), sqlite_template, sqlite_desk_template) as city:
        yield city


def test_every_week_is_sealed_on_the_sunday_before_and_scored(told: tuple[Store, Desk]) -> None:
    store, _ = told
    sealed = runs.listing(store, SYSTEM)
    assert len(sealed) == 7
    assert all(not one.late and one.begins_at - one.made_at == year.EARLY and one.synthetic for one in sealed)
    weeks = sorted(one.week for one in sealed)
    assert weeks == [weeks[0] + timedelta(days=7 * n) for n in range(7)]
    assert weeks[-1] + timedelta(days=6) > UNTIL, "the last is the week to come"
    assert len(tracking.tracking(store, SYSTEM, TARGET).weeks) == 6
    assert runs.verify(store, SYSTEM) == []


def test_a_year_that_is_whole_is_not_made_again(told: tuple[Store, Desk]) -> None:
    store, _ = told
    assert not year.is_wanted(store)
    assert not jobs.submit_demo_year(store, SYSTEM)
    year.fill(store, SYSTEM, lambda done, total, step: None)
    assert len(runs.listing(store, SYSTEM)) == 7


def test_the_card_tells_what_the_run_knows_and_leaves_the_rest_to_people(told: tuple[Store, Desk]) -> None:
    store, _ = told
    given = card.draft(store, SYSTEM, TARGET, {"team": "Observatorio", "scope": {"es": "Nuestro", "en": "Ours"}})
    entry, problems = check(given)
    assert {problem.reason for problem in problems} == {"needed"}
    assert not {problem.field for problem in problems} & {*card.OF_RUN, *card.PROPOSED, "variables", "sha256"}
    assert given["team"] == "Observatorio", "what people wrote stays"
    assert given["scope"] == {"es": "Nuestro", "en": "Ours"}
    assert personal(entry["variables"]) == []
    newest = tracking.coming(store, SYSTEM, TARGET)
    assert (given["sha256"], given["status"], given["switch"]) == (newest.sealed.seal, "in_use", "on")
    pooled = tracking.tracking(store, SYSTEM, TARGET).pooled
    assert given["hit_rate_5"] == round(pooled[MAIN].hits(0.05).hit_rate or 0, 3)
    skills = [pooled[MAIN].skill(score) for model, score in pooled.items() if model is not MAIN]
    assert given["skill"] == round(min(skill for skill in skills if skill is not None), 3), "over the best of them"


def test_the_card_tells_what_the_last_audit_of_exposure_found(told: tuple[Store, Desk]) -> None:
    store, _ = told
    release = reading.current(store.releases)
    assert release is not None
    published = release.rows("forecast_exposure")[-1]
    said = card.draft(store, SYSTEM, TARGET, {"exposure_audit": {"es": "Antigua", "en": "Old"}})["exposure_audit"]
    assert f"Gini {published['gini']:g}" in said["en"], "figures of a run are told anew"
    assert "In quarter 3 of 2026" in said["en"]
    assert "En el 3.º trimestre de 2026" in said["es"]


def test_nobody_signed_out_gets_a_card_and_nothing_forecast_gives_none(told: tuple[Store, Desk]) -> None:
    store, _ = told
    with pytest.raises(Forbidden):
        card.draft(store, ANONYMOUS, TARGET, {})
    with pytest.raises(NotFound):
        card.draft(store, SYSTEM, Target.of(["burglary"], 250), {})


def test_the_demos_entry_in_the_register_is_brought_up_to_it(told: tuple[Store, Desk]) -> None:
    _, desk = told
    entry = registers.algorithm(desk, SYSTEM, year.ENTRY)
    assert [one.entry["status"] for one in entry] == ["in_development", "in_use"]
    assert entry[-1].entry["sha256"]
    assert not entry[0].entry["sha256"]


def test_a_release_tells_closed_quarters_and_never_a_cell_or_a_week(told: tuple[Store, Desk]) -> None:
    store, _ = told
    release = reading.current(store.releases)
    assert release is not None
    accuracy = _rows(release.bytes("forecast_accuracy.csv"))
    assert {row["quarter"] for row in accuracy} == {"2026-Q3"}, "October is not closed"
    assert {row["model"] for row in accuracy} >= {"boosted", "weeks_52", "ewma"}
    fifths = _rows(release.bytes("forecast_fifths.csv"))
    zones = {row["code"] for row in release.rows("areas", level="zone")}
    assert {row["zone"] for row in fifths} <= zones
    assert {row["fifth"] for row in fifths} == set("12345")
    dated = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}-W\d{2}")
    for rows in (accuracy, fifths):
        assert not any(dated.search(value) for row in rows for value in row.values())


def _rows(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode())))


def test_the_release_tells_when_the_newest_forecast_was_dropped(told: tuple[Store, Desk]) -> None:
    """Comes last but one: the demo is not whole afterwards."""
    store, _ = told
    assert anchored.gone(store, SYSTEM) == []
    with store.engine.begin() as connection:
        connection.execute(text("delete from forecasts where id = (select max(id) from forecasts)"))
    assert runs.verify(store, SYSTEM) == [], "what is left is whole"
    assert [one.part for one in anchored.gone(store, SYSTEM)] == ["forecasts"]


def test_the_forecasts_go_with_the_demo(told: tuple[Store, Desk]) -> None:
    store, _ = told
    demo.remove(store, SYSTEM)
    assert runs.listing(store, SYSTEM) == []
