"""What was forecast, when, and by whom? Sealed forecasts, a new run, and the switch of the main model."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html, register_page

from components import forecast_runs as view
from domain.errors import Invalid
from domain.people import Permission, may
from services import jobs
from services.forecast import anchored, runs, standing
from web import forecast_asked as asked
from web import session
from web.imports import form_token

POLL = 1000  # milliseconds

register_page(
    __name__,
    path="/forecast/runs",
    title="Atalaya",
    label="forecast.runs.nav",
    permission=Permission.FORECAST,
)

clientside_callback(
    ClientsideFunction("page", "fill"), Output("forecast-runs", "data-drawn"), Input("forecast-runs-drawn", "data")
)


def layout(**query: str) -> html.Div:
    """Every sealed forecast; with `verify` every seal is computed again."""
    store, actor, known = session.store(), session.actor(), asked.targets()
    if not known:
        return asked.empty("runs")
    target, may_run = asked.target(query, known), may(actor, Permission.FORECAST_RUN)
    sealed, verified = runs.listing(store, actor), bool(query.get("verify"))
    shown = view.Shown(
        sealed=sealed,
        superseded=view.replaced(sealed),
        targets=known,
        target=target,
        standing=standing.of(store, actor, target),
        jobs=jobs.forecasts_of(store, actor) if may_run else [],
        may_run=may_run,
        token=form_token(),
        broken=frozenset(one.forecast for one in runs.verify(store, actor)) if verified else None,
        gone=verified and bool(anchored.gone(store, actor)),
    )
    return html.Div([view.page(shown, asked.frame()), *_poll(shown)])


def _poll(shown: view.Shown) -> list[Any]:
    """The clock that asks how far the run on the page is."""
    if not shown.jobs:
        return []
    job = shown.jobs[0]
    return [
        dcc.Interval(id="forecast-poll", interval=POLL, disabled=job.ended),
        dcc.Store(id="forecast-job", data=job.id),
    ]


@callback(
    Output("forecast-progress", "children"),
    Output("forecast-poll", "disabled"),
    Output("forecast-cancel", "hidden"),
    Input("forecast-poll", "n_intervals"),
    State("forecast-job", "data"),
    prevent_initial_call=True,
)
def watch(_ticks: int, job: Any) -> tuple[list[Any], bool, bool]:
    """How far a run is."""
    if isinstance(job, bool) or not isinstance(job, int) or not 0 < job < 2**31:
        raise Invalid("malformed")
    found = jobs.find(session.store(), session.actor(), job, "forecast")
    return view.progress(found, asked.frame()), found.ended, found.ended
