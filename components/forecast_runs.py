"""Every sealed forecast with its seal, making a new one, and the switch of the main model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dash import dcc, html

from components.forecast_parts import PATH, SHORT, Frame, address, choice, head, model, section, titled, week
from components.forecast_trust import log
from components.icons import icon
from components.markup import markup
from domain.forecast.models import Model
from domain.forecast.sealed import Sealed, Standing, Target
from locales import Words

ADDRESS = f"{PATH}/runs"
LEAST, MOST = 10, 500  # letters of a reason
STEPS = ("counting", "sealing", "sealed", "again")  # besides the models that learn
ROWS = 60  # forecasts on the page


class Job(Protocol):
    """A run under way or over."""

    id: int
    status: str
    done: int
    total: int | None
    step: str
    cancel: bool
    result: dict[str, Any]

    @property
    def ended(self) -> bool: ...

    @property
    def log(self) -> list[tuple[int, str]]: ...


@dataclass(frozen=True)
class Shown:
    """Everything that the page draws; `broken` are the numbers of forecasts whose seal does not hold, None where that
    was not asked for."""

    sealed: Sequence[Sealed]
    superseded: frozenset[int]
    targets: Sequence[Target]
    target: Target
    standing: Standing
    jobs: Sequence[Job]
    may_run: bool
    token: str
    broken: frozenset[int] | None = None
    gone: bool = False  # the record reaches less far than the newest release tells


def page(shown: Shown, frame: Frame) -> html.Div:
    words = frame.words
    act = [_run(shown, words), _switch(shown, frame)] if shown.may_run else [_leader(shown, words)]
    return html.Div(
        [
            head("runs", shown.target, words),
            html.P(words.text("forecast.runs.told"), className="sentence"),
            *_verified(shown, words),
            html.Div(act, className="forecast-pair"),
            *([job_card(shown.jobs[0], frame, shown.token)] if shown.jobs else []),
            _past(shown.jobs[1:], words),
            _sealed(shown, frame),
            html.Div(id="forecast-log-place"),
            dcc.Store(id="forecast-runs-drawn", data=parts(shown, frame)),
        ],
        id="forecast-runs",
        className="forecast-page",
        **{"data-link": address("runs", shown.target)},
    )


def parts(shown: Shown, frame: Frame) -> dict[str, str]:
    """The HTML of each part by its id."""
    drawn = {
        "forecast-target": choice("runs", shown.targets, shown.target, frame.words),
        "forecast-log-place": log(shown.standing.log, frame),
    }
    return {id: markup(part) for id, part in drawn.items()}


def _verified(shown: Shown, words: Words) -> list[Any]:
    """What came of verifying every seal."""
    if shown.broken is None:
        return []
    said = [words.text("forecast.runs.gone")] if shown.gone else []
    if shown.broken:
        numbers = words.listed(str(one) for one in sorted(shown.broken))
        said.append(words.text("forecast.runs.broken", numbers=numbers))
    if said:
        return [
            html.P([icon("warning", 18), html.Span(told)], className="notice warning", role="alert") for told in said
        ]
    told = words.text("forecast.runs.whole", count=len(shown.sealed))
    return [html.P([icon("check", 18), html.Span(told)], className="notice done", role="status")]


# --- a new one --------------------------------------------------------------------------------------------------


def _form(action: str, parts: Sequence[Any], token: str) -> html.Form:
    """A plain form, so that it works whatever the browser runs."""
    hidden = dcc.Input(type="hidden", name="csrf_token", value=token)
    return html.Form([hidden, *parts], action=f"{ADDRESS}/{action}", method="POST", className="forecast-form")


def _run(shown: Shown, words: Words) -> html.Section:
    options = [
        html.Option(titled(target, words), value=chosen(target), selected=target == shown.target)
        for target in shown.targets
    ]
    label = html.Label([words.text("forecast.target"), html.Select(options, name="target", className="chooser")])
    button = html.Button([icon("forecast", 18), words.text("forecast.runs.run")], type="submit", className="button")
    return section(
        "forecast-run",
        words.text("forecast.runs.run_title"),
        html.P(words.text("forecast.runs.run_told"), className="quiet-text"),
        _form("run", [label, button], shown.token),
    )


def chosen(target: Target) -> str:
    """A target and its cell size as one value of a form; `parsed` is the way back."""
    return f"{target.code}@{target.cell}"


def parsed(value: str) -> Target:
    """Raises Invalid for what is no target."""
    code, _, cell = value.partition("@")
    return Target.parse(code, int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 6 else 0)


def job_card(job: Job, frame: Frame, token: str) -> html.Section:
    """The newest run that one asked for, with the way to stop it."""
    words = frame.words
    cancel = html.Button(words.text("forecast.runs.cancel"), type="submit", className="button plain")
    return section(
        "forecast-job-card",
        words.text("forecast.runs.job"),
        html.Div(progress(job, frame), id="forecast-progress", **{"aria-live": "polite"}),
        html.Div(_form(f"{job.id}/cancel", [cancel], token), id="forecast-cancel", hidden=job.ended),
    )


def progress(job: Job, frame: Frame) -> list[Any]:
    """How far a run is or what it came to, and what it told on the way."""
    words = frame.words
    if job.ended:
        return [_ended(job, words), _told(job, frame)]
    share = min(job.done / job.total, 1) if job.total and job.status == "running" else 0
    bar = html.Div(
        html.Div(className="progress-fill", style={"width": f"{share:.1%}"}),
        className="progress",
        role="progressbar",
        **{"aria-label": words.text("forecast.runs.job"), "aria-valuemin": "0", "aria-valuemax": "100"},
        **{"aria-valuenow": str(round(share * 100))},
    )
    said = words.text("forecast.runs.cancelling") if job.cancel else _now(job, words)
    return [html.P(said), bar, _told(job, frame)]


def _told(job: Job, frame: Frame) -> html.Details | None:
    """The log of a run: when it began which step."""
    if not job.log:
        return None
    lines = [
        html.Li([html.Span(frame.words.instant(at, frame.zone, "HH:mm:ss"), className="quiet-text"), " ", said])
        for at, said in ((at, step(one, frame.words)) for at, one in job.log)
    ]
    summary = html.Summary(frame.words.text("forecast.runs.log"), className="quiet small")
    return html.Details([summary, html.Ol(lines, className="job-log")], className="rest", open=not job.ended)


def _now(job: Job, words: Words) -> str:
    if job.status != "running" or not job.step:
        return words.text(f"forecast.runs.{'waiting' if job.status == 'waiting' else 'starting'}")
    return step(job.step, words)


def step(name: str, words: Words) -> str:
    """What a run is at: a model that learns, or what comes before and after."""
    if name in tuple(Model):
        return words.text("forecast.runs.learning", model=model(Model(name), words))
    return words.text(f"forecast.runs.steps.{name if name in STEPS else 'other'}")


def _ended(job: Job, words: Words) -> html.P:
    failure = job.result.get("failure")
    if job.status == "failed" and failure:
        said = words.text(f"errors.{failure['code']}", **failure["details"])
        return html.P([icon("warning", 16), html.Span(said)], className="notice warning", role="alert")
    if job.status == "cancelled":
        return html.P(words.text("forecast.runs.cancelled"))
    there = html.A(words.text("forecast.runs.see"), href=ADDRESS, **{"data-go": "yes"})
    return html.P([icon("check", 16), words.text("forecast.runs.done"), " ", there], className="notice done")


def _past(jobs: Sequence[Job], words: Words) -> html.Details | None:
    """One's earlier runs and what became of them."""
    if not jobs:
        return None
    items = [html.Li(_ended(job, words) if job.ended else _now(job, words)) for job in jobs]
    return html.Details(
        [html.Summary(words.text("forecast.runs.earlier"), className="quiet small"), html.Ul(items)], className="rest"
    )


