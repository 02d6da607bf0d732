"""The page of releases: what it tells, and who may press what."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner
from dash import Dash
from flask.testing import FlaskClient

from commands import main
from data_access.desk import Desk
from data_access.engine import make_engine
from data_access.store import Store
from domain.errors import Invalid
from domain.people import PERMISSIONS, Permission, Role
from services import clock, jobs, releases
from tests.pages.conftest import fire
from tests.pages.test_imports import opened
from tests.releasing import BUILDER, SECOND, city, instant

SignIn = Callable[..., FlaskClient]
PAGE = "/releases"


@pytest.fixture(scope="module")
def drafted(sqlite_template: Path, sqlite_desk_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a small city with a draft that BUILDER built, to copy from."""
    home = tmp_path_factory.mktemp("drafted")
    shutil.copyfile(sqlite_template, home / "atalaya.sqlite")
    shutil.copyfile(sqlite_desk_template, home / "desk.sqlite")
    store = Store(make_engine(f"sqlite:///{home / 'atalaya.sqlite'}"), home)
    desk = Desk(make_engine(f"sqlite:///{home / 'desk.sqlite'}"), home / "desk", ("of the test",))
    city(store.engine, rows=1_200)
    with pytest.MonkeyPatch.context() as then:
        then.setattr(clock, "now", lambda: instant("2025-06-20"))
        releases.build(store, desk, BUILDER)
    for engine in (store.engine, desk.engine):
        engine.dispose()
    return home


@pytest.fixture
def draft(drafted: Path, sqlite_store: Store) -> Store:
    """The city with its draft."""
    shutil.copytree(drafted, sqlite_store.home, dirs_exist_ok=True)
    return sqlite_store


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", ("Ediciones", "Borrador 1", "La construyó ana@ciudad.cl", "Primera edición", "Aprobar y publicar")),
        ("en", ("Releases", "Draft 1", "Built by ana@ciudad.cl", "First release", "Approve and publish")),
    ],
)
def test_the_page_tells_of_a_draft(
    portal: Dash, signed_in: SignIn, draft: Store, language: str, said: tuple[str, ...]
) -> None:
    client = signed_in(Role.TRANSPARENCY)
    client.set_cookie("language", language)
    shown = opened(portal, client, PAGE)
    for sentence in said:
        assert sentence in shown


def test_an_analyst_sees_the_draft_and_cannot_decide(portal: Dash, signed_in: SignIn, draft: Store) -> None:
    shown = opened(portal, signed_in(Role.ANALYST), PAGE)
    assert "Borrador 1" in shown
    assert "Aprobar y publicar" not in shown


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("address", "needs"),
    [
        (f"{PAGE}/build", Permission.RELEASES),
        (f"{PAGE}/1/approve", Permission.PUBLISH),
        (f"{PAGE}/1/reject", Permission.PUBLISH),
    ],
)
def test_only_those_who_may_press_it(
    signed_in: SignIn, draft: Store, role: Role, address: str, needs: Permission
) -> None:
    answer = signed_in(role).post(address, data={"reason": "because", "kind": "next"})
    assert answer.status_code == (302 if needs in PERMISSIONS[role] else 403)
    decided = releases.listing(draft, SECOND)[0].status is not releases.Status.DRAFT
    assert decided == (needs is Permission.PUBLISH and needs in PERMISSIONS[role])


def test_a_draft_can_be_taken_out_by_those_who_decide(signed_in: SignIn, draft: Store) -> None:
    answer = signed_in(Role.TRANSPARENCY).get(f"{PAGE}/1.zip")
    assert "month_type.csv" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert signed_in(Role.INSPECTOR).get(f"{PAGE}/1.zip").status_code == 403
    assert signed_in(Role.TRANSPARENCY).get(f"{PAGE}/7.zip").status_code == 404


