"""What can be asked here: the span of the data, the vocabulary in use, and how much of it a person may see."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

from data_access import areas
from data_access.index.match import match
from data_access.index.snapshot import Snapshot
from data_access.store import Store
from domain.exploration import Options
from domain.filter import ORIGINS, Filter, Ground
from domain.people import Actor, Permission, may, require
from domain.periods import Window
from domain.taxonomy import taxonomy


def ground_of(store: Store, snapshot: Snapshot) -> Ground:
    """The ground of one snapshot."""
    return Ground(
        taxonomy=taxonomy(),
        first=snapshot.first,
        last=snapshot.complete_to,
        precincts=precinct_names(store, snapshot),
    )


def ground(store: Store) -> Ground:
    """What a filter can speak of now. Names nothing that needs a permission."""
    return ground_of(store, store.snapshot())


def precinct_names(store: Store, snapshot: Snapshot) -> Mapping[str, str]:
    """The names of the precincts that a snapshot speaks of, by code."""
    known = snapshot.memory
    if "precincts" not in known:
        with store.engine.connect() as connection:
            names = {area.code: area.name for area in areas.listing(connection, "precinct")}
        known["precincts"] = {code: names.get(code, code) for code in snapshot.precincts if code}
    named: Mapping[str, str] = known["precincts"]
    return named


def scope_of(actor: Actor) -> str:
    """A short name for what the actor may see. It is part of the heat image's address, so that one person's
    image is never taken from a browser's cache for another who sees more or less."""
    precincts = None if actor.precincts is None else sorted(actor.precincts)
    told = repr((precincts, may(actor, Permission.SENSITIVE)))
    return hashlib.sha256(told.encode()).hexdigest()[:10]


def options(store: Store, actor: Actor) -> Options:
    """What the filter bar offers this person."""
    require(actor, Permission.EXPLORE)
    snapshot = store.snapshot()
    held = ground_of(store, snapshot)
    present = _present(snapshot, held, actor)
    facts = snapshot.manifest["facts"]
    precincts = [
        (code, name)
        for code, name in sorted(held.precincts.items(), key=lambda pair: pair[1])
        if actor.precincts is None or code in actor.precincts
    ]
    return Options(
        first=snapshot.first,
        last=snapshot.complete_to,
        types=tuple(code for code in held.taxonomy.types if code in present["types"]),
        vehicles=_informative(held.taxonomy.vehicles, present["vehicles"]),
        items=_informative(held.taxonomy.items, present["items"]),
        origins=_informative(ORIGINS, present["origins"]),
        precincts=tuple(precincts),
        bounds=snapshot.grid.bounds,
        snapshot=snapshot.name,
        scope=scope_of(actor),
        synthetic=facts["synthetic"],
        loaded_at=facts["loaded_at"],
        has_hours=snapshot.manifest["has_hours"],
    )


def _present(snapshot: Snapshot, held: Ground, actor: Actor) -> dict[str, set[str]]:
    """The codes on the incidents that the actor may see; counted once for each scope."""
    scope = scope_of(actor)
    if scope not in snapshot.memory:
        span = Window(snapshot.first, snapshot.date_of(snapshot.days))
        found = match(snapshot, Filter(span, types=frozenset(held.taxonomy.types)).clip(actor, held), held)
        pairs = [snapshot.pairs[pair] for pair in found.selection.pairs[found.by_pair() > 0].tolist()]
        columns = {"item": snapshot.items, "origin": ORIGINS}
        snapshot.memory[scope] = {
            "types": {kind for kind, _ in pairs},
            "vehicles": {vehicle for _, vehicle in pairs},
            **{f"{name}s": set(compress(codes, found.tally(name, len(codes)))) for name, codes in columns.items()},
        }
    present: dict[str, set[str]] = snapshot.memory[scope]
    return present


def _informative(order: Mapping[str, Any] | Sequence[str], found: set[str]) -> tuple[str, ...]:
    """The codes in use, in the vocabulary's order; none where one value in all rows makes the column useless."""
    used = tuple(code for code in order if code in found)
    return used if len(used) > 1 else ()


def outlines(store: Store, actor: Actor) -> dict[str, Any]:
    """GeoJSON outlines of the precincts that this person may see."""
    require(actor, Permission.EXPLORE)
    with store.engine.connect() as connection:
        drawn: dict[str, Any] = areas.outlines(connection, "precinct")
    if actor.precincts is not None:
        drawn["features"] = [f for f in drawn["features"] if f["properties"]["code"] in actor.precincts]
    return drawn
