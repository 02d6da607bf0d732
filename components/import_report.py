"""What became of one import: every row accounted for, every refusal with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from components.icons import icon
from components.import_list import Frame, status
from domain.batches import Batch
from domain.periods import Window
from locales import Words

LABELS_SHOWN = 20
PARTS = ("stored", "duplicates", "rejected")  # together they are the rows
Unmapped = Sequence[tuple[str, str, int]]  # (kind, label, rows)
Reject = Mapping[str, Any]  # file, line, reason, detail


def drawer(batch: Batch, unmapped: Unmapped, examples: Sequence[Reject], frame: Frame) -> html.Section:
    """The report over the list's side; closing it, or Escape, leads back to the list."""
    words = frame.words
    close = {"title": words.text("ui.close")}
    head = [
        html.H2(words.text("loading.import", batch=str(batch.id)), tabIndex="-1", id="import-name"),
        dcc.Link(
            [icon("close", 20), html.Span(words.text("ui.close"), className="visually-hidden")],
            href="/imports",
            className="quiet drawer-close",
            **close,
        ),
    ]
    return html.Section(
        [html.Div(head, className="drawer-head"), report(batch, unmapped, examples, frame)],
        id="import-drawer",
        className="import-drawer",
        role="dialog",
        **{"aria-labelledby": "import-name"},
    )


def report(batch: Batch, unmapped: Unmapped, examples: Sequence[Reject], frame: Frame) -> html.Div:
    words = frame.words
    return html.Div(
        [
            _facts(batch, frame),
            *_failure(batch, words),
            reconciled(batch, words),
            *_rejected(batch, examples, frame),
            *_located(batch, words),
            *_dropped(batch, words),
            *_unmapped(unmapped, words),
            *_undo(batch, frame),
        ],
        className="import-report",
    )


def _facts(batch: Batch, frame: Frame) -> html.Dl:
    words = frame.words
    files = [html.Div(_file(file, words)) for file in batch.files]
    facts = [
        ("status", status(batch, words)),
        ("source", batch.source),
        ("files", files),
        ("started", f"{frame.when(batch.started_at)}, {batch.actor}"),
        ("days", days(batch, words) or "–"),
    ]
    return html.Dl(
        [part for name, value in facts for part in (html.Dt(words.text(f"loading.columns.{name}")), html.Dd(value))],
        className="facts",
    )


def _file(file: Mapping[str, Any], words: Words) -> str:
    return f"{file['name']} ({size(int(file['bytes']), words)})"


def size(count: int, words: Words) -> str:
    """Bytes as one says them."""
    if count < 1_000_000:
        return f"{words.number(max(count / 1000, 0.1), 1 if count < 10_000 else 0)} kB"
    return f"{words.number(count / 1_000_000, 1)} MB"


def days(batch: Batch, words: Words) -> str:
    """From the first to the last day that the rows tell of."""
    first, last = batch.report.get("first"), batch.report.get("last")
    return words.window(Window(date.fromisoformat(first), date.fromisoformat(last))) if first and last else ""


def _failure(batch: Batch, words: Words) -> list[html.P]:
    failure = batch.report.get("failure")
    return [html.P([icon("warning", 16), failed(failure, words)], className="notice warning")] if failure else []


def failed(failure: Mapping[str, Any], words: Words) -> str:
    """Why something failed, as it is kept with a batch or a job."""
    return words.text(f"errors.{failure['code']}", **failure["details"])


def reconciled(batch: Batch, words: Words) -> html.Section:
    """Rows = stored + duplicates + rejected, as a sum and as a bar."""
    counts = {name: int(getattr(batch, name)) for name in PARTS}
    said = words.text("loading.sum", rows=batch.rows, **counts)
    bar = [
        html.Div(className=f"part {name}", style={"flexGrow": count}, title=words.text(f"loading.columns.{name}"))
        for name, count in counts.items()
        if count
    ]
    more = [("updated", batch.updated), ("skipped", batch.report.get("skipped", 0))]
    told = [html.Li(words.text(f"loading.{name}", count=count)) for name, count in more if count]
    return html.Section(
        [
            html.H2(words.text("loading.rows_title")),
            html.P(said, className="sum"),
            html.Div(bar, className="sum-bar", **{"aria-hidden": "true"}),
            *([html.Ul(told, className="quiet-text")] if told else []),
        ]
    )


