"""The fields of a profile, read from the columns of a chunk."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.importing.chunk import FILE_COLUMN, FOLDER_COLUMN
from data_access.importing.understanding.profile import LITERAL, WRITTEN_WITH, Shape, column_key
from data_access.importing.understanding.texts import Texts, joined, plain

NOTE_COLUMNS = 4  # a lone first cell is a note only in a table at least this wide
_TOTAL = re.compile(r"(SUB|GRAN |GRAND )?TOTAL(ES)?\b")

Mask = npt.NDArray[np.bool_]


class Columns:
    """Reads each field once. A field that the profile does not have, or whose column the file lacks, says nothing."""

    def __init__(self, shape: Shape, frame: pd.DataFrame) -> None:
        self.shape = shape
        self.frame = frame
        self._named = {column_key(column): column for column in reversed(list(frame.columns))}
        self._fields: dict[str, Texts] = {}

    def __getitem__(self, name: str) -> Texts:
        if name not in self._fields:
            self._fields[name] = self._joined(name)
        return self._fields[name]

    def has(self, name: str) -> bool:
        return name in self.shape.columns

    def told(self, name: str) -> str:
        """The columns of a field as a reader of the report knows them."""
        return " ".join(self.shape.columns.get(name, (name,)))

    def column(self, name: str) -> Texts:
        found = self._named.get(column_key(name))
        return Texts.nothing(len(self.frame)) if found is None else Texts.of(self.frame[found])

    def _joined(self, name: str) -> Texts:
        sources = self.shape.columns.get(name, ())
        if not sources:
            return Texts.nothing(len(self.frame))
        literals = [source.startswith(LITERAL) for source in sources]
        parts = [
            Texts.literal(source.removeprefix(LITERAL), len(self.frame)) if literal else self.column(source)
            for source, literal in zip(sources, literals, strict=True)
        ]
        between = WRITTEN_WITH.get(name, (" ",) * len(sources))[: len(sources) - 1]
        anchors = [True] if all(literals) else [not literal for literal in literals]
        return joined(parts, between, anchors)

    def no_records(self, dateless: Mask) -> Mask:
        """Empty lines and, among rows without a date, totals and the lone cell of a banner or a footnote."""
        cells = self.frame[[column for column in self.frame.columns if column not in (FOLDER_COLUMN, FILE_COLUMN)]]
        filled = cells.notna().to_numpy()
        count = filled.sum(axis=1)
        found = count == 0
        for row in np.flatnonzero(dateless & ~found):
            first = int(filled[row].argmax())
            lone = count[row] == 1 and first == 0 and cells.shape[1] >= NOTE_COLUMNS
            found[row] = lone or bool(_TOTAL.match(plain(str(cells.iat[int(row), first]))))
        return np.asarray(found)
