"""A sheet of paper as a PDF, set by Typst from a template of `components/sheets`.

Every text goes to the template as data, so that nothing can be taken for its language. The same data and instant give
the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent / "sheets"
FONTS = Path(__file__).parent.parent / "assets" / "fonts"


def pdf(template: str, told: Mapping[str, Any], made_at: int) -> bytes:
    """The PDF/UA of a template's name; it reads `told` and, as `date`, when it was made."""
    at = datetime.fromtimestamp(made_at, UTC)
    date = {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")}
    found: bytes = typst.compile(
        (TEMPLATES / f"{template}.typ").read_bytes(),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps({"date": date, **told}, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=at,
    )
    return found
