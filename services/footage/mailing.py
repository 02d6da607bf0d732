"""Sending what waits in the outbox. Nothing is lost while the mail server is down or when a worker dies.

A letter is taken in one transaction, handed to the server, and noted as sent in another. A worker that dies after the
server took a letter and before it could note so is the one way in which a letter goes out again; it then bears the same
number, by which mailboxes know it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from data_access.desk import Desk, outbox
from data_access.desk.outbox import FAILED, SENT, Entry
from data_access.engine import writing
from data_access.mail import Message, Post, Postponed, Undeliverable, Unreachable
from domain.errors import Stale

log = logging.getLogger(__name__)

DOWN = 300  # seconds that everything waits where the server takes nothing


@dataclass(frozen=True, slots=True)
class Round:
    """How many letters went out, and how many never will."""

    sent: int = 0
    failed: int = 0
    down: bool = False  # the server takes nothing now


def send_waiting(desk: Desk, post: Post, now: int) -> Round:
    """Send every letter that is due, one after the other, until none is or the server takes nothing."""
    sent = failed = 0
    with post:
        while (entry := _taken(desk, now)) is not None:
            try:
                post.send(_message(desk, entry))
            except Unreachable as error:
                log.warning("The mail server takes nothing, all letters wait: %s", error)
                _put_off(desk, now)
                return Round(sent, failed, True)
            except (Postponed, Stale) as error:  # not now, or no key of the desk's opens it
                log.warning("Letter %s waits: %s", entry.id, error)
            except Undeliverable as error:
                log.warning("Letter %s cannot be sent: %s", entry.id, error)
                failed += 1
                _close(desk, entry, FAILED, None)
            else:
                sent += 1
                _close(desk, entry, SENT, now)
    return Round(sent, failed)


def _taken(desk: Desk, now: int) -> Entry | None:
    with desk.engine.connect() as connection:
        if not outbox.any_due(connection, now):
            return None
    with writing(desk.engine) as connection:
        return outbox.claim(connection, now)


def _message(desk: Desk, entry: Entry) -> Message:
    with desk.engine.connect() as connection:
        letter = outbox.read(connection, desk.seal, entry.id)
    return Message(f"{entry.folio}.{entry.id}", letter.to, letter.subject, letter.text)


def _put_off(desk: Desk, now: int) -> None:
    with writing(desk.engine) as connection:
        outbox.put_off(connection, now, now + DOWN)


def _close(desk: Desk, entry: Entry, status: str, at: int | None) -> None:
    with writing(desk.engine) as connection:
        outbox.close(connection, entry.id, status, at)
