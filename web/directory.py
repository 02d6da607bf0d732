"""Coming in by the city's own directory, and linking one's identity there to one's account.

The browser keeps what it was sent to ask, and what for, until its owner comes back: once, for ten minutes.
"""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import login_user

from data_access.accounts import IDENTITY
from domain.errors import DomainError, NotFound
from domain.identity import Asked, Provider
from services import clock, directory, identity, sign_in
from web import login
from web.second_factor import HERE
from web.session import actor, settings, store

ASKED = "directory"  # where the cookie keeps it
KEPT = 600  # seconds
SIGN_IN, LINK = "sign in", "link"

blueprint = Blueprint("directory", __name__)


def provider() -> Provider:
    """The directory of the settings. Raises NotFound where there is none."""
    found = settings().staff_provider
    if found is None:
        raise NotFound("not_found")
    return found


@blueprint.get("/directory")
def begin() -> ResponseReturnValue:
    """Lead a person to the directory, who wants to come in by it."""
    known, onward = provider(), _here(request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(onward or "/staff")
    try:
        url, asked = identity.ask(known, _back())
    except DomainError as refusal:
        return login.once_more(refusal, onward)
    _keep(SIGN_IN, asked, onward)
    return redirect(url)


def link() -> str:
    """Where a person goes to link their identity. It is asked for with the token against forgery: by a link of another
    site, an attacker's own identity would become theirs. Raises what `directory.ask` does."""
    url, asked = directory.ask(store(), actor(), provider(), _back())
    _keep(LINK, asked)
    return url


@blueprint.get("/directory/back")
def back() -> ResponseReturnValue:
    """What a browser brings back from the directory counts once, and for what it was sent."""
    known, kept = provider(), session.pop(ASKED, {})
    if kept.get("what") == LINK:
        directory.link(store(), actor(), identity.answered(known, _asked(kept), request.args, _back()))
        return redirect("/account")
    try:
        return _come_in(known, kept)
    except DomainError as refusal:
        return login.once_more(refusal, kept.get("next", ""))


def _come_in(known: Provider, kept: dict[str, str]) -> ResponseReturnValue:
    """As with the right password: the second factor is asked of whoever must have it."""
    whom = identity.answered(known, _asked(kept), request.args, _back())
    address, demo = request.remote_addr or "", not settings().production
    account = sign_in.identified(store(), whom, address, demo=demo)
    person = login.begin(account, full=not account.asks_factor, by=IDENTITY)
    if account.asks_factor:
        return redirect(url_for("second_factor.page", next=kept["next"] or None))
    login_user(person)
    return redirect(kept["next"] or "/staff")


def _keep(what: str, asked: Asked, onward: str = "") -> None:
    session[ASKED] = {"what": what, "at": clock.now(), "next": onward, **asdict(asked)}


def _asked(kept: dict[str, str]) -> Asked | None:
    """What was asked, unless that was nothing or too long ago."""
    if not kept or clock.now() - int(kept["at"]) > KEPT:
        return None
    return Asked(kept["state"], kept["nonce"], kept["verifier"])


def _here(wanted: str) -> str:
    """Where to go on to, if it is of this site."""
    return wanted if HERE.fullmatch(wanted) else ""


def _back() -> str:
    """The address that the directory knows, by the name that this site was asked for (`ATALAYA_HOSTS`)."""
    scheme = "https" if settings().production else request.scheme
    return url_for("directory.back", _external=True, _scheme=scheme)
