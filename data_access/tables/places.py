"""The precincts and neighbourhoods that a table speaks of, found by code or by name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
from sqlalchemy import Connection

from data_access.areas import Area, listing, plain
from data_access.importing.understanding.texts import Texts
from data_access.tables.cells import NONE, SHOWN, Cells, Ints, Objects
from data_access.tables.reading import Sheet

NEAR, LIKE = 3, 0.7  # names suggested, and how much they have in common
LISTED = 10  # names told where none is near


class Places:
    """The areas in use. A code goes before a name, and a real area before one of the demo."""

    def __init__(self, connection: Connection) -> None:
        areas = sorted(listing(connection), key=lambda area: not area.synthetic)
        self.names = {area.id: area.name for area in areas}
        self._precincts = [area for area in areas if area.level == "precinct"]
        self._known = _index(self._precincts)
        codes = {area.code: area.id for area in self._precincts}
        self._zones: dict[int, list[Area]] = {area.id: [] for area in self._precincts}
        for area in areas:
            if area.level == "zone" and area.parent in codes:
                self._zones[codes[area.parent]].append(area)

    def areas(self, cells: Cells, needed: bool) -> Ints:
        """The area of each row, -1 where it names none; unknown ones, -2, are told."""
        texts = cells.texts("precinct")
        if not self._precincts and (needed or texts.present.any()):
            cells.tell_whole("no_precincts")
        if needed:
            cells.needed("precinct")
        found = self._found(texts)
        self._tell_unknown(cells, "precinct", found == -2, self._precincts)
        return self._neighbourhoods(cells, found) if cells.has("neighbourhood") else found

    def known(self, sheet: Sheet) -> Sheet:
        """The rows that name a precinct in use, or none at all."""
        return sheet.only(self._found(sheet.columns["precinct"]) != -2) if "precinct" in sheet.columns else sheet

    def _found(self, texts: Texts) -> Ints:
        return texts.each(lambda text: self._known.get(plain(text), -2), NONE, np.int64)

    def named(self, areas: Ints) -> Objects:
        """The name of each area; "" where there is none."""
        ids, at = np.unique(areas, return_inverse=True)
        return np.array([self.names.get(area, "") for area in ids.tolist()], dtype=object)[at]

    def _neighbourhoods(self, cells: Cells, precincts: Ints) -> Ints:
        texts = cells.texts("neighbourhood")
        found = precincts.copy()
        alone = texts.present & (precincts == NONE)
        cells.tell(alone, "neighbourhood_alone", cells.cell("neighbourhood"))
        for precinct in np.unique(precincts[texts.present & (precincts >= 0)]).tolist():
            rows = texts.present & (precincts == precinct)
            known = _index(self._zones[precinct])
            zones = np.array([known.get(plain(text), -2) for text in texts.values], np.int64)
            found[rows] = zones[texts.codes[rows]]
            self._tell_unknown(cells, "neighbourhood", rows & (found == -2), self._zones[precinct])
        return found

    def _tell_unknown(self, cells: Cells, column: str, rows: np.ndarray, areas: Sequence[Area]) -> None:
        """With the names that come near, or where none does the ones that there are."""
        texts = cells.texts(column)
        names = {plain(area.name): area.name for area in areas}
        values = {texts.at(row) for row in np.flatnonzero(rows).tolist()}
        near = {value: get_close_matches(plain(value), list(names), NEAR, LIKE) for value in values}
        is_near = rows & texts.each(lambda text: bool(near.get(text)), False, np.bool_)
        listed = ", ".join(list(names.values())[:LISTED]) + (" …" if len(names) > LISTED else "")

        def close(row: int) -> dict[str, object]:
            told = ", ".join(names[name] for name in near[texts.at(row)])
            return {"value": texts.at(row)[:SHOWN], "near": told}

        cells.tell(is_near, f"{column}_like", close)
        cells.tell(
            rows & ~is_near,
            f"{column}_unknown",
            lambda row: {"value": texts.at(row)[:SHOWN], "known": listed or "–"},
        )


def _index(areas: Sequence[Area]) -> dict[str, int]:
    """Areas by name and, going before it, by code. Later ones go before earlier ones."""
    return {plain(area.name): area.id for area in areas} | {plain(area.code): area.id for area in areas}
