"""The page of the weekly review, and its form over HTTP."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from dash import Dash

from data_access.desk import Desk
from data_access.store import Store
from domain.footage.review import week
from domain.people import Role
from services import clock
from services.footage import cases, reviewing
from tests.footage import WORDS, file, person
from tests.pages.conftest import SignIn
from tests.pages.test_desk import NEVER, drawn

LAST = week(date(2026, 11, 18), ZoneInfo("America/Santiago"))


@pytest.mark.parametrize("language", ["es", "en"])
def test_an_auditor_sees_who_looked_and_marks_it(
    portal: Dash,
    signed_in: SignIn,
    sqlite_desk: Desk,
    sqlite_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    with monkeypatch.context() as before:
        before.setattr(clock, "now", lambda: LAST.start + 3_600)
        case = file(sqlite_desk)
        cases.identity(sqlite_desk, person(Role.OPERATOR), case.folio, "verify")
    monkeypatch.setattr(reviewing.clock, "now", lambda: LAST.end + 60)
    client = signed_in(Role.AUDITOR)
    text = drawn(portal, client, "/desk/review", f"?lang={language}")
    assert person(Role.OPERATOR).email in text
    assert case.folio in text
    assert all(secret not in text for secret in NEVER)
    (view,) = reviewing.review(sqlite_desk, sqlite_store, person(Role.AUDITOR), "America/Santiago").drawn
    told = {"week": LAST.name, "view": str(view.id), "verdict": "follow_up", "note": ""}
    wrong = client.post("/desk/review", data=told)
    assert (wrong.status_code, list(wrong.json["fields"])) == (400, ["note"])
    assert client.post("/desk/review", data={**told, "note": WORDS}).status_code == 200
    assert WORDS in drawn(portal, client, "/desk/review", f"?week={LAST.name}")
    assert client.post("/desk/review", data={**told, "view": "x"}).status_code == 400
    assert client.post("/desk/review", data={**told, "view": "999"}).status_code == 404
    assert signed_in(Role.OPERATOR).post("/desk/review", data={**told, "note": WORDS}).status_code == 403


@pytest.mark.parametrize("name", ["2099-W01", "junk", "2026-W99"])
def test_a_week_that_is_none_is_told_so(portal: Dash, signed_in: SignIn, sqlite_desk: Desk, name: str) -> None:
    assert "page-error" in drawn(portal, signed_in(Role.AUDITOR), "/desk/review", f"?week={name}")
