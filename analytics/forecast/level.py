"""How many events the coming week holds in all."""

from __future__ import annotations

from analytics.forecast.history import latest
from analytics.forecast.panel import Panel

RECENT = 8  # weeks


def level(panel: Panel) -> float:
    """The mean of the last known weeks' totals."""
    return float(panel.counts[latest(panel, RECENT)].sum(axis=1).mean())
