"""Naming the camera that saw it: who asked gave a corner alone, and a custodian knows which cameras look there."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from config.jurisdiction import jurisdiction
from data_access.desk import Desk, events, holds, registers
from domain.errors import Invalid, Stale
from domain.footage.case import Case, Hold
from domain.people import Actor, Permission, require
from services import clock
from services.footage import custody, terms

AROUND = 3_600  # seconds before and after what was asked for


def place(desk: Desk, actor: Actor, folio: str, number: int, camera: str, starts: int | None, ends: int | None) -> None:
    """Hold a stretch of a camera of the register as long as another hold of the case; one that names no camera is let
    go with that. The new one is to be confirmed as any.

    Raises Forbidden, NotFound, Invalid with what is wrong by field, or Stale where it is held already.
    """
    require(actor, Permission.CUSTODY)
    with desk.writing() as connection:
        case, hold = custody.held(connection, desk, actor, folio, number)
        camera, now = camera.strip(), clock.now()
        wrong = {"camera": _unknown(connection, camera), **_far(case, hold, starts, ends)}
        if starts is None or ends is None or any(wrong.values()):
            raise Invalid("footage.incomplete", fields={name: problem for name, problem in wrong.items() if problem})
        stretch = {"camera": camera, "starts": starts, "ends": ends}
        if any(stretch == _stretch(one) for one in holds.of(connection, case.id) if one.released_at is None):
            raise Stale("footage.stale", folio=folio)
        days = registers.retention(connection, camera) or jurisdiction(case.jurisdiction).retention_days
        first = terms.confirm_by(now, starts + days * terms.DAY)
        placed = holds.place(connection, case.id, camera, starts, ends, hold.until, now, first, hold.kept_until)
        told = {"hold": placed, **stretch, "until": hold.until, "as": str(Permission.CUSTODY)}
        events.append(connection, folio, now, actor.email, "hold_placed", told)
        if not hold.camera:
            holds.release(connection, [hold.id], now)
            events.append(connection, folio, now, actor.email, "release", {"hold": hold.id, "instead": placed})


def _unknown(connection: Connection, camera: str) -> str:
    if not camera:
        return "missing"
    return "" if any(one.code == camera for one in registers.cameras(connection)) else "camera"


def _far(case: Case, hold: Hold, starts: int | None, ends: int | None) -> Mapping[str, str]:
    """What is wrong with a stretch: it must lie near what was asked for; in the place of a hold, near what that is
    for."""
    wrong = {name: "missing" for name, at in (("starts", starts), ("ends", ends)) if at is None}
    if starts is None or ends is None:
        return wrong
    if ends <= starts:
        return {"ends": "order"}
    asked = [one for one in case.segments if hold.camera or (hold.starts <= one[0] and one[1] <= hold.ends)]
    near = any(first - AROUND <= starts and ends <= last + AROUND for first, last in asked)
    return {} if near else {"starts": "far", "ends": "far"}


def _stretch(hold: Hold) -> dict[str, object]:
    return {"camera": hold.camera, "starts": hold.starts, "ends": hold.ends}
