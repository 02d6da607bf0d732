"""The demo city's public side: its registers and requests in the desk, and a release that the public reads."""

from __future__ import annotations

from collections.abc import Callable

from config.place import place
from data_access.demo import record
from data_access.demo import registers as invented
from data_access.desk import Desk, evidence, registers, synthetic
from data_access.releases.reading import current
from data_access.store import Store
from domain.errors import Forbidden
from domain.people import Actor, Permission, require
from services import clock, releases
from services.demo import PLACE, SEED, yesterday
from services.footage import demo as footage

Step = Callable[[str], None]


def load(store: Store, desk: Desk, actor: Actor, production: bool, step: Step = lambda name: None) -> None:
    """Put the demo's registers, requests and release in the place of those there are.

    `step` is told "desk" and "release" as they begin. Raises Forbidden without permission or in production.
    """
    require(actor, Permission.IMPORT)
    if production:
        raise Forbidden("demo.production")
    remove(store, desk, actor)
    complete(store, desk, actor, production, step)


def complete(store: Store, desk: Desk, actor: Actor, production: bool, step: Step = lambda name: None) -> None:
    """Add what a demo city lacks, where nobody has filed a request or published. Raises Forbidden."""
    require(actor, Permission.IMPORT)
    with store.engine.connect() as connection:
        if production or not record.is_loaded(connection) or record.is_real(connection):
            return
    with desk.engine.connect() as connection:
        filled = synthetic.are_there(connection) or synthetic.real_are_there(connection)
    if not filled:
        step("desk")
        fill(desk, actor)
    if current(store.releases) is None:
        step("release")
        releases.publish_demo(store, desk, PLACE)


def fill(desk: Desk, actor: Actor) -> None:
    """Put the registers and requests in. Raises Forbidden."""
    require(actor, Permission.IMPORT)
    with desk.writing() as connection:
        now = clock.now()
        invented.load(connection, place(PLACE), yesterday(), SEED, actor.email, now)
        cameras = [camera.code for camera in registers.cameras(connection)]
        footage.load(connection, desk, cameras, now)


def remove(store: Store, desk: Desk, actor: Actor) -> int:
    """Take the demo's registers, requests and releases out; how many requests. Raises Forbidden."""
    require(actor, Permission.IMPORT)
    releases.forget_demo(store)
    with desk.writing() as connection:
        files = synthetic.files(connection)
        count = synthetic.remove(connection, clock.now(), actor.email)
        registers.remove_synthetic(connection)
    for id in files:
        evidence.erase(desk, id)
    return count
