"""Whether an e-mail address belongs to who asked: a letter with a code, which they send back once.

Nothing but that letter goes to an address that was typed on the web until then. The code is kept as its SHA-256 in
the chain of events; it is confirmed by POST, since programs that look through mail open every link.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Connection

from data_access.desk import Desk, events, outbox, requests, tries
from data_access.desk.outbox import Letter
from data_access.engine import writing
from domain.errors import Illegal, NotFound, Throttled
from domain.footage.case import Case, Link
from domain.footage.codes import CODE, FOLIO, encoded, read, shown
from domain.footage.view import Mail
from locales import Words
from services import clock
from services.footage import letters

DAYS, LETTERS = 14, 3  # that a code lasts; letters that are written to one address
WINDOW, TRIES = 600, 10  # seconds; wrong codes of one visitor in that time
ASKED = "address_asked"
PAGE = "/confirm"


def state(connection: Connection, desk: Desk, case: Case) -> Mail:
    """Whether who asks is written to."""
    if case.synthetic or not letters.safe_address(requests.who(connection, desk.seal, case)):
        return Mail.NONE
    links = events.of(connection, case.folio)
    if letters.reachable(case, links):
        return Mail.CONFIRMED
    return Mail.WAITING if sum(link.action == ASKED for link in links) < LETTERS else Mail.SPENT


def ask(connection: Connection, desk: Desk, case: Case, email: str, at: int) -> None:
    """Write the letter with a new code; a code of before opens nothing any more."""
    code, words = encoded(secrets.token_bytes(CODE), CODE), Words(case.language)
    whole = shown(case.folio + code)
    where = words.text(f"letters.address.{'link' if desk.site else 'page'}", site=desk.site, page=PAGE, code=whole)
    parts = [words.text("letters.greeting"), words.text("letters.address.text"), where]
    parts.append(words.text("letters.neutral.closing"))
    letter = Letter(email, words.text("letters.address.subject"), "\n\n".join(parts))
    number = outbox.add(connection, desk.seal, case.id, "address", case.language, letter, at)
    told = {"letter": number, "digest": _digest(code)}
    events.append(connection, case.folio, at, "system", ASKED, told)


def again(desk: Desk, case: Case) -> None:
    """Write another letter. Raises Illegal where none is due."""
    with desk.writing() as connection:
        if state(connection, desk, case) is not Mail.WAITING:
            raise Illegal("footage.not_now")
        email = letters.safe_address(requests.who(connection, desk.seal, case))
        ask(connection, desk, case, email, clock.now())


def confirm(desk: Desk, typed: str, visitor: str) -> None:
    """Take a code back; from then on letters go to the address. `visitor` is a keyed hash of who tries.

    Raises NotFound alike for a code that never was, is too old, was replaced or was used; Throttled.
    """
    said, now = read(typed[:200]), clock.now()
    folio, digest = said[:FOLIO], _digest(said[FOLIO:])
    with writing(desk.engine) as connection:
        if wait := tries.wait(connection, visitor, now, WINDOW, TRIES):
            raise Throttled("footage.tries", seconds=wait)
        if not _fits(events.of(connection, folio), digest, now):
            tries.add(connection, visitor, now)
            folio = ""
    if not folio:
        raise NotFound("footage.address")
    with desk.writing() as connection:
        case = requests.by_folio(connection, folio)
        if case is None or not _fits(events.of(connection, folio), digest, now):
            raise NotFound("footage.address")
        events.append(connection, folio, now, "requester", letters.CONFIRMED)
        letters.enqueue(connection, desk, case, "confirmed", now)


def _fits(links: Sequence[Link], digest: str, now: int) -> bool:
    asked = [link for link in links if link.action == ASKED]
    used = any(link.action == letters.CONFIRMED for link in links)
    fresh = bool(asked) and now - asked[-1].at <= DAYS * 86_400
    return fresh and not used and secrets.compare_digest(str(asked[-1].details["digest"]), digest)


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
