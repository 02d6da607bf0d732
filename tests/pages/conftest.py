"""One portal for each process of the run; every test puts its own record under it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dash import Dash
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config.settings import Settings
from data_access.store import Store
from web.session import House


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("portal")
    return Settings(home=home, database_url=f"sqlite:///{home / 'unused.sqlite'}", secret_key="a secret of the tests")


@pytest.fixture(scope="session")
def portal(settings: Settings) -> Dash:
    """Dash's registries are global, and so there is one portal for each process."""
    return create_app(settings)


@pytest.fixture
def server(portal: Dash, settings: Settings, store: Store) -> Iterator[Flask]:
    """The portal's server on this test's record."""
    before = portal.server.extensions["atalaya"]
    portal.server.extensions["atalaya"] = House(settings, store)
    yield portal.server
    portal.server.extensions["atalaya"] = before


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()
