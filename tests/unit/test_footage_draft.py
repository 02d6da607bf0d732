"""The form of a request for footage: every field keeps its rule, and reading a form never fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.footage.deadlines import Track
from domain.footage.draft import Draft, Facts, Kind, Relation
from domain.footage.reading import Errors, Ground, read
from domain.footage.when import Outlook, Wrong, days_left, outlook, segment

SANTIAGO, ROUGH = ZoneInfo("America/Santiago"), ZoneInfo("America/Argentina/Mendoza")
NOW = int(datetime(2026, 11, 22, 12, 0, tzinfo=SANTIAGO).timestamp())


def digits(number: str) -> str | None:
    kept = number.replace(".", "")
    return kept if kept.isdigit() and len(kept) == 8 else None


GROUND = Ground(
    now=NOW,
    zone=SANTIAGO,
    retention=30,
    cameras={"cam-a": None, "cam-b": 14, "cam-c": None, "cam-d": None},
    communes=frozenset({"san-miguel", "la-cisterna"}),
    inside=lambda lon, lat: -71 < lon < -70 and -34 < lat < -33,
    documents={"rut": digits, "passport": lambda number: number or None},
    plates=(r"[A-Z]{2}\d{4}", r"[BCDFGHJKLPRSTVWXYZ]{4}\d{2}"),
    reference=r"\d{8,10}-[\dK]",
    undertaking="u1",
    notice="n1",
)
GOOD = {
    "kind": "party",
    "day1": "2026-11-20",
    "from1": "18:00",
    "to1": "18:30",
    "camera": "cam-a",
    "facts": "robbery",
    "involvement": "affected",
    "story": "Me quitaron la bicicleta frente a la farmacia.",
    "name": "Rosa Inés Pardo",
    "document_type": "rut",
    "document": "12.345.678",
    "email": "rosa@example.org",
    "delivery": "counter",
    "undertaking": "u1",
    "notice": "n1",
}
PRESERVE = {name: GOOD[name] for name in ("day1", "from1", "to1", "camera", "email", "notice")} | {"kind": "preserve"}


def form(given: dict[str, str], **changed: str) -> dict[str, list[str]]:
    return {name: [value] for name, value in {**given, **changed}.items()}


def wrong(given: dict[str, str], ground: Ground = GROUND, **changed: str) -> dict[str, str]:
    found = read(form(given, **changed), ground)
    return dict(found.by_field) if isinstance(found, Errors) else {}


def drafted(given: dict[str, str], **changed: str) -> Draft:
    found = read(form(given, **changed), GROUND)
    assert isinstance(found, Draft), found
    return found


def test_a_good_form_is_a_request() -> None:
    draft = drafted(GOOD, plate="ab-12 34", looks="chaqueta roja", reference="12345678-k")
    assert (draft.kind, draft.tracks) == (Kind.PARTY, (Track.SUBJECT,))
    assert (draft.plate, draft.document, draft.reference) == ("AB1234", "12345678", "12345678-K")
    assert (draft.undertaking, draft.notice) == ("u1", "n1")
    assert draft.segments[0].day == date(2026, 11, 20)
    assert draft.segments[0].ends - draft.segments[0].starts == 1800


def test_preserving_needs_when_where_and_how_to_reach_alone() -> None:
    draft = drafted(PRESERVE)
    assert (draft.tracks, draft.name, draft.document) == ((Track.PRESERVE,), "", "")
    assert set(wrong({"kind": "preserve", "notice": "n1"})) == {"day1", "camera", "email"}
    assert not drafted(PRESERVE, email="", in_person="yes").contact.email


def test_what_its_kind_does_not_ask_for_is_not_kept() -> None:
    draft = drafted({**GOOD, **PRESERVE}, story="x" * 50, plate="AB1234")
    assert (draft.story, draft.plate, draft.name, draft.reference) == ("", "", "", "")


def test_public_information_needs_no_document() -> None:
    draft = drafted(GOOD, kind="information", document="", document_type="")
    assert (draft.tracks, draft.document_type) == ((Track.INFORMATION,), "")


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"kind": "other"}, "kind", "kind.empty"),
        ({"day1": ""}, "day1", "day.empty"),
        ({"day1": "20/11/2026"}, "day1", "day.shape"),
        ({"day1": "1812-01-01"}, "day1", "day.shape"),
        ({"day1": "2026-11-23"}, "day1", "day.future"),
        ({"day1": "2026-11-22", "from1": "11:30", "to1": "12:05"}, "to1", "to.future"),
        ({"from1": "noon"}, "from1", "from.shape"),
        ({"from1": "18:00+02:00"}, "from1", "from.shape"),
        ({"from1": "18:03"}, "from1", "from.step"),
        ({"to1": ""}, "to1", "to.empty"),
        ({"to1": "18:00"}, "to1", "to.order"),
        ({"to1": "17:55"}, "to1", "to.order"),
        ({"to1": "19:05"}, "to1", "to.long"),
        ({"day2": "2026-11-19"}, "from2", "from.empty"),
        ({"camera": ""}, "camera", "camera.empty"),
        ({"camera": "cam-x"}, "camera", "camera.unknown"),
        ({"corner": "Gran Avenida con Salesianos"}, "commune", "commune.empty"),
        ({"corner": "Gran Avenida con Salesianos", "commune": "paris"}, "commune", "commune.unknown"),
        ({"corner": "aquí"}, "corner", "corner.short"),
        ({"point": "somewhere"}, "point", "point.shape"),
        ({"point": "nan, nan"}, "point", "point.shape"),
        ({"point": "-33.4"}, "point", "point.shape"),
        ({"point": "48.85, 2.35"}, "point", "point.outside"),
        ({"facts": ""}, "facts", "facts.empty"),
        ({"involvement": ""}, "involvement", "involvement.empty"),
        ({"story": ""}, "story", "story.empty"),
        ({"story": "muy corto"}, "story", "story.short"),
        ({"story": "x" * 1001}, "story", "story.long"),
        ({"plate": "A1"}, "plate", "plate.shape"),
        ({"name": ""}, "name", "name.empty"),
        ({"document": ""}, "document", "document.empty"),
        ({"document": "12"}, "document", "document.shape"),
        ({"document_type": "library card"}, "document_type", "document_type.empty"),
        ({"email": ""}, "email", "email.none"),
        ({"email": "rosa"}, "email", "email.shape"),
        ({"email": "rosa@example.org\nBcc: all@example.org"}, "email", "email.shape"),
        ({"phone": "call me"}, "phone", "phone.shape"),
        ({"postal": "here"}, "postal", "postal.shape"),
        ({"facts": "private"}, "safe", "safe.empty"),
        ({"child": "yes"}, "child", "child.ask"),
        ({"kind": "representative"}, "relation", "relation.empty"),
        ({"kind": "representative", "relation": "parent"}, "represented", "represented.empty"),
        ({"kind": "representative", "relation": "lawyer", "child": "yes"}, "child", "child.guardian"),
        ({"reference": "mine"}, "reference", "reference.shape"),
        ({"delivery": ""}, "delivery", "delivery.empty"),
        ({"undertaking": ""}, "undertaking", "undertaking.empty"),
        ({"undertaking": "u0"}, "undertaking", "undertaking.changed"),
        ({"notice": ""}, "notice", "notice.empty"),
    ],
)
def test_a_wrong_field_is_named_with_its_reason(changed: dict[str, str], field: str, code: str) -> None:
    assert wrong(GOOD, **changed).get(field) == code


def test_every_wrong_field_is_told_at_once() -> None:
    assert {"day1", "camera", "story", "name"} <= set(wrong(GOOD, day1="", camera="", story="", name=""))


def test_more_than_three_cameras_are_too_many_and_one_twice_counts_once() -> None:
    four = {**form(GOOD), "camera": ["cam-a", "cam-b", "cam-c", "cam-d"]}
    assert read(four, GROUND) == Errors({"camera": "camera.many"})
    twice = read({**form(GOOD), "camera": ["cam-a", "cam-a", ""]}, GROUND)
    assert isinstance(twice, Draft)
    assert twice.place.cameras == ("cam-a",)


def test_a_place_may_be_a_corner_or_a_point_alone() -> None:
    corner = drafted(GOOD, camera="", corner="Gran Avenida con Salesianos", commune="san-miguel")
    assert corner.place.corner == "Gran Avenida con Salesianos"
    assert drafted(GOOD, camera="", point="-33.4961, -70.6512").place.point == (-70.6512, -33.4961)


def test_a_stretch_over_midnight_ends_on_the_next_day() -> None:
    found = drafted(GOOD, from1="23:45", to1="00:15").segments[0]
    assert (found.day, found.ends - found.starts) == (date(2026, 11, 20), 1800)


def test_three_stretches_are_read_and_empty_ones_passed_over() -> None:
    more = {"day3": "2026-11-19", "from3": "08:00", "to3": "08:05"}
    assert len(drafted(GOOD, **more).segments) == 2


def test_the_safe_path_is_open_without_any_address() -> None:
    draft = drafted(GOOD, facts="private", email="", in_person="yes")
    assert draft.sensitive
    assert draft.facts is Facts.PRIVATE
    assert drafted(GOOD, facts="private", safe="yes").contact.email == "rosa@example.org"


def test_a_guardian_asks_for_a_child() -> None:
    draft = drafted(GOOD, kind="representative", relation="parent", represented="Luis Pardo", child="yes")
    assert (draft.relation, draft.child) == (Relation.PARENT, True)


# --- clocks that jump. Santiago 2026: 24:00 on 4 April became 23:00, 24:00 on 5 September became 01:00.


def test_a_time_that_never_was_is_refused() -> None:
    with pytest.raises(Wrong) as raised:
        segment("2026-09-06", "00:20", "00:50", "", SANTIAGO, NOW)
    assert (raised.value.part, raised.value.code) == ("from", "skipped")


def test_a_time_that_was_twice_is_asked_for() -> None:
    with pytest.raises(Wrong) as raised:
        segment("2026-04-04", "23:10", "23:40", "", SANTIAGO, NOW)
    assert (raised.value.part, raised.value.code) == ("hour", "twice")
    first = segment("2026-04-04", "23:10", "23:40", "first", SANTIAGO, NOW)
    second = segment("2026-04-04", "23:10", "23:40", "second", SANTIAGO, NOW)
    assert second.starts - first.starts == second.ends - first.ends == 3600


def test_a_stretch_across_the_repeated_hour_has_its_true_length() -> None:
    with pytest.raises(Wrong) as raised:
        segment("2026-04-04", "23:50", "00:20", "first", SANTIAGO, NOW)
    assert (raised.value.part, raised.value.code) == ("to", "long")
    assert segment("2026-04-04", "23:50", "00:20", "second", SANTIAGO, NOW).ends


def test_where_clocks_never_jump_no_hour_is_asked_for() -> None:
    assert segment("2026-04-04", "23:10", "23:40", "", ROUGH, NOW).ends


# --- how long a recording lasts


@pytest.mark.parametrize(
    ("day", "left", "told"),
    [
        (date(2026, 11, 22), 30, Outlook.KEPT),
        (date(2026, 10, 31), 8, Outlook.KEPT),
        (date(2026, 10, 30), 7, Outlook.HURRY),
        (date(2026, 10, 24), 1, Outlook.HURRY),
        (date(2026, 10, 23), 0, Outlook.GONE),
        (date(2025, 1, 1), -660, Outlook.GONE),
    ],
)
def test_the_outlook_follows_the_days_left(day: date, left: int, told: Outlook) -> None:
    assert days_left(day, date(2026, 11, 22), 30) == left
    assert outlook(left) is told


def test_the_camera_that_keeps_the_shortest_decides_and_what_is_old_is_still_taken() -> None:
    old = drafted(GOOD, day1="2026-11-01")
    assert GROUND.left(old.place.cameras, old.segments) == 9
    assert GROUND.left(("cam-a", "cam-b"), old.segments) == -7
    assert GROUND.outlook(("cam-b",), old.segments) is Outlook.GONE


# --- nothing fails

NAMES = [*GOOD, "day2", "from2", "to2", "hour1", "corner", "commune", "point", "looks", "plate", "phone", "postal"]
NAMES += ["in_person", "safe", "child", "relation", "represented", "reference", "needs", "indoors"]
VALUES = st.one_of(st.text(max_size=40), st.sampled_from([*GOOD.values(), "\x00", "٣", "9999-12-31", "23:55", "1e400"]))


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(VALUES, max_size=4)))
def test_no_form_makes_the_reading_fail(given: dict[str, list[str]]) -> None:
    assert isinstance(read(given, GROUND), Draft | Errors)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3))
def test_what_is_taken_keeps_the_rules_whatever_was_changed(changed: dict[str, str]) -> None:
    found = read(form(GOOD, **changed), GROUND)
    if isinstance(found, Draft):
        assert 1 <= len(found.segments) <= 3
        assert len(found.place.cameras) <= 3
        assert all(0 < told.ends - told.starts <= 3600 and told.ends <= NOW for told in found.segments)
        assert found.kind is Kind.PRESERVE or 20 <= len(found.story) <= 1000
        assert any((found.contact.email, found.contact.phone, found.contact.postal, found.contact.in_person))


@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1)), st.integers(-30, 90), st.sampled_from(["", "first"]))
def test_a_stretch_is_never_longer_than_an_hour(moment: datetime, minutes: int, hour: str) -> None:
    starts = moment.replace(minute=moment.minute // 5 * 5)
    ends = (starts.hour * 60 + starts.minute + minutes // 5 * 5) % 1440
    try:
        found = segment(f"{starts:%Y-%m-%d}", f"{starts:%H:%M}", f"{ends // 60:02}:{ends % 60:02}", hour, SANTIAGO, NOW)
    except Wrong:
        return
    assert 0 < found.ends - found.starts <= 3600


def test_a_city_with_one_commune_asks_for_none() -> None:
    alone = replace(GROUND, communes=frozenset({"godoy-cruz"}))
    assert wrong(GOOD, alone, camera="", corner="San Martín con Perito Moreno") == {}


def test_a_request_to_keep_it_can_be_private_and_then_takes_only_safe_contacts() -> None:
    plain, private = read(form(PRESERVE), GROUND), form(PRESERVE, private="yes")
    assert isinstance(plain, Draft)
    assert not plain.sensitive
    refused = read(private, GROUND)
    assert isinstance(refused, Errors)
    assert refused.by_field == {"safe": "safe.empty"}
    for changed in ({"safe": "yes"}, {"email": "", "in_person": "yes"}):
        found = read(private | {name: [value] for name, value in changed.items()}, GROUND)
        assert isinstance(found, Draft)
        assert found.sensitive


def test_a_camera_is_known_by_its_name_in_any_letters() -> None:
    ground = replace(GROUND, called={"gran avenida con salesianos": "cam-b"})
    found = read(form(PRESERVE, camera="", camera_b="Gran Avenida CON Salesianos", camera_c="cam-a"), ground)
    assert isinstance(found, Draft)
    assert found.place.cameras == ("cam-b", "cam-a")
    refused = read(form(PRESERVE, camera_b="nowhere"), ground)
    assert isinstance(refused, Errors)
    assert refused.by_field == {"camera": "camera.unknown"}
