"""Releases: built from the record, agreed to by another person, then frozen. Corrections are new releases."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from data_access.desk import Desk
from data_access.engine import writing
from data_access.releases import folders, reading
from data_access.releases import record as kept
from data_access.releases.auditing import Outside
from data_access.releases.files import MANIFEST
from data_access.releases.reading import Changed, Release, current
from data_access.store import Store
from domain.errors import Forbidden, Invalid, Stale
from domain.people import SYSTEM, Actor, Permission, Role, require
from domain.progress import Progress, silent
from domain.release.made import Made, Status
from locales import DEFAULT
from services import audit, clock, release_building
from services.audit import note
from services.here import here
from services.release_building import Wanted

__all__ = ["Made", "Release", "Status", "current"]

LONGEST_REASON = 500
# Agrees to the demo's release, which a program may: it tells of nobody.
SECOND = Actor(id=0, email="system-second", roles=frozenset({Role.TRANSPARENCY}))


def build(
    store: Store,
    desk: Desk,
    actor: Actor,
    place: str = "",
    correction: bool = False,
    progress: Progress = silent,
    outside: Sequence[Outside] = (),
) -> Made:
    """Build a draft of the next release from the record as it is.

    `place` is what the settings call the city. Without `correction` what was published stays as it is told. `outside`
    are exact figures that others tell. Raises Forbidden, or Invalid where nothing can be published.
    """
    require(actor, Permission.RELEASES)
    _settle(store)
    now = clock.now()
    with store.engine.connect() as connection:
        number = kept.next_number(connection)
    wanted = Wanted(here(store, place, DEFAULT), number, now, correction)
    built = release_building.build(store, desk, wanted, progress, outside)
    sha256 = hashlib.sha256(built.files[MANIFEST]).hexdigest()
    made = Made(number, Status.DRAFT, wanted.here.synthetic, sha256, actor.email, now, None, None, "", built.log)
    with writing(store.engine) as connection:
        if kept.next_number(connection) != number:
            raise Stale("release.overtaken")
        folders.keep_draft(store.releases, number, built.files)
        kept.add(connection, made)
        note(connection, actor, "release.built", str(number), sha256=sha256, synthetic=made.synthetic)
    return made


def approve(store: Store, actor: Actor, number: int) -> Made:
    """Publish a draft that somebody else built, unless its bytes or what it builds upon have changed.

    Raises Forbidden, NotFound, Invalid or Stale.
    """
    require(actor, Permission.PUBLISH)
    _settle(store)
    with writing(store.engine) as connection:
        made = kept.get(connection, number)
        if made.status is not Status.DRAFT:
            raise Stale("release.decided", number=str(number))
        if made.built_by == actor.email:
            raise Forbidden("release.same_person")
        _unchanged(store, made)
        kept.decide(connection, number, Status.APPROVED, actor.email, clock.now())
        note(connection, actor, "release.approved", str(number), sha256=made.sha256, built_by=made.built_by)
    folders.publish(store.releases, number)
    return _read(store, number)


def _unchanged(store: Store, made: Made) -> None:
    """Refuse a draft that is not what was built, or that was built on another release than the present one."""
    draft = reading.draft(store.releases, made.number)
    _whole(draft, made)
    same = (release for release in reading.every(store.releases) if release.synthetic == made.synthetic)
    last = next(same, None)
    if (draft.manifest["previous"] or {}).get("sha256") != (last.sha256 if last else None):
        raise Stale("release.older")


def _whole(release: Release, made: Made) -> None:
    try:
        release.verify()
    except Changed as problem:
        raise Invalid("release.changed", number=str(made.number), file=str(problem)) from problem
    if release.sha256 != made.sha256:
        raise Invalid("release.changed", number=str(made.number), file=MANIFEST)


def reject(store: Store, actor: Actor, number: int, reason: str) -> Made:
    """Refuse a draft, with the reason for those who build. Raises Forbidden, NotFound, Invalid or Stale."""
    require(actor, Permission.PUBLISH)
    told = " ".join(reason.split())[:LONGEST_REASON]
    if not told:
        raise Invalid("release.no_reason")
    with writing(store.engine) as connection:
        made = kept.get(connection, number)
        if made.built_by == actor.email:
            raise Forbidden("release.same_person")
        kept.decide(connection, number, Status.REJECTED, actor.email, clock.now(), told)
        note(connection, actor, "release.rejected", str(number), reason=told)
    folders.discard(store.releases, number)
    return _read(store, number)


def listing(store: Store, actor: Actor) -> list[Made]:
    """Every release, the newest first. Raises Forbidden."""
    require(actor, Permission.RELEASES_READ)
    _settle(store)
    with store.engine.connect() as connection:
        return kept.listing(connection)


def verify(store: Store, actor: Actor) -> list[int]:
    """Compare every byte of every release with its manifest and with the record; the numbers of those that are whole.

    Raises Forbidden, or Invalid for the first that is not.
    """
    whole = []
    for made in listing(store, actor):
        if made.status is Status.REJECTED:
            continue
        find = reading.find if made.status is Status.APPROVED else reading.draft
        _whole(find(store.releases, made.number), made)
        whole.append(made.number)
    return whole


def draft(store: Store, actor: Actor, number: int) -> Release:
    """A draft's files, for who decides; the audit log tells who took them. Raises Forbidden or NotFound."""
    require(actor, Permission.RELEASES_READ)
    found = reading.draft(store.releases, number)
    audit.record(store, actor, "export.releases", str(number))
    return found


def _read(store: Store, number: int) -> Made:
    with store.engine.connect() as connection:
        return kept.get(connection, number)


def _settle(store: Store) -> None:
    """Put in place what was approved by a process that died before it could."""
    with store.engine.connect() as connection:
        approved = [made.number for made in kept.listing(connection) if made.status is Status.APPROVED]
    for number in approved:
        folders.publish(store.releases, number)


# --- the demo's ------------------------------------------------------------------------------------------------


def publish_demo(store: Store, desk: Desk, place: str = "") -> Made:
    """Build and publish a release of the demo city, by two hands of the program. Raises Invalid for real data."""
    if not here(store, place, DEFAULT).synthetic:
        raise Invalid("release.real")
    made = build(store, desk, SYSTEM, place)
    return approve(store, SECOND, made.number)


def forget_demo(store: Store) -> int:
    """Take the demo's releases away; how many there were."""
    with writing(store.engine) as connection:
        gone = kept.forget_synthetic(connection)
    for number in gone:
        folders.erase(store.releases, number)
    return len(gone)
