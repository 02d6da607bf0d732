"""The one clock of the services, in whole seconds since 1970."""

from __future__ import annotations

import time


def now() -> int:
    return int(time.time())
