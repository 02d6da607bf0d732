"""Following a request with its code: what is shown of it, and what the requester may do about it.

The code is the only key, so it is asked for each time and kept nowhere. Wrong and unknown codes are answered alike,
and slowed down for each visitor and for all of them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256

from sqlalchemy import Connection

from config.jurisdiction import Jurisdiction, jurisdiction
from data_access.desk import Desk, events, holds, requests, texts, tries
from data_access.engine import writing
from domain.errors import Illegal, NotFound, Throttled
from domain.footage import handling, states
from domain.footage.case import Case, Link, Said, last_day, photo_asked
from domain.footage.codes import read
from domain.footage.custody import Piece
from domain.footage.deadlines import add_business_days
from domain.footage.handling import Known
from domain.footage.papers import LIMITED, Print, there
from domain.footage.states import SHOWN, Party, Public, Resolution, Status
from domain.footage.view import NEXT, Answer, Instance, View
from services import clock
from services.footage import address, delivery, papers, preserving, steps, terms
from services.footage.filing import REQUESTER, attach, prefix, written
from services.footage.uploads import Upload

WINDOW, TRIES, ALL_TRIES = 600, 10, 1_000  # seconds; wrong codes of one visitor, and of all, in that time
ENDED = (Status.DELIVERED, Status.CLOSED)
ANSWERED = (Status.READY, *ENDED)
REPLIES = {  # under which name the grounds of an answer were written down
    Resolution.DENIED: "text",
    **dict.fromkeys((Resolution.FULL, Resolution.PARTIAL, Resolution.VIEWING), "act"),
}
ANSWERS: Mapping[Answer, tuple[Status, Resolution | None]] = {
    Answer.ANSWER: (Status.REVIEW, None),
    Answer.WITHDRAW: (Status.CLOSED, Resolution.WITHDRAWN),
    Answer.APPEAL: (Status.APPEAL, None),
}


def look_up(desk: Desk, code: str, source: str) -> View:
    """What a requester sees of the request of a code; `source` is the address that asks.

    Raises NotFound("footage.code") or Throttled("footage.tries").
    """
    case = _found(desk, code, source)
    with desk.engine.connect() as connection:
        return _view(connection, desk, case)


def answer(desk: Desk, code: str, source: str, text: str, photo: Upload | None = None) -> View:
    """Answer what the desk asked, with a photo where it asked for one.

    Raises as `look_up`, Invalid("footage.incomplete"), or Illegal("footage.not_now"), also for a photo that
    nobody asked for.
    """
    return _move(desk, code, source, Answer.ANSWER, {"answer": text}, () if photo is None else (photo,))


def withdraw(desk: Desk, code: str, source: str) -> View:
    """Take a request back; the footage is held a few days more. Raises as `look_up`, or Illegal("footage.not_now")."""
    return _move(desk, code, source, Answer.WITHDRAW, {})


def appeal(desk: Desk, code: str, source: str, grounds: str) -> View:
    """Ask for the decision to be looked at again, by the desk itself. Raises as `answer`."""
    return _move(desk, code, source, Answer.APPEAL, {"appeal": "internal", "grounds": grounds})


def renew(desk: Desk, code: str, source: str) -> View:
    """Have footage kept longer that was only to be kept, once. Raises as `withdraw`."""
    known = _found(desk, code, source)
    with desk.writing() as connection:
        case = requests.by_folio(connection, known.folio) or known
        preserving.renew(connection, case)
        return _view(connection, desk, case)


def mail_again(desk: Desk, code: str, source: str) -> View:
    """Ask once more whether the e-mail address is theirs. Raises as `look_up`, or Illegal("footage.not_now")."""
    case = _found(desk, code, source)
    address.again(desk, case)
    with desk.engine.connect() as connection:
        return _view(connection, desk, case)


def paper(desk: Desk, code: str, source: str, which: str, language: str) -> Print:
    """An official letter, to be printed. Raises as `look_up`, Invalid, or NotFound where there is none."""
    case = _found(desk, code, source)
    with desk.engine.connect() as connection:
        return papers.written(connection, desk, case, which, [language])[0]


def download(desk: Desk, code: str, source: str, id: str) -> tuple[Piece, Iterator[bytes]]:
    """A file that is ready, by the code of its request. Raises as `look_up`, or Illegal("footage.no_download")."""
    return delivery.fetch(desk, _found(desk, code, source).folio, id)


def confirm_address(desk: Desk, typed: str, source: str) -> None:
    """Take back the code of the letter to an e-mail address. Raises NotFound("footage.address") or Throttled."""
    address.confirm(desk, typed, desk.seal.hashed("address", prefix(source) or "?"))


def _found(desk: Desk, code: str, source: str) -> Case:
    digest = sha256(read(code[:200]).encode()).hexdigest()
    now, keys = clock.now(), ((desk.seal.hashed("code", ""), ALL_TRIES), _visitor(desk, source))
    with writing(desk.engine) as connection:
        wait = max(tries.wait(connection, key, now, WINDOW, limit) for key, limit in keys)
        case = None if wait else requests.by_secret(connection, digest)
        if case is None and not wait:
            for key, _ in keys:
                tries.add(connection, key, now)
    if wait:
        raise Throttled("footage.tries", seconds=wait)
    if case is None:
        raise NotFound("footage.code")
    return case


def _visitor(desk: Desk, source: str) -> tuple[str, int]:
    return desk.seal.hashed("code", prefix(source) or "?"), TRIES


def _move(
    desk: Desk, code: str, source: str, wanted: Answer, told: Mapping[str, str], photos: Sequence[Upload] = ()
) -> View:
    """Make a move that the table allows a requester, if it may be made now."""
    known = _found(desk, code, source)
    after, resolution = ANSWERS[wanted]
    with written(desk, photos) as files, desk.writing() as connection:
        case = requests.by_folio(connection, known.folio) or known
        rule = states.move(case.status, after, resolution)
        asked = not photos or photo_asked(case, events.of(connection, case.folio))
        if rule is None or wanted not in _may(case) or not asked:
            raise Illegal("footage.not_now")
        facts, words = handling.told(handling.fields(rule, after, resolution, Known(frozenset(case.tracks))), told)
        moved = steps.carry(connection, desk, REQUESTER, case, (after, resolution), facts, words)
        for place, kept in files.items():
            attach(connection, desk, moved, photos[place], kept, REQUESTER, clock.now(), handling.Kind.PHOTO)
        if wanted is Answer.WITHDRAW:
            _let_go(connection, moved)
        return _view(connection, desk, moved)


def _let_go(connection: Connection, case: Case) -> None:
    """Hold the footage of a request that was taken back a few days more, should it be asked for again."""
    law, today = jurisdiction(case.jurisdiction), terms.today(jurisdiction(case.jurisdiction), clock.now())
    until = add_business_days(today, terms.AFTER, terms.calendar(law, today))
    holds.extend(connection, case.id, terms.end_of(law, until))


# --- what is shown ---------------------------------------------------------------------------------------------


def _view(connection: Connection, desk: Desk, case: Case) -> View:
    law, links = jurisdiction(case.jurisdiction), events.of(connection, case.folio)
    due = None if case.due_at is None else last_day(case.due_at, law.zone)
    held = [hold.until for hold in holds.of(connection, case.id) if hold.released_at is None]
    said = texts.of(connection, desk.seal, case)
    answered, renew = _answered(law, case, links), preserving.renewable(connection, case, links)
    late = due is not None and case.timed and terms.today(law, clock.now()) > due
    return View(
        folio=case.folio,
        status=SHOWN[case.status],
        resolution=case.resolution if case.status in ANSWERED else None,
        **_told(case, links, said),
        received=terms.today(law, case.received_at),
        due=due,
        overdue=late,
        extended=case.extended,
        preserved_until=last_day(min(held), law.zone) if held else None,
        next=NEXT[case.status],
        may=_may(case) if renew is None else (Answer.RENEW, *_may(case)),
        answer_by=_answer_by(law, case, links),
        appeal_by=terms.appeal_until(law, case.tracks, answered) if answered and not case.open else None,
        instances=_instances(law, case, answered, due if late else None),
        question=_last(said, "question") if case.status is Status.CLARIFICATION else "",
        history=_history(law, links),
        papers=there(links),
        mail=address.state(connection, desk, case),
        photo=photo_asked(case, links),
        renew_until=renew,
        way=case.way,
        downloads=delivery.offered(connection, desk, case, links),
        viewing=_viewing(case, links),
    )


def _may(case: Case) -> tuple[Answer, ...]:
    """What a requester may do now: what the table of moves lets them, and an appeal in its time."""
    law = jurisdiction(case.jurisdiction)
    ended, today = _ended(law, case), terms.today(law, clock.now())
    in_time = ended is not None and today <= terms.appeal_until(law, case.tracks, ended)
    appealable = in_time and case.resolution not in (Resolution.WITHDRAWN, Resolution.EXPIRED)
    found = []
    for wanted, way in ANSWERS.items():
        rule = states.move(case.status, *way)
        if rule is not None and Party.REQUESTER in rule.by and (wanted is not Answer.APPEAL or appealable):
            found.append(wanted)
    return tuple(found)


def _ended(law: Jurisdiction, case: Case) -> date | None:
    return terms.today(law, case.closed_at) if case.status in ENDED and case.closed_at is not None else None


def _answer_by(law: Jurisdiction, case: Case, links: Sequence[Link]) -> date | None:
    asked = [link.at for link in links if link.after == Status.CLARIFICATION]
    if case.status is not Status.CLARIFICATION or not asked:
        return None
    return terms.answer_by(law, case, terms.today(law, asked[-1]))


def _answered(law: Jurisdiction, case: Case, links: Sequence[Link]) -> date | None:
    """The day of the answer that one may turn to others about: one that gives less than was asked for is told when it
    is ready, any other with the end of the case."""
    told = [link for link in links if link.after in (Status.READY, Status.APPEAL)]
    limited = bool(told) and told[-1].after == Status.READY and told[-1].details.get("resolution") in LIMITED
    return terms.today(law, told[-1].at) if limited and case.status in ANSWERED else _ended(law, case)


def _told(case: Case, links: Sequence[Link], said: Sequence[Said]) -> dict[str, str]:
    """What the answer was told with, and why it took longer."""
    told = [link.details for link in links if link.details.get("resolution") == case.resolution]
    facts = told[-1] if told and case.status in ANSWERED and case.resolution else {}
    words = REPLIES.get(case.resolution, "") if facts and case.resolution else ""
    transferred = bool(facts) and case.resolution is Resolution.TRANSFERRED
    return {
        "ground": str(facts.get("ground", "")),
        "reason": str(facts.get("reason", "")),
        "body": _last(said, "body") if transferred else "",
        "reply": _last(said, words),
        "extension": _last(said, "extension") if case.extended else "",
    }


def _viewing(case: Case, links: Sequence[Link]) -> int | None:
    """When the recording is shown, where it is ready and somebody said when."""
    ready = max((link.at for link in links if link.after == Status.READY), default=0)
    set_ = [link.details["viewing"] for link in links if link.action == "viewing_set" and link.at >= ready]
    return int(set_[-1]) if case.status is Status.READY and set_ else None


def _instances(law: Jurisdiction, case: Case, answered: date | None, silent: date | None) -> tuple[Instance, ...]:
    """Where one may turn to from a day on: after the answer, or after the legal day went by without one."""
    since = answered or silent
    if since is None or case.resolution is Resolution.WITHDRAWN:
        return ()
    off = terms.calendar(law, since)
    return tuple(
        Instance(one.body, None if one.term is None else one.term.due(since, off))
        for one in law.appeals
        if one.track in case.tracks and (one.silence or answered is not None)
    )


def _last(said: Sequence[Said], kind: str) -> str:
    return next((one.text for one in reversed(said) if one.kind == kind), "")


def _history(law: Jurisdiction, links: Sequence[Link]) -> tuple[tuple[date, Public], ...]:
    """The days on which what is shown changed."""
    found: list[tuple[date, Public]] = []
    for link in links:
        if link.after is not None and (not found or found[-1][1] is not SHOWN[Status(link.after)]):
            found.append((terms.today(law, link.at), SHOWN[Status(link.after)]))
    return tuple(found)
