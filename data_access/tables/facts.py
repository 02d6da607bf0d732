"""The facts of a table beside those of the record: which are new, which known, which correct one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_access.tables.cells import Column, Mask


@dataclass(frozen=True)
class Facts:
    """`key` says what a fact is about, `values` what it says; `row` of the frame is the position in the file.

    `shown` are the rows as understood, field by field.
    """

    frame: pd.DataFrame
    key: tuple[str, ...]
    values: tuple[str, ...]
    shown: Mapping[str, Column]


@dataclass(frozen=True)
class Beside:
    """For each fact: does the record speak of the same thing, and does it say the same."""

    there: Mask
    same: Mask


def beside(facts: Facts, record: pd.DataFrame) -> Beside:
    """Compare with the record's facts, oldest first: of two about the same the later counts."""
    key, values = list(facts.key), list(facts.values)
    last = record.drop_duplicates(key, keep="last")[[*key, *values]]
    both = facts.frame[[*key, *values]].merge(last, on=key, how="left", suffixes=("", "_was"), indicator=True)
    there = (both["_merge"] == "both").to_numpy()
    same = there.copy()
    for value in values:
        same &= (both[value] == both[f"{value}_was"]).to_numpy()
    return Beside(there, np.asarray(same))