# --- the switch -------------------------------------------------------------------------------------------------


def _leader(shown: Shown, words: Words) -> html.Section:
    told = words.text("forecast.runs.leader", leader=model(shown.standing.leader, words))
    return section("forecast-switch", words.text("forecast.runs.switch_title"), html.P(told))


def _switch(shown: Shown, frame: Frame) -> html.Section:
    """Off or on, and a demotion taken back: each with its reason, in two steps."""
    words, now = frame.words, shown.standing
    acts = ["on" if now.off else "off", *(["restore"] if now.demoted else [])]
    told = words.text("forecast.runs.leader", leader=model(now.leader, words))
    return section(
        "forecast-switch",
        words.text("forecast.runs.switch_title"),
        html.P(told),
        html.P(words.text("forecast.runs.switch_told"), className="quiet-text"),
        *(_act(act, shown, words) for act in acts),
    )


def _act(act: str, shown: Shown, words: Words) -> html.Details:
    field = f"forecast-reason-{act}"
    why = words.text("forecast.runs.reason", least=LEAST)
    area = dcc.Textarea(
        id=field, name="reason", minLength=LEAST, maxLength=MOST, required=True, rows=3, className="reason-box"
    )
    parts = [
        dcc.Input(type="hidden", name="target", value=chosen(shown.target)),
        dcc.Input(type="hidden", name="act", value=act),
        html.P(words.text(f"forecast.runs.acts.{act}_told", name=titled(shown.target, words))),
        html.Label(why, htmlFor=field),
        area,
        html.Button(words.text(f"forecast.runs.acts.{act}_yes"), type="submit", className="button"),
    ]
    face = html.Summary(words.text(f"forecast.runs.acts.{act}"), className="button plain")
    return html.Details([face, _form("switch", parts, shown.token)], id=f"forecast-{act}", className="act")


