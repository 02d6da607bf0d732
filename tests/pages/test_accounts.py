"""The pages of accounts, of one's own account and of the audit log, through their callbacks."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from data_access.store import Store
from domain.people import SYSTEM, Account, Actor, Role
from services import accounts, audit, sign_in
from tests.pages.conftest import SignIn, fire

BITS = re.compile(r'"children": ?"([a-z2-9]{5}(?:-[a-z2-9]{5}){3})"')
TOKEN = re.compile(r"atl_[\w-]{43}")


@pytest.fixture
def admin(signed_in: SignIn) -> FlaskClient:
    return signed_in(Role.ADMINISTRATOR)


@pytest.fixture
def ana(admin: FlaskClient, sqlite_store: Store) -> Account:
    accounts.add(sqlite_store, SYSTEM, "ana@ciudad.cl", [Role.INSPECTOR], password="cuatro palabras sin nexo")
    return _known(sqlite_store, "ana@ciudad.cl")


def _known(store: Store, email: str) -> Account:
    return next(account for account in accounts.every(store, SYSTEM) if account.email == email)


def _press(app: Dash, client: FlaskClient, button: dict[str, Any], **state: Any) -> TestResponse:
    """Press one of several like buttons."""
    pattern = json.dumps(dict(sorted((key, ["ALL"] if key != "type" else kind) for key, kind in button.items())))
    chosen = json.dumps(dict(sorted(button.items())), separators=(",", ":"))
    known = json.loads(pattern)
    output = next(
        out
        for out, found in app.callback_map.items()
        if any(part["id"].startswith("{") and json.loads(part["id"]) == known for part in found["inputs"])
    )
    return fire(app, client, output, pressed=chosen, **state)


def _page(client: FlaskClient, app: Dash, path: str, search: str = "") -> str:
    router = next(output for output in app.callback_map if output.startswith(".._pages_content."))
    return fire(app, client, router, _pages_location_pathname=path, _pages_location_search=search).text


def test_an_administrator_adds_a_person_who_can_sign_in(portal: Dash, admin: FlaskClient, sqlite_store: Store) -> None:
    answer = _press(
        portal,
        admin,
        {"type": "account-save", "account": 0},
        account_email_value="Nueva@ciudad.cl",
        account_name_value="Nueva",
        account_roles_value=["analyst"],
        account_precincts_value=[],
    )
    found = BITS.search(answer.text)
    assert found is not None
    account = sign_in.sign_in(sqlite_store, "nueva@ciudad.cl", found.group(1), "192.0.2.1", demo=False)
    assert (account.name, account.roles) == ("Nueva", {Role.ANALYST})
    assert "nueva@ciudad.cl" in _page(admin, portal, "/accounts")


def test_an_administrator_changes_roles(portal: Dash, admin: FlaskClient, ana: Account, sqlite_store: Store) -> None:
    button = {"type": "account-save", "account": ana.id}
    told = {"account_email_value": "ignored@ciudad.cl", "account_name_value": "", "account_precincts_value": []}
    answer = _press(portal, admin, button, **told, account_roles_value=["auditor", "operator"])
    assert answer.status_code == 200
    assert _known(sqlite_store, ana.email).roles == {Role.AUDITOR, Role.OPERATOR}
    refused = _press(portal, admin, button, **told, account_roles_value=["superuser"])
    assert refused.status_code == 400


def test_an_administrator_lets_a_person_in_no_more_and_again(
    portal: Dash, admin: FlaskClient, ana: Account, sqlite_store: Store
) -> None:
    for name, active in (("deactivate", False), ("activate", True)):
        assert _press(portal, admin, {"type": "account-do", "do": name, "account": ana.id}).status_code == 200
        assert _known(sqlite_store, ana.email).active is active


def test_an_administrator_gives_a_new_password(
    portal: Dash, admin: FlaskClient, ana: Account, sqlite_store: Store
) -> None:
    answer = _press(portal, admin, {"type": "account-do", "do": "password", "account": ana.id})
    found = BITS.search(answer.text)
    assert found is not None
    assert sign_in.sign_in(sqlite_store, ana.email, found.group(1), "192.0.2.1", demo=False).id == ana.id


def test_the_last_administrator_is_told_why_not(portal: Dash, admin: FlaskClient, sqlite_store: Store) -> None:
    own = _known(sqlite_store, "administrator@ciudad.cl")
    answer = _press(portal, admin, {"type": "account-do", "do": "deactivate", "account": own.id})
    assert (answer.status_code, answer.json["error"]) == (400, "accounts.last_administrator")


def test_an_account_that_is_not_there_is_not_found(portal: Dash, admin: FlaskClient) -> None:
    assert _press(portal, admin, {"type": "account-do", "do": "password", "account": 999}).status_code == 404
    assert _press(portal, admin, {"type": "account-do", "do": "promote", "account": 1}).status_code == 400


def test_no_page_shows_a_hash_or_a_digest(portal: Dash, admin: FlaskClient, ana: Account) -> None:
    for path in ("/accounts", "/account", "/audit"):
        shown = _page(admin, portal, path)
        assert "page-error" not in shown
        assert "argon2" not in shown


def test_a_person_makes_a_token_that_works_and_revokes_it(portal: Dash, signed_in: SignIn, sqlite_store: Store) -> None:
    inspector = signed_in(Role.INSPECTOR)
    output = next(out for out in portal.callback_map if out.startswith("..own-made.children"))
    found = TOKEN.search(fire(portal, inspector, output, 1, own_days_value="30").text)
    assert found is not None
    account = sign_in.token_account(sqlite_store, found.group(), demo=False)
    assert account is not None
    token = accounts.tokens(sqlite_store, account.actor, account.email)[0]
    assert _press(portal, inspector, {"type": "own-revoke", "token": token.id}).status_code == 200
    assert sign_in.token_account(sqlite_store, found.group(), demo=False) is None


def test_nobody_revokes_the_token_of_another(
    portal: Dash, signed_in: SignIn, ana: Account, sqlite_store: Store
) -> None:
    token = accounts.make_token(sqlite_store, SYSTEM, ana.email)
    number = accounts.tokens(sqlite_store, SYSTEM, ana.email)[0].id
    _press(portal, signed_in(Role.OPERATOR), {"type": "own-revoke", "token": number})
    assert sign_in.token_account(sqlite_store, token, demo=False) == ana


def test_the_audit_log_answers_its_address(portal: Dash, signed_in: SignIn, sqlite_store: Store) -> None:
    one, two = (Actor(id=n, email=f"{name}@ciudad.cl", roles=frozenset()) for n, name in ((1, "uno"), (2, "dos")))
    audit.record(sqlite_store, one, "export.map", "type=robbery")
    audit.record(sqlite_store, two, "areas.removed", "<b>x</b>")
    auditor = signed_in(Role.AUDITOR)
    shown = _page(auditor, portal, "/audit", "?actor=uno")
    assert "uno@ciudad.cl" in shown
    assert "dos@ciudad.cl" not in shown
    for search in ("?since=2999-01-01", "?until=1990-01-01", "?action=nothing"):
        assert "@ciudad.cl" not in _page(auditor, portal, "/audit", search)
    for junk in (
        "?actor=a&actor=b",
        "?actor=%00%ff",
        "?since=x",
        "?start=-1",
        "?start=99999999999",
        "?actor=%25",
        "?since=9999-12-31&until=0001-01-01",
    ):
        assert "page-error" not in _page(auditor, portal, "/audit", junk)
