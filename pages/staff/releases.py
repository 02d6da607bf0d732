"""What is published, and what waits for a second person?"""

from __future__ import annotations

from dash import html, register_page

from components import release_list
from domain.people import Permission, may
from services import jobs, releases
from web import session
from web.imports import form_token

SHOWN = 3  # jobs of one's own

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
    return release_list.page(releases.listing(store, actor), shown, frame)


def _shown(job: jobs.Job, place: int) -> bool:
    """What is under way, and the newest if it failed."""
    return not job.ended or (place == 0 and job.status == "failed")
