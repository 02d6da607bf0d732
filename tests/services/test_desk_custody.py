"""Recordings in the desk's care: holds, encrypted files, the chain of custody, links that are used up."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest
from PIL import Image

from data_access.desk import Desk, events, evidence, holds, signing
from data_access.desk.signing import Signature
from domain.errors import DomainError, Forbidden, Illegal, Invalid, NotFound, Stale
from domain.footage.case import Case
from domain.footage.custody import DAYS, DOWNLOADS, HANDS_IN, READS
from domain.footage.handling import Kind
from domain.footage.states import Resolution, Status
from domain.people import Actor, Permission, Role
from services import room
from services.footage import cases, custody, delivery, moving
from tests.footage import VIDEO, WORDS, case_of, file, person, piece, prepared, standing

CLERK, LAWYER = person(Role.OPERATOR), person(Role.TRANSPARENCY)
KEEPER, BLURRER, JUDGE = person(Role.CUSTODIAN), person(Role.REDACTOR), person(Role.APPROVER)
DIGEST = "ab" * 32
TOLD = {"tool": "VMS 4.2", "device": "NVR 3"}


def keep(desk: Desk, actor: Actor, case: Case, kind: Kind, content: bytes = VIDEO, most: int = 5, **told: str):  # type: ignore[no-untyped-def]
    return custody.keep(desk, actor, case.folio, kind, "corte.mp4", io.BytesIO(content), most, {**TOLD, **told})


def chain(desk: Desk, case: Case) -> list[tuple[str, str]]:
    with desk.engine.connect() as connection:
        return [(one.action, one.actor) for one in events.of(connection, case.folio)]


def on_disk(desk: Desk) -> list[Path]:
    return [path for path in desk.home.rglob("*") if path.is_file()]


# --- files -----------------------------------------------------------------------------------------------------


def test_a_file_comes_back_as_it_went_in_and_is_not_readable_on_disk(desk: Desk) -> None:
    case, long = standing(desk, Status.SEARCHING), VIDEO * 40  # more than one chunk of the cipher
    kept = keep(desk, KEEPER, case, Kind.MASTER, long)
    found, blocks = custody.read(desk, KEEPER, case.folio, kept.id, "verify")
    assert b"".join(blocks) == long
    assert (found.bytes, found.media, found.name) == (len(long), "video/mp4", "corte.mp4")
    (path,) = on_disk(desk)
    raw = path.read_bytes()
    assert b"a frame of a street" not in raw
    assert b"ftyp" not in raw
    assert "corte" not in str(path)
    assert kept.sha256 not in str(path)


def test_a_changed_byte_on_disk_is_seen_and_never_served(desk: Desk) -> None:
    case = standing(desk, Status.SEARCHING)
    kept = keep(desk, KEEPER, case, Kind.MASTER)
    assert custody.verify(desk, KEEPER, case.folio, kept.id)
    (path,) = on_disk(desk)
    raw = bytearray(path.read_bytes())
    raw[100] ^= 1
    path.write_bytes(raw)
    assert not custody.verify(desk, KEEPER, case.folio, kept.id)
    with pytest.raises(Stale):
        list(custody.read(desk, KEEPER, case.folio, kept.id, "verify")[1])


def test_a_stream_that_comes_in_small_pieces_is_kept_whole(sqlite_desk: Desk) -> None:
    class Drops(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 1000))

    case, long = standing(sqlite_desk, Status.SEARCHING), VIDEO * 12
    kept = custody.keep(sqlite_desk, KEEPER, case.folio, "master", "x.mp4", Drops(long), 5, TOLD)
    assert b"".join(custody.read(sqlite_desk, KEEPER, case.folio, kept.id, "verify")[1]) == long


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "footage.incomplete"), (b"MZ a program", "footage.incomplete"), (VIDEO * 20, "too_large")],
    ids=["empty", "program", "large"],
)
def test_what_is_not_kept_leaves_nothing_behind(sqlite_desk: Desk, content: bytes, code: str) -> None:
    case = standing(sqlite_desk, Status.SEARCHING)
    with pytest.raises(Invalid) as refusal:
        keep(sqlite_desk, KEEPER, case, Kind.MASTER, content, most=1)
    assert refusal.value.code == code
    assert on_disk(sqlite_desk) == []


def test_a_redacted_file_names_the_master_that_it_was_made_from(desk: Desk) -> None:
    case = standing(desk, Status.REDACTION)
    master = piece(desk, case, Kind.MASTER)
    other = piece(desk, standing(desk, Status.REDACTION), Kind.MASTER)
    for parent in ("", other.id, "x"):
        with pytest.raises(Invalid):
            keep(desk, BLURRER, case, Kind.REDACTED, parent=parent)
    made = keep(desk, BLURRER, case, Kind.REDACTED, parent=master.id)
    assert made.parent == master.id
    with desk.engine.connect() as connection:
        link = events.of(connection, case.folio)[-1]
    assert (link.action, link.details["parent"], link.details["tool"]) == ("redact", master.sha256, "VMS 4.2")
    assert len(on_disk(desk)) == 3


@pytest.mark.parametrize("kind", HANDS_IN)
@pytest.mark.parametrize("role", Role)
def test_who_hands_in_and_who_opens_a_file(sqlite_desk: Desk, role: Role, kind: Kind) -> None:
    permission, statuses = HANDS_IN[kind]
    case, actor = standing(sqlite_desk, statuses[0]), person(role)
    master = piece(sqlite_desk, case, Kind.MASTER)
    if permission in actor.permissions:
        assert keep(sqlite_desk, actor, case, kind, parent=master.id).kind is kind
    else:
        with pytest.raises(Forbidden):
            keep(sqlite_desk, actor, case, kind, parent=master.id)
    known = piece(sqlite_desk, case, kind)
    if READS[kind] & actor.permissions:
        assert custody.use(sqlite_desk, actor, case.folio, known.id, "decide").id == known.id
        assert b"".join(custody.read(sqlite_desk, actor, case.folio, known.id, "decide")[1]) == VIDEO
        assert chain(sqlite_desk, case)[-1] == ("view", actor.email)
    else:
        for do in (custody.read, custody.use):
            with pytest.raises(Forbidden):
                do(sqlite_desk, actor, case.folio, known.id, "decide")


def test_a_file_is_handed_in_where_its_case_stands_for_it(sqlite_desk: Desk) -> None:
    for kind, (_, statuses) in HANDS_IN.items():
        actor = {Kind.UPLOAD: CLERK, Kind.MASTER: KEEPER, Kind.REDACTED: BLURRER}[kind]
        for status in set(Status) - set(statuses):
            with pytest.raises(Illegal):
                keep(sqlite_desk, actor, standing(sqlite_desk, status), kind)


def test_who_extracted_does_not_redact(sqlite_desk: Desk) -> None:
    both = person(Role.CUSTODIAN, Role.REDACTOR, name="dos-roles")
    case = standing(sqlite_desk, Status.REDACTION)
    master = keep(sqlite_desk, both, case, Kind.MASTER)
    with pytest.raises(Illegal) as refusal:
        keep(sqlite_desk, both, case, Kind.REDACTED, parent=master.id)
    assert refusal.value.code == "footage.apart"
    assert len(on_disk(sqlite_desk)) == 1


def test_a_file_is_opened_for_a_purpose_of_the_list_and_of_its_own_case(sqlite_desk: Desk) -> None:
    case, other = standing(sqlite_desk, Status.SEARCHING), standing(sqlite_desk, Status.SEARCHING)
    kept = keep(sqlite_desk, KEEPER, case, Kind.MASTER)
    for do in (custody.use, custody.read):
        with pytest.raises(Invalid):
            do(sqlite_desk, KEEPER, case.folio, kept.id, "curiosity")
    for folio, id in ((other.folio, kept.id), (case.folio, "0" * 40), (case.folio, "../../desk.sqlite")):
        with pytest.raises(NotFound):
            custody.use(sqlite_desk, KEEPER, folio, id, "search")
        with pytest.raises(NotFound):
            custody.read(sqlite_desk, KEEPER, folio, id, "search")


def test_a_disk_that_is_nearly_full_takes_no_recording(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = standing(sqlite_desk, Status.SEARCHING)
    monkeypatch.setattr(room, "kept_free", lambda total: total + 1)
    with pytest.raises(Invalid, match="no_room"):
        keep(sqlite_desk, KEEPER, case, Kind.MASTER)
    assert on_disk(sqlite_desk) == []


def test_a_manifest_is_signed_and_nobody_can_change_it(sqlite_desk: Desk) -> None:
    case = prepared(sqlite_desk, Status.READY)
    made = custody.manifest(sqlite_desk, LAWYER, case.folio)
    said = json.loads(json.dumps(made["manifest"]))
    signature = Signature(made["signature"], made["public_key"])
    assert signing.holds(sqlite_desk.signing, custody.canonical(said), signature)
    assert signing.holds(("a newer key", *sqlite_desk.signing), custody.canonical(said), signature)
    assert not signing.holds(("another desk",), custody.canonical(said), signature)
    assert [one["made_from"] for one in said["files"]] in (
        [None, said["files"][0]["sha256"]],
        [said["files"][1]["sha256"], None],
    )
    said["files"][0]["sha256"] = DIGEST
    assert not signing.holds(sqlite_desk.signing, custody.canonical(said), signature)
    assert not signing.holds(sqlite_desk.signing, b"", Signature("no base64", "x"))


def test_the_key_that_encrypts_signs_nothing(sqlite_desk: Desk) -> None:
    """The public's process has the desk's key, and must not be able to make a manifest that passes for the desk's."""
    case = prepared(sqlite_desk, Status.READY)
    made = custody.manifest(sqlite_desk, LAWYER, case.folio)
    public = replace(sqlite_desk, signing=())
    with pytest.raises(Forbidden):
        custody.manifest(public, LAWYER, case.folio)
    forged = signing.sign(public.keys, custody.canonical(made["manifest"]))
    assert forged.public != made["public_key"]
    assert not signing.holds(sqlite_desk.signing, custody.canonical(made["manifest"]), forged)


