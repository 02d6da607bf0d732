"""Between the right password and the portal: the code of the second factor, or the device that shows it from now on."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import login_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField

from components.own_factor import drawn
from data_access.accounts import Session
from domain.errors import DomainError, Stale
from domain.people import Account
from services import second_factor, sign_in
from web import login
from web.session import settings, store

blueprint = Blueprint("second_factor", __name__)
HERE = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f]*")  # an address of this site, as browsers read it


class CodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField()
    kept = HiddenField()
    next = HiddenField()


@blueprint.route("/second-factor", methods=["GET", "POST"])
def page() -> ResponseReturnValue:
    """For who has given the password, or came by the directory, and nothing more; others have no business here."""
    waiting, form = login.pending(), CodeForm()
    if waiting is None:
        return redirect("/account")
    if not form.next.data:
        form.next.data = request.args.get("next", "")
    refusal = None
    if form.validate_on_submit():
        try:
            return _tried(waiting, form)
        except DomainError as error:
            refusal = error
    return _asked(waiting.account, form, refusal)


def _tried(waiting: Session, form: CodeForm) -> ResponseReturnValue:
    account = waiting.account
    code, key, address = form.code.data or "", settings().secret_key, request.remote_addr or ""
    if account.factor_since is not None:
        second_factor.check(store(), account, key, code, address)
        _let_in(waiting, address)
        return redirect(_onward(form))
    codes = second_factor.confirm(store(), account, key, form.kept.data or "", code)
    _let_in(waiting, address)
    return render_template("recovery_codes.html", codes=codes, onward=_onward(form))


def _asked(account: Account, form: CodeForm, refusal: DomainError | None) -> ResponseReturnValue:
    offer = picture = None
    if account.factor_since is None:
        key, kept = settings().secret_key, form.kept.data
        again = kept and not isinstance(refusal, Stale)
        offer = second_factor.offered(account, key, kept) if again else second_factor.begin(account, key)
        picture = drawn(offer.link)
        form.kept.data = offer.kept
    told = {"form": form, "refusal": refusal, "email": account.email, "offer": offer, "picture": picture}
    return render_template("second_factor.html", **told), 200 if refusal is None else refusal.status


def _let_in(waiting: Session, address: str) -> None:
    """The session that waited ends and one for everything begins."""
    sign_in.welcome(store(), waiting.account, address, session.get(login.SECRET, ""), waiting.stage)
    login_user(login.begin(waiting.account, full=True))


def _onward(form: CodeForm) -> str:
    wanted = form.next.data or ""
    return wanted if HERE.fullmatch(wanted) else "/staff"


class Steps:
    """Flask-Security's question after the right password: what is still missing? Its own second factor takes a code
    twice and keeps recovery codes as they are."""

    def tf_enter(self, user: login.Person, *_: object, **__: object) -> ResponseReturnValue | None:
        """Lead on to the second factor where one is asked for; None lets the person in."""
        if user.session.full:
            return None
        return redirect(url_for("second_factor.page", next=request.values.get("next") or None))
