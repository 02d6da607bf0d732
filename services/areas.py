"""Precincts and finer areas: imported from a file, listed, removed. Every change moves the incidents with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from data_access import area_layers, area_record, areas, index
from data_access.area_layers import LEVELS, Wanted
from data_access.areas import Area
from data_access.engine import writing
from data_access.store import Store
from domain.errors import NotFound
from domain.people import Actor, Permission, require
from services.audit import note

Step = Callable[[str, int, int], None]  # "read", "assign" or "index"; done; in all

__all__ = ["LEVELS", "Imported", "Step", "Wanted", "bring", "listing", "remove"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of areas did; `guessed` tells which column was taken for the name or the population."""

    added: int
    replaced: int
    dissolved: int  # precincts made of zones
    joined: int  # rows that were parts of another row's area
    repaired: int  # outlines that crossed themselves
    moved: int  # incidents that lie in other areas than before
    guessed: dict[str, str]


def _silent(name: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def bring(store: Store, actor: Actor, wanted: Wanted, step: Step = _silent) -> Imported:
    """Import a file of areas: all of it or none. Importing it again changes nothing.

    Every incident is put in the area that now holds it and the index is built again. Raises Forbidden, or Invalid
    for a file that cannot be used.
    """
    require(actor, Permission.AREAS)
    step("read", 0, 1)
    layer = area_layers.layer(wanted)
    origin = wanted.source or wanted.path.name
    with writing(store.engine) as connection:
        before = areas.Assigner(connection)
        written = area_record.Writer(connection, origin, wanted.year).write(layer.areas)
        area_record.adopt(connection)
        moved = area_record.reassign(connection, before, lambda done, total: step("assign", done, total))
        note(connection, actor, "areas.imported", origin, level=wanted.level, areas=len(layer.areas), moved=moved)
    step("index", 0, 1)
    index.refresh(store, full=True)
    made = sum(area.level != wanted.level for area in layer.areas)
    return Imported(written.added, written.replaced, made, layer.joined, layer.repaired, moved, layer.guessed)


def listing(store: Store, actor: Actor, level: str | None = None) -> list[Area]:
    """The areas in use by level and name. Raises Forbidden."""
    require(actor, Permission.AREAS)
    with store.engine.connect() as connection:
        return areas.listing(connection, level)


def remove(store: Store, actor: Actor, codes: Collection[str]) -> int:
    """Remove areas; returns how many incidents lay in them.

    Raises Forbidden, NotFound for a code nobody knows, or Invalid for areas that delivered tables speak of.
    An account whose own precinct is removed sees it no more.
    """
    require(actor, Permission.AREAS)
    with writing(store.engine) as connection:
        known = {area.code for area in areas.listing(connection)}
        unknown = sorted(set(codes) - known)
        if unknown:
            raise NotFound("areas.unknown", codes=", ".join(unknown[:5]))
        moved = area_record.remove(connection, codes)
        note(connection, actor, "areas.removed", ", ".join(sorted(codes))[:200], areas=len(codes), moved=moved)
    index.refresh(store, full=True)
    return moved
