"""`python -m benchmarks [NAME...]`: run all benches or those named."""

from __future__ import annotations

import importlib
import sys

NAMES = (
    "explore",
    "importing",
    "serving",
    "painting",
    "starting",
    "adoption",
    "desk",
    "footage",
    "public",
    "releases",
    "forecast",
)


def main(names: list[str]) -> None:
    unknown = set(names) - set(NAMES)
    if unknown:
        raise SystemExit(f"No bench is called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}.")
    for name in names or NAMES:
        importlib.import_module(f"benchmarks.{name}").run()


if __name__ == "__main__":
    main(sys.argv[1:])
