"""What the readers hand to the transform: rows as text, with the place they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

CHUNK_ROWS = 50_000
KINDS = ("csv", "excel", "parquet", "json", "rda")

# Trailing columns of a file of rejects; the readers leave them out when it is loaded again.
REASON_COLUMN, LINE_COLUMN = "_reason", "_line"
OWN_COLUMNS = (REASON_COLUMN, LINE_COLUMN)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written down."""

    kind: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"  # a leading byte order mark is skipped
    header: int | None = 1  # the line (csv) or sheet row (excel) that names the columns; None: there is none
    names: tuple[str, ...] = ()  # the columns where the file does not name them
    sheet: str | None = None  # excel: the sheet to read; None: the first
    records: str | None = None  # json: the key of the list of rows
    required: tuple[str, ...] = ()  # columns without which the file is the wrong one


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of one file, raw: every column is text (pandas `str`), an empty field is NA.

    `lines` is as long as `frame` and counts as an editor or spreadsheet does, from 1 (rows of parquet and rda
    count from 1; rows of a json list count by their place in the list). `flaws` names rows that the reader
    itself refuses, by position in `frame`, with a reason code: they are rejects whatever the profile says.
    """

    file: str  # the name told to people; "archive.tar.gz/member.json" inside an archive
    lines: npt.NDArray[np.int64]
    frame: pd.DataFrame
    extra: Mapping[str, str] = field(default_factory=dict)  # from the member's path: {"folder": ..., "file": ...}
    flaws: Mapping[int, str] = field(default_factory=dict)
