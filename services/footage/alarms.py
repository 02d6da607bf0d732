"""Telling the supervisor of what cannot wait: footage that was to be held and that nobody said is safe."""

from __future__ import annotations

from data_access.desk import Desk, events, holds, outbox, requests
from data_access.desk.outbox import Letter
from domain.footage.codes import shown
from domain.people import SYSTEM
from locales import DEFAULT, Words

TEMPLATE = "hold_late"  # of the letter, and the event that says that it was written


def late_holds(desk: Desk, to: str, now: int) -> list[str]:
    """Write to an address of each case with a hold that nobody confirmed in time, once; their folios."""
    with desk.engine.connect() as connection:
        if not holds.late(connection, now, TEMPLATE):
            return []
    words = Words(DEFAULT)
    with desk.writing() as connection:
        found = holds.late(connection, now, TEMPLATE)
        for folio in found:
            case = requests.by_folio(connection, folio)
            assert case is not None
            said = [words.text(f"letters.{TEMPLATE}.{part}", folio=shown(folio)) for part in ("subject", "text")]
            number = outbox.add(connection, desk.seal, case.id, TEMPLATE, DEFAULT, Letter(to, *said), now)
            events.append(connection, folio, now, SYSTEM.email, TEMPLATE, {"letter": number})
    return found
