"""The weekly review of who looked at who asks: the weeks, what was drawn of one, and a form beside each view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components.footage_case_forms import field, form, labelled, select
from domain.footage.codes import shown
from domain.footage.handling import Field
from domain.footage.review import Mark, Review, Verdict, View
from locales import Words

ADDRESS = "/desk/review"
NOTE = Field("note", least=1, most=500)
SAY = "desk.review."


def page(found: Review, weeks: Sequence[Review], reader: str, zone: str, words: Words) -> html.Div:
    listed = [html.Li(_view(one, found, reader, zone, words), className="card desk-part") for one in found.drawn]
    parts = [
        html.Div(html.H1(words.text(SAY + "title")), className="page-head desk-head"),
        html.P(words.text(SAY + "lead"), className="sentence"),
        _weeks(weeks, found, words),
        html.H2(_dates(found, words)),
        html.P(words.text(SAY + "drawn", count=found.views, drawn=len(found.drawn), open=found.open), role="status"),
        html.Ol(listed, className="desk-list") if listed else None,
    ]
    return html.Div(parts, id="desk-page", className="desk-page", **{"data-failed": words.text("desk.failed")})


def _dates(of: Review, words: Words) -> str:
    return f"{words.day(of.week.first, 'd MMM')} – {words.day(of.week.last)}"


def _weeks(weeks: Sequence[Review], found: Review, words: Words) -> html.Div:
    heads = [html.Th(words.text(SAY + name), scope="col") for name in ("week", "views", "sample", "waiting")]
    rows = [html.Tr([_link(one, found, words), *map(_count(words), _counts(one))]) for one in weeks]
    caption = html.Caption(words.text(SAY + "weeks"), className="visually-hidden")
    table = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="table")
    return html.Div(
        table, className="scrolling", tabIndex="0", role="region", **{"aria-label": words.text(SAY + "weeks")}
    )


def _counts(one: Review) -> tuple[int, int, int]:
    return one.views, len(one.drawn), one.open


def _count(words: Words) -> Any:
    return lambda number: html.Td(words.number(number), className="number")


def _link(one: Review, found: Review, words: Words) -> html.Th:
    now = {"aria-current": "true"} if one.week == found.week else {}
    return html.Th(html.A(_dates(one, words), href=f"{ADDRESS}?week={one.week.name}", **now), scope="row")


def _view(view: View, found: Review, reader: str, zone: str, words: Words) -> list[Any]:
    """Who looked at which case, when and what for; what was found so far, and the form."""
    purpose = words.text(f"desk.{'purposes' if view.what == 'identity' else 'uses'}.{view.purpose}")
    facts = [
        ("who", view.actor),
        ("when", words.instant(view.at, zone, "d MMM y, HH:mm:ss")),
        ("case", html.A(shown(view.folio), href=f"/desk/case/{view.folio}", className="desk-folio")),
        ("what", words.text(f"{SAY}seen.{view.what}")),
        ("purpose", purpose),
    ]
    listed = [part for name, value in facts for part in (html.Dt(words.text(SAY + name)), html.Dd(value))]
    marks = [html.Li(_mark(one, zone, words)) for one in found.of(view)]
    return [
        html.Dl(listed, className="facts"),
        html.Ul(marks, className="desk-list") if marks else None,
        html.P(words.text("errors.footage.own_view")) if view.actor == reader else _form(view, found, words),
    ]


def _mark(mark: Mark, zone: str, words: Words) -> list[Any]:
    said = html.Strong(words.text(f"{SAY}verdicts.{mark.verdict}"))
    by = html.Div(f"{words.instant(mark.at, zone)} · {mark.actor}", className="quiet-text")
    return [by, said, html.Div(mark.note, className="desk-said") if mark.note else None]


def _form(view: View, found: Review, words: Words) -> Any:
    key = f"view-{view.id}"
    options = [(str(one), words.text(f"{SAY}verdicts.{one}")) for one in Verdict]
    chosen = labelled(
        f"{key}-verdict", words.text(SAY + "verdict"), select("verdict", f"{key}-verdict", options, words)
    )
    kept = {"week": found.week.name, "view": view.id}
    note = field(NOTE, key, words, label=words.text(SAY + "note"))
    return form(key, ADDRESS, [chosen, note], words.text(SAY + "send"), kept)
