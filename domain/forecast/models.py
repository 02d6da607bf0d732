"""The models that every forecast holds, by the codes under which they are sealed, scored and shown."""

from __future__ import annotations

from enum import StrEnum


class Model(StrEnum):
    LAST_WEEK = "last_week"
    WEEKS_4 = "weeks_4"  # the mean of the last 28 days
    WEEKS_52 = "weeks_52"  # the mean of the last 52 weeks: the reference of every skill
    SAME_WEEKS = "same_weeks"  # the same weeks of the years before
    KDE = "kde"
    EWMA = "ewma"
    BOOSTED = "boosted"  # the main model


MAIN = Model.BOOSTED
REFERENCE = Model.WEEKS_52
RIVALS = (
    Model.WEEKS_52,
    Model.EWMA,
)  # compared by name; to lead is to beat the best of all
BASELINES = tuple(model for model in Model if model is not MAIN)
COVERAGES = (0.01, 0.05, 0.10, 0.20)  # shares of the area
