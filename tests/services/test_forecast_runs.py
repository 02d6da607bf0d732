"""Forecasts are sealed before their week and stay as they were sealed; whoever changes one is found out."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError
from threadpoolctl import threadpool_info, threadpool_limits

from analytics.forecast.baselines import Kde
from analytics.forecast.content import Content
from analytics.forecast.panel import Panel
from data_access import audit
from data_access.forecast import rows
from data_access.index import refresh
from data_access.schema import forecast_log, forecasts, metadata, scores
from data_access.store import Store
from domain.audit import Wanted
from domain.errors import Forbidden, Illegal, Invalid, NotFound
from domain.forecast.models import BASELINES, MAIN, Model
from domain.forecast.sealed import Sealed, Target
from domain.people import ANONYMOUS, SYSTEM
from services.forecast import anchored, backtest, runs, scoring, standing, switching, tracking
from services.forecast.place import begins_at, zone_of
from tests.forecasting import HOUR, STREET, before, city, every, founded, invented, monday, sealed
from tests.incidents import row, settle, store_batch

REASON = "the city moved its market"


def content_of(store: Store, one: Sealed) -> bytes:
    with store.engine.connect() as connection:
        packed = connection.scalar(select(forecasts.c.content).where(forecasts.c.id == one.id))
    return zlib.decompress(packed)


# --- the seal ---------------------------------------------------------------------------------------------------


def test_a_forecast_is_sealed_before_its_week_and_tells_what_it_was_made_from(store: Store) -> None:
    founded(store, 12)
    one = sealed(store, 12)
    assert (one.target, one.week, one.late, one.previous, one.actor) == (STREET, monday(12), False, "", "system")
    assert one.snapshot == store.snapshot().name
    assert one.sha256 == sha256(content_of(store, one)).hexdigest()
    coming = tracking.coming(store, SYSTEM, STREET)
    weeks = coming.content.facts["weeks"]
    assert (weeks["first"], weeks["last"], weeks["known"], weeks["behind"]) == ("2025-01-06", "2025-03-24", 12, 0)
    two = sealed(store, 12)
    assert two.previous == one.seal


def test_a_forecast_that_waited_for_another_into_its_week_is_late(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    founded(sqlite_store, 12)
    clock = [begins_at(monday(12), zone_of(sqlite_store)) - 60]
    monkeypatch.setattr(rows, "alone", lambda _: clock.append(clock[0] + 90))
    assert runs.run(sqlite_store, SYSTEM, STREET, monday(12), now=lambda: clock[-1]).late


def test_no_thread_but_one_makes_a_forecast(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    founded(sqlite_store, 30)
    threads: set[int] = set()

    def watched(inner: Callable[[Kde, Panel], Any]) -> Callable[[Kde, Panel], Any]:
        def call(model: Kde, panel: Panel) -> Any:
            threads.update(pool["num_threads"] for pool in threadpool_info())
            return inner(model, panel)

        return call

    monkeypatch.setattr(Kde, "fit", watched(Kde.fit))
    monkeypatch.setattr(Kde, "predict", watched(Kde.predict))
    with threadpool_limits(2):
        runs.run(sqlite_store, SYSTEM, STREET, monday(30))
        backtest.run(sqlite_store, SYSTEM, STREET, backtest.Wanted(weeks=2))
    assert threads == {1}


def test_by_itself_a_run_forecasts_the_week_that_begins_on_the_next_monday(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    early = before(sqlite_store, monday(13), 3 * 24 * HOUR)
    one = runs.run(sqlite_store, SYSTEM, STREET, now=early)
    assert one.week == monday(13)
    assert runs.listing(sqlite_store, SYSTEM) == [one]
    content = tracking.coming(sqlite_store, SYSTEM, STREET).content
    assert content.facts["weeks"]["behind"] == 1


def test_nothing_that_was_sealed_can_be_changed_or_taken_out(store: Store) -> None:
    founded(store, 12)
    one = sealed(store, 11)
    scoring.score(store, SYSTEM)
    switching.off(store, SYSTEM, STREET, REASON)
    for table, change in (("forecasts", "seed = 1"), ("forecast_scores", "scored_at = 1"), ("forecast_log", "at = 1")):
        for statement in (f"update {table} set {change}", f"delete from {table}"):
            with pytest.raises(DBAPIError, match="append only"), store.engine.begin() as connection:
                connection.execute(text(statement))
    assert runs.listing(store, SYSTEM) == [one]
    assert runs.verify(store, SYSTEM) == []


def unlocked(connection: Connection) -> None:
    """What whoever owns the database can do."""
    if connection.dialect.name == "sqlite":
        names = connection.scalars(
            text("select name from sqlite_master where type = 'trigger' and name like 'forecast%'")
        )
        for name in names.all():
            connection.execute(text(f"drop trigger {name}"))
    else:
        for table in ("forecasts", "forecast_scores"):
            connection.execute(text(f"alter table {table} disable trigger user"))


def _content(connection: Connection, ids: list[int]) -> None:
    raw = zlib.decompress(connection.scalar(select(forecasts.c.content).where(forecasts.c.id == ids[1])))
    forged = raw[:-1] + bytes([raw[-1] ^ 1])
    connection.execute(forecasts.update().where(forecasts.c.id == ids[1]).values(content=zlib.compress(forged)))


def _garbage(connection: Connection, ids: list[int]) -> None:
    connection.execute(forecasts.update().where(forecasts.c.id == ids[1]).values(content=b"nothing"))


def _row(connection: Connection, ids: list[int]) -> None:
    connection.execute(forecasts.update().where(forecasts.c.id == ids[1]).values(made_at=1))


def _both(connection: Connection, ids: list[int]) -> None:
    """A forger who also computes the hash of the content anew."""
    _content(connection, ids)
    packed = connection.scalar(select(forecasts.c.content).where(forecasts.c.id == ids[1]))
    found = sha256(zlib.decompress(packed)).hexdigest()
    connection.execute(forecasts.update().where(forecasts.c.id == ids[1]).values(sha256=found))


def _removed(connection: Connection, ids: list[int]) -> None:
    connection.execute(scores.delete().where(scores.c.forecast_id == ids[1]))
    connection.execute(forecasts.delete().where(forecasts.c.id == ids[1]))


def _swapped(connection: Connection, ids: list[int]) -> None:
    connection.execute(scores.delete())
    for old, new in ((ids[1], 900), (ids[2], ids[1]), (900, ids[2])):
        connection.execute(forecasts.update().where(forecasts.c.id == old).values(id=new))


def _score(connection: Connection, ids: list[int]) -> None:
    connection.execute(
        scores.update().where(scores.c.forecast_id == ids[0]).values(observed='{"cells":[],"outside":0}')
    )


@pytest.mark.parametrize(
    ("tamper", "place", "part"),
    [
        (_content, 1, "content"),
        (_garbage, 1, "content"),
        (_row, 1, "row"),
        (_both, 1, "row"),
        (_removed, 2, "order"),
        (_swapped, 1, "order"),
        (_score, 0, "score"),
    ],
)
def test_tampering_is_found(
    store: Store, tamper: Callable[[Connection, list[int]], None], place: int, part: str
) -> None:
    founded(store, 12)
    ids = [sealed(store, week).id for week in (9, 10, 11)]
    scoring.score(store, SYSTEM)
    assert runs.verify(store, SYSTEM) == []
    with store.engine.begin() as connection:
        unlocked(connection)
        tamper(connection, ids)
    assert runs.Broken(ids[place], part) in runs.verify(store, SYSTEM)


def test_what_was_published_and_is_dropped_at_the_end_of_the_chain_is_found(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows that are left are whole: nothing but what was published tells."""
    founded(store, 12)
    newest = [sealed(store, week) for week in (10, 11)][-1]
    scoring.score(store, SYSTEM)
    with store.engine.connect() as connection:
        anchor = anchored.Anchor(3, False, rows.tail(connection, False))
    monkeypatch.setattr(anchored, "published", lambda store: anchor)
    sealed(store, 12)
    assert anchored.gone(store, SYSTEM, newest.seal) == [], "what came after the release is no loss"
    for table, parts in ((scores, ["scores"]), (forecasts, ["forecasts", "scores"])):
        with store.engine.begin() as connection:
            unlocked(connection)
            key = table.c.forecast_id if table is scores else table.c.id
            connection.execute(table.delete().where(key >= newest.id))
        assert runs.verify(store, SYSTEM) == []
        assert [one.part for one in anchored.gone(store, SYSTEM)] == parts
    assert [one.part for one in anchored.gone(store, SYSTEM, newest.seal)] == ["forecasts", "scores", "seal"]
    with pytest.raises(Forbidden):
        anchored.gone(store, ANONYMOUS)


