"""Who may do what with forecasts, and what of them those see who see their own precincts alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from analytics.forecast.metrics import flagged
from analytics.forecast.told import Coming, Past
from data_access.engine import make_engine
from data_access.store import Store
from domain.errors import Forbidden, Invalid, NotFound
from domain.forecast.models import Model
from domain.forecast.sealed import Target
from domain.people import ANONYMOUS, SYSTEM, Actor, Permission, Role
from services import clock, jobs
from services.forecast import backtest, runs, scoring, standing, switching, tracking
from services.forecast.backtest import Wanted
from services.forecast.place import begins_at, ends_at
from tests.forecasting import STREET, before, founded, invented, monday, sealed
from tests.incidents import person

READERS = {Role.INSPECTOR, Role.ANALYST, Role.COMMANDER, Role.TRANSPARENCY, Role.AUDITOR}
READ: dict[str, Callable[[Store, Actor], object]] = {
    "coming": lambda store, who: tracking.coming(store, who, STREET),
    "past": lambda store, who: tracking.past(store, who, STREET, monday(11)),
    "tracking": lambda store, who: tracking.tracking(store, who, STREET),
    "exposure": lambda store, who: tracking.exposure(store, who, STREET),
    "targets": lambda store, who: tracking.targets(store, who),
    "standing": lambda store, who: standing.of(store, who, STREET),
    "listing": lambda store, who: runs.listing(store, who),
    "verify": lambda store, who: runs.verify(store, who),
}
CHANGE: dict[str, Callable[[Store, Actor], object]] = {
    "run": lambda store, who: runs.run(store, who, STREET, monday(12), now=before(store, monday(12))),
    "score": lambda store, who: scoring.score(store, who),
    "off": lambda store, who: switching.off(store, who, STREET, "a good enough reason"),
    "on": lambda store, who: switching.on(store, who, STREET, "a good enough reason"),
    "restore": lambda store, who: switching.restore(store, who, STREET, "a good enough reason"),
    "backtest": lambda store, who: backtest.run(store, who, STREET, Wanted()),
    "submit": lambda store, who: jobs.submit_forecast(store, who, STREET),
    "jobs": lambda store, who: jobs.forecasts_of(store, who),
}


@pytest.fixture(scope="module")
def city(sqlite_template: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two scored weeks of forecasts; nobody here changes any of it."""
    import shutil

    home = tmp_path_factory.mktemp("readers")
    shutil.copyfile(str(sqlite_template), home / "atalaya.sqlite")
    engine = make_engine(f"sqlite:///{home / 'atalaya.sqlite'}")
    store = founded(Store(engine=engine, home=home), 12)
    for week in (10, 11):
        sealed(store, week)
    scoring.score(store, SYSTEM)
    yield store
    engine.dispose()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("what", READ)
def test_who_may_read_forecasts(city: Store, what: str, role: Role) -> None:
    who = person(role, own=("norte",))
    if role in READERS:
        assert READ[what](city, who) is not None
    else:
        with pytest.raises(Forbidden):
            READ[what](city, who)


@pytest.mark.parametrize("what", CHANGE)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ANALYST])
def test_none_but_analysts_make_or_switch_forecasts(city: Store, what: str, role: Role) -> None:
    with pytest.raises(Forbidden, match=str(Permission.FORECAST_RUN)):
        CHANGE[what](city, person(role, own=("norte",)))


@pytest.mark.parametrize("what", [*READ, *CHANGE])
def test_nobody_who_is_not_signed_in_gets_anything(city: Store, what: str) -> None:
    with pytest.raises(Forbidden, match="signed_out"):
        (READ | CHANGE)[what](city, ANONYMOUS)


def test_a_commander_gets_the_cells_and_places_of_their_own_precincts_and_no_others(city: Store) -> None:
    whole = tracking.coming(city, person(Role.INSPECTOR), STREET)
    own = tracking.coming(city, person(Role.COMMANDER, own=("norte",)), STREET)
    mine = whole.content.area == whole.content.areas.index("norte")
    assert whole.mine is None
    assert own.mine is not None
    assert own.mine.all()
    assert 0 < mine.sum() == own.content.lattice.cells == len(own.mine) < whole.content.lattice.cells
    assert (own.content.rates == whole.content.rates[:, mine]).all()
    assert (own.content.lattice.x == whole.content.lattice.x[mine]).all()
    assert {own.content.areas[area] for area in own.content.area} == {"norte"}
    theirs = [place for place in whole.plan.places if place.area == "norte"]
    assert [place.rate for place in own.plan.places] == [place.rate for place in theirs]
    for mapped, place in zip(own.plan.places, theirs, strict=True):
        assert own.content.lattice.x[mapped.cell] == whole.content.lattice.x[place.cell]
        assert own.content.lattice.y[mapped.cell] == whole.content.lattice.y[place.cell]
        assert mapped.rank == place.rank
    assert {capped.area for capped in own.plan.capped} <= {"norte"}


