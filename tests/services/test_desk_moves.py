"""Moving cases: every state by every role, two people at once, two persons' endings, three persons apart."""

from __future__ import annotations

import io
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from data_access.desk import Desk, counting, events, holds, texts
from domain.errors import DomainError, Forbidden, Illegal, Invalid, NotFound, Stale, Unproved
from domain.footage import states
from domain.footage.case import Case
from domain.footage.draft import Delivery, Facts
from domain.footage.draft import Kind as Motive
from domain.footage.handling import Kind
from domain.footage.states import Resolution, Status
from domain.footage.view import Step
from domain.people import ANONYMOUS, FRESH, PERMISSIONS, Actor, Permission, Role
from services import clock
from services.footage import cases, custody, filing, letters, moving, papers
from tests.filing import a_draft, a_filing
from tests.footage import (
    VIDEO,
    WORDS,
    by_table,
    case_of,
    every_way,
    everything,
    file,
    person,
    piece,
    prepared,
    standing,
)

S, R = Status, Resolution
CLERK, LAWYER = person(Role.OPERATOR), person(Role.TRANSPARENCY)
KEEPER, BLURRER, JUDGE = person(Role.CUSTODIAN), person(Role.REDACTOR), person(Role.APPROVER)


def try_move(desk: Desk, actor: Actor, folio: str, after: Status, resolution: Resolution | None) -> DomainError | None:
    version = case_of(desk, folio).version
    try:
        moving.move(desk, actor, folio, version, after, resolution, everything(after, resolution))
    except DomainError as error:
        return error
    return None


def links(desk: Desk, folio: str) -> list[str]:
    with desk.engine.connect() as connection:
        return [one.action for one in events.of(connection, folio)]


# --- the table -------------------------------------------------------------------------------------------------


# Where a case stands; of closed ones also how it ended, which the moves on from there may rest on.
STANDS = [(before, R.DENIED) for before in Status] + [(S.CLOSED, how) for how in Resolution if how is not R.DENIED]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("before", "closed"), STANDS)
def test_every_move_is_made_by_whom_the_table_names_and_refused_to_all_others(
    sqlite_desk: Desk, before: Status, closed: Resolution, role: Role
) -> None:
    desk, actor = sqlite_desk, person(role, name="quien-mueve")
    wrong: list[object] = []
    case = prepared(desk, before, closed)
    for start, after, resolution in every_way():
        if start is not before:
            continue
        rule = states.move(before, after, resolution)
        if rule is not None and rule.second is not None:
            other = person(*(one for one in Role if rule.second in PERMISSIONS[one]), name="otra-persona")
            moving.agree(desk, other, case.folio, case.version, R(str(resolution)), everything(after, resolution))
        error = try_move(desk, actor, case.folio, after, resolution)
        allowed, done = by_table(role, case, after, resolution), case_of(desk, case.folio)
        if (error is None) != allowed or (error is not None and done != case):
            wrong.append((after, resolution, error))
        if allowed and (done.status, done.version > case.version) != (after, True):
            wrong.append((after, resolution, done))
        if rule is None and Permission.CASES in PERMISSIONS[role] and not isinstance(error, Illegal):
            wrong.append((after, resolution, "not told as impossible", error))
        if done != case:
            case = prepared(desk, before, closed)
    assert wrong == []


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("before", "closed"), STANDS)
def test_what_is_offered_is_what_the_table_allows(
    sqlite_desk: Desk, before: Status, closed: Resolution, role: Role
) -> None:
    case, actor = prepared(sqlite_desk, before, closed), person(role)
    if Permission.CASES not in actor.permissions:
        with pytest.raises(Forbidden):
            cases.moves(sqlite_desk, actor, case.folio)
        return
    offered = {(one.after, one.resolution) for one in cases.moves(sqlite_desk, actor, case.folio) if not one.agrees}
    allowed = {
        (after, how)
        for start, after, how in every_way()
        if start is before and by_table(role, case, after, how) and states.move(before, after, how).second is None  # type: ignore[union-attr]
    }
    assert offered == allowed