def test_a_forecast_whose_content_was_changed_is_not_shown(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    ids = [sealed(sqlite_store, week).id for week in (10, 11)]
    with sqlite_store.engine.begin() as connection:
        unlocked(connection)
        _content(connection, ids)
    with pytest.raises(Exception, match="tampered"):
        tracking.coming(sqlite_store, SYSTEM, STREET)


def test_the_same_inputs_give_the_same_bytes(sqlite_store: Store) -> None:
    founded(sqlite_store, 40)
    one, two = (sealed(sqlite_store, 40, early=early) for early in (9 * HOUR, HOUR))
    assert content_of(sqlite_store, one) == content_of(sqlite_store, two)
    assert one.sha256 == two.sha256
    assert one.seal != two.seal
    content = tracking.coming(sqlite_store, SYSTEM, STREET).content
    assert content.models == tuple(Model)
    assert content.reasons
    assert (content.low <= content.high).all()


# --- late, superseded -------------------------------------------------------------------------------------------


def test_a_forecast_made_once_its_week_has_begun_is_late_and_never_counts(store: Store) -> None:
    founded(store, 12)
    late = sealed(store, 11, early=0)
    assert late.late
    assert scoring.score(store, SYSTEM) == []
    with pytest.raises(NotFound, match="unscored"):
        tracking.tracking(store, SYSTEM, STREET)
    early = sealed(store, 11, early=1)
    assert scoring.score(store, SYSTEM) == [early]
    assert tracking.coming(store, SYSTEM, STREET).sealed == early


def test_a_late_forecast_is_not_smuggled_in_before_its_time(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    on_time = sealed(sqlite_store, 12)
    sealed(sqlite_store, 12, early=-5)
    coming = tracking.coming(sqlite_store, SYSTEM, STREET)
    assert (coming.sealed, coming.superseded) == (on_time, ())


def test_a_second_forecast_supersedes_the_first_in_everybodys_sight(store: Store) -> None:
    founded(store, 12)
    one, two, three = (sealed(store, 11, early=early) for early in (3 * HOUR, 2 * HOUR, HOUR))
    coming = tracking.coming(store, SYSTEM, STREET)
    assert (coming.sealed, coming.superseded) == (three, (two, one))
    scoring.score(store, SYSTEM)
    assert [week.sealed for week in tracking.tracking(store, SYSTEM, STREET).weeks] == [three]
    assert runs.listing(store, SYSTEM) == [three, two, one]


def test_a_week_begins_on_the_clock_of_the_city(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    zone = zone_of(sqlite_store)
    assert str(zone) == "America/Santiago"
    assert sealed(sqlite_store, 12).begins_at == begins_at(monday(12), zone)


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["drugs.offence", "weapons", "disorder", "sexual.rape", "traffic.other"])
def test_what_victims_do_not_report_is_refused_by_code(sqlite_store: Store, code: str) -> None:
    founded(sqlite_store, 12)
    with pytest.raises(Invalid, match="not_victim_reported"):
        sealed(sqlite_store, 12, Target((code,)))
    assert runs.listing(sqlite_store, SYSTEM) == []


def test_what_patrols_find_changes_no_rate_no_cell_and_no_week(sqlite_store: Store) -> None:
    """Neither by a cell at the edge where only they were, nor by weeks and days in which nobody reported a thing."""
    rows_ = [one for one in city(34, per_week=60, without=(20, 21)) if one["type"] != "drugs.offence"]
    settle(sqlite_store, rows_)
    one = told_of(sqlite_store)
    patrols = [(f"{monday(week)} 12:00", week) for week in (-9, 20, 21, 33)]
    found = [
        row(8000 + 100 * n + many, when, type=kind, lon=-70.6035, lat=-33.4035 - 0.0001 * many)
        for n, (when, _) in enumerate(patrols)
        for many in range(40)
        for kind in [("drugs.offence", "weapons.offence", "disorder.noise")[many % 3]]
    ]
    with sqlite_store.engine.begin() as connection:
        store_batch(connection, 9, found)
    refresh(sqlite_store)
    two = told_of(sqlite_store)
    assert MAIN in two.models
    assert (two.lattice.x.tolist(), two.lattice.y.tolist()) == (one.lattice.x.tolist(), one.lattice.y.tolist())
    assert two.facts["weeks"] == one.facts["weeks"]
    assert two.facts["weeks"]["known"] == 32
    assert two.rates.tobytes() == one.rates.tobytes()


def told_of(store: Store) -> Content:
    sealed(store, 34)
    return tracking.coming(store, SYSTEM, STREET).content


@pytest.mark.parametrize(
    ("made", "week", "code"),
    [
        ([], 12, "no_incidents"),
        (city(4), 4, "too_little_history"),
        ([row(n, f"2025-0{n % 6 + 1}-{n % 27 + 1:02} 12:00") for n in range(1, 400)], 25, "one_cell"),
        (city(12, types=["theft.shop"]), 12, "none_of_type"),
        (city(12), 21, "stale_data"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_with_its_reason(
    sqlite_store: Store, made: list[dict[str, object]], week: int, code: str
) -> None:
    settle(sqlite_store, made)
    with pytest.raises(Invalid, match=code):
        sealed(sqlite_store, week)
    assert runs.listing(sqlite_store, SYSTEM) == []


def test_a_week_is_named_by_its_monday(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    with pytest.raises(Invalid, match=r"forecast\.week.*2025-03-31"):
        runs.run(sqlite_store, SYSTEM, STREET, monday(12) + timedelta(days=2))


def test_missing_weeks_are_missing_and_not_zero(sqlite_store: Store) -> None:
    """Weeks without any data lower no mean: the level is that of the weeks there are."""
    settle(sqlite_store, city(20, without=range(10, 15)))
    sealed(sqlite_store, 20)
    content = tracking.coming(sqlite_store, SYSTEM, STREET).content
    assert (content.facts["weeks"]["missing"], content.facts["weeks"]["known"]) == (5, 15)
    total = content.facts["events"]
    assert content.of(Model.WEEKS_52).sum() == pytest.approx(total / 15, rel=1e-4)


def test_with_little_history_the_baselines_are_sealed_alone_and_the_record_says_why(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    sealed(sqlite_store, 12)
    coming = tracking.coming(sqlite_store, SYSTEM, STREET)
    assert (coming.content.models, coming.content.facts["without"]) == (BASELINES, "too_little_history")
    assert (coming.standing.leader, coming.content.facts["leader"]) == (Model.EWMA, "ewma")
    assert coming.content.reasons == ()


# --- scores -----------------------------------------------------------------------------------------------------


def test_a_week_is_scored_again_when_late_reports_come_and_both_scores_are_kept(store: Store) -> None:
    from tests.incidents import store_batch

    founded(store, 12)
    one = sealed(store, 11)
    assert scoring.score(store, SYSTEM) == [one]
    assert scoring.score(store, SYSTEM) == []
    first = tracking.past(store, SYSTEM, STREET, monday(11))
    with store.engine.begin() as connection:
        store_batch(connection, 9, [row(9001 + n, "2025-03-26 12:00") for n in range(3)])
    refresh(store)
    assert scoring.score(store, SYSTEM) == [one]
    again = tracking.past(store, SYSTEM, STREET, monday(11))
    assert first.scored is not None
    assert again.scored is not None
    assert (again.scored.events - first.scored.events, again.scored.earlier) == (3, 1)
    with store.engine.connect() as connection:
        kept = rows.scored(connection, False, STREET)[one.id]
    assert [score.snapshot for score in kept] == [first.scored.snapshot, again.scored.snapshot]
    assert runs.verify(store, SYSTEM) == []


def test_a_score_is_what_came_held_against_what_was_sealed(sqlite_store: Store) -> None:
    made = city(12)
    settle(sqlite_store, made)
    sealed(sqlite_store, 11)
    before_score = tracking.past(sqlite_store, SYSTEM, STREET, monday(11))
    assert before_score.scored is None
    scoring.score(sqlite_store, SYSTEM)
    past = tracking.past(sqlite_store, SYSTEM, STREET, monday(11))
    assert past.scored is not None
    assert (past.observed == before_score.observed).all()
    start = begins_at(monday(11), zone_of(sqlite_store))
    events = sum(one["type"] == "robbery.street" and one["occurred_from"] >= start for one in made)
    assert past.scored.events == events == past.observed.sum() + past.outside
    rates = past.content.of(Model.EWMA)
    hottest = np.sort(past.observed[np.argsort(-rates, kind="stable")])
    assert past.scored.scores[Model.EWMA].hits(0.2).hits <= hottest.sum()
    assert past.scored.scores[Model.EWMA].predicted == pytest.approx(float(rates.sum()), rel=1e-5)


def test_weeks_that_are_not_over_or_not_known_are_not_scored(sqlite_store: Store) -> None:
    settle(sqlite_store, city(14, without=(12,)))
    for week in (12, 14):
        sealed(sqlite_store, week)
    assert scoring.score(sqlite_store, SYSTEM) == []


def test_the_board_tells_missing_weeks_and_compares_on_the_same_weeks(sqlite_store: Store) -> None:
    founded(sqlite_store, 14)
    for week in (9, 10, 12, 13):
        sealed(sqlite_store, week)
    scoring.score(sqlite_store, SYSTEM)
    board = tracking.tracking(sqlite_store, SYSTEM, STREET)
    assert [week.sealed.week for week in board.weeks] == [monday(week) for week in (9, 10, 12, 13)]
    assert board.missing == (monday(11),)
    assert set(board.pooled) == set(BASELINES)
    assert {score.weeks for score in board.pooled.values()} == {4}
    assert {ratio.model for ratio in board.hit_ratio} == set(BASELINES) - {Model.WEEKS_52}
    assert board.curve[Model.EWMA][-1][0] == 1.0
    assert 0 < board.ceiling[0.05] <= board.ceiling[0.2] <= 1


def test_weeks_in_which_the_model_was_off_are_told_and_not_pooled(sqlite_store: Store) -> None:
    founded(sqlite_store, 14)
    whole = every(0.5, 0.6)
    alone = {model: rates for model, rates in whole.items() if model is not MAIN}
    for week, rates in ((9, whole), (10, alone), (11, whole), (12, alone), (13, whole)):
        invented(sqlite_store, week, rates)
    scoring.score(sqlite_store, SYSTEM)
    board = tracking.tracking(sqlite_store, SYSTEM, STREET)
    assert (len(board.weeks), board.missing) == (5, ())
    assert {score.weeks for score in board.pooled.values()} == {3}
    assert MAIN in board.pooled
    assert board.pooled[MAIN].skill(board.pooled[Model.WEEKS_52]) is not None


# --- who leads --------------------------------------------------------------------------------------------------


def test_a_model_no_better_for_two_months_is_demoted_with_an_entry_and_a_person_may_restore_it(store: Store) -> None:
    founded(store, 16)
    for week in range(8, 16):  # Mondays from 3 March to 21 April
        invented(store, week, every(0.5, 9.0))
    end = before(store, monday(21))()
    scoring.score(store, SYSTEM, now=end)
    now = standing.of(store, SYSTEM, STREET)
    assert (now.demoted, now.main_leads, now.leader in BASELINES) == (True, False, True)
    assert [(entry.action, entry.month, entry.actor) for entry in now.log] == [("demoted", "2025-04", "system")]
    scoring.score(store, SYSTEM, now=end)
    assert len(standing.of(store, SYSTEM, STREET).log) == 1
    restored = switching.restore(store, SYSTEM, STREET, REASON)
    assert restored.main_leads
    scoring.score(store, SYSTEM, now=end)
    assert [entry.action for entry in standing.of(store, SYSTEM, STREET).log] == ["restored", "demoted"]


def test_a_model_better_for_two_months_is_not_demoted(sqlite_store: Store) -> None:
    founded(sqlite_store, 16)
    for week in range(8, 16):
        invented(sqlite_store, week, every(9.0, 0.5))
    scoring.score(sqlite_store, SYSTEM, now=before(sqlite_store, monday(21))())
    assert standing.of(sqlite_store, SYSTEM, STREET).log == ()


def test_a_person_turns_the_model_off_and_baselines_remain(sqlite_store: Store) -> None:
    founded(sqlite_store, 30)
    now = switching.off(sqlite_store, SYSTEM, STREET, f"  {REASON}\n")
    assert (now.off, now.leader, now.log[0].reason) == (True, Model.EWMA, REASON)
    sealed(sqlite_store, 30)
    coming = tracking.coming(sqlite_store, SYSTEM, STREET)
    assert (coming.content.models, coming.content.facts["without"]) == (BASELINES, "off")
    assert switching.on(sqlite_store, SYSTEM, STREET, REASON).main_leads
    sealed(sqlite_store, 30)
    assert MAIN in tracking.coming(sqlite_store, SYSTEM, STREET).content.models


def test_a_switch_needs_a_reason_and_something_to_switch(sqlite_store: Store) -> None:
    founded(sqlite_store, 9)
    with pytest.raises(Invalid, match="reason"):
        switching.off(sqlite_store, SYSTEM, STREET, "   because  ")
    with pytest.raises(Illegal, match="not_on"):
        switching.on(sqlite_store, SYSTEM, STREET, REASON)
    with pytest.raises(Illegal, match="not_restored"):
        switching.restore(sqlite_store, SYSTEM, STREET, REASON)
    switching.off(sqlite_store, SYSTEM, STREET, REASON)
    with pytest.raises(Illegal, match="not_off"):
        switching.off(sqlite_store, SYSTEM, STREET, REASON)


def test_runs_and_switches_are_in_the_audit_log(sqlite_store: Store) -> None:
    founded(sqlite_store, 12)
    one = sealed(sqlite_store, 11)
    scoring.score(sqlite_store, SYSTEM)
    switching.off(sqlite_store, SYSTEM, STREET, REASON)
    with sqlite_store.engine.connect() as connection:
        events, _ = audit.read(connection, Wanted(action="forecast"), 0, 10)
    assert [event.action for event in events] == ["forecast.switch", "forecast.score", "forecast.run"]
    assert events[0].details["reason"] == REASON
    assert events[2].details["sha256"] == one.sha256


# --- nobody is in it --------------------------------------------------------------------------------------------

PERSONS = ("name", "sex", "gender", "age", "birth", "address", "phone", "plate", "rut", "dni", "victim", "suspect")


def test_no_table_of_forecasts_has_a_column_about_persons(sqlite_store: Store) -> None:
    for table in (forecasts, scores, forecast_log):
        assert table.name in metadata.tables
        assert [column.name for column in table.columns for word in PERSONS if word in column.name.split("_")] == []


def test_no_feature_is_about_persons_every_one_is_of_counts_by_week_and_cell() -> None:
    from analytics.forecast.features import TERMS

    assert {source for source, _, _ in TERMS} == {"target", "others", "season"}
    assert all(memory > 0 and reach >= 0 for _, memory, reach in TERMS)
    assert set(Panel.__dataclass_fields__) == {"lattice", "first", "counts", "context", "known", "outside"}


def test_a_month_is_whole_by_the_citys_clock(sqlite_store: Store) -> None:
    founded(sqlite_store, 16)
    for week in range(8, 16):
        invented(sqlite_store, week, every(0.5, 9.0))
    over = monday(17)  # the last week that began in April ends where this begins
    scoring.score(sqlite_store, SYSTEM, now=before(sqlite_store, over, 60)())
    assert standing.of(sqlite_store, SYSTEM, STREET).log == ()
    scoring.score(sqlite_store, SYSTEM, now=before(sqlite_store, over, -60)())
    assert [entry.month for entry in standing.of(sqlite_store, SYSTEM, STREET).log] == ["2025-04"]
