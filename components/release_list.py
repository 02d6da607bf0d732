"""Releases for those who build and approve them: drafts with what the audit found and what changed, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from components.icons import icon
from components.import_list import step
from domain.release.made import Made, Status
from locales import Words

ADDRESS = "/releases"
SHORT = 12  # letters of a hash that tell releases apart


@dataclass(frozen=True)
class Frame:
    """How the page speaks, and what its reader may do."""

    words: Words
    zone: str
    email: str
    may_build: bool
    may_decide: bool
    token: str

    def when(self, at: int) -> str:
        return self.words.instant(at, self.zone)


def page(made: Sequence[Made], jobs: Sequence[Any], frame: Frame) -> html.Div:
    """Every release, the newest first; `jobs` are the reader's own: those under way, and what became of the last."""
    words = frame.words
    drafts = [one for one in made if one.status is Status.DRAFT]
    decided = [one for one in made if one.status is not Status.DRAFT]
    return html.Div(
        [
            html.Div(html.H1(words.text("releases.page.title")), className="page-head"),
            html.P(words.text("releases.page.told"), className="sentence"),
            *([_build(frame)] if frame.may_build else []),
            _jobs(jobs, frame),
            *(_draft(one, frame) for one in drafts),
            _decided(decided, frame),
        ],
        className="releases-page",
    )


def _build(frame: Frame) -> html.Section:
    words = frame.words
    buttons = [
        html.Button(words.text("releases.page.build"), type="submit", name="kind", value="next", className="button"),
        html.Button(
            words.text("releases.page.correct"),
            type="submit",
            name="kind",
            value="correction",
            className="button plain",
        ),
    ]
    told = html.P(words.text("releases.page.build_told"), className="quiet-text")
    return html.Section([_form("build", buttons, frame), told], className="card release-build")


def _jobs(jobs: Sequence[Any], frame: Frame) -> html.Div:
    """Jobs under way, with the way to stop them, or what became of the last."""
    words = frame.words
    told = html.Div([job_told(job, words) for job in jobs], id="release-told", role="status")
    cancel = html.Button(words.text("releases.page.cancel"), type="submit", className="button plain")
    forms = [_form(f"jobs/{job.id}/cancel", [cancel], frame) for job in jobs if not job.ended]
    return html.Div([told, html.Div(forms, id="release-stop")], className="card release-jobs", hidden=not jobs)


def job_told(job: Any, words: Words) -> html.Div:
    """How far a job is, or what became of it."""
    return html.Div(_told(job, words), className="job-told")


def _told(job: Any, words: Words) -> list[Any]:
    if job.status == "failed":
        failure = job.result["failure"]
        sentence = words.text(f"errors.{failure['code']}", **failure["details"])
        return [html.P([icon("warning", 16), sentence], className="notice warning")]
    if job.status == "cancelled":
        return [html.P(words.text("releases.page.cancelled"))]
    if job.ended:
        see = html.A(words.text("releases.page.see"), href=ADDRESS, className="button plain")
        return [html.P([icon("check", 16), words.text("releases.page.ready")]), see]
    said = words.text("releases.page.cancelling") if job.cancel else step(job, words)
    return [html.P([words.text("releases.page.building"), " ", said]), _bar(job, words)]


def _bar(job: Any, words: Words) -> html.Div:
    share = min(job.done / job.total, 1) if job.total and job.status == "running" else 0
    values = {"label": words.text("releases.page.progress"), "valuemin": "0", "valuemax": "100"}
    values["valuenow"] = str(round(share * 100))
    fill = html.Div(className="progress-fill", style={"width": f"{share:.1%}"})
    return html.Div(
        fill, className="progress", role="progressbar", **{f"aria-{name}": value for name, value in values.items()}
    )