def test_a_refused_move_is_written_down_and_changes_nothing(desk: Desk) -> None:
    case = file(desk)
    with pytest.raises(Illegal):
        moving.move(desk, CLERK, case.folio, case.version, S.READY, R.FULL, {})
    with pytest.raises(Forbidden):
        moving.move(desk, JUDGE, case.folio, case.version, S.REVIEW, None, {})
    with desk.engine.connect() as connection:
        refused = [one for one in events.of(connection, case.folio) if one.action == "refused"]
    assert [(one.actor, one.details["asked"], one.details["why"]) for one in refused] == [
        (CLERK.email, "ready", "footage.illegal"),
        (JUDGE.email, "in_review", "footage.not_yours"),
    ]
    assert case_of(desk, case.folio) == case


def test_a_case_that_is_not_there_is_not_found(sqlite_desk: Desk) -> None:
    with pytest.raises(NotFound):
        moving.move(sqlite_desk, CLERK, "NOWHERE1", 1, S.REVIEW, None, {})
    with pytest.raises(NotFound):
        cases.sheet(sqlite_desk, CLERK, "NOWHERE1")


# --- whose identity must be seen -------------------------------------------------------------------------------


def test_a_download_of_ones_own_data_waits_for_the_identity_by_itself_while_the_clock_runs(desk: Desk) -> None:
    asked = a_filing(draft=a_draft(kind=Motive.PARTY, delivery=Delivery.DOWNLOAD))
    case = case_of(desk, filing.file(desk, ANONYMOUS, asked).folio)
    assert case.status is S.IDENTITY
    moved = [one for one in cases.sheet(desk, CLERK, case.folio).links if one.action == "moved"]
    assert [(one.actor, one.before, one.after) for one in moved] == [("system", S.RECEIVED, S.IDENTITY)]
    assert not cases.sheet(desk, CLERK, case.folio).clock.paused  # type: ignore[union-attr]
    with pytest.raises(Invalid) as refusal:
        moving.move(desk, CLERK, case.folio, case.version, S.REVIEW, None, {"officer": CLERK.email})
    assert refusal.value.details["fields"] == {"proof": "missing"}
    told = {"officer": CLERK.email, "proof": "in_person"}
    assert moving.move(desk, CLERK, case.folio, case.version, S.REVIEW, None, told).due_at == case.due_at
    assert cases.sheet(desk, CLERK, case.folio).identified


@pytest.mark.parametrize(
    ("kind", "delivery", "channel"),
    [
        (Motive.PARTY, Delivery.COUNTER, filing.WEB),
        (Motive.PARTY, Delivery.VIEWING, filing.WEB),
        (Motive.INFORMATION, Delivery.DOWNLOAD, filing.WEB),
        (Motive.PARTY, Delivery.DOWNLOAD, filing.COUNTER),
    ],
)
def test_where_somebody_is_seen_anyway_nothing_waits(
    sqlite_desk: Desk, kind: Motive, delivery: Delivery, channel: str
) -> None:
    asked = a_filing(draft=a_draft(kind=kind, delivery=delivery), channel=channel)
    told = filing.file(sqlite_desk, ANONYMOUS if channel == filing.WEB else CLERK, asked)
    assert (case_of(sqlite_desk, told.folio).status, told.next) == (S.RECEIVED, Step.REVIEW)


# --- two people ------------------------------------------------------------------------------------------------


def test_of_two_people_who_move_one_case_one_gets_stale(desk: Desk) -> None:
    case, answers, start = file(desk), [], Barrier(2)

    def go(actor: Actor) -> None:
        start.wait()
        try:
            moving.move(desk, actor, case.folio, case.version, S.REVIEW, None, {"officer": actor.email})
            answers.append("moved")
        except DomainError as error:
            answers.append(error)

    threads = [Thread(target=go, args=(person(Role.OPERATOR, name=name),)) for name in ("una", "otra")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(type, answers), key=str) == sorted([str, Stale], key=str)
    assert links(desk, case.folio).count("moved") == 1


