"""Is this the footage that was delivered, and was this manifest signed? Worked out in the reader's browser alone."""

from __future__ import annotations

from typing import Any

from components import footage_verify
from services.footage import anchor
from web import public, session


@public.page(
    "/verify",
    label="footage_public.verify.nav",
    described="footage_public.verify.described",
    order=53,
    group="footage",
    scripts=("verify.js",),
)
def verify(visit: public.Visit) -> list[Any]:
    return footage_verify.check(visit.words, anchor.keys(session.desk(), session.releases()))
