"""Loading a file in three steps: choose it, say how it reads and look, watch it load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import dash_mantine_components as dmc
from dash import dcc, html

from components.icons import icon
from components.import_list import Batch, Job, step
from components.import_report import failed, reconciled
from locales import Words

STEPS = ("file", "reading", "loading")
OWN = ""  # the choice of no profile: column by column
NONE = "-"  # a column that is not imported
SAMPLES = 3  # values told of each column
ORDERS, DECIMALS = ("dmy", "mdy"), (",", ".")


class Shipped(Protocol):
    """A profile that comes along."""

    name: str
    title: Mapping[str, str]


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
    """Where a file is dropped or chosen; `assets/imports.js` sends it."""
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
            html.P(words.text("loading.kinds", megabytes=megabytes), className="quiet-text"),
        ],
        id="upload-zone",
        className="card upload-zone",
        **{"data-failed": words.text("loading.not_sent"), "data-sent": words.text("loading.sent", share="{share}")},
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
    return [zone, sending, html.P(words.text("loading.promise"), className="quiet-text")]


# --- how it reads -----------------------------------------------------------------------------------------------


def reading(
    file: str,
    columns: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    mapping: Mapping[str, str],
    profile: str,
    profiles: Sequence[Shipped],
    fields: Sequence[str],
    zone: str,
    decimal: str,
    words: Words,
) -> html.Div:
    """The form: a profile, or which column holds what. Columns about persons are not in `columns`."""
    own = html.Div(
        [
            _mapping(columns, samples, mapping, fields, words),
            html.Details(
                [html.Summary(words.text("loading.more"), className="quiet small"), _settings(zone, decimal, words)],
                className="rest",
                open=True,
            ),
        ],
        id="load-own",
        hidden=profile != OWN,
    )
    return html.Div(
        [
            html.H2(file),
            dmc.Select(
                id="load-profile",
                label=words.text("loading.profile"),
                description=words.text("loading.profile_told"),
                data=_profiles(columns, profiles, words),
                value=profile,
                allowDeselect=False,
            ),
            own,
            dmc.TextInput(
                id="load-source",
                label=words.text("loading.source"),
                description=words.text("loading.source_told"),
                value="",
                debounce=400,
            ),
        ],
        className="card load-form",
    )


def _profiles(columns: Sequence[str], profiles: Sequence[Shipped], words: Words) -> list[dict[str, str]]:
    own = [{"value": OWN, "label": words.text("loading.own")}] if columns else []
    return own + [{"value": one.name, "label": one.title[words.language]} for one in profiles]


def _mapping(
    columns: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    mapping: Mapping[str, str],
    fields: Sequence[str],
    words: Words,
) -> html.Table:
    choices = [{"value": NONE, "label": words.text("loading.not_imported")}]
    choices += [{"value": field, "label": words.text(f"loading.fields.{field}")} for field in fields]
    rows = [
        html.Tr(
            [
                html.Th(column, scope="row"),
                html.Td(" · ".join(samples.get(column, ())), className="samples"),
                html.Td(
                    dmc.Select(
                        id={"load-column": number},
                        data=choices,
                        value=mapping.get(column, NONE),
                        allowDeselect=False,
                        **{"aria-label": words.text("loading.field_of", column=column)},
                    )
                ),
            ]
        )
        for number, column in enumerate(columns)
    ]
    heads = [html.Th(words.text(f"loading.map.{name}"), scope="col") for name in ("column", "samples", "field")]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="table mapping")


def _settings(zone: str, decimal: str, words: Words) -> html.Div:
    return html.Div(
        [
            dmc.TextInput(id="load-zone", label=words.text("loading.zone"), value=zone, debounce=400),
            dmc.Select(
                id="load-order",
                label=words.text("loading.order"),
                data=[{"value": order, "label": words.text(f"loading.orders.{order}")} for order in ORDERS],
                value="dmy",
                allowDeselect=False,
            ),
            dmc.Select(
                id="load-decimal",
                label=words.text("loading.decimal"),
                data=[{"value": mark, "label": mark} for mark in DECIMALS],
                value=decimal,
                allowDeselect=False,
            ),
            dmc.TextInput(id="load-crs", label=words.text("loading.crs"), value="EPSG:4326", debounce=400),
        ],
        className="load-settings",
    )


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
