"""Where it was, on the published register and outlines: what is not published is not offered."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from config.settings import Settings
from data_access.desk import Desk
from data_access.desk_schema import holds, requests
from services import clock
from services.footage.form import Form
from services.footage.form import form as known
from tests.forms import form
from web.server import create_public

NOW = 1_795_359_600  # 22 November 2026, noon in Santiago
WHEN = {"day1": "2026-11-05", "from1": "18:00", "to1": "18:30", "in_person": "yes", "notice": "2026-11"}


@pytest.fixture
def client(releases: Path, tmp_path: Path, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A visitor of the public face, at a time that stands still; the form is sent half a minute later."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings = Settings(tmp_path, "sqlite:///nowhere", "a secret of the tests", face="public", releases=releases)
    return create_public(settings, sqlite_desk).test_client()


@pytest.fixture
def offered(releases: Path) -> Form:
    return known(releases, "", "chile")


def sent(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, **typed: object) -> str:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    page = form(client.get("/footage/new?kind=preserve").text, "footage")
    monkeypatch.setattr(clock, "now", lambda: NOW + 30)
    return client.post(page.action, data=page.filled(**WHEN, **typed, proof=page.solved())).text


def test_cameras_are_listed_by_commune_under_the_names_that_are_published(client: FlaskClient, offered: Form) -> None:
    page = client.get("/footage/new?kind=preserve").text
    assert '<optgroup label="San Miguel">' in page
    listed = [code for _, cameras in offered.cameras for code, _ in cameras]
    assert len(listed) == len(set(listed)) == len(offered.ground.cameras) > 50
    assert all(page.count(f'value="{code}"') == 3 for code in listed)


def test_the_camera_that_keeps_the_shortest_decides(
    client: FlaskClient, offered: Form, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = next(code for code, days in offered.ground.cameras.items() if days == 14)
    usual = next(code for code, days in offered.ground.cameras.items() if days == 30)
    assert "outlook gone" in sent(client, monkeypatch, camera=[usual, short, ""])
    with sqlite_desk.engine.connect() as connection:
        assert set(connection.scalars(select(holds.c.camera))) == {usual, short}


def test_a_point_is_taken_inside_the_territory_alone(
    client: FlaskClient, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'href="#point"' in sent(client, monkeypatch, point="48.85, 2.35")
    assert "outlook" in sent(client, monkeypatch, point="-33.4961, -70.6512")
    with sqlite_desk.engine.connect() as connection:
        assert "-70.6512" in str(connection.scalar(select(requests.c.place)))


def test_before_the_first_release_a_corner_is_asked_for(tmp_path: Path) -> None:
    found = known(tmp_path, "", "chile")
    assert (found.cameras, found.points) == ((), False)
    assert ("san-miguel", "San Miguel") in found.communes
