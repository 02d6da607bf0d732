"""What every request meets before it reaches a page."""

from __future__ import annotations

from flask.testing import FlaskClient


def test_the_portal_says_when_it_is_ready(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
