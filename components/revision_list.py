"""The months of adoption, closed and open, and one closed month beside what the record says now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from components.icons import icon
from components.revision_sheet import CAUTIONS, COLUMNS, NONE, month, notes, said
from domain.revisions import FIGURES, SHORT, Closing, Content, Difference, Month, last_day
from locales import Words

LANGUAGES = ("es", "en", "both")
ADDRESS = "/adoption/revisions"
TOLD = 30  # differences in words; all of them stand in the table


@dataclass(frozen=True, slots=True)
class Frame:
    """Who reads: in which language, by which clock, what they may do, and which precincts are theirs."""

    words: Words
    zone: str
    may_close: bool
    own: frozenset[str]
    whole: bool  # sees every precinct
    token: str

    def day(self, seconds: int) -> str:
        return self.words.day(datetime.fromtimestamp(seconds, ZoneInfo(self.zone)).date())


def page(months: Sequence[Month], shown: html.Div | None, frame: Frame, chosen: str = "") -> html.Div:
    """The list of months, newest first, and the chosen one beside it."""
    words = frame.words
    printing = html.Button(
        [icon("print", 18), words.text("revisions.print")], className="button plain", **{"data-do": "print"}
    )
    head = [html.H1(words.text("revisions.title")), html.Div(className="spring"), *([printing] if chosen else [])]
    body = [_empty(words)] if not months else [_months(months, chosen, frame), shown]
    return html.Div(
        [
            html.Div(html.Div(head, className="title-row"), className="page-head"),
            html.P(words.text("revisions.lead"), className="sentence"),
            html.Div(body, className="revisions-split"),
        ],
        className="revisions-page",
    )


def _empty(words: Words) -> html.Div:
    return html.Div(html.P(words.text("revisions.empty")), className="card empty")


# --- the months ------------------------------------------------------------------------------------------------


def _months(months: Sequence[Month], chosen: str, frame: Frame) -> html.Section:
    lines = [html.Li(_month(one, one.month == chosen, frame)) for one in months]
    title = frame.words.text("revisions.months")
    return html.Section([html.H2(title), html.Ul(lines)], className="card revisions-months")


def _month(one: Month, chosen: bool, frame: Frame) -> list[Any]:
    words, name = frame.words, month(one.month, frame.words)
    if one.closing is None:
        return [html.Span(words.text("revisions.open", month=name)), *_close(one.month, name, frame)]
    state = words.text("revisions.closed_state", day=frame.day(one.closing.closed_at))
    here = {"aria-current": "page"} if chosen else {}
    return [
        html.A(name, href=f"{ADDRESS}?month={one.month}", className="month-link", **here),
        html.Span(state, className="quiet-text"),
    ]


def _close(closing: str, name: str, frame: Frame) -> list[html.Details]:
    """Closing asks once more; it is a plain form, so that it works whatever the browser runs."""
    words = frame.words
    if not frame.may_close:
        return []
    form = html.Form(
        [
            dcc.Input(type="hidden", name="csrf_token", value=frame.token),
            html.Button(words.text("revisions.close_confirm"), type="submit", className="button"),
        ],
        action=f"{ADDRESS}/{closing}/close",
        method="POST",
    )
    told = words.text("revisions.close_told", day=words.day(last_day(closing)))
    summary = html.Summary(words.text("revisions.close", month=name), className="button plain")
    return [html.Details([summary, html.Div([html.P(told), form], className="close-panel")], className="close")]


# --- one closed month ------------------------------------------------------------------------------------------


def refusal(sentence: str) -> html.Div:
    """Why the chosen month is not shown."""
    return html.Div(html.P([icon("warning", 16), sentence], className="notice warning"), className="card", role="alert")


def month_closed(closed: Closing, changed: Sequence[Difference], frame: Frame) -> html.Div:
    """The month as it was closed, its sheets, and what the record says of it now."""
    words, name = frame.words, month(closed.month, frame.words)
    said_when = words.text(
        "revisions.closed",
        when=words.instant(closed.closed_at, frame.zone),
        who=words.author(closed.actor),
    )
    told = words.text("revisions.mark_told", count=SHORT)
    mark = html.Span(words.text("revisions.mark", mark=closed.short), title=told, className="hash")
    return html.Div(
        [
            html.H2(name),
            html.P([said_when, " ", mark]),
            _sheets(closed, frame),
            _now(changed, words),
            html.H3(words.text("revisions.table", month=name)),
            _table(closed, changed, frame),
            *(html.P(note, className="quiet-text") for note in notes(closed.content, words)),
            *(html.P(words.text(f"revisions.sheet.{name}"), className="quiet-text") for name in CAUTIONS),
        ],
        className="card revision",
    )


def _sheets(closed: Closing, frame: Frame) -> html.Div:
    words = frame.words
    mine = [row for row in closed.content["precincts"] if row["precinct"] in frame.own]
    parts: list[Any] = [html.H3(words.text("revisions.sheet_title")), _links(closed, "", frame)]
    parts.append(html.P(words.text("revisions.sheet_told"), className="quiet-text"))
    for row in mine:
        parts += [html.H3(words.text("revisions.sheet_own", name=row["name"])), _links(closed, row["precinct"], frame)]
    if frame.whole:
        known = [icon("download", 18), words.text("revisions.json")]
        parts.append(html.A(known, href=f"{ADDRESS}/{closed.month}.json", className="quiet"))
    return html.Div(parts, className="revision-sheets")


def _links(closed: Closing, precinct: str, frame: Frame) -> html.Div:
    asked = f"precinct={precinct}&" if precinct else ""
    links = [
        html.A(
            [icon("print", 18), frame.words.text(f"revisions.sheet_{language}")],
            href=f"{ADDRESS}/{closed.month}.pdf?{asked}lang={language}",
            className="button plain",
            target="_blank",
        )
        for language in LANGUAGES
    ]
    return html.Div(links, className="button-row")


def _now(changed: Sequence[Difference], words: Words) -> html.Div:
    title = html.H3(words.text("revisions.changed_title"))
    if not changed:
        same = [icon("check", 16), words.text("revisions.same")]
        return html.Div([title, html.P(same, className="told")], className="revision-now")
    count = html.P(words.text("revisions.changed_count", count=len(changed)))
    lines = [
        html.Li(f"{one.name}, {words.text(f'revisions.figures.{one.figure}').lower()}: {difference(one, words)}.")
        for one in changed[:TOLD]
    ]
    if len(changed) > TOLD:
        lines.append(html.Li(words.text("revisions.more", count=len(changed) - TOLD)))
    return html.Div([title, count, html.Ul(lines)], className="revision-now")


def difference(one: Difference, words: Words) -> str:
    """A later correction in words: "closed 7,733, the record now says 7,741, +8"."""
    if one.now is None:
        return words.text("revisions.gone", closed=one.closed)
    if one.closed is None or one.change is None:
        return words.text("revisions.come", now=one.now)
    change = f"{'+' if one.change > 0 else '−'}{words.number(abs(one.change))}"
    return words.text("revisions.changed", closed=one.closed, now=one.now, change=change)


def _table(closed: Closing, changed: Sequence[Difference], frame: Frame) -> html.Div:
    words = frame.words
    now = {(one.precinct, one.figure): one for one in changed}
    label = words.text("revisions.table", month=month(closed.month, words))
    heads = [html.Th(words.text(f"revisions.figures.{name}"), scope="col") for name in ("precinct", *COLUMNS)]
    rows = sorted(closed.content["precincts"], key=lambda row: row["precinct"] not in frame.own)
    total = [html.Td(said(closed.content["total"], name, words)) for name in COLUMNS]
    table = html.Table(
        [
            html.Caption(label, className="visually-hidden"),
            html.Thead(html.Tr(heads)),
            html.Tbody([_row(row, now, frame) for row in rows]),
            html.Tfoot(html.Tr([html.Th(words.text("revisions.total"), scope="row"), *total])),
        ],
        className="table wide revision-table",
    )
    return html.Div(table, className="scrolling", tabIndex="0", role="region", **{"aria-label": label})


def _row(row: Content, now: dict[tuple[str, str], Difference], frame: Frame) -> html.Tr:
    words, code = frame.words, row["precinct"]
    name = [row["name"], *([html.Span(words.text("revisions.own"), className="own-mark")] if code in frame.own else [])]
    return html.Tr(
        [html.Th(name, scope="row"), *(_cell(row, column, now.get((code, column)), words) for column in COLUMNS)],
        className="own" if code in frame.own else None,
    )


def _cell(row: Content, name: str, changed: Difference | None, words: Words) -> html.Td:
    """A closed figure; where the record says another now, that stands under it."""
    value = said(row, name, words)
    if name not in FIGURES or changed is None:
        return html.Td(value)
    after = words.text("revisions.now", now=NONE if changed.now is None else changed.now)
    return html.Td([value, html.Div(after, className="now", title=difference(changed, words))], className="differs")
