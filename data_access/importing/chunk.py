"""What the readers hand to the transform: rows as text, with the place they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

CHUNK_ROWS = 50_000
KINDS = ("csv", "excel", "parquet", "json", "rda")

# Columns that the reader adds for members of an archive: "CUAUHTEMOC/Centro.json" gives folder and file (no suffix).
FOLDER_COLUMN, FILE_COLUMN = "@folder", "@file"

# Trailing columns of a file of rejects; the readers leave them out when it is loaded again.
REASON_COLUMN, LINE_COLUMN = "_reason", "_line"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written down. Column names are told trimmed, with single spaces inside."""

    kind: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"  # a leading byte order mark is skipped
    header: int | None = 1  # the line (csv) or sheet row (excel) that names the columns; None: there is none
    names: tuple[str, ...] = ()  # the columns where the file does not name them
    sheet: str | None = None  # excel: the sheet to read; None: the first
    records: str | None = None  # json: the key of the list of rows; None: the file is the list
    required: tuple[str, ...] = ()  # columns without which the file is the wrong one


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why the reader itself refuses a row, whatever the profile says."""

    reason: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, raw: every column is text (pandas `str`), an empty field is NA.

    A chunk may hold rows of many small members of one archive; `files`, `lines` and `frame` have one length.
    """

    files: npt.NDArray[np.object_]  # the name told to people; "archive.tar.gz/member.json" inside an archive
    lines: npt.NDArray[np.int64]  # as an editor or spreadsheet counts, from 1; in parquet, rda and json the row
    frame: pd.DataFrame
    flaws: Mapping[int, Flaw] = field(default_factory=dict)  # by position; the loader deals with them
