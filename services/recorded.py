"""What is recorded of an area in the last twelve whole months, for each 1,000 people who live there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from data_access import adoption, surveys
from data_access.areas import Area
from data_access.index.match import match
from data_access.store import Store
from domain.adoption import chosen
from domain.filter import Filter
from domain.people import Actor, Permission, require
from domain.periods import Window
from domain.surveys import NO_CRIME, Recorded
from domain.taxonomy import Term, taxonomy
from services.ground import ground
from services.incidents import clipped

PER = 1_000  # people
Counts = Mapping[str, int]  # by area code


def rates(store: Store, actor: Actor, shown: Sequence[Area]) -> tuple[Window | None, dict[str, Recorded]]:
    """The window, None where the record does not reach back so far, and the rates of areas with known people.

    Sensitive types are in no count. Raises Forbidden.
    """
    require(actor, Permission.EXPLORE)
    known = ground(store)
    window = twelve_months(known.last)
    if window.start < known.first:
        return None, {}
    terms = [taxonomy().types[code] for code in known.ordinary]
    crimes = _counts(store, actor, shown, window, [term for term in terms if term.family not in NO_CRIME])
    disorders = _counts(store, actor, shown, window, [term for term in terms if term.incivility])
    with store.engine.connect() as connection:
        stated = adoption.stated(connection, shown)
    found = {}
    for area in shown:
        population = chosen(stated.get(area.code, ()), "", window.end.year)
        if population is not None and area.code in crimes:
            scale = PER / population.people
            found[area.code] = Recorded(crimes[area.code] * scale, disorders.get(area.code, 0) * scale)
    return window, found


def twelve_months(last: date) -> Window:
    """The last twelve whole calendar months up to a day.

    >>> twelve_months(date(2026, 11, 20))
    Window(start=datetime.date(2025, 11, 1), end=datetime.date(2026, 10, 31))
    >>> twelve_months(date(2026, 10, 31)).end
    datetime.date(2026, 10, 31)
    """
    end = (last + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    after = end + timedelta(days=1)
    return Window(after.replace(year=after.year - 1), end)


def _counts(store: Store, actor: Actor, shown: Sequence[Area], window: Window, terms: Sequence[Term]) -> Counts:
    """Incidents of these types in each area: precincts from the index, neighbourhoods from the record."""
    types = frozenset(term.code for term in terms)
    snapshot, held, asked = clipped(store, actor, Filter(window, types=types))
    found = match(snapshot, asked, held)
    counts = dict(zip(snapshot.precincts, found.tally("precinct", len(snapshot.precincts)).tolist(), strict=True))
    # No incident is said to lie in an invented neighbourhood.
    zones = {area.id: area.code for area in shown if area.level == "zone" and not area.synthetic}
    if zones:
        with store.engine.connect() as connection:
            told = surveys.by_neighbourhood(connection, zones, types, window)
        counts |= {zones[id]: told.get(id, 0) for id in zones}
    return counts