# --- what was sealed --------------------------------------------------------------------------------------------


def _sealed(shown: Shown, frame: Frame) -> html.Section:
    """Every forecast of the chosen target, newest first, and those of any whose seal does not hold."""
    words = frame.words
    title = words.text("forecast.runs.sealed")
    found = [one for one in shown.sealed if one.target == shown.target or one.id in (shown.broken or ())]
    if not found:
        return section("forecast-sealed", title, html.P(words.text("forecast.runs.none"), className="quiet-text"))
    columns = ("number", "week", "target", "made", "state", "seal")
    heads = [html.Th(words.text(f"forecast.runs.columns.{column}"), scope="col") for column in columns]
    rows = [_row(one, shown, frame) for one in found[:ROWS]]
    more = len(found) - ROWS
    caption = html.Caption(title, className="visually-hidden")
    drawn = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="table worded sealed")
    known = {"role": "group", "aria-label": title, "tabIndex": "0"}
    rest = [html.P(words.text("forecast.runs.more", count=more), className="quiet-text")] if more > 0 else []
    verify = dcc.Link(
        [icon("lock", 18), words.text("forecast.runs.verify")],
        href=address("runs", shown.target, verify="all"),
        className="button plain",
    )
    told = html.P(words.text("forecast.runs.sealed_told"), className="quiet-text")
    return section("forecast-sealed", title, told, verify, html.Div(drawn, className="scrolling", **known), *rest)


def _row(one: Sealed, shown: Shown, frame: Frame) -> html.Tr:
    words = frame.words
    kind = "broken" if shown.broken and one.id in shown.broken else state(one, shown.superseded)
    there = dcc.Link(week(one.week, words), href=address("coming", one.target, week=one.week))
    synthetic = [html.Div(words.text("ui.synthetic"), className="quiet-text")] if one.synthetic else []
    return html.Tr(
        [
            html.Th(str(one.id), scope="row"),
            html.Td(there),
            html.Td([titled(one.target, words), *synthetic]),
            html.Td([frame.when(one.made_at), html.Div(words.author(one.actor), className="quiet-text")]),
            html.Td(words.text(f"forecast.runs.states.{kind}"), className=f"sealed-{kind}"),
            html.Td(html.Span(one.seal[:SHORT], title=one.seal, className="hash")),
        ]
    )


def state(one: Sealed, superseded: frozenset[int]) -> str:
    """Late, superseded by a later one of the same week, or the one that counts."""
    return "late" if one.late else "superseded" if one.id in superseded else "counts"


def replaced(sealed: Sequence[Sealed]) -> frozenset[int]:
    """The forecasts that another of the same target and week, made on time after them, stands in for."""
    newest: dict[tuple[Target, Any], Sealed] = {}
    for one in sorted(sealed, key=lambda one: one.id):
        if not one.late:
            newest[one.target, one.week] = one
    return frozenset(one.id for one in sealed if not one.late and newest[one.target, one.week].id != one.id)
