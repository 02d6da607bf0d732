"""Signing in and out, on Flask-Security. The rules of who may come in are in `services.sign_in`.

The cookie holds the secret of a session that the server keeps: ending that ends the cookie, wherever it is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, user_logged_out
from flask_security import Security, UserDatastore, UserMixin, login_user
from flask_security.forms import LoginForm
from flask_security.utils import validate_redirect_url
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from components import again
from data_access.accounts import FULL, PASSWORD, Session
from domain.errors import DomainError, Forbidden, Invalid
from domain.people import Account, Actor
from services import accounts, clock, passwords, second_factor, sign_in
from services.sign_in import Lifetime
from web.headers import remember
from web.session import actor, settings, store, words

SECRET = "secret"  # noqa: S105 - where the cookie keeps it

blueprint = Blueprint("password", __name__)
proving = Blueprint("again", __name__)  # a page asks it and stays
staying = Blueprint("session", __name__)
WARNING = 120  # seconds before its end at which a session says so


class Person(UserMixin):  # type: ignore[misc]
    """Somebody who is signed in, as Flask-Security knows them. Their roles are the portal's own table."""

    fs_uniquifier: str = ""

    def __init__(self, found: Session) -> None:
        self.fs_uniquifier = found.uniquifier
        self.active = found.account.active
        self.session = found
        self.actor: Actor = replace(found.account.actor, proved_at=found.created_at)
        self.roles: list[Any] = []


class People(UserDatastore):  # type: ignore[misc]
    """Flask-Security's way to the accounts."""

    def __init__(self) -> None:
        super().__init__(Person, None)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Person | None:
        """The person of the present session; Flask-Security asks by what its own cookie holds."""
        found = sign_in.session(store(), session.get(SECRET, ""), _lifetime())
        if found is None or found.uniquifier != kwargs.get("fs_uniquifier"):
            return None
        return None if found.account.demo and settings().production else Person(found)

    def commit(self) -> None:
        """Nothing waits: every service closes its own transaction."""