def test_an_ending_of_two_persons_waits_for_the_other_one(desk: Desk) -> None:
    case = prepared(desk, S.REVIEW)
    assert isinstance(try_move(desk, JUDGE, case.folio, S.CLOSED, R.DENIED), Illegal)
    both = person(Role.APPROVER, Role.TRANSPARENCY, name="ambos-roles")
    told = everything(S.CLOSED, R.DENIED)
    moving.agree(desk, both, case.folio, case.version, R.DENIED, told)
    assert isinstance(try_move(desk, both, case.folio, S.CLOSED, R.DENIED), Illegal)
    with pytest.raises(Stale):
        moving.agree(desk, both, case.folio, case.version, R.DENIED, told)
    assert try_move(desk, JUDGE, case.folio, S.CLOSED, R.DENIED) is None
    closed = case_of(desk, case.folio)
    assert (closed.status, closed.resolution, closed.closed_at is not None) == (S.CLOSED, R.DENIED, True)


def test_both_persons_agree_to_the_same_ground(desk: Desk) -> None:
    case, told = prepared(desk, S.REVIEW), everything(S.CLOSED, R.DENIED)
    moving.agree(desk, LAWYER, case.folio, case.version, R.DENIED, {**told, "ground": "secrecy"})
    error = try_move(desk, JUDGE, case.folio, S.CLOSED, R.DENIED)
    assert error is not None
    assert error.code == "footage.agreed_other"


def test_an_agreement_is_of_the_case_as_it_stood(desk: Desk) -> None:
    case, told = prepared(desk, S.REVIEW), everything(S.CLOSED, R.DENIED)
    moving.agree(desk, LAWYER, case.folio, case.version, R.DENIED, told)
    moving.assign(desk, CLERK, case.folio, case.version, {"officer": "otra@ciudad.cl"})
    assert isinstance(try_move(desk, JUDGE, case.folio, S.CLOSED, R.DENIED), Illegal)


@pytest.mark.parametrize("role", [one for one in Role if Permission.LEGAL not in PERMISSIONS[one]])
def test_only_who_decides_on_the_law_agrees_to_a_denial(sqlite_desk: Desk, role: Role) -> None:
    case = prepared(sqlite_desk, S.REVIEW)
    with pytest.raises(Forbidden):
        moving.agree(sqlite_desk, person(role), case.folio, case.version, R.DENIED, everything(S.CLOSED, R.DENIED))


# --- who it is, once more --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [FRESH, FRESH + 1])
def test_who_approves_delivers_or_decides_an_appeal_gave_their_password_a_moment_ago(
    sqlite_desk: Desk, seconds: int
) -> None:
    long_ago = [replace(one, proved_at=clock.now() - seconds) for one in (JUDGE, CLERK, LAWYER)]
    judge, clerk, lawyer = long_ago if seconds > FRESH else (JUDGE, CLERK, LAWYER)
    ways = [
        *((judge, S.APPROVAL, S.READY, how) for how in (R.FULL, R.PARTIAL, R.VIEWING)),
        (clerk, S.READY, S.DELIVERED, None),
        *((lawyer, S.APPEAL, after, None) for after in (S.SEARCHING, S.REDACTION, S.CLOSED)),
    ]
    cases_of = [(actor, prepared(sqlite_desk, before), after, how) for actor, before, after, how in ways]
    errors = [try_move(sqlite_desk, actor, case.folio, after, how) for actor, case, after, how in cases_of]
    assert [type(error) for error in errors] == [Unproved if seconds > FRESH else type(None)] * 7


@pytest.mark.parametrize("seconds", [FRESH, FRESH + 1])
def test_who_denies_or_delivers_gave_their_password_a_moment_ago(desk: Desk, seconds: int) -> None:
    now = clock.now()
    long_ago = [replace(one, proved_at=now - seconds) for one in (JUDGE, LAWYER, CLERK)]
    judge, lawyer, clerk = long_ago if seconds > FRESH else (JUDGE, LAWYER, CLERK)
    case, other = prepared(desk, S.REVIEW), prepared(desk, S.READY)
    told = everything(S.CLOSED, R.DENIED)
    if seconds > FRESH:
        with pytest.raises(Unproved):
            moving.agree(desk, lawyer, case.folio, case.version, R.DENIED, told)
    moving.agree(desk, LAWYER, case.folio, case.version, R.DENIED, told)
    errors = [
        try_move(desk, judge, case.folio, S.CLOSED, R.DENIED),
        try_move(desk, clerk, other.folio, S.DELIVERED, None),
    ]
    assert [type(error) for error in errors] == [Unproved if seconds > FRESH else type(None)] * 2
    assert "refused" not in links(desk, case.folio) + links(desk, other.folio)
    assert try_move(desk, clerk, file(desk).folio, S.REVIEW, None) is None


