"""What data there are: past imports with their counts, and those under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dash import dcc, html

from components.icons import icon
from components.pager import pager
from domain.batches import Batch
from locales import Words

PAGE = 50
NUMBERS = ("rows", "stored", "duplicates", "rejected")
MARKS = {"loaded": "check", "running": "auto", "failed": "warning", "undone": "reset"}


class Job(Protocol):
    """Work under way."""

    id: int
    status: str
    done: int
    total: int | None
    step: str


class Frame:
    """Who reads: in which language, by which clock, and whether they may load."""

    def __init__(self, words: Words, zone: str, may_load: bool, token: str = "") -> None:
        self.words, self.zone, self.may_load, self.token = words, zone, may_load, token

    def when(self, seconds: int) -> str:
        return self.words.instant(seconds, self.zone)


def page(batches: Sequence[Batch], total: int, start: int, jobs: Sequence[Job], frame: Frame) -> html.Div:
    """The list from batch `start` on, newest first."""
    words = frame.words
    load = dcc.Link(
        [icon("import", 18), words.text("loading.load")], href="/imports/load", className="button", id="imports-load"
    )
    head = [html.H1(words.text("loading.title")), html.Div(className="spring"), *([load] if frame.may_load else [])]
    return html.Div(
        [
            html.Div(html.Div(head, className="title-row"), className="page-head"),
            *([html.P(_sentence(batches, total, frame), className="sentence")] if total else []),
            *(_under_way(job, words) for job in jobs),
            _table(batches, start, total, frame) if batches else _empty(frame),
        ],
        className="imports-page",
    )


def _sentence(batches: Sequence[Batch], total: int, frame: Frame) -> str:
    loaded = next((batch for batch in batches if batch.status == "loaded"), None)
    said = frame.words.text("loading.imports", count=total)
    if loaded is None:
        return said
    when = frame.when(loaded.started_at)
    return f"{said} {frame.words.text('loading.newest', count=loaded.stored, source=loaded.source, when=when)}"


def _empty(frame: Frame) -> html.Div:
    words = frame.words
    told = words.text("loading.empty.may_load" if frame.may_load else "loading.empty.told")
    return html.Div([html.H2(words.text("loading.empty.title")), html.P(told)], className="card empty")


def _under_way(job: Job, words: Words) -> dcc.Link:
    told = words.text("loading.under_way", job=str(job.id), step=step(job, words))
    return dcc.Link([icon("auto", 18), html.Span(told)], href=f"/imports/load?job={job.id}", className="card under-way")


def step(job: Job, words: Words) -> str:
    """What a job is at, with its share where it is known."""
    if job.status != "running" or not job.step:
        return words.text("loading.job.waiting" if job.status == "waiting" else "loading.job.starting")
    said = words.text(f"imports.step.{job.step}")
    return f"{said}, {words.percent(min(job.done / job.total, 1))}" if job.total else said


def _table(batches: Sequence[Batch], start: int, total: int, frame: Frame) -> html.Section:
    words = frame.words
    columns = ("import", "source", "started", *NUMBERS, "status")
    heads = [html.Th(words.text(f"loading.columns.{name}"), scope="col", className=name) for name in columns]
    table = html.Table(
        [
            html.Caption(words.text("loading.caption"), className="visually-hidden"),
            html.Thead(html.Tr(heads)),
            html.Tbody([_row(batch, frame) for batch in batches]),
        ],
        className="table wide imports-table",
    )
    return html.Section(
        [table, *pager("loading", start, PAGE, total, lambda to: f"/imports?start={to}", words)], className="card"
    )


def _row(batch: Batch, frame: Frame) -> html.Tr:
    words = frame.words
    name = words.text("loading.import", batch=str(batch.id))
    files = ", ".join(str(file["name"]) for file in batch.files[:3]) + (" …" if len(batch.files) > 3 else "")
    link = dcc.Link(name, href=f"/imports?batch={batch.id}", className="import-link")
    return html.Tr(
        [
            html.Th([link, html.Div(files, className="quiet-text files")], scope="row"),
            html.Td(batch.source, className="source"),
            html.Td(frame.when(batch.started_at), className="started"),
            *(_number(batch, name, words) for name in NUMBERS),
            html.Td(status(batch, words), className="status"),
        ]
    )


def _number(batch: Batch, name: str, words: Words) -> html.Td:
    """A count; on a telephone its heading stands beside it."""
    label = words.text(f"loading.columns.{name}")
    return html.Td(words.number(getattr(batch, name)), className="number", **{"data-label": label})


def status(batch: Batch, words: Words) -> html.Span:
    """Loaded, under way, failed or undone: a mark and a word."""
    said = words.text(f"imports.statuses.{batch.status}")
    return html.Span([icon(MARKS[batch.status], 16), said], className=f"import-status {batch.status}")
