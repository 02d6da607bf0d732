"""Downloading over HTTP from the page that follows a request: a form with the code, and the file."""

from __future__ import annotations

from flask.testing import FlaskClient

from data_access.desk import Desk
from tests.footage import VIDEO
from tests.pages.test_footage_photo import post
from tests.services.test_download import ready

FOLLOW = "/footage/follow"


def test_what_is_ready_is_downloaded_with_the_code_three_times(client: FlaskClient, sqlite_desk: Desk) -> None:
    code, _, id = ready(sqlite_desk)
    page = post(client, FOLLOW, code=code).text
    assert 'value="download"' in page
    assert f'name="file" value="{id}"' in page
    for _ in range(3):
        answer = post(client, FOLLOW, code=code, act="download", file=id)
        assert (answer.status_code, answer.headers["Cache-Control"], answer.data) == (200, "no-store", VIDEO)
        assert answer.headers["Content-Disposition"].startswith("attachment")
    used_up = post(client, FOLLOW, code=code, act="download", file=id)
    assert used_up.status_code == 409
    assert "tres veces" in used_up.text
    assert 'value="download"' not in post(client, FOLLOW, code=code).text


def test_without_the_code_or_the_token_nothing_is_given(client: FlaskClient, sqlite_desk: Desk) -> None:
    code, _, id = ready(sqlite_desk)
    wrong = post(client, FOLLOW, code="0" * 24, act="download", file=id)
    assert VIDEO not in wrong.data
    assert client.post(FOLLOW, data={"code": code, "act": "download", "file": id}).status_code == 403
    assert client.get(f"{FOLLOW}?code={code}&act=download&file={id}").data.find(VIDEO) == -1
