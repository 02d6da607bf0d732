"""What is published, and what waits for a second person?"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, callback, dcc, html, register_page

from components import release_list
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
    asked = jobs.releases_of(store, actor)[:SHOWN]
    shown = [job for place, job in enumerate(asked) if not job.ended or (place == 0 and job.status != "done")]
    poll = dcc.Interval(id="release-poll", interval=POLL, disabled=all(job.ended for job in shown))
    return html.Div([release_list.page(releases.listing(store, actor), shown, frame), poll])


@callback(
    Output("release-told", "children"),
    Output("release-stop", "hidden"),
    Output("release-poll", "disabled"),
    Input("release-poll", "n_intervals"),
    prevent_initial_call=True,
)
def watch(_ticks: int) -> tuple[list[Any], bool, bool]:
    """How far one's own builds are; the newest also when it has ended."""
    asked = jobs.releases_of(session.store(), session.actor())[:SHOWN]
    shown = [job for place, job in enumerate(asked) if not job.ended or place == 0]
    over = all(job.ended for job in shown)
    return [release_list.job_told(job, session.words()) for job in shown], over, over