# --- three persons apart ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((S.SEARCHING, S.REDACTION, None), (S.APPROVAL, None)),
        ((S.SEARCHING, S.REDACTION, None), (S.READY, R.FULL)),
        ((S.REDACTION, S.APPROVAL, None), (S.READY, R.FULL)),
        ((S.REDACTION, S.APPROVAL, None), (S.REDACTION, None)),
    ],
    ids=str,
)
def test_nobody_does_two_of_the_three_parts_of_a_case(
    desk: Desk, first: tuple[Status, Status, None], second: tuple[Status, Resolution | None]
) -> None:
    before, after, _ = first
    case, many = prepared(desk, before), person(Role.CUSTODIAN, Role.REDACTOR, Role.APPROVER, name="tres-roles")
    assert try_move(desk, many, case.folio, after, None) is None
    for other in (BLURRER,) if (after, second[0]) == (S.REDACTION, S.READY) else ():
        assert try_move(desk, other, case.folio, S.APPROVAL, None) is None
    error = try_move(desk, many, case.folio, *second)
    assert error is not None
    assert error.code == "footage.apart"
    assert all(one.after != second[0] for one in cases.moves(desk, many, case.folio))


def test_three_persons_bring_a_case_to_its_end(desk: Desk) -> None:
    case = file(desk)
    folio = case.folio
    assert try_move(desk, CLERK, folio, S.REVIEW, None) is None
    assert try_move(desk, LAWYER, folio, S.SEARCHING, None) is None
    assert isinstance(try_move(desk, KEEPER, folio, S.REDACTION, None), Illegal)
    master = piece(desk, case, Kind.MASTER)
    assert try_move(desk, KEEPER, folio, S.REDACTION, None) is None
    assert isinstance(try_move(desk, BLURRER, folio, S.APPROVAL, None), Illegal)
    piece(desk, case, Kind.REDACTED, master.id)
    assert try_move(desk, BLURRER, folio, S.APPROVAL, None) is None
    assert try_move(desk, JUDGE, folio, S.READY, R.PARTIAL) is None
    assert try_move(desk, CLERK, folio, S.DELIVERED, None) is None
    done = case_of(desk, folio)
    assert (done.status, done.resolution, done.closed_at is not None) == (S.DELIVERED, R.PARTIAL, True)
    with desk.engine.connect() as connection:
        assert events.verify(connection).whole
        kept = holds.of(connection, done.id)
    assert all(hold.until > done.closed_at and hold.released_at is None for hold in kept)  # type: ignore[operator]
    assert {"approve", "deliver"} <= set(links(desk, folio))


# --- who has an interest ---------------------------------------------------------------------------------------


def test_who_declared_an_interest_has_no_part_any_more(desk: Desk) -> None:
    case = file(desk)
    moving.conflict(desk, CLERK, case.folio)
    assert cases.moves(desk, CLERK, case.folio) == ()
    assert cases.sheet(desk, CLERK, case.folio).may == frozenset()
    error = try_move(desk, CLERK, case.folio, S.REVIEW, None)
    assert error is not None
    assert error.code == "footage.conflict"
    for do in (
        lambda: cases.identity(desk, CLERK, case.folio, "contact"),
        lambda: moving.note(desk, CLERK, case.folio, {"note": "x"}),
    ):
        with pytest.raises(Forbidden):
            do()
    assert try_move(desk, person(Role.OPERATOR, name="otra"), case.folio, S.REVIEW, None) is None


def test_nobody_handles_their_own_request(desk: Desk) -> None:
    case = file(desk)
    own = Actor(id=9, email="ana@example.org", roles=frozenset({Role.OPERATOR}))
    assert cases.moves(desk, own, case.folio) == ()
    assert isinstance(try_move(desk, own, case.folio, S.REVIEW, None), Illegal)


