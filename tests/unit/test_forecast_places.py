"""What each city forecasts may be forecast."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import place as places
from config.settings import PLACES
from domain.errors import Invalid
from domain.forecast.sealed import CELL, Target
from services.forecast.place import begins_at, check_week, coming_week, configured


@pytest.mark.parametrize("path", sorted(PLACES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_place_forecasts_what_victims_report(path: Path) -> None:
    assert configured(path.stem)


def test_a_place_that_chooses_nothing_has_the_usual_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = 'name = "A"\nzone = "UTC"\nlanguage = "es"\ncentre = [0.0, 0.0]\n'
    (tmp_path / "plain.toml").write_text(told)
    (tmp_path / "own.toml").write_text(told + '[forecast]\ntargets = ["burglary"]\ncell = 500\n')
    (tmp_path / "wrong.toml").write_text(told + '[forecast]\ntargets = ["drugs"]\n')
    monkeypatch.setattr(places, "PLACES", tmp_path)
    assert configured("plain") == [Target.parse(codes, CELL) for codes in places.FORECASTS]
    assert configured("own") == [Target.of(["burglary"], 500)]
    with pytest.raises(Invalid, match="not_victim_reported"):
        configured("wrong")
    for name in ("plain", "own", "wrong"):
        places.place.cache_clear()
        assert places.place(name).name == "A"
    places.place.cache_clear()


@pytest.mark.parametrize(
    ("now", "week"),
    [
        ("2026-11-22 23:59", date(2026, 11, 23)),  # a Sunday
        ("2026-11-23 00:00", date(2026, 11, 30)),
        ("2026-11-25 12:00", date(2026, 11, 30)),
    ],
)
def test_the_coming_week_is_that_of_the_clock_of_the_city(now: str, week: date) -> None:
    zone = ZoneInfo("America/Mexico_City")
    instant = int(datetime.fromisoformat(now).replace(tzinfo=zone).timestamp())
    assert coming_week(instant, zone) == week
    assert begins_at(week, zone) > instant


def test_a_week_begins_at_midnight_of_its_monday_there() -> None:
    zone = ZoneInfo("America/Santiago")
    begun = datetime.fromtimestamp(begins_at(date(2026, 9, 7), zone), UTC).astimezone(zone)
    assert begun.replace(tzinfo=None) == datetime(2026, 9, 7)
    with pytest.raises(Invalid, match="2026-09-07"):
        check_week(date(2026, 9, 9))