def _draft(made: Made, frame: Frame) -> html.Section:
    words, audit = frame.words, made.log["audit"]
    built = words.text("releases.page.built", who=words.author(made.built_by), when=frame.when(made.built_at))
    return html.Section(
        [
            html.H2(words.text("releases.page.draft", number=str(made.number))),
            html.P(built),
            *([html.P(words.text("releases.synthetic"), className="notice")] if made.synthetic else []),
            html.P([icon("check", 16), words.text("releases.page.audit", **audit)]),
            *([html.P(words.text("releases.page.mended", **audit))] if "joined" in audit else []),
            html.H3(words.text("releases.page.changes")),
            html.Ul([html.Li(change[words.language]) for change in made.log["changes"]]),
            _compared(made, words),
            html.P(_download(made, words)),
            *_decision(made, frame),
        ],
        className="card",
    )


def _compared(made: Made, words: Words) -> html.Div:
    heads = [html.Th(words.text(f"releases.page.{name}"), scope="col") for name in ("table", "new", "gone", "changed")]
    rows = [
        html.Tr(
            [html.Th(words.text(f"releases.tables.{table}"), scope="row")]
            + [html.Td(words.number(numbers[name])) for name in ("new", "gone", "changed")]
        )
        for table, numbers in made.log["compared"].items()
    ]
    return _scrolled(heads, rows, words.text("releases.page.table"), "table")


def _scrolled(heads: Sequence[Any], rows: Sequence[Any], label: str, name: str) -> html.Div:
    """A table that is moved sideways where a telephone is too narrow for it, with the keyboard too."""
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className=name)
    return html.Div(table, className="scrolled", tabIndex="0", role="region", **{"aria-label": label})


def _download(made: Made, words: Words) -> html.A:
    told = [icon("download", 18), words.text("releases.page.download")]
    return html.A(told, href=f"{ADDRESS}/{made.number}.zip", className="button plain")


def _decision(made: Made, frame: Frame) -> list[Any]:
    words = frame.words
    if not frame.may_decide:
        return [html.P(words.text("releases.page.wait"), className="quiet-text")]
    if made.built_by == frame.email:
        return [html.P(words.text("errors.release.same_person"), className="quiet-text")]
    yes = html.Button(words.text("releases.page.approve"), type="submit", className="button")
    reason = f"reason-{made.number}"
    no = [
        html.Label(words.text("releases.page.reason"), htmlFor=reason),
        dcc.Input(id=reason, name="reason", type="text", maxLength=500, required=True),
        html.Button(words.text("releases.page.reject"), type="submit", className="button plain"),
    ]
    return [_form(f"{made.number}/approve", [yes], frame), _form(f"{made.number}/reject", no, frame)]


def _form(action: str, parts: Sequence[Any], frame: Frame) -> html.Form:
    """A plain form, so that it works whatever the browser runs."""
    token = dcc.Input(type="hidden", name="csrf_token", value=frame.token)
    return html.Form([token, *parts], action=f"{ADDRESS}/{action}", method="POST", className="release-form")


def _decided(decided: Sequence[Made], frame: Frame) -> html.Section:
    words = frame.words
    title = html.H2(words.text("releases.page.decided"))
    if not decided:
        return html.Section([title, html.P(words.text("releases.page.none"))], className="card")
    heads = [
        html.Th(words.text(f"releases.page.{name}"), scope="col")
        for name in ("number", "status", "built_by", "decided_by", "hash", "reason_given")
    ]
    rows = [html.Tr(_cells(one, frame)) for one in decided]
    label = words.text("releases.page.decided")
    return html.Section([title, _scrolled(heads, rows, label, "table words")], className="card")


def _cells(made: Made, frame: Frame) -> list[Any]:
    words = frame.words
    decided = f"{words.author(made.decided_by)}, {frame.when(made.decided_at)}" if made.decided_at else ""
    return [
        html.Th(str(made.number), scope="row"),
        html.Td(words.text(f"releases.page.statuses.{made.status}")),
        html.Td(f"{words.author(made.built_by)}, {frame.when(made.built_at)}"),
        html.Td(decided),
        html.Td(html.Span(made.sha256[:SHORT], title=made.sha256, className="hash")),
        html.Td(made.reason),
    ]