class SignInForm(LoginForm):  # type: ignore[misc]
    email = StringField()
    password = PasswordField()
    remember = None
    refusal: DomainError | None = None

    def validate_next(self, field: Any) -> None:
        """Where to go on to, if it is here; another site is forgotten rather than told."""
        if not validate_redirect_url(field.data or ""):
            field.data = ""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the person may come in; `refusal` says why not."""
        if not FlaskForm.validate(self):
            self.refusal = Invalid("cross_site")
            return False
        given, demo = (self.email.data or "", self.password.data or ""), not settings().production
        try:
            account = sign_in.sign_in(store(), *given, request.remote_addr or "", demo=demo)
        except DomainError as refusal:
            self.refusal = refusal
            return False
        self.user = begin(account, full=not account.asks_factor)
        return True


def begin(account: Account, *, full: bool, by: str = PASSWORD) -> Person:
    """A fresh session: whatever an attacker may have planted in the browser before is gone. One that is not `full`
    waits, after what was given (`by`), for the second factor and opens nothing else."""
    session.clear()
    g.pop("csrf_token", None)
    if "language" not in request.cookies:
        after_this_request(partial(remember, account.language))
    session[SECRET] = sign_in.open_session(store(), account, _lifetime(), FULL if full else by)
    found = sign_in.session(store(), session[SECRET], _lifetime()) if full else pending()
    assert found is not None
    return Person(found)


def pending() -> Session | None:
    """The session of who has given the password, or came by the directory, and must still give the second factor."""
    return sign_in.pending(store(), session.get(SECRET, ""))


def install(server: Flask, steps: Any) -> None:
    """Signing in on a server; `steps.tf_enter` says where the right password alone leads to."""
    server.config.update(
        SECURITY_LOGIN_USER_TEMPLATE="sign_in.html",
        SECURITY_POST_LOGIN_VIEW="/staff",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_STATIC_FOLDER=None,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_FRESHNESS=timedelta(minutes=-1),  # services ask for the password again, by `require_fresh`
        SECURITY_FLASH_MESSAGES=False,
    )
    security = Security(server, People(), login_form=SignInForm)
    security.two_factor_plugins = steps
    security.want_json(lambda _: False)
    security.login_manager.request_loader(lambda _: None)  # its own tokens would pass by our sessions
    security.login_context_processor(_shown)
    user_logged_out.connect(_signed_out, server)
    server.register_blueprint(blueprint)
    server.register_blueprint(proving)
    server.register_blueprint(staying)


def _shown() -> dict[str, Any]:
    """What the sign-in page shows besides: the other way in, and the demo, whose accounts are for everybody to try."""
    shown = not settings().production and accounts.any_demo(store())
    return {"demo": accounts.demo_accounts() if shown else [], "provider": settings().staff_provider}


def once_more(refusal: DomainError, onward: str) -> ResponseReturnValue:
    """The sign-in page with why the other way in let nobody in; `onward` is where the person wanted to go."""
    form = SignInForm(formdata=None, next=onward)
    form.refusal = refusal
    return render_template("sign_in.html", login_user_form=form, **_shown()), refusal.status


def _signed_out(_server: Flask, **_: Any) -> None:
    sign_in.sign_out(store(), actor(), session.get(SECRET, ""))
    session.clear()
    after_this_request(_forgotten)


def _forgotten(response: Response) -> Response:
    """What was drawn for one person is not left in the browser for the next."""
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def owes_password() -> bool:
    """Whether the person came in with a password that was made for them."""
    return bool(current_user.is_authenticated and current_user.session.account.must_change)


def seen() -> None:
    """A request that somebody made: their session goes on. What a page asks by itself does not count as that."""
    if current_user.is_authenticated:
        sign_in.seen(store(), session[SECRET], current_user.session)


def _lifetime() -> Lifetime:
    return Lifetime(idle=settings().idle_minutes * 60, longest=settings().session_minutes * 60)


# --- how long it still lasts ------------------------------------------------------------------------------------------


@staying.get("/session")
def left() -> ResponseReturnValue:
    """The seconds that are left, and near the end what to say of it. Asking keeps nobody signed in."""
    seconds = _lifetime().left(current_user.session)
    near = seconds <= WARNING
    over = current_user.session.created_at + _lifetime().longest - clock.now() <= WARNING
    return jsonify(left=seconds, told=again.ending(words(), over) if near else "")


@staying.post("/session")
def stay() -> ResponseReturnValue:
    """Go on: the door has noted that somebody is there."""
    return Response(status=204)


# --- the password once more ---------------------------------------------------------------------------------------


@proving.get("/again")
def question() -> ResponseReturnValue:
    return Response(again.dialog(current_user.session.account.factor_since is not None, words()), mimetype="text/html")


@proving.post("/again")
def prove() -> ResponseReturnValue:
    """Give one's password before what cannot be taken back. A new session begins with it and the one before ends."""
    who, secret = actor(), session.get(SECRET, "")
    given, address = request.form.get("password", ""), request.remote_addr or ""
    try:
        account = sign_in.prove(store(), who.email, given, address, demo=not settings().production)
    except Forbidden as wrong:  # the door is open to whoever is signed in: the password is what was wrong
        raise Invalid(wrong.code) from wrong
    if account.factor_since is not None:
        second_factor.check(store(), account, settings().secret_key, request.form.get("code", ""), address)
    sign_in.proved(store(), who, secret, address)
    login_user(begin(account, full=True))
    return Response(mimetype="text/html")  # which carries the new session's token against forgery


# --- one's own password -----------------------------------------------------------------------------------------


class PasswordForm(FlaskForm):  # type: ignore[misc]
    old = PasswordField()
    new = PasswordField()
    again = PasswordField()


@blueprint.route("/password", methods=["GET", "POST"])
def change() -> ResponseReturnValue:
    form, refusal = PasswordForm(), None
    if form.validate_on_submit():
        try:
            return _changed(form.old.data or "", form.new.data or "", form.again.data or "")
        except DomainError as error:
            refusal = error
    told = {"form": form, "refusal": refusal, "email": actor().email, "shortest": passwords.SHORTEST}
    told["must"] = owes_password()
    return render_template("password.html", **told), 200 if refusal is None else refusal.status


def _changed(old: str, new: str, again: str) -> ResponseReturnValue:
    """All sessions end with the old password; this browser begins a new one."""
    if new != again:
        raise Invalid("password.differ")
    who = actor()
    accounts.change_password(store(), who, old, new, request.remote_addr or "")
    login_user(begin(accounts.own(store(), who), full=True))
    return redirect(url_for("password.change", done=1))
