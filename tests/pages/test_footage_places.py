"""Where it was, on the published register and outlines: what is not published is not offered."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from config.settings import Settings
from data_access.desk import Desk
from data_access.desk_schema import holds, requests
from domain.footage.draft import Kind
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
    return client.post(page.action, data=page.filled(**WHEN | typed, proof=page.solved())).text


def test_cameras_are_listed_by_commune_under_the_names_that_are_published(client: FlaskClient, offered: Form) -> None:
    page = client.get("/footage/new?kind=preserve").text
    assert '<optgroup label="San Miguel">' in page
    listed = [code for _, cameras in offered.cameras for code, _ in cameras]
    assert len(listed) == len(set(listed)) == len(offered.ground.cameras) > 50
    assert all(page.count(f'value="{code}"') == (1 + (code in offered.places)) for code in listed), "list and map"
    short = next(code for code, days in offered.ground.cameras.items() if days == 14)
    assert re.search(rf'<option value="{short}">[^<]+ · guarda 14 días</option>', page)


def test_a_camera_is_picked_on_the_map_with_the_list_beside_it(
    client: FlaskClient, offered: Form, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without scripts: the dots are buttons of the form itself."""
    page = client.get("/footage/new?kind=preserve").text
    drawn = page.partition('<svg class="map"')[2].partition("</svg>")[0]
    picked = re.findall(r'<input type="radio" name="camera" value="([^"]+)" title="[^"]+" aria-label="[^"]+">', drawn)
    assert set(picked) == set(offered.places)
    assert 'role="group"' in drawn
    by_list, by_map, by_name = picked[0], picked[1], {code: name for _, of in offered.cameras for code, name in of}
    typed = {"camera": [by_list, by_map], "camera_b": by_name[picked[2]].upper()}
    again = form(sent(client, monkeypatch, **typed, in_person="", email=""), "footage")
    assert again.values["camera"] == [by_list, by_map]
    assert "outlook" in sent(client, monkeypatch, **typed)
    with sqlite_desk.engine.connect() as connection:
        assert set(connection.scalars(select(holds.c.camera))) == set(picked[:3])


@pytest.mark.parametrize("kind", list(Kind))
def test_a_link_from_the_register_opens_every_form_with_its_camera(
    client: FlaskClient, offered: Form, kind: str
) -> None:
    code = next(iter(offered.places))
    entry = client.get(f"/cameras?camera={code}").text
    assert f'href="/footage/new?camera={code}"' in entry
    kinds = client.get(f"/footage/new?camera={code}").text
    href = html.unescape(next(one for one in re.findall(r'href="([^"]+)"', kinds) if kind in one or "represent" in one))
    href = href if kind in href else f"/footage/represent?camera={code}"
    chosen = form(client.get(href, follow_redirects=True).text, "footage").values["camera"]
    assert [one for one in chosen if one] == [code]
    for path in ("/footage/new?camera=x", f"/footage/new?kind={kind}&camera=x", "/footage/represent?camera=x"):
        assert client.get(path, follow_redirects=True).status_code == 400


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
    assert (found.cameras, found.around) == ((), [])
    assert ("san-miguel", "San Miguel") in found.communes
