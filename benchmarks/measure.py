"""Medians and tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np


def median_ms(work: Callable[[], object], runs: int = 7) -> float:
    """The median time of some runs after one that is not counted, in milliseconds."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1000)


def shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print(f"\n### {title}\n\n| {' | '.join(heads)} |\n|{'|'.join('---' for _ in heads)}|")
    for row in rows:
        print(f"| {' | '.join(shown(value) for value in row)} |", flush=True)
