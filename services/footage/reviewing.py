"""The weekly review of views of who asks: what was drawn, and what whoever audits found, in the audit log; the words of
a note are sealed at the desk, and the log keeps their digest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from data_access import audit as log
from data_access.desk import Desk, events, requests, texts, views
from data_access.store import Store
from domain.audit import Event
from domain.errors import Forbidden, Invalid, NotFound
from domain.footage.handling import TEXT, Field
from domain.footage.review import Mark, Review, Verdict, Week, draw, named, week
from domain.people import Actor, Permission, require
from services import audit, clock
from services.footage import cases

WEEKS = 8  # shown beside one another
LONGEST = 500  # letters of a note


def recent(desk: Desk, store: Store, actor: Actor, zone: str) -> list[Review]:
    """The last weeks that are over, the newest first. Raises Forbidden."""
    require(actor, Permission.REVIEW)
    first, here = _last(zone).first, ZoneInfo(zone)
    return [_review(desk, store, week(first - timedelta(weeks=ago), here)) for ago in range(WEEKS)]


def review(desk: Desk, store: Store, actor: Actor, zone: str, name: str = "") -> Review:
    """What was drawn of a week, the last that is over unless named. Raises Forbidden, or NotFound for one that is not
    over or is none."""
    require(actor, Permission.REVIEW)
    found = named(name, ZoneInfo(zone)) if name else _last(zone)
    if found is None or found.end > clock.now():
        raise NotFound("footage.no_week")
    return _review(desk, store, found)


def mark(desk: Desk, store: Store, actor: Actor, zone: str, name: str, view: int, told: Mapping[str, str]) -> None:
    """Say that a drawn view was in order, or is to be followed up, which asks for a note. Nothing said before goes.

    Raises Forbidden, also for a view of one's own, NotFound for what was not drawn, or Invalid.
    """
    found = review(desk, store, actor, zone, name)
    drawn = next((one for one in found.drawn if one.id == view), None)
    if drawn is None:
        raise NotFound("footage.no_view")
    if drawn.actor == actor.email:
        raise Forbidden("footage.own_view")
    verdict, note = told.get("verdict", ""), told.get("note", "").strip()
    wrong = {"verdict": Field("verdict", tuple(Verdict)).problem(verdict)}
    if note or verdict == Verdict.FOLLOW_UP:
        wrong["note"] = Field("note", least=TEXT if verdict == Verdict.FOLLOW_UP else 1, most=LONGEST).problem(note)
    if any(wrong.values()):
        raise Invalid("footage.incomplete", fields={field: code for field, code in wrong.items() if code})
    seen = {"view": drawn.id, "hash": drawn.hash, "folio": drawn.folio, "viewer": drawn.actor}
    with desk.writing() as connection:
        case = requests.by_folio(connection, drawn.folio)
        if case is not None and note:
            texts.put(connection, desk.seal, case, cases.REVIEW, clock.now(), actor.email, note)
            seen["note_sha256"] = _digest(note)
        audit.record(store, actor, "footage.reviewed", found.week.name, **seen, verdict=verdict)


def _last(zone: str) -> Week:
    """The last week that is over."""
    here = ZoneInfo(zone)
    return week(datetime.fromtimestamp(clock.now(), here).date() - timedelta(weeks=1), here)


def _review(desk: Desk, store: Store, of: Week) -> Review:
    with desk.engine.connect() as connection:
        seen = views.between(connection, of.start, of.end)
        drawn = draw(seen, of.name, events.head(connection, of.end))
    with store.engine.connect() as connection:
        found = log.about(connection, "footage.reviewed", of.name)
    with desk.engine.connect() as connection:
        marks = tuple(_mark(one, _note(connection, desk, one)) for one in found)
    return Review(of, len(seen), drawn, marks)


def _mark(event: Event, note: str) -> Mark:
    told = event.details
    return Mark(int(told["view"]), event.at, event.actor, Verdict(told["verdict"]), note)


def _note(connection: Connection, desk: Desk, event: Event) -> str:
    """The words of a mark; none where they went with those of their case."""
    told = event.details
    case = requests.by_folio(connection, str(told["folio"])) if "note_sha256" in told else None
    if case is None:
        return str(told.get("note", ""))  # as marks of earlier releases kept it
    said = (one.text for one in texts.of(connection, desk.seal, case) if one.kind == cases.REVIEW)
    return next((text for text in said if _digest(text) == told["note_sha256"]), "")


def _digest(note: str) -> str:
    return sha256(note.encode()).hexdigest()
