"""Which city this is: what the settings say, or else what the data say of themselves."""

from __future__ import annotations

from dataclasses import dataclass

from config.place import place
from data_access.importing.understanding import profile
from data_access.index import record
from data_access.store import Store


@dataclass(frozen=True, slots=True)
class Here:
    """The city on screen, its clock, and whether its incidents are invented."""

    name: str
    zone: str
    synthetic: bool


def here(store: Store, told: str, language: str) -> Here:
    """The place that the settings name; without one the demo's while it is shown, and then the sources' own."""
    snapshot = store.snapshot()
    synthetic = bool(snapshot.manifest["facts"]["synthetic"])
    if told or synthetic or not snapshot.rows:
        known = place(told)
        return Here(known.name, known.zone, synthetic)
    if "sources" not in snapshot.memory:
        with store.engine.connect() as connection:
            snapshot.memory["sources"] = record.sources_of(connection, snapshot.manifest["facts"]["batches"])
    sources = snapshot.memory["sources"]
    return Here(", ".join(_titled(name, language) for name, _ in sources), sources[0][1], synthetic)


def _titled(source: str, language: str) -> str:
    """The city in the title of a shipped profile, or the source as its importer named it."""
    if source not in profile.names():
        return source
    return profile.load(source).title[language].partition(":")[0]