# --- what a move asks for --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "before", "way", "told", "wrong"),
    [
        (CLERK, S.RECEIVED, (S.CLARIFICATION, None), {}, {"question": "missing"}),
        (CLERK, S.RECEIVED, (S.CLARIFICATION, None), {"question": "¿Qué?"}, {"question": "short"}),
        (CLERK, S.RECEIVED, (S.REVIEW, None), {"officer": "nadie"}, {"officer": "address"}),
        (LAWYER, S.REVIEW, (S.SEARCHING, None), {"basis": "  "}, {"basis": "missing"}),
        (BLURRER, S.REDACTION, (S.APPROVAL, None), {"checked_faces": "hidden"}, None),
        (JUDGE, S.APPROVAL, (S.READY, R.FULL), {"act": "sí"}, {"act": "short"}),
        (CLERK, S.READY, (S.DELIVERED, None), {"received": "in_person"}, {"identity": "missing"}),
        (CLERK, S.READY, (S.DELIVERED, None), {"received": "x", "identity": "seen"}, {"received": "unknown"}),
        (LAWYER, S.DELIVERED, (S.APPEAL, None), {"grounds": "x" * 5_000, "appeal": "court"}, {"grounds": "long"}),
        (LAWYER, S.APPEAL, (S.SEARCHING, None), {"outcome": "upheld"}, {"outcome": "unknown"}),
        (LAWYER, S.APPEAL, (S.CLOSED, None), {"outcome": "reversed"}, {"outcome": "unknown"}),
    ],
)
def test_what_is_not_told_is_said_by_field_and_nothing_moves(
    sqlite_desk: Desk,
    actor: Actor,
    before: Status,
    way: tuple[Status, Resolution | None],
    told: dict[str, str],
    wrong: dict[str, str] | None,
) -> None:
    case = prepared(sqlite_desk, before)
    with pytest.raises(Invalid) as refusal:
        moving.move(sqlite_desk, actor, case.folio, case.version, *way, told)
    found = refusal.value.details["fields"]
    assert (
        found == wrong
        if wrong
        else set(found) == {f"checked_{part}" for part in ("plates", "windows", "minors", "screens")}
    )  # type: ignore[arg-type]
    assert case_of(sqlite_desk, case.folio) == case


def test_a_refusal_needs_a_ground_of_its_law_and_eighty_letters(sqlite_desk: Desk) -> None:
    case = standing(sqlite_desk, S.REVIEW, Motive.PARTY)
    told = {"ground": "quorum", "text": "x" * 79}  # a ground of public information, which this request does not ask for
    moving.agree(sqlite_desk, LAWYER, case.folio, case.version, R.DENIED, {"ground": "secrecy"})
    with pytest.raises(Invalid) as refusal:
        moving.move(sqlite_desk, JUDGE, case.folio, case.version, S.CLOSED, R.DENIED, told)
    assert refusal.value.details["fields"] == {"ground": "unknown", "text": "short"}


def test_third_parties_are_told_in_requests_for_public_information_alone(sqlite_desk: Desk) -> None:
    case = standing(sqlite_desk, S.SEARCHING, Motive.PARTY)
    error = try_move(sqlite_desk, LAWYER, case.folio, S.THIRD_PARTY, None)
    assert error is not None
    assert error.code == "footage.information_only"


def test_words_are_kept_sealed_and_the_chain_holds_choices_alone(desk: Desk) -> None:
    case, told = prepared(desk, S.REVIEW), everything(S.CLOSED, R.DENIED)
    moving.agree(desk, LAWYER, case.folio, case.version, R.DENIED, told)
    assert try_move(desk, JUDGE, case.folio, S.CLOSED, R.DENIED) is None
    with desk.engine.connect() as connection:
        assert WORDS not in str(events.of(connection, case.folio))
        said = texts.of(connection, desk.seal, case)
    assert [(one.kind, one.text) for one in said] == [("text", WORDS)]


def test_footage_that_was_lost_while_it_was_to_be_kept_is_an_incident(desk: Desk) -> None:
    case, told = prepared(desk, S.SEARCHING), {"reason": "overwritten_after", "camera_status": WORDS}
    moving.agree(desk, LAWYER, case.folio, case.version, R.NOT_HELD, told)
    moving.move(desk, KEEPER, case.folio, case.version, S.CLOSED, R.NOT_HELD, told)
    assert "incident" in links(desk, case.folio)


