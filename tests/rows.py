"""Made-up rows in the form in which readers hand them to the transform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data_access.importing.chunk import Chunk
from data_access.importing.understanding.profile import Profile
from data_access.importing.understanding.transform import Clean, transform

NOW = 1_790_000_000  # 2026-09-21


def chunk(columns: Mapping[str, Sequence[str | None]], file: str = "made-up.csv") -> Chunk:
    frame = pd.DataFrame({name: pd.Series(list(values), dtype="str") for name, values in columns.items()})
    return Chunk(files=np.full(len(frame), file, object), lines=np.arange(len(frame)) + 2, frame=frame)


def clean(profile: Profile, columns: Mapping[str, Sequence[str | None]]) -> Clean:
    return transform(profile, chunk(columns), NOW)


def first(profile: Profile, **cells: str | None) -> dict[str, object]:
    """The incident that one row becomes; `cells` are its columns."""
    found = clean(profile, {name: [value] for name, value in cells.items()})
    assert not found.rejects, found.rejects
    return dict(found.rows.iloc[0])
