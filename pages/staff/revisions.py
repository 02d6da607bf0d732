"""What was said at the end of each month, and what does the record say of it now?"""

from __future__ import annotations

from dash import html, register_page

from components import revision_list
from domain.errors import DomainError, NotFound
from domain.people import Permission, may
from services import revisions
from web import session
from web.imports import form_token

register_page(
    __name__,
    path="/adoption/revisions",
    label="revisions.nav",
    icon="audit",
    group="adoption",
    permission=Permission.ADOPTION,
)


def layout(month: str = "", **_: str) -> html.Div:
    """The months, and the one named, or the newest that is closed, beside what the record says now."""
    store, actor = session.store(), session.actor()
    frame = revision_list.Frame(
        words=session.words(),
        zone=session.here().zone,
        may_close=may(actor, Permission.TABLES),
        own=actor.own_precincts,
        whole=actor.precincts is None,
        token=form_token(),
    )
    try:
        found = revisions.listing(store, actor)
    except NotFound:
        return revision_list.page((), None, frame)
    chosen = month or next((one.month for one in found if one.closing), "")
    if not chosen:
        return revision_list.page(found, None, frame)
    try:
        closed, changed = revisions.compare(store, actor, chosen)
    except DomainError as problem:
        return revision_list.page(found, revision_list.refusal(session.words().error(problem)), frame)
    return revision_list.page(found, revision_list.month_closed(closed, changed, frame), frame, chosen)
