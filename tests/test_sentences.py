"""Every refusal has its sentence, and both languages say everything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from locales import LANGUAGES, catalogue

ROOT = Path(__file__).parent.parent
ROOMS = ("domain", "analytics", "data_access", "services", "components", "web", "pages", "commands")
KINDS = {"DomainError", "Invalid", "Illegal", "Forbidden", "NotFound", "Stale", "Throttled", "Unexpected"}


def _parts(sentence: str | dict[str, str]) -> set[str]:
    forms = [sentence] if isinstance(sentence, str) else list(sentence.values())
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def _raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """(where, code, its parts) of every refusal that is written with its code; None where the parts are passed on."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in KINDS or not node.args:
                    continue
                if isinstance(code := node.args[0], ast.Constant) and isinstance(code.value, str):
                    names = {word.arg for word in node.keywords}
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    yield where, code.value, None if None in names else {str(name) for name in names}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence_with_all_its_parts(language: str) -> None:
    wrong, seen = [], 0
    for where, code, given in _raised():
        seen += 1
        sentence = catalogue(language).get(f"errors.{code}")
        if sentence is None:
            wrong.append(f"{where}: no sentence for {code}")
        elif given is not None and _parts(sentence) - given:
            wrong.append(f"{where}: {code} lacks {_parts(sentence) - given}")
    assert wrong == []
    assert seen > 20


def test_both_languages_say_the_same_things_with_the_same_parts() -> None:
    spanish, english = (catalogue(language) for language in LANGUAGES)
    assert set(spanish) == set(english)
    assert {key for key in spanish if _parts(spanish[key]) != _parts(english[key])} == set()


def _recorded() -> Iterator[tuple[str, str]]:
    """(where, action) of everything that the services and the migration to a chain write into the audit log."""
    yield "0006_audit_chain.py", "audit.chained"
    places = {"note": 2, "record": 2, "append": 4}  # which argument is the action
    for path in sorted((ROOT / "services").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(getattr(node.func, "value", None), "id", "") != "events":
                at = places.get(getattr(node.func, "attr", getattr(node.func, "id", "")), len(node.args))
                for part in ast.walk(node.args[at]) if at < len(node.args) else ():
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield f"{path.name}:{node.lineno}", part.value


def test_every_action_on_the_record_has_a_name_and_no_name_is_left_over() -> None:
    named = {key.removeprefix("accounts.actions.") for key in catalogue("es") if key.startswith("accounts.actions.")}
    recorded = {action.replace(".", "_"): where for where, action in _recorded()}
    assert {action: where for action, where in recorded.items() if action not in named} == {}
    assert named == set(recorded)
