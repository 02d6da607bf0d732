"""The form of an entry of a register, drawn from the table of its fields; and the values that it sends back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from components.icons import icon
from domain.registers.fields import LANGUAGES, Entry, Field, Kind, Problem, Value
from locales import Words

FIELD = "register-field"
LONG = 200  # letters from which on a text gets several lines


def form(
    subject: str,
    title: str,
    parts: Sequence[Field],
    given: Mapping[str, Any],
    problems: Sequence[Problem],
    words: Words,
) -> html.Div:
    """Fields under the headings of their sections, and the button that saves.

    `subject` is camera, algorithm or agreement. A section is open when it is the first or has a problem.
    """
    wrong = {problem.field: problem_sentence(problem, words) for problem in problems}
    sections = list(dict.fromkeys(part.section for part in parts))
    drawn = [
        _section(subject, section, [part for part in parts if part.section == section], given, wrong, at == 0, words)
        for at, section in enumerate(sections)
    ]
    save = html.Button(words.text("registers.save"), id="register-save", className="button", type="button")
    return html.Div(
        [html.H2(title), *_summary(subject, problems, words), *drawn, html.Div(save, className="button-row")]
    )


def given(states: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the form holds, by field; whatever else somebody sends is left out."""
    found: dict[str, Any] = {}
    for state in states:
        known, value = state.get("id"), state.get("value")
        if not isinstance(known, dict) or known.get("type") != FIELD or not isinstance(known.get("name"), str):
            continue
        if known.get("language") in LANGUAGES:
            both = found.setdefault(known["name"], {})
            if isinstance(both, dict):
                both[known["language"]] = value
        else:
            found[known["name"]] = value
    return found


def problem_sentence(problem: Problem, words: Words) -> str:
    """What is wrong and what to do."""
    details = dict(problem.details)
    if isinstance(choices := details.get("choices"), str):
        details["choices"] = words.listed(words.text(f"registers.choices.{one}") for one in choices.split(", "))
    return words.text(f"registers.problems.{problem.reason}", **details)


def said(value: Value, of: Field, words: Words) -> str:
    """A value as a person would write it in the form."""
    if value is None:
        return ""
    if of.kind is Kind.SHARE and isinstance(value, float):
        return f"{words.number(value * 100, 1)} %"
    if isinstance(value, tuple | list):
        return ("\n" if of.name == "variables" else "; ").join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def shown(entry: Entry, parts: Sequence[Field], words: Words) -> dict[str, Any]:
    """An entry as the form holds it."""
    found: dict[str, Any] = {}
    for part in parts:
        value = entry.get(part.name)
        found[part.name] = dict(value) if isinstance(value, Mapping) else said(value, part, words)
    return found


def _summary(subject: str, problems: Sequence[Problem], words: Words) -> list[html.Div]:
    if not problems:
        return []
    items = [
        html.Li(f"{words.text(f'registers.{subject}.{one.field}')}: {problem_sentence(one, words)}") for one in problems
    ]
    head = html.P([icon("warning", 16), html.Strong(words.text("registers.unchanged"))])
    return [html.Div([head, html.Ul(items)], className="notice warning register-wrong", role="alert")]


def _section(
    subject: str,
    section: str,
    parts: Sequence[Field],
    given: Mapping[str, Any],
    wrong: Mapping[str, str],
    first: bool,
    words: Words,
) -> html.Details:
    inputs = [
        one for part in parts for one in _inputs(subject, part, given.get(part.name), wrong.get(part.name), words)
    ]
    opened = first or any(part.name in wrong for part in parts)
    summary = html.Summary(html.H3(words.text(f"registers.sections.{section}")))
    return html.Details([summary, html.Div(inputs, className="register-fields")], open=opened, className="card")


def _inputs(subject: str, part: Field, value: Any, wrong: str | None, words: Words) -> list[Any]:
    label = words.text(f"registers.{subject}.{part.name}")
    if part.kind is not Kind.BOTH:
        return [_input(subject, part, "", label, value, wrong, words)]
    told = value if isinstance(value, Mapping) else {}
    broken = [one for one in LANGUAGES if not 0 < len(str(told.get(one) or "")) <= part.most] or LANGUAGES
    pair = [
        _input(subject, part, one, f"{label} ({one})", told.get(one), wrong if one in broken else None, words)
        for one in LANGUAGES
    ]
    return [html.Div(pair, className="register-pair")]


def input_of(subject: str, part: Field, value: Any, words: Words) -> Any:
    """One field of one language, which a form may leave empty."""
    label = words.text(f"registers.{subject}.{part.name}")
    return _input(subject, replace(part, required=False), "", label, value, None, words)


def _input(subject: str, part: Field, language: str, label: str, value: Any, wrong: str | None, words: Words) -> Any:
    common = {
        "id": {"type": FIELD, "name": part.name, "language": language},
        "label": label,
        "withAsterisk": part.required,
        "error": wrong,
        "description": _told(subject, part.name, words),
    }
    text = value if isinstance(value, str) else "" if value is None else str(value)
    if part.kind in (Kind.CHOICE, Kind.YES):
        choices = part.choices or ("yes", "no")
        names = [
            words.text(f"registers.{one}" if part.kind is Kind.YES else f"registers.choices.{one}") for one in choices
        ]
        data = [{"value": one, "label": name} for one, name in zip(choices, names, strict=True)]
        chosen = text if text in choices else None
        # What is needed is not let go of by choosing it once more.
        return dmc.Select(
            data=data, value=chosen, clearable=not part.required, allowDeselect=not part.required, **common
        )
    if part.kind is Kind.DAY:
        return dmc.TextInput(value=text, attributes={"input": {"type": "date"}}, **common)
    if (part.most > LONG and part.kind in (Kind.TEXT, Kind.BOTH)) or part.name == "variables":
        spoken = {"input": {"lang": language}} if language else {}
        return dmc.Textarea(value=text, autosize=True, minRows=2, maxRows=12, attributes=spoken, **common)
    return dmc.TextInput(value=text, **common)


def _told(subject: str, name: str, words: Words) -> str | None:
    hints = HINTS[subject]
    return words.text(f"registers.{subject}_told.{name}") if name in hints else None


HINTS = {
    "camera": ("name", "field_of_view", "sector", "shared_with", "analytics", "uptime", "reference", "removed"),
    "algorithm": ("variables", "description"),
    "agreement": (),
}


def history(versions: Sequence[Any], zone: str, words: Words) -> html.Details:
    """Who wrote each version of an entry and when, newest first."""
    items = [
        html.Li(
            [
                html.Strong(words.text("registers.version", version=str(one.version))),
                " ",
                words.text("registers.by", when=words.instant(one.at, zone), actor=words.author(one.actor)),
            ]
        )
        for one in reversed(versions)
    ]
    return html.Details([html.Summary(words.text("registers.history")), html.Ul(items)], className="card rest")


def retire(words: Words) -> html.Details:
    """Retiring asks once more."""
    sure = html.Button(
        words.text("registers.retire_sure"), id="register-retire", className="button danger", type="button"
    )
    panel = html.Div([html.P(words.text("registers.retire_told")), sure], className="undo-panel")
    summary = html.Summary([icon("reset", 18), words.text("registers.retire")], className="button plain")
    return html.Details([summary, panel], className="undo")


def known(subject: str, code: str, version: int) -> dcc.Store:
    """Which entry the form is of, as it stood when it was opened."""
    return dcc.Store(id="register-entry", data={"subject": subject, "code": code, "version": version})