# --- clocks ----------------------------------------------------------------------------------------------------


def test_a_term_is_extended_once_and_by_who_decides_on_the_law(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = file(desk, Motive.INFORMATION)
    for actor in (CLERK, KEEPER, JUDGE):
        with pytest.raises(Forbidden):
            moving.extend(desk, actor, case.folio, case.version, {"reason": WORDS})
    with pytest.raises(Invalid):
        moving.extend(desk, LAWYER, case.folio, case.version, {"reason": "x"})
    longer = moving.extend(desk, LAWYER, case.folio, case.version, {"reason": WORDS})
    assert longer.extended
    assert longer.due_at > case.due_at  # type: ignore[operator]
    with pytest.raises(Illegal):
        moving.extend(desk, LAWYER, case.folio, longer.version, {"reason": WORDS})
    other = file(desk, Motive.INFORMATION)
    monkeypatch.setattr("services.clock.now", lambda: other.due_at + 1)
    with pytest.raises(Illegal):
        moving.extend(desk, LAWYER, other.folio, other.version, {"reason": WORDS})


def test_the_clock_of_public_information_stands_still_while_an_answer_is_awaited(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = file(desk, Motive.INFORMATION)
    asked = moving.move(desk, CLERK, case.folio, case.version, S.CLARIFICATION, None, {"question": WORDS})
    shown = cases.sheet(desk, CLERK, case.folio).clock
    assert shown is not None
    assert shown.paused
    later = case.received_at + 4 * 86_400
    monkeypatch.setattr("services.clock.now", lambda: later)
    answered = moving.move(desk, CLERK, case.folio, asked.version, S.REVIEW, None, {"answer": "Fue a las 21:40."})
    assert answered.due_at > case.due_at  # type: ignore[operator]


# --- delicate cases --------------------------------------------------------------------------------------------


def delicate(desk: Desk) -> Case:
    return case_of(desk, filing.file(desk, ANONYMOUS, a_filing(draft=a_draft(facts=Facts.PRIVATE))).folio)


@pytest.mark.parametrize("role", [one for one in Role if Permission.CASES in PERMISSIONS[one]])
def test_a_delicate_case_is_for_few_and_for_who_is_in_charge_of_it(sqlite_desk: Desk, role: Role) -> None:
    desk, case, actor = sqlite_desk, delicate(sqlite_desk), person(role)
    (letter, *_) = cases.sheet(desk, LAWYER, case.folio).letters

    def seen() -> list[str]:
        found = cases.listing(desk, actor, cases.Wanted())
        assert len(found.lines) == found.total == found.counts.open
        return [line.folio for line in found.lines]

    ways = [
        lambda: cases.sheet(desk, actor, case.folio),
        lambda: custody.manifest(desk, actor, case.folio),
        lambda: letters.read(desk, actor, letter.id),
    ]
    if Permission.DELICATE in PERMISSIONS[role]:
        assert (seen(), [bool(way()) for way in ways]) == ([case.folio], [True] * 3)
        return
    acts = [
        lambda: moving.move(desk, actor, case.folio, case.version, S.REVIEW, None, everything(S.REVIEW, None)),
        lambda: moving.note(desk, actor, case.folio, {"note": "x"}),
        lambda: moving.conflict(desk, actor, case.folio),
        lambda: letters.handed_over(desk, actor, letter.id),
        lambda: cases.identity(desk, actor, case.folio, "contact"),
        lambda: custody.keep(desk, actor, case.folio, Kind.UPLOAD, "a", io.BytesIO(VIDEO), 5, {}),
    ]
    assert seen() == []
    for way in ways + acts:
        with pytest.raises(Forbidden):
            way()
    moving.assign(desk, LAWYER, case.folio, case.version, {"officer": actor.email})
    assert (seen(), [bool(way()) for way in ways]) == ([case.folio], [True] * 3)


# --- who asks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_who_asks_is_told_to_whom_the_table_names_with_a_purpose_and_each_view_is_an_event(
    sqlite_desk: Desk, role: Role
) -> None:
    case, actor = file(sqlite_desk), person(role)
    if Permission.IDENTITY not in actor.permissions:
        with pytest.raises(Forbidden):
            cases.identity(sqlite_desk, actor, case.folio, "contact")
        return
    for purpose in ("", "curiosity", "CONTACT"):
        with pytest.raises(Invalid):
            cases.identity(sqlite_desk, actor, case.folio, purpose)
    for purpose in ("contact", "decide"):
        assert cases.identity(sqlite_desk, actor, case.folio, purpose)["name"] == "Ana Soto"
    with sqlite_desk.engine.connect() as connection:
        seen = [one for one in events.of(connection, case.folio) if one.action == "identity_viewed"]
    assert [(one.actor, one.details) for one in seen] == [
        (actor.email, {"purpose": "contact"}),
        (actor.email, {"purpose": "decide"}),
    ]


def test_a_case_says_nothing_of_who_asks(sqlite_desk: Desk) -> None:
    case = file(sqlite_desk)
    told = repr(cases.sheet(sqlite_desk, KEEPER, case.folio)) + repr(cases.listing(sqlite_desk, KEEPER, cases.Wanted()))
    for secret in ("Ana Soto", "12345678", "ana@example.org", "Me asaltaron"):
        assert secret not in told


def test_what_who_asks_wrote_is_read_with_who_they_are_for_a_purpose_alone(sqlite_desk: Desk) -> None:
    case = file(sqlite_desk)
    asked = moving.move(sqlite_desk, CLERK, case.folio, case.version, S.CLARIFICATION, None, {"question": WORDS})
    moving.move(sqlite_desk, CLERK, case.folio, asked.version, S.REVIEW, None, {"answer": "Soy Ana, 21:40."})
    for reader in (CLERK, LAWYER, KEEPER):
        assert [one.kind for one in cases.sheet(sqlite_desk, reader, case.folio).said] == ["question"]
    before = len(links(sqlite_desk, case.folio))
    assert cases.identity(sqlite_desk, CLERK, case.folio, "decide")["answer"] == "Soy Ana, 21:40."
    assert links(sqlite_desk, case.folio)[before:] == ["identity_viewed"]


def test_who_has_an_interest_in_a_case_reads_where_it_stands_and_no_more(sqlite_desk: Desk) -> None:
    desk, case = sqlite_desk, prepared(sqlite_desk, S.DELIVERED)
    kept = piece(desk, case, Kind.MASTER)
    whole = cases.sheet(desk, LAWYER, case.folio)
    (letter, *_) = whole.letters
    ways = [
        lambda: letters.read(desk, LAWYER, letter.id),
        lambda: papers.printed(desk, LAWYER, case.folio, "receipt", ["es"]),
        lambda: custody.verify(desk, LAWYER, case.folio, kept.id),
        lambda: custody.manifest(desk, LAWYER, case.folio),
        lambda: custody.read(desk, LAWYER, case.folio, kept.id, "decide"),
        lambda: cases.identity(desk, LAWYER, case.folio, "decide"),
    ]
    assert len([way() for way in ways]) == 6
    moving.conflict(desk, LAWYER, case.folio)
    for way in ways:
        with pytest.raises(Forbidden, match=r"footage\.conflict"):
            way()
    told = cases.sheet(desk, LAWYER, case.folio)
    assert told.involved
    assert (told.case.status, told.case.received_at, told.clock) == (S.DELIVERED, case.received_at, whole.clock)
    assert not any((told.links, told.said, told.letters, told.pieces, told.holds, told.may, told.offers))
    assert not any((told.case.place, told.case.segments, told.case.kind, told.case.needs, told.case.officer))


def test_opening_is_an_event_once_an_hour(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case, now = delicate(desk), clock.now()
    monkeypatch.setattr("services.clock.now", lambda: now)
    (letter, *_) = cases.sheet(desk, LAWYER, case.folio).letters

    def opened() -> list[str]:
        before = len(links(desk, case.folio))
        for _ in range(2):
            cases.sheet(desk, LAWYER, case.folio)
            letters.read(desk, LAWYER, letter.id)
            papers.printed(desk, LAWYER, case.folio, "acknowledgement", ["es"])
            custody.manifest(desk, LAWYER, case.folio)
        return links(desk, case.folio)[before:]

    assert opened() == ["letter_opened", "paper_opened", "manifest_taken"]  # the case was, a moment ago
    assert opened() == []
    now += 3_600
    assert opened() == ["case_opened", "letter_opened", "paper_opened", "manifest_taken"]
    before = len(links(desk, case.folio))
    cases.sheet(desk, KEEPER, case.folio)
    assert links(desk, case.folio)[before:] == ["case_opened"]


def test_opening_a_case_that_is_not_delicate_is_no_event(sqlite_desk: Desk) -> None:
    case = file(sqlite_desk)
    before = links(sqlite_desk, case.folio)
    cases.sheet(sqlite_desk, CLERK, case.folio)
    assert links(sqlite_desk, case.folio) == before


# --- the chain -------------------------------------------------------------------------------------------------


def test_a_changed_event_is_seen_on_its_case_and_in_the_chain(sqlite_desk: Desk) -> None:
    case, other = file(sqlite_desk), file(sqlite_desk)
    moving.move(sqlite_desk, CLERK, case.folio, case.version, S.REVIEW, None, {"officer": "ana@ciudad.cl"})
    assert cases.sheet(sqlite_desk, CLERK, case.folio).intact
    with sqlite_desk.engine.begin() as connection:
        triggers = connection.exec_driver_sql("select name from sqlite_master where type = 'trigger'").scalars().all()
        for name in triggers:
            connection.exec_driver_sql(f"drop trigger {name}")
        connection.exec_driver_sql("update case_events set actor = 'otra@ciudad.cl' where action = 'moved'")
    assert not cases.sheet(sqlite_desk, CLERK, case.folio).intact
    assert cases.sheet(sqlite_desk, CLERK, other.folio).intact
    with sqlite_desk.engine.connect() as connection:
        assert len(events.verify(connection).broken) == 1


# --- what was charged, what was ordered -------------------------------------------------------------------------


def test_what_was_charged_is_in_the_chain_and_in_the_statistics(desk: Desk) -> None:
    case, told = prepared(desk, S.READY), {"received": "in_person", "identity": "seen"}
    for written in ("12,5", "-1", "x", "123456789"):
        with pytest.raises(Invalid) as wrong:
            moving.move(desk, CLERK, case.folio, case.version, S.DELIVERED, None, {**told, "cost": written})
        assert set(wrong.value.details["fields"]) == {"cost"}
    moving.move(desk, CLERK, case.folio, case.version, S.DELIVERED, None, {**told, "cost": "1500"})
    free = prepared(desk, S.READY)
    moving.move(desk, CLERK, free.folio, free.version, S.DELIVERED, None, told)
    with desk.engine.connect() as connection:
        (given,) = (one.details for one in events.of(connection, case.folio) if one.after == S.DELIVERED)
        assert given["cost"] == "1500"
        asked = counting.asked(connection, counting.shown(connection), "America/Santiago")
    assert sorted(one.cost for one in asked) == [0, 1500]


def test_the_order_of_an_authority_can_be_refused_by_its_own_ground(desk: Desk) -> None:
    case = prepared(desk, S.REVIEW, motive=Motive.AUTHORITY)
    told = {**everything(S.CLOSED, R.DENIED), "ground": "order"}
    moving.agree(desk, LAWYER, case.folio, case.version, R.DENIED, told)
    moving.move(desk, JUDGE, case.folio, case.version, S.CLOSED, R.DENIED, told)
    assert case_of(desk, case.folio).resolution is R.DENIED


@pytest.mark.parametrize(
    ("before", "after", "resolution"), [(S.REVIEW, S.SEARCHING, None), (S.READY, S.DELIVERED, None)]
)
def test_the_order_of_an_authority_goes_the_way_of_every_request(
    desk: Desk, before: Status, after: Status, resolution: Resolution | None
) -> None:
    case = prepared(desk, before, Motive.AUTHORITY)
    assert try_move(desk, LAWYER if before is S.REVIEW else CLERK, case.folio, after, resolution) is None
