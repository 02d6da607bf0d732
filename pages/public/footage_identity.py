"""Let a provider of identities say who asks for footage: the way there, the way back, and taking it back."""

from __future__ import annotations

import logging

from components import footage_told
from components.footage_form import FULL
from domain.errors import DomainError
from domain.footage.draft import Kind
from services.footage.identifying import Way
from services.identity import Unreachable
from web import footage_identity, public
from web.footage_form import known_form
from web.footage_identity import BACK, START

log = logging.getLogger("atalaya")


@public.way(START, "GET", "POST")
def footage_identify(visit: public.Visit) -> public.Moved:
    """Off to the provider; by POST, forget what it said."""
    footage_identity.provider()
    if visit.method == "POST":
        footage_identity.forget()
        said = visit.said("kind")
        return public.Moved(footage_told.address(Kind(said)) if said in FULL else footage_told.FORM)
    way = Way(Kind(visit.chosen("kind", FULL, Kind.PARTY)), visit.chosen("camera", known_form().ground.cameras, ""))
    try:
        return public.Moved(footage_identity.set_out(way, visit.address))
    except DomainError as error:
        return _without(way, error)


@public.way(BACK, "GET")
def footage_identified(visit: public.Visit) -> public.Moved:
    """Back from the provider, to the form that one came from: the answer stays in no address."""
    footage_identity.provider()
    way = footage_identity.way()
    try:
        footage_identity.come_back({name: values[0] for name, values in visit.query.items()}, visit.address)
    except DomainError as error:
        return _without(way, error)
    return _form(way)


@public.way(footage_told.LEAVE, "GET")
def footage_leave(visit: public.Visit) -> public.Moved:
    """Out of here at once; whoever opens the form next in this browser is told nothing."""
    footage_identity.forget()
    return public.Moved(footage_told.ELSEWHERE[visit.words.language])


def _without(way: Way | None, error: DomainError) -> public.Moved:
    """The form, which goes on without; it says what went wrong."""
    if isinstance(error, Unreachable):
        log.warning("%s failed: %r", footage_identity.provider().name, error.__cause__)
    return _form(way, error.code.removeprefix("identity."))


def _form(way: Way | None, wrong: str = "") -> public.Moved:
    address = footage_told.address(way.kind, way.camera) if way else footage_told.FORM
    if not wrong:
        return public.Moved(address)
    return public.Moved(f"{address}{'&' if '?' in address else '?'}identity={wrong}")
