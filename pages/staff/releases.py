"""What is published, and what waits for a second person?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, dcc, html, register_page

from components import release_list
from domain.errors import Invalid
from domain.people import Permission, may
from services import jobs, releases
from web import session
from web.imports import form_token

SHOWN = 3  # jobs of one's own
POLL = 1500  # milliseconds

register_page(
    __name__,
    path="/releases",
    title="Atalaya",
    label="releases.nav",
    icon="world",
    group="public",
    permission=Permission.RELEASES_READ,
)


def layout(**_: str) -> html.Div:
    """Drafts and releases, and what one has asked for."""
    store, actor = session.store(), session.actor()
    frame = release_list.Frame(
        words=session.words(),
        zone=session.here().zone,
        email=actor.email,
        may_build=may(actor, Permission.RELEASES),
        may_decide=may(actor, Permission.PUBLISH),
        token=form_token(),
    )
    asked = jobs.releases_of(store, actor)[:SHOWN] if frame.may_build else []
    shown = [job for place, job in enumerate(asked) if _shown(job, place)]
    poll = dcc.Interval(id="release-poll", interval=POLL, disabled=all(job.ended for job in shown))
    return html.Div([release_list.page(releases.listing(store, actor), shown, frame), poll])


def _shown(job: jobs.Job, place: int) -> bool:
    """What is under way, and the newest if it came to nothing."""
    return not job.ended or (place == 0 and job.status in ("failed", "cancelled"))


@callback(
    Output({"release-job": ALL}, "children"),
    Input("release-poll", "n_intervals"),
    State({"release-job": ALL}, "id"),
    prevent_initial_call=True,
)
def watch(_ticks: int, shown: Any) -> list[Any]:
    """How far the builds on the page are."""
    words, store, actor = session.words(), session.store(), session.actor()
    return [release_list.job_told(jobs.find(store, actor, _number(one), "release"), words) for one in shown[:SHOWN]]


def _number(id: Any) -> int:
    number = id.get("release-job") if isinstance(id, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**31:
        raise Invalid("malformed")
    return number
