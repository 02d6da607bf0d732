"""Is this the footage that was delivered? Worked out in the reader's browser: the file is sent nowhere."""

from __future__ import annotations

from typing import Any

from components import footage_verify
from web import public


@public.page(
    "/verify",
    label="footage_public.verify.nav",
    described="footage_public.verify.described",
    order=53,
    group="footage",
    scripts=("verify.js",),
)
def verify(visit: public.Visit) -> list[Any]:
    return footage_verify.check(visit.words)
