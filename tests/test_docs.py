"""The documentation speaks of everything there is, and of nothing else."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

import commands
from config.settings import Settings
from data_access import desk_schema
from data_access.desk import Desk
from data_access.schema import metadata
from data_access.store import Store
from domain.filter import KEYS
from domain.people import PERMISSIONS, Permission
from web import public
from web.server import create_server

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows(text: str) -> dict[str, str]:
    """The tables of a page: what stands in backticks in the first cell of each row, and the rest of the row."""
    return dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", text, re.MULTILINE))


def strings(path: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def calls(folder: str, *names: str) -> Iterable[ast.Call]:
    """Every call of one of the functions in a room."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names:
                yield node


def test_every_setting_is_on_the_settings_page() -> None:
    read = {text for text in strings(ROOT / "config" / "settings.py") if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", text)}
    assert {"ATALAYA_HOME", "HOST", "SECRET_KEY"} <= read
    assert set(rows(page("settings.md"))) == read


def test_every_table_and_column_is_in_the_data_dictionary() -> None:
    parts = re.split(r"^## `(\w+)`$", page("data-dictionary.md"), flags=re.MULTILINE)[1:]
    told = {name: list(rows(text)) for name, text in zip(parts[::2], parts[1::2], strict=True)}
    tables = [*metadata.tables.values(), *desk_schema.metadata.tables.values()]
    assert told == {table.name: [column.name for column in table.columns] for table in tables}


def test_every_filter_key_is_on_the_filter_page() -> None:
    assert tuple(rows(page("filter.md"))) == KEYS


def test_the_permissions_page_is_the_table_of_permissions() -> None:
    told = rows(page("permissions.md"))
    assert set(told) == set(Permission) | set(PERMISSIONS)
    for role, held in PERMISSIONS.items():
        assert {Permission(name) for name in re.findall(r"`([^`]+)`", told[role])} == held, role


def every_command() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name in commands.GROUPS:
        module = importlib.import_module(f"commands.{commands.MODULES.get(name, name)}")
        if isinstance(module.command, click.Group):
            found |= {f"atalaya {name} {sub}": command for sub, command in module.command.commands.items()}
        else:
            found[f"atalaya {name}"] = module.command
    return found


def test_every_command_and_option_is_on_the_commands_page() -> None:
    told = {
        " ".join(re.findall(r"^[a-z]+(?: [a-z][a-z-]*)*", name)): row for name, row in rows(page("commands.md")).items()
    }
    assert set(told) == set(every_command())
    for name, command in every_command().items():
        options = {option for part in command.params if isinstance(part, click.Option) for option in part.opts}
        assert {option for option in options if f"`{option}" not in told[name]} == set(), name


def test_every_page_is_on_the_pages_page_with_what_it_needs() -> None:
    told = rows(page("pages.md").partition("## Other")[0])
    assert {path: cell.partition(" | ")[0].strip("`") for path, cell in told.items()} == dict(every_page())


def every_page() -> Iterator[tuple[str, str]]:
    """The address of every page and what it needs, as the pages' page says it."""
    for call in calls("pages", "register_page"):
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        path = given.get("path") or given["path_template"]
        assert isinstance(path, ast.Constant)
        needs = given.get("permission")
        if isinstance(needs, ast.Attribute):
            yield path.value, Permission[needs.attr]
        else:
            yield path.value, "an account"
    public.install(Flask("pages"))
    for page in public.every():
        yield page.path, "nothing"


def test_every_other_address_is_on_the_pages_page(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'unused.sqlite'}", secret_key="of the test")
    server = create_server(settings, Store.open(settings), Desk.open(settings))
    assert set(rows(page("pages.md").partition("## Other")[2])) == {
        rule.rule for rule in server.url_map.iter_rules() if public.of_endpoint(rule.endpoint) is None
    }


def test_every_reason_to_reject_a_row_is_on_the_importers_page() -> None:
    reasons = {
        call.args[1].value
        for call in calls("data_access", "refuse")
        if len(call.args) == 3 and isinstance(call.args[1], ast.Constant)
    }
    assert "date_impossible" in reasons
    assert {reason for reason in reasons if f"`{reason}`" not in page("importers.md")} == set()


@pytest.mark.parametrize("path", sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")]), ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    linked = {target.partition("#")[0] for target in re.findall(r"\]\((?!https?://|mailto:)([^)]+)\)", text)}
    named = set(re.findall(r"`((?:docs|deploy|config|scripts)/[\w./-]+\.\w+)`", text))
    missing = {name for name in linked if name and not (path.parent / name).exists()}
    missing |= {name for name in named if not (ROOT / name).exists()}
    assert missing == set()