def test_a_commander_sees_the_past_and_the_exposure_of_their_own_precincts_alone(city: Store) -> None:
    commander = person(Role.COMMANDER, own=("norte", "sur"))
    whole = tracking.past(city, person(Role.ANALYST), STREET, monday(11))
    own = tracking.past(city, commander, STREET, monday(11))
    kept = np.isin(whole.content.area, [whole.content.areas.index(code) for code in ("norte", "sur")])
    assert (own.observed == whole.observed[kept]).all()
    assert len(own.observed) == own.content.lattice.cells
    assert [area.code for area in tracking.exposure(city, commander, STREET).audit.areas] == ["norte", "sur"]
    assert len(tracking.exposure(city, person(Role.AUDITOR), STREET).audit.areas) == 3


@pytest.mark.parametrize("coverage", [0.01, 0.05, 0.2])
def test_what_is_flagged_is_the_citys_hottest_whoever_looks(city: Store, coverage: float) -> None:
    read: list[Callable[[Actor], Coming | Past]] = [
        lambda who: tracking.coming(city, who, STREET),
        lambda who: tracking.past(city, who, STREET, monday(11)),
    ]
    for look in read:
        whole, own = look(person(Role.INSPECTOR)), look(person(Role.COMMANDER, own=("norte",)))
        mine = whole.content.area == whole.content.areas.index("norte")
        assert (whole.depth <= coverage).sum() == flagged(whole.content.lattice.cells, coverage)
        assert (own.depth == whole.depth[mine]).all(), "and not the hottest of what they may see"


def test_a_commander_without_precincts_sees_no_cell(city: Store) -> None:
    for own in ((), ("nowhere",)):
        with pytest.raises(NotFound, match="not_yours"):
            tracking.coming(city, person(Role.COMMANDER, own=own), STREET)


def test_what_is_forecast_here_is_what_the_city_chose_and_what_was_sealed(city: Store) -> None:
    found = tracking.targets(city, person(Role.INSPECTOR))
    assert [target.code for target in found] == [
        "robbery.street",
        "vehicle.contents",
        "burglary+robbery+theft+vehicle",
    ]
    assert {target.cell for target in found} == {250}


def test_what_was_never_forecast_is_told_so(city: Store) -> None:
    other = Target.of(["theft"])
    for ask in (tracking.coming, tracking.tracking, tracking.exposure):
        with pytest.raises(NotFound):
            ask(city, SYSTEM, other)
    with pytest.raises(NotFound):
        tracking.coming(city, SYSTEM, STREET, monday(2))
    with pytest.raises(Invalid, match="week"):
        tracking.coming(city, SYSTEM, STREET, monday(11).replace(day=26))


def test_exposure_follows_the_flags_of_sealed_forecasts(city: Store) -> None:
    audit = tracking.exposure(city, SYSTEM, STREET).audit
    assert audit.weeks == 2
    content = tracking.coming(city, SYSTEM, STREET).content
    k = int(content.lattice.cells * 0.05)
    assert sum(area.flagged for area in audit.areas) == 2 * k
    assert content.of(Model.EWMA).shape == content.area.shape


def test_exposure_tells_what_came_of_the_flags_of_each_precinct(city: Store) -> None:
    """Caught and false alarms by precinct are those of the weeks as they were scored."""
    found = tracking.exposure(city, SYSTEM, STREET)
    weeks = [tracking.past(city, SYSTEM, STREET, monday(week)) for week in (10, 11)]
    assert found.scored == 2
    for number, code in enumerate(weeks[0].content.areas):
        held = [
            (week.observed[week.content.area == number], week.depth[week.content.area == number] <= 0.05)
            for week in weeks
        ]
        one = found.benefit[code]
        assert one.events == sum(int(came.sum()) for came, _ in held)
        assert one.hits == sum(int(came[chosen].sum()) for came, chosen in held)
        assert one.quiet_km2 == sum(int((came[chosen] == 0).sum()) for came, chosen in held) * 0.0625
        assert one.km2 == sum(int(chosen.sum()) for _, chosen in held) * 0.0625
    commander = person(Role.COMMANDER, own=("norte",))
    assert set(tracking.exposure(city, commander, STREET).benefit) == {"norte"}


def test_a_forecast_of_a_later_week_does_not_hide_the_coming_one(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    founded(sqlite_store, 12)
    monkeypatch.setattr(clock, "now", before(sqlite_store, monday(12)))
    for week in (11, 14):
        invented(sqlite_store, week, {Model.EWMA: (1.0, 2.0)})
    assert tracking.coming(sqlite_store, SYSTEM, STREET).sealed.week == monday(11), "the newest that has begun"
    invented(sqlite_store, 12, {Model.EWMA: (1.0, 2.0)})
    assert tracking.coming(sqlite_store, SYSTEM, STREET).sealed.week == monday(12)
    assert tracking.coming(sqlite_store, SYSTEM, STREET, monday(14)).sealed.week == monday(14), "where it is asked for"


def test_a_week_in_which_the_clock_is_set_is_an_hour_longer_or_shorter() -> None:
    zone, hour = ZoneInfo("America/Santiago"), 3600
    lengths = [ends_at(week, zone) - begins_at(week, zone) for week in (date(2026, 8, 31), date(2026, 3, 30))]
    assert lengths == [7 * 24 * hour - hour, 7 * 24 * hour + hour]