def _rejected(batch: Batch, examples: Sequence[Reject], frame: Frame) -> list[html.Section]:
    words, reasons = frame.words, batch.report.get("reasons", {})
    if not reasons:
        return []
    rows = [(words.text(f"imports.reasons.{reason}"), count) for reason, count in reasons.items()]
    parts: list[Any] = [html.H2(words.text("loading.rejected_title", count=batch.rejected))]
    parts.append(_counts(rows, "reason", words))
    if examples:
        lines = [html.Li(example(one["line"], one["reason"], one["detail"], words)) for one in examples]
        parts += [html.H3(words.text("loading.examples")), html.Ul(lines, className="examples")]
    if frame.may_load and "layout" in batch.report:
        told = [icon("download", 18), words.text("loading.rejects")]
        parts.append(html.A(told, href=f"/imports/{batch.id}/rejects.csv", className="button plain"))
        parts.append(html.P(words.text("loading.rejects_told"), className="quiet-text"))
    return [html.Section(parts)]


def example(line: int, reason: str, detail: Mapping[str, Any], words: Words) -> list[Any]:
    """Which row, and what is wrong with it."""
    where = html.Span(words.text("loading.line", line=str(line)), className="line")
    return [where, " ", words.text(f"rejects.{reason}", **detail)]


def _counts(rows: Sequence[tuple[str, int]], head: str, words: Words) -> html.Table:
    heads = [
        html.Th(words.text(f"loading.columns.{head}"), scope="col"),
        html.Th(words.text("loading.columns.rows"), scope="col"),
    ]
    lines = [html.Tr([html.Th(name, scope="row"), html.Td(words.number(count))]) for name, count in rows]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(lines)], className="table")


def _located(batch: Batch, words: Words) -> list[html.Section]:
    located = {name: count for name, count in batch.report.get("located", {}).items() if count}
    if not located:
        return []
    rows = [(words.text(f"loading.located.{name}"), count) for name, count in located.items()]
    return [html.Section([html.H2(words.text("loading.located_title")), _counts(rows, "location", words)])]


def _dropped(batch: Batch, words: Words) -> list[html.Section]:
    dropped = batch.report.get("dropped", [])
    if not dropped:
        return []
    told = words.text("loading.dropped_told", count=len(dropped), columns=words.listed(dropped))
    return [html.Section([html.H2(words.text("loading.dropped_title")), html.P(told)])]


def _unmapped(unmapped: Unmapped, words: Words) -> list[html.Section]:
    if not unmapped:
        return []
    rows = [(f"{label} ({words.text(f'imports.fields.{kind}')})", count) for kind, label, count in unmapped]
    parts = [
        html.H2(words.text("loading.unmapped_title", count=len(rows))),
        html.P(words.text("loading.unmapped_told"), className="quiet-text"),
        _counts(rows[:LABELS_SHOWN], "label", words),
    ]
    if len(rows) > LABELS_SHOWN:
        parts.append(html.P(words.text("imports.more", count=len(rows) - LABELS_SHOWN), className="quiet-text"))
    return [html.Section(parts)]


def _undo(batch: Batch, frame: Frame) -> list[html.Details]:
    """Undoing asks once more; it is a plain form, so that it works whatever the browser runs."""
    words = frame.words
    if not frame.may_load or batch.status != "loaded":
        return []
    summary = html.Summary([icon("reset", 18), words.text("loading.undo")], className="button plain")
    told = words.text("loading.undo_told", count=batch.stored, updated=batch.updated)
    form = html.Form(
        [
            dcc.Input(type="hidden", name="csrf_token", value=frame.token),
            html.Button(words.text("loading.undo_confirm"), type="submit", className="button danger"),
        ],
        action=f"/imports/{batch.id}/undo",
        method="POST",
    )
    return [html.Details([summary, html.Div([html.P(told), form], className="undo-panel")], className="undo")]
