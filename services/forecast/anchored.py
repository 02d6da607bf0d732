"""Whether the chain still reaches as far as was published: what lies at its end could be dropped without a trace in it.

Every release holds how many forecasts and scores there were, the newest seal and a hash over the scores; the model card
holds a seal too. Whoever kept either can ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data_access.forecast import rows
from data_access.forecast.rows import Tail
from data_access.releases import reading
from data_access.store import Store
from domain.people import Actor, Permission, require

PART = "forecast_seals"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the newest release that tells of forecasts says of their chain."""

    release: int
    synthetic: bool
    tail: Tail


@dataclass(frozen=True, slots=True)
class Gone:
    """What was published and is no more: `part` is forecasts, scores, seal, or the release that would tell."""

    part: str
    release: int = 0
    seal: str = ""


def published(store: Store) -> Anchor | None:
    """None where no release tells of forecasts; raises Changed where the newest that does is not what was approved."""
    for release in reading.every(store.releases):
        if PART in release.tables:
            release.verify()
            told = release.rows(PART)[0]
            tail = Tail(int(told["forecasts"]), told["seal"], int(told.get("scores", 0)), told.get("scored", ""))
            return Anchor(release.number, release.synthetic, tail)
    return None


def gone(store: Store, actor: Actor, seal: str = "") -> list[Gone]:
    """What the newest release tells of and the record no longer has, and `seal` where it is in no chain.

    Raises Forbidden.
    """
    require(actor, Permission.FORECAST)
    return list(_gone(store, seal))


def count(store: Store) -> int:
    """How many forecasts are sealed, the demo's too."""
    with store.engine.connect() as connection:
        return sum(rows.tail(connection, made_up).forecasts for made_up in (False, True))


def _gone(store: Store, seal: str) -> Iterator[Gone]:
    try:
        anchor = published(store)
    except (reading.Changed, OSError):
        anchor = None
        yield Gone("release")
    with store.engine.connect() as connection:
        if anchor is not None:
            told = anchor.tail
            held = rows.tail(connection, anchor.synthetic, told)
            if (held.forecasts, held.seal) != (told.forecasts, told.seal):
                yield Gone("forecasts", anchor.release, told.seal)
            if told.scored and (held.scores, held.scored) != (told.scores, told.scored):
                yield Gone("scores", anchor.release)
        if seal and not rows.knows(connection, seal.strip().lower()):
            yield Gone("seal", seal=seal)
