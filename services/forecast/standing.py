"""Who leads for a target: the main model, or the best of the simple baselines while that is off or demoted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from itertools import islice

from sqlalchemy import Connection

from analytics.forecast.metrics import Score
from data_access.forecast import rows
from data_access.store import Store
from domain.forecast import champion
from domain.forecast.champion import Verdict
from domain.forecast.models import BASELINES, MAIN, Model
from domain.forecast.sealed import Entry, Sealed, Standing, Target
from domain.people import Actor, Permission, require
from services.forecast.place import is_synthetic

RECENT = 9  # scored weeks, two months: what the baselines are compared over

By = dict[Model, Score]


def of(store: Store, actor: Actor, target: Target) -> Standing:
    """Who leads for a target, and the log of how it came to that. Raises Forbidden."""
    require(actor, Permission.FORECAST)
    synthetic = is_synthetic(store.snapshot())
    with store.engine.connect() as connection:
        return read(connection, target, synthetic)


def read(connection: Connection, target: Target, synthetic: bool) -> Standing:
    """As `of`, from a connection."""
    log = rows.entries(connection, target, synthetic)
    off, demoted = _last(log, "off", "on") == "off", is_demoted(log)
    leader = MAIN
    if off or demoted:
        leader = best_baseline([scores for _, scores in newest(connection, target, synthetic)])
    return Standing(leader, off, demoted, log)


def is_demoted(log: Iterable[Entry]) -> bool:
    return _last(log, "demoted", "restored") == "demoted"


def _last(log: Iterable[Entry], *actions: str) -> str:
    return next((entry.action for entry in log if entry.action in actions), "")


def best_baseline(weeks: Sequence[By]) -> Model:
    """The baseline with the least deviance in the newest scored weeks; the exponentially weighted mean without any."""
    recent = list(islice(reversed([week for week in weeks if week.keys() >= set(BASELINES)]), RECENT))
    if not recent:
        return Model.EWMA
    return min(BASELINES, key=lambda model: sum(week[model].deviance for week in recent))


def newest(connection: Connection, target: Target, synthetic: bool) -> list[tuple[Sealed, By]]:
    """The newest score of every week, of the forecast that counts for it, oldest week first."""
    kept = rows.scored(connection, synthetic, target)
    counting = counted(rows.listing(connection, synthetic, target))
    return [(one, read_scores(kept[one.id][-1])) for one in counting if one.id in kept]


def counted(sealed: Iterable[Sealed]) -> list[Sealed]:
    """The forecast that counts for each week, by week: the last that was made on time."""
    by_week = {one.week: one for one in sealed if not one.late}
    return [by_week[week] for week in sorted(by_week)]


def read_scores(score: rows.Score) -> By:
    told = score.told["models"]
    return {model: Score.read(told[model]) for model in Model if model in told}


def judge(weeks: Iterable[tuple[Sealed, By]], log: Sequence[Entry], now: datetime) -> Verdict:
    """What the rule says of the scored weeks since a person last restored the model; `now` is on the city's clock."""
    since = _restored_on(log, now.tzinfo)
    held = [
        champion.Week(one.week, {model: score.deviance for model, score in scores.items()})
        for one, scores in weeks
        if since is None or one.week >= since
    ]
    return champion.judge(champion.months(held, now.date()))


def _restored_on(log: Iterable[Entry], zone: tzinfo | None) -> date | None:
    """The day on which a person last restored the model."""
    at = next((entry.at for entry in log if entry.action == "restored" and not entry.month), None)
    return None if at is None else datetime.fromtimestamp(at, zone).date()