# --- holds -----------------------------------------------------------------------------------------------------


def first_hold(desk: Desk, case: Case) -> int:
    with desk.engine.connect() as connection:
        return holds.of(connection, case.id)[0].id


def test_a_hold_is_confirmed_once_with_the_name_and_hash_of_what_is_kept(desk: Desk) -> None:
    case = file(desk)
    hold = first_hold(desk, case)
    for told in ({}, {"reference": "CLIP-7", "sha256": "xyz"}, {"reference": "", "sha256": DIGEST}):
        with pytest.raises(Invalid):
            custody.confirm(desk, KEEPER, case.folio, hold, told)
    custody.confirm(desk, KEEPER, case.folio, hold, {"reference": "CLIP-7", "sha256": DIGEST.upper()})
    with pytest.raises(Stale):
        custody.confirm(desk, KEEPER, case.folio, hold, {"reference": "CLIP-8", "sha256": DIGEST})
    with desk.engine.connect() as connection:
        kept = holds.of(connection, case.id)[0]
    assert (kept.reference, kept.sha256, kept.confirmed_by) == ("CLIP-7", DIGEST, KEEPER.email)
    assert ("preserve", KEEPER.email) in chain(desk, case)


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.CUSTODIAN])
def test_holds_are_the_custodians(sqlite_desk: Desk, role: Role) -> None:
    case = file(sqlite_desk)
    hold = first_hold(sqlite_desk, case)
    told = {"reference": "CLIP-7", "sha256": DIGEST, "reason": WORDS}
    for do in (custody.confirm, custody.prolong, custody.release):
        with pytest.raises(Forbidden):
            do(sqlite_desk, person(role), case.folio, hold, told)


