"""Who is asking, in which language, and of which house. Pages and routes ask here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import current_app, g, has_request_context, request

from config.place import place
from config.settings import Settings
from data_access.desk import Desk
from data_access.store import Store
from domain.errors import NotFound
from domain.people import ANONYMOUS, Actor
from domain.release.shown import Edition
from locales import DEFAULT, LANGUAGES, Words
from services import here as places
from services import published
from services.here import Here


@dataclass(frozen=True, slots=True)
class House:
    """What one process serves."""

    settings: Settings
    store: Store | None  # the process that serves the public alone has none
    desk: Desk


def house() -> House:
    found: House = current_app.extensions["atalaya"]
    return found


def settings() -> Settings:
    return house().settings


def store() -> Store:
    """The record, which only staff's pages ask for."""
    found = house().store
    if found is None:
        raise NotFound("not_found")
    return found


def desk() -> Desk:
    return house().desk


def releases() -> Path:
    """Where the releases lie: all that the public pages know of what was counted."""
    found = house()
    if found.store is not None:
        return found.store.releases
    return found.settings.releases_folder


def site() -> str:
    """The address of the public pages, with a slash at its end: as the settings say, else as this one was asked for."""
    return f"{settings().public_url}/" if settings().public_url else request.url_root


def actor() -> Actor:
    """The person behind this request, as the guard found them from the server's session or a bearer token."""
    found: Actor = g.get("actor", ANONYMOUS) if has_request_context() else ANONYMOUS
    return found


def here() -> Here:
    """The city on screen, in the reader's language."""
    return places.here(store(), settings().place, language())


def city() -> Here:
    """The city of the public pages, as the current release names it; before the first, as the settings do."""
    release = published.edition(releases())
    if release is not None:
        return Here(release.city, release.zone, release.synthetic)
    known = place(settings().place)
    return Here(known.name, known.zone, False)


def edition() -> Edition:
    """The release that the public pages show. Raises NotFound before the first."""
    return published.described(published.current(releases()))


def language() -> str:
    """The reader's language: asked for in the address, else remembered, else the browser's, else Spanish."""
    if not has_request_context():
        return DEFAULT
    for wanted in (request.args.get("lang"), request.cookies.get("language")):
        if wanted in LANGUAGES:
            return wanted
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT


def query() -> dict[str, list[str]]:
    """The pairs of the address, with every value of a repeated key."""
    return request.args.to_dict(flat=False)


def words(precincts: Mapping[str, str] | None = None) -> Words:
    """What the portal says in the reader's language; `precincts` names the city's precincts by code."""
    return Words(language(), precincts or {})
