"""What the reader refused and what the profile understands, brought together for each chunk."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from data_access.importing.chunk import Chunk, Flaw
from data_access.importing.understanding.profile import Profile
from data_access.importing.understanding.transform import Clean, transform


def judged(profile: Profile, chunk: Chunk) -> Iterator[tuple[Chunk, Clean]]:
    """A chunk as the profile understands it; rows that the reader refused come apart, all skipped or rejected."""
    if chunk.flaws:
        at = np.array(sorted(chunk.flaws))
        yield _refused(profile, taken(chunk, at), [chunk.flaws[position] for position in at.tolist()])
        chunk = taken(chunk, np.setdiff1d(np.arange(len(chunk.lines)), at))
    if len(chunk.lines):
        yield chunk, transform(profile, chunk)


def _refused(profile: Profile, part: Chunk, flaws: list[Flaw]) -> tuple[Chunk, Clean]:
    clean = transform(profile, part, damaged=True)
    skipped = set(clean.skipped)
    rejects = [(at, flaw.reason, dict(flaw.details)) for at, flaw in enumerate(flaws) if at not in skipped]
    none = clean.rows.iloc[:0]
    return part, replace(clean, rows=none, rejects=rejects, labels=Counter(), located=Counter(), cases=0)


def taken(chunk: Chunk, at: np.ndarray) -> Chunk:
    """The rows at these positions."""
    return Chunk(chunk.files[at], chunk.lines[at], chunk.frame.iloc[at].reset_index(drop=True))


def reject_rows(part: Chunk, clean: Clean) -> Iterator[dict[str, Any]]:
    """What is kept of each rejected row: where it stands, why, and its text without what is about persons."""
    columns = [name for name in part.frame.columns if name in set(clean.raw_kept) or name.startswith("@")]
    at = [position for position, _, _ in clean.rejects]
    raws = part.frame[columns].iloc[at].to_dict("records")
    for (position, reason, details), raw in zip(clean.rejects, raws, strict=True):
        kept = {name: value for name, value in raw.items() if isinstance(value, str)}
        yield {
            "file": str(part.files[position]),
            "line": int(part.lines[position]),
            "reason": reason,
            "detail": json.dumps(details, ensure_ascii=False, default=str),
            "raw": json.dumps(kept, ensure_ascii=False),
        }