def test_a_release_that_is_asked_for_is_built_by_the_worker(
    portal: Dash, signed_in: SignIn, draft: Store, sqlite_desk: Desk
) -> None:
    client = signed_in(Role.ANALYST)
    client.post(f"{PAGE}/build", data={"kind": "correction"})
    assert "Se está construyendo una edición" in opened(portal, client, PAGE)
    done: list[jobs.Job] = []
    jobs.work(draft, Event(), once=True, tell=done.append, desk=sqlite_desk)
    assert [job.status for job in done] == ["running", "done"]
    assert done[-1].result == {"release": 2}
    assert "Borrador 2" in opened(portal, client, PAGE)


def test_a_build_can_be_cancelled_and_leaves_no_draft(
    portal: Dash, signed_in: SignIn, draft: Store, sqlite_desk: Desk
) -> None:
    job = jobs.submit_release(draft, BUILDER, "", correction=True)
    address = f"{PAGE}/jobs/{job}/cancel"
    assert signed_in(Role.TRANSPARENCY).post(address).status_code == 403
    client = signed_in(Role.ANALYST)
    assert client.post(f"{PAGE}/jobs/{job + 1}/cancel").status_code == 404
    assert client.post(address).status_code == 302
    jobs.work(draft, Event(), once=True, desk=sqlite_desk)
    assert jobs.find(draft, BUILDER, job, "release").status == "cancelled"
    assert [made.number for made in releases.listing(draft, BUILDER)] == [1]


def test_a_build_under_way_tells_how_far_it_is_and_stops_between_programs(draft: Store, sqlite_desk: Desk) -> None:
    told = list[tuple[int, int, str]]()

    def progress(done: int, total: int, step: str) -> None:
        told.append((done, total, step))
        if step == "audit" and done == 2:  # the second of two years
            raise Invalid("import.cancelled")

    with pytest.raises(Invalid, match=r"import\.cancelled"):
        releases.build(draft, sqlite_desk, BUILDER, correction=True, progress=progress)
    assert told[0] == (0, 1, "count")
    assert told[-1] == (2, 4, "audit")
    assert [made.number for made in releases.listing(draft, BUILDER)] == [1]


def test_the_page_hears_how_far_a_build_is(portal: Dash, signed_in: SignIn, draft: Store, sqlite_desk: Desk) -> None:
    client = signed_in(Role.ANALYST)
    client.post(f"{PAGE}/build", data={"kind": "correction"})
    heard = "..release-told.children...release-stop.hidden...release-poll.disabled.."
    waiting = fire(portal, client, heard, 1).get_json()["response"]
    assert "Se está construyendo" in json.dumps(waiting, ensure_ascii=False)
    assert waiting["release-poll"]["disabled"] is False
    jobs.work(draft, Event(), once=True, desk=sqlite_desk)
    done = fire(portal, client, heard, 1).get_json()["response"]
    assert "Ver el borrador" in json.dumps(done, ensure_ascii=False)
    assert done["release-poll"]["disabled"] is True


def test_a_job_of_releases_is_none_of_an_importers(draft: Store) -> None:
    jobs.submit_release(draft, BUILDER, "", correction=False)
    assert jobs.own(draft, BUILDER) == []
    assert [job.kind for job in jobs.releases_of(draft, BUILDER)] == ["release"]


def test_the_command_line_builds_approves_and_verifies(
    draft: Store, monkeypatch: pytest.MonkeyPatch, signed_in: SignIn
) -> None:
    signed_in(Role.TRANSPARENCY)
    monkeypatch.setenv("ATALAYA_HOME", str(draft.home))
    monkeypatch.setenv("ATALAYA_LANGUAGE", "en")

    def said(*command: str, code: int = 0) -> str:
        found = CliRunner().invoke(main, ["release", *command])
        assert found.exit_code == code, found.output
        return found.output

    assert "no account" in said("approve", "1", "--as", "nobody@ciudad.cl", code=1)
    assert "Release 1 is published" in said("approve", "1", "--as", f"{Role.TRANSPARENCY}@ciudad.cl")
    assert "month_type.csv" in said("show", "1")
    assert "1\tapproved" in said("list")
    assert "Release 1 is whole." in said("verify")
    path = draft.releases / "0001" / "month_type.csv"
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert "month_type.csv is different" in said("verify", code=1)
