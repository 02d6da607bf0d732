"""What the public page says of the figures of a release: better, worse or about the same as the simple estimates."""

from __future__ import annotations

from typing import Any

import pytest

from components import public_forecast
from components.markup import markup
from domain.forecast.models import MAIN
from domain.release.shown import Edition
from locales import Words

EDITION = Edition(3, "atalaya-3", "2026-11-22", "f" * 64, True, "Ciudad", "UTC", {}, {}, (), (), ())


def rows(quarter: str = "2026-Q3", target: str = "robbery.street", **rates: float | None) -> list[dict[str, Any]]:
    """A row for each model with its hit rate at 5 %."""
    same = {"quarter": quarter, "target": target, "cell": 250, "weeks": 12, "pai_5": 8.0, "skill": None}
    return [
        same | {"model": model, "hit_rate_1": 0.1, "hit_rate_5": rate, "hit_rate_10": None, "hit_rate_20": 0.7}
        for model, rate in rates.items()
    ]


def said(accuracy: list[dict[str, Any]], log: list[dict[str, Any]] | None = None, **more: Any) -> str:
    held: dict[str, list[dict[str, Any]]] = {name: [] for name in public_forecast.READ}
    held |= {"forecast_accuracy": accuracy, "forecast_log": log or []} | more
    drawn = public_forecast.page(held, [], {"a": "Alta", "b": "Baja"}, EDITION, Words("en"))
    return markup(drawn).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("own", "best", "wanted"),
    [
        (0.50, 0.45, "reached 45 %: the model was better"),
        (0.50, 0.51, "reached 51 %: about the same"),
        (0.50, 0.49, "reached 49 %: about the same"),
        (0.50, 0.50, "reached 50 %: about the same"),
        (0.50, 0.53, "reached 53 %: the model was worse"),
    ],
)
def test_the_answer_says_no_more_than_hundredths_tell(own: float, best: float, wanted: str) -> None:
    told = said(rows(ewma=best, last_week=0.2, boosted=own))
    assert "the model flagged held 50 % of the reported incidents" in told
    assert wanted in told


def test_a_quarter_of_simple_estimates_alone_says_so() -> None:
    told = said(rows(ewma=0.4, weeks_52=0.42))
    assert "simple estimates alone were made" in told
    assert "42 %" in told
    assert "the model flagged" not in told


def test_the_newest_quarter_leads_and_what_is_not_known_is_a_dash() -> None:
    told = said([*rows("2026-Q2", ewma=0.3, boosted=0.31), *rows("2026-Q3", ewma=0.4, boosted=0.45)])
    assert "In quarter 3 of 2026 the 5 % of the city that the model flagged held 45 %" in told
    assert "In quarter 2 of 2026 the 5 %" not in told
    assert ">Quarter 2 of 2026<" in told, "the quarters before are folded"
    assert "–" in told
    assert "8.0" in told


def test_single_types_come_before_what_is_forecast_together() -> None:
    told = said([*rows(target="burglary+theft", boosted=0.4, ewma=0.4), *rows(boosted=0.4, ewma=0.4)])
    assert told.index("Street robbery") < told.index("Burglary and Theft")


def test_a_switch_is_told_by_month_with_its_reason_and_nobodys_words_become_a_page() -> None:
    log = [{"month": "2026-08", "target": "robbery.street", "action": "off", "reason": "<b>No feed</b>"}]
    told = said(rows(boosted=0.4, ewma=0.4), log)
    assert "August 2026: Street robbery: was switched off: &lt;b&gt;No feed&lt;/b&gt;" in told
    assert str(MAIN) not in told.replace("forecast", ""), "no code is shown"


def test_the_audit_of_the_newest_quarter_says_who_was_flagged_beyond_bounds() -> None:
    head = {"target": "robbery.street", "cell": 250, "quarter": "2026-Q3"}
    city = [
        head | {"quarter": quarter, "weeks": 12, "basis": "population", "gini": gini, "alarms": 1}
        for quarter, gini in (("2026-Q2", 0.11), ("2026-Q3", 0.42))
    ]
    precincts = [
        head
        | {"quarter": "2026-Q3", "precinct": "a", "share": 0.7, "ratio": 2.4, "longest": 9, "warned": "alarm_size"},
        head | {"precinct": "b", "share": 0.3, "ratio": None, "longest": 0, "warned": ""},
        head | {"quarter": "2026-Q2", "precinct": "b", "share": 0.99, "ratio": 3.1, "longest": 0, "warned": ""},
    ]
    told = said(rows(boosted=0.4, ewma=0.4), forecast_exposure=city, forecast_precincts=precincts)
    assert "Gini 0.42" in told
    assert "1 precinct to be looked at: Alta." in told
    assert "more than its size explains" in told
    assert "99 %" not in told
