"""Whatever staff take away as a file is told by the audit log, and so by the panel of use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from data_access.desk import Desk
from data_access.store import Store
from domain.audit import Wanted
from domain.footage.states import Status
from domain.people import SYSTEM, Role
from domain.registers.panel import EXPORTS
from services import audit
from services.forecast import scoring
from tests.footage import prepared
from tests.forecasting import founded, sealed
from tests.pages.conftest import SignIn

ROOT = Path(__file__).parent.parent.parent
PUBLIC = ("public", "published")  # what anybody may take
# Staff's routes that answer a file, and by what each is told. None: what it holds came from the same reader a moment
# before, as what is wrong in their own table, is told by the chain of events, or is a letter to who asks.
FILES = {
    "export.incidents_csv": "incidents",
    "export.incidents_zip": "incidents",
    "export.incidents_geojson": "incidents",
    "export.summary_csv": "summary",
    "export.map_png": "map",
    "forecast.places": "forecast",
    "forecast.scores": "forecast",
    "forecast.board": "forecast",
    "forecast.exposure": "forecast",
    "adoption.table": "adoption",
    "revisions.sheet": "revisions",
    "revisions.record": "revisions",
    "surveys.dark_figure": "dark_figure",
    "surveys.perception": "perception",
    "imports.rejects": "rejects",
    "releases.draft": "releases",
    "footage_desk.statistics_csv": "requests",
    "footage_desk.manifest": "manifest",
    "footage_desk.evidence": None,
    "footage_desk.paper": None,
    "tables.problems": None,
    "tables.refused": None,
    "registers.problems": None,
}


def _files(module: Path) -> Iterator[str]:
    """The routes of a module that answer a file, by its own helpers or at first hand."""
    functions = [one for one in ast.parse(module.read_text("utf-8")).body if isinstance(one, ast.FunctionDef)]
    words = {
        one.name: {
            node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else str(node.value)
            for node in ast.walk(one)
            if isinstance(node, ast.Attribute | ast.Name | ast.Constant)
        }
        for one in functions
    }
    sends = {"attachment", "Content-Disposition", "File"}
    sends |= {name for name, said in words.items() if name.startswith("_") and said & sends}
    for one in functions:
        routed = any(ast.unparse(mark).startswith("blueprint.") for mark in one.decorator_list)
        if routed and words[one.name] & sends:
            yield f"{module.stem}.{one.name}"


def test_every_route_of_staff_that_answers_a_file_is_named_here() -> None:
    found = {name for path in (ROOT / "web").glob("*.py") if path.stem not in PUBLIC for name in _files(path)}
    assert found == set(FILES)


def test_the_panel_counts_every_export_that_the_log_may_tell_and_no_other() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "services").rglob("*.py")]
    calls = [node for text in sources for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
    told = {str(node.value).removeprefix("export.") for node in calls if str(node.value).startswith("export.")}
    assert told == set(EXPORTS) == {part for part in FILES.values() if part}


def taken(store: Store) -> list[tuple[str, str]]:
    found, _ = audit.read(store, SYSTEM, Wanted(action="export"))
    return [(event.action, event.object) for event in reversed(found)]


@pytest.fixture
def analyst(sqlite_store: Store, signed_in: SignIn) -> FlaskClient:
    founded(sqlite_store, 12)
    for week in (10, 11):
        sealed(sqlite_store, week)
    scoring.score(sqlite_store, SYSTEM)
    return signed_in(Role.ANALYST)


@pytest.mark.parametrize("table", ["places", "scores", "exposure"])
def test_a_table_of_forecasts_is_told_when_it_is_taken_and_not_when_it_is_read(
    sqlite_store: Store, analyst: FlaskClient, table: str
) -> None:
    assert analyst.get("/forecast").status_code == 200
    assert taken(sqlite_store) == []
    assert analyst.get(f"/forecast/{table}.csv").status_code == 200
    assert taken(sqlite_store) == [("export.forecast", "robbery.street")]


def test_what_leaves_the_desk_is_told(sqlite_store: Store, sqlite_desk: Desk, signed_in: SignIn) -> None:
    case, legal = prepared(sqlite_desk, Status.SEARCHING), signed_in(Role.TRANSPARENCY)
    assert legal.get(f"/desk/case/{case.folio}/manifest").status_code == 200
    assert legal.get("/desk/statistics.csv").status_code == 200
    assert taken(sqlite_store) == [("export.manifest", case.folio), ("export.requests", "")]
