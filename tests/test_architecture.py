"""The house keeps its shape: imports go one way, libraries stay in their rooms, functions and modules stay short."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_FUNCTION, LONGEST_MODULE = 45, 350

# What each room may import of the others. Nothing may import `pages` or `app`.
MAY: dict[str, set[str]] = {
    "domain": set(),
    "config": {"domain"},
    "locales": {"domain"},
    "analytics": {"domain"},
    "data_access": {"domain", "config", "analytics"},
    "services": {"domain", "config", "locales", "analytics", "data_access"},
    "components": {"domain", "locales", "analytics"},
    "web": {"domain", "config", "locales", "data_access", "services", "components"},
    "pages": {"domain", "config", "locales", "services", "components", "web"},
    "commands": {"domain", "config", "locales", "data_access", "services", "components"},
    "app": {"config", "data_access", "web"},
}
# Libraries that are known in these rooms alone.
ONLY: dict[str, set[str]] = {
    "sqlalchemy": {"data_access", "services"},  # services open transactions and pass connections on
    "alembic": {"data_access"},
    "psycopg": {"data_access"},
    "sqlite3": {"data_access"},
    "flask": {"app", "web"},
    "flask_login": {"web"},
    "flask_security": {"web"},
    "flask_wtf": {"web"},
    "werkzeug": {"web"},
    "dash": {"app", "components", "pages", "web"},
    "dash_leaflet": {"components"},
    "dash_mantine_components": {"app", "components", "pages", "web"},
    "plotly": {"components"},
    "gunicorn": {"commands"},
    "click": {"commands"},
}


def imports(tree: ast.AST) -> Iterator[tuple[int, str, list[str]]]:
    """(line, module, names taken from it) of every import, those inside functions included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or "", [alias.name for alias in node.names]


def wrong_imports(room: str, source: str) -> list[str]:
    """What a module of a room imports and may not."""
    wrong = []
    for line, module, names in imports(ast.parse(source)):
        top = module.partition(".")[0]
        if top in MAY and top != room and top not in MAY[room]:
            wrong.append(f"line {line}: {room} may not import {module}")
        if top not in MAY and room not in ONLY.get(top, {room}):
            wrong.append(f"line {line}: {top} is not known in {room}")
        if room == "domain" and top not in MAY and top not in sys.stdlib_module_names:
            wrong.append(f"line {line}: domain uses the standard library alone, not {top}")
        if room == "services" and top == "sqlalchemy" and set(names) - {"Connection"}:
            wrong.append(f"line {line}: services pass connections on and write no SQL: {', '.join(names)}")
    return wrong


def too_long(source: str) -> list[str]:
    """Functions and modules that hide more than one thing."""
    wrong = [
        f"line {node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    lines = source.count("\n")
    return [*wrong, f"the module has {lines} lines"] if lines > LONGEST_MODULE else wrong


def modules(*rooms: str) -> list[Path]:
    found = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return [*found, ROOT / "app.py"] if "app" in rooms else found


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def told(path: Path, wrong: list[str]) -> list[str]:
    return [f"{path.relative_to(ROOT)}: {sentence}" for sentence in wrong]


def test_imports_go_one_way() -> None:
    found = modules(*MAY)
    assert {room_of(path) for path in found} == set(MAY)
    assert [line for path in found for line in told(path, wrong_imports(room_of(path), path.read_text()))] == []


def test_functions_and_modules_are_short() -> None:
    found = modules(*MAY, "benchmarks")
    assert [line for path in found for line in told(path, too_long(path.read_text()))] == []


def test_every_folder_of_code_is_a_room() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"benchmarks", "tests"}
    assert folders | {"app"} == set(MAY)


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("domain", "import numpy"),
        ("domain", "from services import accounts"),
        ("analytics", "import flask"),
        ("analytics", "from sqlalchemy import select"),
        ("components", "from services.incidents import explore"),
        ("services", "import pages"),
        ("services", "from web.session import actor"),
        ("services", "from sqlalchemy import Connection, select"),
        ("services", "def late():\n    from flask import request"),
        ("pages", "from flask import request"),
        ("pages", "from data_access.store import Store"),
        ("web", "from sqlalchemy import text"),
        ("web", "from app import server"),
    ],
)
def test_the_scan_sees_a_wrong_import(room: str, source: str) -> None:
    assert wrong_imports(room, source)


def test_the_scan_sees_what_is_too_long() -> None:
    assert too_long("def long():\n" + "    pass\n" * LONGEST_FUNCTION)
    assert not too_long("def short():\n" + "    pass\n" * (LONGEST_FUNCTION - 1))
    assert too_long("pass\n" * (LONGEST_MODULE + 1))
