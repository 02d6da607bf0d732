"""Letting a provider of identities say who asks for footage, before the form is filled in.

What has to outlast the way there and back lies with the browser, sealed with the desk's key: it can be read and made
by the desk alone, is worth nothing in half an hour, and is good for one request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, tries
from data_access.engine import writing
from domain.errors import Invalid, Stale, Throttled
from domain.footage.draft import Kind, Stated
from domain.footage.stated import stated
from domain.identity import Asked, Provider
from services import clock, identity
from services.footage import documents
from services.footage.filing import prefix

LASTING = 1800  # seconds
WINDOW, TRIES = 600, 40  # seconds; ways there and ways back of one visitor in that time
ASKED, STATED = "identity asked", "identity stated"


@dataclass(frozen=True, slots=True)
class Way:
    """The form to come back to."""

    kind: Kind
    camera: str = ""


def ask(desk: Desk, provider: Provider, way: Way, back: str, source: str) -> tuple[str, str]:
    """The address to send a browser to, and what it keeps until it is back.

    Raises Throttled("identity.often") or Unreachable.
    """
    _limit(desk, source)
    url, asked = identity.ask(provider, back)
    return url, _sealed(desk, ASKED, {"asked": asdict(asked), "way": asdict(way), "at": clock.now()})


def way(desk: Desk, kept: str) -> Way | None:
    """Where a browser set out from; None where it brings no question of ours, or one of long ago."""
    found = _opened(desk, ASKED, kept)
    return None if found is None else Way(Kind(found["way"]["kind"]), found["way"]["camera"])


def answered(
    desk: Desk, provider: Provider, law: str, kept: str, told: Mapping[str, str], back: str, source: str
) -> str:
    """What a browser keeps that comes back with the query `told` and had `kept` the question; `law` is the code of the
    jurisdiction. Raises Throttled("identity.often") and as `identity.answered`."""
    question = _opened(desk, ASKED, kept)
    if question is None:
        raise Invalid("identity.other")
    _limit(desk, source)
    found = identity.answered(provider, Asked(**question["asked"]), told, back)
    said = stated(provider, found, clock.now(), documents.checks(jurisdiction(law)))
    if not said.fields:
        raise Invalid("identity.nobody", provider=provider.name)
    return _kept(desk, said, "")


def known(desk: Desk, kept: str, once: str = "") -> Stated | None:
    """Whom a browser's user was stated to be, for the form of the number `once`; None where nothing was, it is too
    long ago, or another form was filed with it."""
    found = _opened(desk, STATED, kept)
    if found is None or found["once"] not in ("", once):
        return None
    return Stated(**found["stated"])


def spent(desk: Desk, said: Stated, once: str) -> str:
    """What the browser keeps once the form of a number was filed: good for that form alone, should it be sent again."""
    return _kept(desk, said, once)


def _kept(desk: Desk, said: Stated, once: str) -> str:
    return _sealed(desk, STATED, {"stated": asdict(said), "once": once, "at": said.at})


def _sealed(desk: Desk, of: str, value: Mapping[str, Any]) -> str:
    return desk.seal.seal(of, value).decode()


def _opened(desk: Desk, of: str, kept: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = desk.seal.unseal(of, kept.encode())
    except Stale:
        return None
    return found if clock.now() - found["at"] <= LASTING else None


def _limit(desk: Desk, source: str) -> None:
    key, now = desk.seal.hashed("identity", prefix(source) or "?"), clock.now()
    with writing(desk.engine) as connection:
        wait = tries.take(connection, key, now, WINDOW, TRIES)
    if wait:
        raise Throttled("identity.often", seconds=wait)
