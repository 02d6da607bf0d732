"""What a resident's browser keeps of the way to a provider of identities and back: two sealed texts in the session."""

from __future__ import annotations

from flask import session as kept

from domain.errors import NotFound
from domain.footage.draft import Stated
from domain.identity import Provider
from services.footage import identifying
from services.footage.identifying import Way
from web import session

START, BACK = "/footage/identify", "/footage/identified"
ASKED, STATED = "identity_asked", "identity_stated"


def provider() -> Provider:
    """Who says who residents are. Raises NotFound where nobody does."""
    found = session.settings().resident_provider
    if found is None:
        raise NotFound("not_found")
    return found


def set_out(way: Way, source: str) -> str:
    """The provider's address to go to. Raises as `identifying.ask`."""
    url, asked = identifying.ask(session.desk(), provider(), way, _back(), source)
    kept[ASKED] = asked
    return url


def come_back(told: dict[str, str], source: str) -> None:
    """Keep what the provider says, once. Raises as `identifying.answered`."""
    law, asked = session.settings().jurisdiction, kept.pop(ASKED, "")
    kept[STATED] = identifying.answered(session.desk(), provider(), law, asked, told, _back(), source)


def way() -> Way | None:
    """The form that this browser set out from, if it did a short while ago."""
    return identifying.way(session.desk(), kept.get(ASKED, ""))


def known(once: str = "") -> Stated | None:
    """Who sends the form of the number `once`, or opens a new one, as the provider said."""
    if session.settings().resident_provider is None:
        return None
    return identifying.known(session.desk(), kept.get(STATED, ""), once)


def mark(said: Stated) -> str:
    """What a form carries that was shown with this, and no other."""
    return session.desk().seal.hashed(STATED, f"{said.at} {said.issuer} {said.subject}")


def spend(said: Stated, once: str) -> None:
    """Let what was said count for this form alone from now on."""
    kept[STATED] = identifying.spent(session.desk(), said, once)


def forget() -> None:
    kept.pop(STATED, None)


def _back() -> str:
    return session.site().rstrip("/") + BACK
