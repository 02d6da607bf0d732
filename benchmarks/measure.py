"""Medians and tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

ENOUGH = 10.0  # seconds; slow work is measured fewer times


def median_ms(work: Callable[[], object], runs: int = 9) -> float:
    """The median time of up to nine runs after one that is not counted, in milliseconds."""
    times: list[float] = []
    while len(times) <= runs and (len(times) < 2 or sum(times) < ENOUGH) and (not times or times[0] < ENOUGH):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times[1:] or times) * 1000)


def shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print(f"\n### {title}\n\n| {' | '.join(heads)} |\n|{'|'.join('---' for _ in heads)}|")
    for row in rows:
        print(f"| {' | '.join(shown(value) for value in row)} |", flush=True)
