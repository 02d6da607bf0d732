"""Loading a file in three steps: choose it, say how it reads and look, watch it load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from components.icons import icon
from components.import_list import Job, step
from components.import_report import failed, reconciled
from domain.batches import Batch
from locales import Words

STEPS = ("file", "reading", "loading")


def frame(at: str, body: Sequence[Any], words: Words) -> html.Div:
    """A step under the title of all three."""
    steps = [
        html.Li(words.text(f"loading.steps.{name}"), **({"aria-current": "step"} if name == at else {}))
        for name in STEPS
    ]
    back = dcc.Link([icon("left", 18), words.text("loading.back")], href="/imports", className="quiet small")
    head = [back, html.H1(words.text("loading.load")), html.Ol(steps, className="steps-of-load")]
    return html.Div([html.Div(head, className="page-head"), *body], className="load-page")


def problem(sentence: str) -> html.P:
    """What is wrong and what to do."""
    return html.P([icon("warning", 16), html.Span(sentence)], className="notice warning", role="alert")


# --- the file ---------------------------------------------------------------------------------------------------


def choose(megabytes: int, words: Words) -> list[Any]:
    """Where a file of incidents is dropped or chosen."""
    drop = upload("/imports", "/imports/load", words.text("loading.kinds", megabytes=megabytes), words)
    return [*drop, html.P(words.text("loading.promise"), className="quiet-text")]


def upload(send: str, next: str, kinds: str, words: Words) -> list[Any]:
    """Where a file is dropped or chosen; `assets/imports.js` sends it to `send`/upload and goes to the page `next`."""
    bar = html.Div(
        html.Div(className="progress-fill"),
        className="progress",
        role="progressbar",
        **{"aria-label": words.text("loading.sending"), "aria-valuemin": "0", "aria-valuemax": "100"},
    )
    zone = html.Div(
        [
            icon("import", 32),
            html.P(words.text("loading.drop")),
            html.Button(words.text("loading.choose"), className="button", **{"data-upload": "choose"}),
            html.P(kinds, className="quiet-text"),
        ],
        id="upload-zone",
        className="card upload-zone",
        **{
            "data-send": send,
            "data-next": next,
            "data-failed": words.text("loading.not_sent"),
            "data-reading": words.text("loading.being_read"),
            "data-sent": words.text("loading.sent", share="{share}"),
        },
    )
    sending = html.Div(
        [
            html.P("", className="upload-name"),
            bar,
            html.P("", className="upload-share", **{"aria-live": "polite"}),
            html.Button(words.text("loading.stop"), className="button plain", **{"data-upload": "stop"}),
        ],
        id="upload-sending",
        className="card upload-sending",
        hidden=True,
    )
    return [zone, sending]


def foot(words: Words) -> html.Div:
    """The way on, always in sight, with what the look at the file came to."""
    start = html.Button(words.text("loading.start"), id="load-start", className="button", disabled=True)
    return html.Div([start, html.Span(id="load-verdict", **{"aria-live": "polite"})], className="load-foot")


# --- loading ----------------------------------------------------------------------------------------------------


def progress(job: Job, batch: Batch | None, failure: Mapping[str, Any] | None, words: Words) -> list[Any]:
    """How far a job is, or what it came to."""
    if batch is not None:
        return _loaded(batch, words)
    if job.status == "cancelled":
        return [html.P(words.text("errors.import.cancelled"), className="sentence"), _again(words)]
    if failure is not None:
        return [problem(failed(failure, words)), _again(words)]
    share = min(job.done / job.total, 1) if job.total and job.status == "running" else 0
    bar = html.Div(
        html.Div(className="progress-fill", style={"width": f"{share:.1%}"}),
        className="progress",
        role="progressbar",
        **{
            "aria-label": words.text("loading.steps.loading"),
            "aria-valuemin": "0",
            "aria-valuemax": "100",
            "aria-valuenow": str(round(share * 100)),
        },
    )
    told = words.text("loading.cancelling") if job.cancel else step(job, words)
    return [html.P(told, className="sentence", **{"aria-live": "polite"}), bar]


def _loaded(batch: Batch, words: Words) -> list[Any]:
    links = [
        dcc.Link(words.text("loading.see_report"), href=f"/imports?batch={batch.id}", className="button"),
        dcc.Link(words.text("loading.see_map"), href="/map", className="button plain"),
    ]
    said = words.text("loading.done", count=batch.stored, source=batch.source)
    return [html.P([icon("check", 20), said], className="sentence done"), reconciled(batch, words), _row(links)]


def _again(words: Words) -> html.Div:
    return _row([dcc.Link(words.text("loading.again"), href="/imports/load", className="button plain")])


def _row(parts: list[Any]) -> html.Div:
    return html.Div(parts, className="button-row")
