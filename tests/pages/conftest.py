"""One portal for each process of the run; every test puts its own record under it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dash import Dash
from dash._utils import split_callback_id
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app import create_app
from config.settings import Settings
from data_access.desk import Desk
from data_access.store import Store
from domain.people import SYSTEM, Role
from services import accounts, sign_in
from web.session import House

LIFETIME = sign_in.Lifetime(idle=1800, longest=28_800)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("portal")
    return Settings(home=home, database_url=f"sqlite:///{home / 'unused.sqlite'}", secret_key="a secret of the tests")


@pytest.fixture(scope="session")
def portal(settings: Settings) -> Dash:
    """Dash's registries are global, and so there is one portal for each process."""
    return create_app(settings)


@pytest.fixture
def server(portal: Dash, settings: Settings, sqlite_store: Store, sqlite_desk: Desk) -> Iterator[Flask]:
    """The portal's server on this test's record."""
    before = portal.server.extensions["atalaya"]
    portal.server.extensions["atalaya"] = House(settings, sqlite_store, sqlite_desk)
    yield portal.server
    portal.server.extensions["atalaya"] = before


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return server.test_client()


SignIn = Callable[..., FlaskClient]


@pytest.fixture
def signed_in(server: Flask, sqlite_store: Store) -> SignIn:
    """`signed_in(Role.ANALYST)` is the browser of a person with that role, who holds the token against forgery."""

    def enter(*roles: Role, precincts: tuple[str, ...] = ()) -> FlaskClient:
        email = f"{'-'.join(roles) or 'nobody'}@ciudad.cl"
        known = {account.email: account for account in accounts.every(sqlite_store, SYSTEM)}
        if email not in known:
            accounts.add(sqlite_store, SYSTEM, email, roles, precincts=precincts, password="cuatro palabras sin nexo")
            known = {account.email: account for account in accounts.every(sqlite_store, SYSTEM)}
        secret = sign_in.open_session(sqlite_store, known[email], LIFETIME)
        found = sign_in.session(sqlite_store, secret, LIFETIME)
        assert found is not None
        return with_token(server, _user_id=found.uniquifier, secret=secret)

    return enter


def with_token(server: Flask, **kept: str) -> FlaskClient:
    """A browser whose session keeps these values, and whose every request carries the token against forgery."""
    client = server.test_client()
    with client.session_transaction() as session:
        session.update(kept, csrf_token="known to this browser")
    signer = URLSafeTimedSerializer(str(server.secret_key), salt="wtf-csrf-token")
    client.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps("known to this browser")
    return client


def fire(app: Dash, client: FlaskClient, output: str, value: Any = None, **values: Any) -> TestResponse:
    """Post to a callback as Dash does. `values` are by "id.property" with dots and dashes as underscores, or by the
    property alone; the rest of the inputs and states get `value`. `pressed` is the id of one of many buttons."""
    registered, pressed = app.callback_map[output], values.pop("pressed", None)

    def filled(part: dict[str, Any]) -> Any:
        name = f"{part['id']}_{part['property']}".replace("-", "_").replace(".", "_")
        if pressed is not None and part["id"].startswith("{"):
            return [{"id": json.loads(pressed), "property": part["property"], "value": 1}]
        one = {
            "id": part["id"],
            "property": part["property"],
            "value": values.get(name, values.get(part["property"], value)),
        }
        return [one] if "ALL" in part["id"] and part["id"].startswith("{") else one

    outputs = split_callback_id(output)
    first = registered["inputs"][0]
    body = {
        "output": output,
        "outputs": outputs,
        "inputs": [filled(part) for part in registered["inputs"]],
        "state": [filled(part) for part in registered["state"]],
        "changedPropIds": [f"{pressed or first['id']}.{first['property']}"],
    }
    return client.post("/_dash-update-component", json=body)
