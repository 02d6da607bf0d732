"""Requests for footage for tests that do not file one."""

from __future__ import annotations

from sqlalchemy import Connection

from data_access.desk import Desk, requests
from domain.footage.case import Case
from domain.footage.states import Status

WHO = {"name": "Ana Soto", "document": "12345678-5"}


def a_request(connection: Connection, desk: Desk, folio: str, **values: object) -> Case:
    """A request as somebody filed it, at second 10."""
    row = {
        "folio": folio,
        "secret": folio.rjust(64, "0"),
        "status": Status.RECEIVED,
        "kind": "party",
        "tracks": "subject",
        "jurisdiction": "chile",
        "channel": "web",
        "language": "es",
        "received_at": 10,
        "segments": [[0, 600]],
        "place": {"cameras": ["C1"], "corner": "Mi casa", "point": None},
        "delivery": "counter",
    }
    return requests.add(connection, desk.seal, row | values, WHO)
