"""`atalaya forecast`, as an operator types it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from commands import main
from data_access.engine import make_engine
from data_access.store import Store
from domain.forecast.models import BASELINES, Model
from domain.forecast.sealed import Target
from domain.people import SYSTEM
from domain.taxonomy import taxonomy
from services.forecast import backtest, runs, standing, tracking
from services.forecast.backtest import Wanted
from tests.forecasting import STREET, city, founded, monday, sealed
from tests.incidents import row, settle

QUICK = ("--weeks", "3", "--type", "robbery.street")


@pytest.fixture(autouse=True)
def installation(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's environment: this test's record, and a system that speaks English."""
    monkeypatch.setenv("ATALAYA_HOME", str(sqlite_store.home))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, ["forecast", *words])


def told(result: Result) -> str:
    """The one sentence of a refusal."""
    assert result.exit_code == 1, result.output
    return result.stderr.strip().splitlines()[-1]


def test_a_past_week_is_forecast_marked_late_listed_and_verified(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    done = _run("run", "--target", "robbery.street", "--week", monday(11).isoformat())
    assert done.exit_code == 0, done.output
    assert "2025-03-24\trobbery.street 250 m" in done.stdout
    assert "LATE" in done.stdout
    assert _run("list").stdout == done.stdout == _run("list", "--target", "robbery.street").stdout
    assert _run("list", "--target", "theft").stdout == ""
    assert "as they were sealed" in _run("verify").stdout


def test_every_target_of_the_place_is_tried_and_the_status_tells_that_one_failed(sqlite_store: Store) -> None:
    settle(sqlite_store, city(12, types=["robbery.street", "theft.shop"]))
    done = _run("run", "--week", monday(12).isoformat())
    assert done.exit_code == 1
    assert [line.split("\t")[2] for line in done.stdout.splitlines()] == [
        "robbery.street 250 m",
        "burglary+robbery+theft+vehicle 250 m",
    ]
    assert "vehicle.contents: The data hold no incident" in done.stderr


def test_scores_are_counted_and_told_once(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    sealed(sqlite_store, 11)
    assert _run("score").stdout.splitlines()[-1] == "One forecast scored."
    assert _run("score", "--target", "robbery.street").stdout == "0 forecasts scored.\n"


def test_tampering_ends_with_status_1(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    sealed(sqlite_store, 12)
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("drop trigger forecasts_update"))
        connection.execute(text("update forecasts set actor = 'somebody'"))
    done = _run("verify")
    assert (done.exit_code, done.stdout) == (1, "Forecast 1: its row is NOT what was sealed.\n")


def test_a_seal_that_was_kept_elsewhere_is_looked_for(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    one = sealed(sqlite_store, 12)
    whole = _run("verify", "--seal", one.seal)
    assert whole.exit_code == 0, whole.output
    assert "No release tells of them yet" in whole.stdout
    done = _run("verify", "--seal", "0" * 64)
    assert (done.exit_code, done.stdout.startswith("No forecast has the seal 0000")) == (1, True)


def test_the_model_is_switched_with_a_reason(sqlite_store: Store) -> None:
    founded(sqlite_store, 9)
    assert "Weighted mean" in _run("off", "robbery.street", "--reason", "the feed lacks the north").stdout
    assert standing.of(sqlite_store, SYSTEM, STREET).off
    assert told(_run("off", "robbery.street", "--reason", "the feed lacks the north")).endswith("is off already.")
    assert "Main model" in _run("on", "robbery.street", "--reason", "the feed was mended").stdout
    assert "10 to 500" in told(_run("on", "robbery.street", "--reason", "x"))
    assert "not demoted" in told(_run("restore", "robbery.street", "--reason", "because it is good"))
    assert _run("off", "robbery.street").exit_code == 2


# --- walking back -----------------------------------------------------------------------------------------------


def test_a_backtest_prints_every_model_at_every_coverage_and_writes_every_metric(
    sqlite_store: Store, tmp_path: Path
) -> None:
    founded(sqlite_store, 40)
    file = tmp_path / "figures.json"
    done = _run("backtest", *QUICK, "--json", str(file))
    assert done.exit_code == 0, done.output
    assert done.stdout.count("Main model") == 5
    assert done.stdout.count("Ceiling") == 4
    one = json.loads(file.read_text())["backtests"][0]
    assert (one["target"], one["cell_metres"], len(one["weeks"])) == ("robbery.street", 250, 3)
    assert set(one["models"]) == set(Model)
    pooled, weekly = one["models"]["boosted"]["pooled"], one["models"]["boosted"]["weekly"]
    for name in ("hits", "best", "flagged_cell_weeks"):
        assert pooled["at"]["0.05"][name] == sum(week["at"]["0.05"][name] for week in weekly)
    assert pooled["events"] == sum(week["events"] for week in weekly)
    assert set(pooled["at"]) == {"0.01", "0.05", "0.1", "0.2"}
    assert set(pooled["at"]["0.05"]) >= {"hit_rate", "pai", "pei", "rri", "efficiency"}
    assert one["models"]["weeks_52"]["pooled"]["skill"] == 0
    assert len(one["models"]["boosted"]["seconds_fit"]) == 1
    assert runs.listing(sqlite_store, SYSTEM) == []
    assert [path.name for path in tmp_path.glob("*.json")] == ["figures.json"]


def test_a_backtest_s_file_says_what_its_figures_are_and_how_sure(sqlite_store: Store, tmp_path: Path) -> None:
    founded(sqlite_store, 40, without={38})
    file = tmp_path / "figures.json"
    assert "HR [95 %]" in _run("backtest", *QUICK, "--json", str(file)).stdout
    told = json.loads(file.read_text())
    assert (told["format"], told["main"], told["reference"]) == ("atalaya backtest 2", "boosted", "weeks_52")
    one = told["backtests"][0]
    assert one["missing_weeks"] == [monday(38).isoformat()]
    assert one["epsg"] == 32719
    pooled = one["models"]["boosted"]["pooled"]
    for at in pooled["at"].values():
        assert at["flagged_km2_weeks"] == pytest.approx(at["flagged_cell_weeks"] * 0.0625)
        interval = at["hit_rate_interval"]
        assert interval["low"] <= interval["value"] == at["hit_rate"] <= interval["high"]
    assert pooled["skill_interval"]["value"] == pytest.approx(pooled["skill"])
    assert pooled["skill_over_ewma_interval"]["value"] == pooled["skill_over_ewma"]
    assert [row["bin_to"] for row in pooled["calibration"][:-1]] == [
        row["bin_from"] for row in pooled["calibration"][1:]
    ]
    reached = one["ceiling"]
    assert [week["week"] for week in reached["weekly"]] == one["weeks"]
    assert reached["pooled"]["at"]["0.05"]["hits"] == pytest.approx(
        sum(week["at"]["0.05"]["hits"] for week in reached["weekly"])
    )


def test_the_docs_tell_every_key_of_the_file_and_no_other(sqlite_store: Store, tmp_path: Path) -> None:
    founded(sqlite_store, 40)
    file = tmp_path / "figures.json"
    assert _run("backtest", *QUICK, "--json", str(file)).exit_code == 0
    page = (Path(__file__).parents[2] / "docs" / "forecast.md").read_text()
    table = page.split("### The file", 1)[1].split("## ", 1)[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    told = {name for line in lines for name in re.findall(r"`(\w+)`", line)}
    assert _keys(json.loads(file.read_text())) - {"value", "low", "high"} == told


def _keys(value: object) -> set[str]:
    """Every name of JSON but those that are models and shares of the area."""
    if isinstance(value, dict):
        named = {key for key in value if key not in set(Model) and not key.startswith("0.")}
        return named.union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def test_a_backtest_forecasts_each_week_from_what_was_known_before_it(
    sqlite_store: Store, sqlite_template: Path, tmp_path: Path
) -> None:
    """What comes after the last test week changes no figure."""
    shutil.copyfile(sqlite_template, tmp_path / "other.sqlite")
    engine = make_engine(f"sqlite:///{tmp_path / 'other.sqlite'}")
    other = founded(Store(engine=engine, home=tmp_path / "other"), 36)
    founded(sqlite_store, 33)
    wanted = Wanted(weeks=3, until=monday(33) - timedelta(days=1))
    one, two = (backtest.run(store, SYSTEM, STREET, wanted) for store in (sqlite_store, other))
    engine.dispose()
    assert one.mondays == two.mondays == tuple(monday(week) for week in (30, 31, 32))
    assert one.weekly == two.weekly
    assert one.learned == 30


def test_a_short_history_is_tested_as_far_as_it_goes_and_that_is_said(sqlite_store: Store) -> None:
    founded(sqlite_store, 29)
    done = _run("backtest", "--weeks", "52", "--type", "robbery.street")
    assert done.exit_code == 0, done.output
    assert "The history is short: 52 weeks were asked for and 3 tested" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--type", "robbery.stret"), "robbery.street"),
        (("--type", "Robo a transeúnte"), "robbery.street"),
        (("--type", "xyzzy qwk"), "burglary, damage"),
        (("--type", "drugs"), "what victims report"),
        (("--type", "robbery.street+drugs.offence"), "what victims report"),
        (("--type", "vehicle.contents"), "robbery.home, robbery.street, theft.shop"),
        (("--type", "robbery.street", "--cell", "123"), "100, 150"),
        (("--type", "+".join(sorted(taxonomy().victim_reported))), "families"),
        (("--type", "robbery.street", "--weeks", "0"), "between 1 and"),
        (("--type", "robbery.street", "--train", "3"), "from 26 to"),
        (("--type", "robbery.street", "--until", "2025-03-01"), "at least 27"),
        (("--type", "robbery.street", "--json", "/nowhere/at/all.json"), "/nowhere/at"),
    ],
)
def test_what_cannot_be_walked_is_refused_in_a_sentence(sqlite_store: Store, words: tuple[str, ...], said: str) -> None:
    founded(sqlite_store, 30)
    assert said in told(_run("backtest", *words))


def test_without_incidents_there_is_nothing_to_walk() -> None:
    assert (
        told(_run("backtest", "--type", "robbery.street"))
        == "robbery.street: There are no incidents. Import data first."
    )


def test_one_type_that_cannot_be_walked_does_not_stop_the_others(sqlite_store: Store, tmp_path: Path) -> None:
    founded(sqlite_store, 30)
    file = tmp_path / "figures.json"
    done = _run("backtest", *QUICK, "--type", "vehicle.contents", "--json", str(file))
    assert done.exit_code == 1
    assert "vehicle.contents: The data hold no incident" in done.stderr
    told = json.loads(file.read_text())
    assert ([one["target"] for one in told["backtests"]], list(told["refused"])) == (
        ["robbery.street"],
        ["vehicle.contents"],
    )


@pytest.mark.parametrize("eventful", [0, 1, 3])
def test_a_rare_type_is_walked_and_run_by_the_baselines_and_that_is_said(
    sqlite_store: Store, tmp_path: Path, eventful: int
) -> None:
    rows = city(36, types=["theft.shop"])
    days = [1, *range(20 * 7, (20 + eventful) * 7, 7)]
    for number, day in enumerate(days):
        when = f"{monday(0) + timedelta(days=day)} 12:00"
        rows.append(row(9000 + number, when, type="robbery.home", lon=-70.65, lat=-33.45))
    settle(sqlite_store, rows)
    file = tmp_path / "figures.json"
    done = _run("backtest", "--weeks", "3", "--type", "robbery.home", "--type", "theft.shop", "--json", str(file))
    assert done.exit_code == 0, done.output
    assert done.stdout.count("The main model is left out") == 1
    rare, usual = json.loads(file.read_text())["backtests"]
    assert (set(rare["models"]), rare["without"]) == (set(BASELINES), "too_few_events")
    assert (set(usual["models"]), usual["without"]) == (set(Model), "")
    done = _run("run", "--target", "robbery.home", "--week", monday(36).isoformat())
    assert done.exit_code == 0, done.output
    content = tracking.coming(sqlite_store, SYSTEM, Target.of(["robbery.home"])).content
    assert (content.models, content.facts["without"]) == (BASELINES, "too_few_events")