def test_a_hold_that_waits_for_more_than_a_day_is_told_of(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = file(desk)
    assert cases.listing(desk, KEEPER, cases.Wanted()).counts.unconfirmed == 0
    monkeypatch.setattr("services.clock.now", lambda: case.received_at + 86_401)
    found = cases.listing(desk, KEEPER, cases.Wanted(unconfirmed=True))
    assert [(line.folio, line.unconfirmed) for line in found.lines] == [(case.folio, 1)]
    custody.confirm(desk, KEEPER, case.folio, first_hold(desk, case), {"reference": "CLIP-7", "sha256": DIGEST})
    assert cases.listing(desk, KEEPER, cases.Wanted(unconfirmed=True)).total == 0


def test_holding_beyond_the_review_is_for_who_decides_on_the_law(desk: Desk) -> None:
    case, reviewer = file(desk), person(Role.CUSTODIAN, Role.TRANSPARENCY, name="revisa")
    hold = first_hold(desk, case)
    with desk.engine.connect() as connection:
        before = holds.of(connection, case.id)[0].until
    refusals = []
    for _ in range(4):
        try:
            custody.prolong(desk, KEEPER, case.folio, hold, {"reason": WORDS})
        except Forbidden as error:
            refusals.append(error.code)
    assert set(refusals) == {"footage.review"}
    custody.prolong(desk, reviewer, case.folio, hold, {"reason": WORDS})
    with desk.engine.connect() as connection:
        assert holds.of(connection, case.id)[0].until > before
    assert "hold_reviewed" in [action for action, _ in chain(desk, case)]


def test_a_hold_is_let_go_only_of_a_closed_case(desk: Desk) -> None:
    case, closed = file(desk), standing(desk, Status.CLOSED)
    with pytest.raises(Illegal):
        custody.release(desk, KEEPER, case.folio, first_hold(desk, case), {"reason": WORDS})
    custody.release(desk, KEEPER, closed.folio, first_hold(desk, closed), {"reason": WORDS})
    with pytest.raises(NotFound):
        custody.release(desk, KEEPER, closed.folio, first_hold(desk, closed), {"reason": WORDS})


def test_what_a_search_came_to_is_in_the_chain(desk: Desk) -> None:
    case, other = standing(desk, Status.SEARCHING), file(desk)
    told = {"found": "partly", "tool": "VMS 4.2"}
    for actor in (CLERK, LAWYER, BLURRER, JUDGE):
        with pytest.raises(Forbidden):
            custody.locate(desk, actor, case.folio, first_hold(desk, case), told)
    with pytest.raises(Invalid):
        custody.locate(desk, KEEPER, case.folio, first_hold(desk, case), {"found": "perhaps"})
    with pytest.raises(Illegal):
        custody.locate(desk, KEEPER, other.folio, first_hold(desk, other), told)
    custody.locate(desk, KEEPER, case.folio, first_hold(desk, case), told)
    with desk.engine.connect() as connection:
        (link,) = [one for one in events.of(connection, case.folio) if one.action == "locate"]
    assert {name: link.details[name] for name in told} == told
    both = person(Role.CUSTODIAN, Role.REDACTOR, name=KEEPER.email.partition("@")[0])
    with pytest.raises(Illegal):  # who searched does not redact
        keep(desk, both, moved_on(desk, case), Kind.REDACTED)


def moved_on(desk: Desk, case: Case) -> Case:
    """The case with a master, where it waits to be redacted."""
    piece(desk, case, Kind.MASTER)
    moving.move(desk, KEEPER, case.folio, case.version, Status.REDACTION, None, {})
    return case


def test_a_master_is_exported_and_hashed(desk: Desk) -> None:
    case = standing(desk, Status.SEARCHING)
    made = keep(desk, KEEPER, case, Kind.MASTER)
    with desk.engine.connect() as connection:
        acts = [
            (one.action, one.details["sha256"]) for one in events.of(connection, case.folio) if "sha256" in one.details
        ]
    assert acts == [("export", made.sha256), ("hash", made.sha256)]


def test_pictures_that_the_desk_attaches_are_made_anew_and_stills_of_a_recording_are_not(desk: Desk) -> None:
    case, written = standing(desk, Status.SEARCHING), io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(written, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0 where it was taken")
    content = written.getvalue()
    kept, master = keep(desk, CLERK, case, Kind.UPLOAD, content), keep(desk, KEEPER, case, Kind.MASTER, content)
    read = b"".join(custody.read(desk, CLERK, case.folio, kept.id, "verify")[1])
    assert (b"where it was" in content, b"where it was" in read) == (True, False)
    assert b"".join(custody.read(desk, KEEPER, case.folio, master.id, "verify")[1]) == content
    with pytest.raises(Invalid) as refusal:
        keep(desk, CLERK, case, Kind.UPLOAD, content[:60])
    assert refusal.value.details["fields"] == {"file": "broken"}


def test_what_a_scan_refuses_is_not_kept(desk: Desk) -> None:
    case, scanner = standing(desk, Status.SEARCHING), "import sys; sys.exit(b'EICAR' in sys.stdin.buffer.read())"
    looking = replace(desk, scan=(sys.executable, "-c", scanner))
    keep(looking, KEEPER, case, Kind.MASTER)
    before = on_disk(desk)
    with pytest.raises(Invalid) as refusal:
        keep(looking, KEEPER, case, Kind.MASTER, VIDEO + b"EICAR")
    assert (refusal.value.details["fields"], on_disk(desk)) == ({"file": "infected"}, before)


# --- delivery --------------------------------------------------------------------------------------------------


def ready(desk: Desk, seen: bool = True) -> tuple[Case, str]:
    case = prepared(desk, Status.READY)
    if seen:
        moving.identify(desk, CLERK, case.folio, {"proof": "in_person"})
    with desk.engine.connect() as connection:
        found = next(one for one in evidence.listing(connection, desk, case.id) if one.kind is Kind.REDACTED)
    return case, found.id


def test_a_link_opens_its_file_three_times_and_no_more(desk: Desk) -> None:
    case, id = ready(desk)
    secret = delivery.link(desk, CLERK, case.folio, id)
    for _ in range(DOWNLOADS):
        _, blocks = delivery.download(desk, secret)
        assert b"".join(blocks) == VIDEO
    with pytest.raises(NotFound):
        delivery.download(desk, secret)
    done = case_of(desk, case.folio)
    assert (done.status, done.resolution) == (Status.DELIVERED, Resolution.FULL)
    assert [action for action, _ in chain(desk, case)].count("copy") == DOWNLOADS


def test_of_many_who_open_a_link_at_once_three_get_the_file(desk: Desk) -> None:
    case, id = ready(desk)
    secret, start, answers = delivery.link(desk, CLERK, case.folio, id), Barrier(6), []

    def go() -> None:
        start.wait()
        try:
            answers.append(len(b"".join(delivery.download(desk, secret)[1])))
        except DomainError as error:
            answers.append(error.code)

    threads = [Thread(target=go) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == sorted([str(len(VIDEO))] * 3 + ["footage.no_link"] * 3)


def test_a_link_ends_after_ten_days_and_when_another_is_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case, id = ready(desk)
    first = delivery.link(desk, CLERK, case.folio, id)
    second = delivery.link(desk, CLERK, case.folio, id)
    for wrong in (first, "", "x", "x" * 10_000):
        with pytest.raises(NotFound):
            delivery.download(desk, wrong)
    from services import clock

    later = clock.now() + DAYS * 86_400
    monkeypatch.setattr("services.clock.now", lambda: later)
    with pytest.raises(NotFound):
        delivery.download(desk, second)


def test_no_link_opens_a_master_or_a_case_that_is_not_ready(sqlite_desk: Desk) -> None:
    case, _ = ready(sqlite_desk)
    master = piece(sqlite_desk, case, Kind.MASTER)
    waiting = prepared(sqlite_desk, Status.APPROVAL)
    made = piece(sqlite_desk, waiting, Kind.REDACTED)
    for folio, id in ((case.folio, master.id), (waiting.folio, made.id)):
        with pytest.raises(Illegal):
            delivery.link(sqlite_desk, CLERK, folio, id)


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.OPERATOR])
def test_only_who_delivers_makes_a_link(sqlite_desk: Desk, role: Role) -> None:
    case, id = ready(sqlite_desk)
    with pytest.raises(Forbidden):
        delivery.link(sqlite_desk, person(role), case.folio, id)


def test_ones_own_data_get_a_link_once_somebody_saw_who_asks(desk: Desk) -> None:
    case, id = ready(desk, seen=False)
    with pytest.raises(Illegal) as refusal:
        delivery.link(desk, CLERK, case.folio, id)
    assert refusal.value.code == "footage.unidentified"
    for told in ({}, {"proof": "trust"}):
        with pytest.raises(Invalid):
            moving.identify(desk, CLERK, case.folio, told)
    moving.identify(desk, CLERK, case.folio, {"proof": "remote"})
    with pytest.raises(Illegal):
        moving.identify(desk, CLERK, case.folio, {"proof": "remote"})
    assert delivery.link(desk, CLERK, case.folio, id)


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.OPERATOR])
def test_only_who_meets_people_says_that_they_were_seen(sqlite_desk: Desk, role: Role) -> None:
    case, _ = ready(sqlite_desk, seen=False)
    with pytest.raises(Forbidden):
        moving.identify(sqlite_desk, person(role), case.folio, {"proof": "in_person"})


def test_what_is_only_to_be_seen_at_the_office_gets_no_link(sqlite_desk: Desk) -> None:
    case = prepared(sqlite_desk, Status.APPROVAL)
    moving.move(sqlite_desk, JUDGE, case.folio, case.version, Status.READY, Resolution.VIEWING, {"act": WORDS})
    made = piece(sqlite_desk, case, Kind.REDACTED)
    with pytest.raises(Illegal) as refusal:
        delivery.link(sqlite_desk, CLERK, case.folio, made.id)
    assert refusal.value.code == "footage.viewing_only"


def test_every_permission_of_the_desk_hands_in_or_opens_something_or_moves_cases() -> None:
    used = {permission for permission, _ in HANDS_IN.values()} | frozenset().union(*READS.values())
    assert used <= set(cases.HANDLING)
    assert Permission.CASES not in used
