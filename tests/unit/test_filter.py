"""A query is a question, the question is a query again, and nothing that is not understood makes it wider."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.filter import KEYS, ORIGINS, Filter, Ground
from domain.people import Actor, Permission, Role, may
from domain.periods import Window
from domain.taxonomy import taxonomy
from locales import Words

GROUND = Ground(taxonomy(), date(2020, 1, 1), date(2026, 11, 20), {"centro": "Centro", "norte": "Ñuñoa", "sur": "Sur"})
THEFTS = "theft.bicycle,theft.other,theft.person,theft.shop,theft.transit"
BOX = "-70.70000,-33.50000;-70.60000,-33.50000;-70.60000,-33.40000;-70.70000,-33.40000"


def read(**query: Any) -> Filter:
    return Filter.from_query({key.rstrip("_"): value for key, value in query.items()}, GROUND)


# query, what it is written back as, and how both languages say it
SAID: list[tuple[dict[str, Any], dict[str, str], str, str]] = [
    (
        {},
        {},
        "Todos los tipos (sin los sensibles), 24 de oct al 20 de nov de 2026",
        "All types (without the sensitive ones), 24 Oct – 20 Nov 2026",
    ),
    (
        {"type": " robbery.street , theft ", "vehicle": "motorcycle"},
        {"type": f"robbery.street,{THEFTS}", "vehicle": "motorcycle"},
        "Hurto y Robo a transeúnte, medio: Motocicleta, 24 de oct al 20 de nov de 2026",
        "Theft and Street robbery, transport: Motorcycle, 24 Oct – 20 Nov 2026",
    ),
    (
        {"from": "2026-11-01", "to": "2026-11-01", "hours": "22-23,0-5", "days": "6,7,1"},
        {"from": "2026-11-01", "to": "2026-11-01", "hours": "22-5", "days": "6-1"},
        "Todos los tipos (sin los sensibles), 1 nov 2026, lunes, sábado y domingo, entre las horas 22-5",
        "All types (without the sensitive ones), 1 Nov 2026, Monday, Saturday and Sunday, between the hours 22-5",
    ),
    (
        {"precinct": "norte,centro", "item": "phone", "origin": "informal"},
        {"precinct": "centro,norte", "item": "phone", "origin": "informal"},
        "Todos los tipos (sin los sensibles), objeto robado: Teléfono, en Centro y Ñuñoa, origen: Informal, "
        "24 de oct al 20 de nov de 2026",
        "All types (without the sensitive ones), stolen: Phone, in Centro and Ñuñoa, origin: Informal, "
        "24 Oct – 20 Nov 2026",
    ),
    (
        {"area": "-70.7,-33.5,-70.6,-33.4", "from": "2025-12-20", "to": "2026-01-10", "compare": "year"},
        {"area": BOX, "from": "2025-12-20", "to": "2026-01-10", "compare": "year"},
        "Todos los tipos (sin los sensibles), 20 de dic de 2025 al 10 de ene de 2026, dentro del área dibujada",
        "All types (without the sensitive ones), 20 Dec 2025 – 10 Jan 2026, inside the drawn area",
    ),
    (
        {"type": "sexual"},
        {"type": "sexual.abuse,sexual.exploitation,sexual.rape,sexual.unclassified"},
        "Delitos sexuales, 24 de oct al 20 de nov de 2026",
        "Sexual offences, 24 Oct – 20 Nov 2026",
    ),
    (
        {"type": "?", "vehicle": "?", "item": "?", "hours": "?", "days": "8", "precinct": "?", "area": "?"},
        {"type": ",", "vehicle": ",", "item": ",", "hours": ",", "days": ",", "precinct": ",", "area": ";"},
        "Ningún tipo, sin ningún medio de transporte, sin ningún objeto, en ninguna zona, "
        "24 de oct al 20 de nov de 2026, ningún día de la semana, a ninguna hora, en un área que no se entiende",
        "No type, with no mode of transport, with no item, in no precinct, 24 Oct – 20 Nov 2026, on no weekday, "
        "at no hour, in an area that cannot be read",
    ),
]


@pytest.mark.parametrize(("query", "written", "spanish", "english"), SAID, ids=lambda part: "")
def test_a_question_is_read_written_and_said(query: dict, written: dict, spanish: str, english: str) -> None:
    asked = Filter.from_query(query, GROUND)
    assert asked.to_query(GROUND) == written
    assert asked.describe(Words("es", GROUND.precincts)) == spanish
    assert asked.describe(Words("en", GROUND.precincts)).replace("\u2009", " ") == english


# --- what people and programs type ------------------------------------------------------------------------------

texts = st.text(max_size=30) | st.sampled_from(
    ["", ",", ";", "-", "0-23", "22-5", "9999-9", "00000000000099", "1e999,nan", "1,2;3,4;5,6", "2024-02-29", "none"]
)
numbers = st.integers(-(10**20), 10**20)
values = st.none() | texts | numbers | st.floats() | st.booleans() | st.lists(st.none() | texts | numbers, max_size=5)
pieces = st.sampled_from(
    f"robbery theft.shop sexual.rape foot phone norte formal 3 7 22-5 previous year {BOX} nothing "
    "2024-02-29 2025-01-31 1900-01-01 2200-12-31".split()
)
likely = st.lists(pieces, max_size=3).map(",".join)
queries = st.dictionaries(st.sampled_from([*KEYS, "other"]) | st.text(max_size=5), likely | values)


@given(queries)
def test_whatever_is_typed_is_read_without_an_error_and_reads_back_as_the_same_question(query: dict) -> None:
    asked = Filter.from_query(query, GROUND)
    assert Filter.from_query(asked.to_query(), GROUND) == asked
    assert Filter.from_query(asked.to_query(GROUND), GROUND) == asked
    assert asked.canonical() == Filter.from_query(asked.to_query(), GROUND).canonical()
    assert asked.window.start <= asked.window.end
    assert asked.other is None or asked.other.days == asked.window.days
    assert asked.describe(Words("es", GROUND.precincts))


@given(queries, st.text(alphabet="xyz?#", min_size=1, max_size=8), st.sampled_from(["type", "vehicle", "item", "area"]))
def test_an_unknown_value_never_makes_a_question_wider(query: dict, unknown: str, key: str) -> None:
    before = getattr(Filter.from_query(query, GROUND), ATTRIBUTES[key])
    asked = Filter.from_query({**query, key: unknown}, GROUND)
    assert not getattr(asked, ATTRIBUTES[key])
    assert getattr(asked, ATTRIBUTES[key]) is not None
    assert f"ignored:{key}" in asked.notes
    assert before is None or set(before) >= set(getattr(asked, ATTRIBUTES[key]))


ATTRIBUTES = {
    "type": "types",
    "vehicle": "vehicles",
    "item": "items",
    "hours": "hours",
    "days": "weekdays",
    "precinct": "precincts",
    "area": "area",
    "origin": "origins",
}


@pytest.mark.parametrize("key", ATTRIBUTES)
def test_what_is_wholly_unknown_matches_nothing_and_not_everything(key: str) -> None:
    asked = Filter.from_query({key: "nobody,knows,this"}, GROUND)
    assert getattr(asked, ATTRIBUTES[key]) is not None
    assert not getattr(asked, ATTRIBUTES[key])
    assert f"ignored:{key}" in asked.notes


@pytest.mark.parametrize("key", ATTRIBUTES)
@pytest.mark.parametrize("nothing", [None, "", "   ", [], [None], ["", ""]])
def test_a_key_without_a_value_asks_nothing(key: str, nothing: object) -> None:
    assert getattr(Filter.from_query({key: nothing}, GROUND), ATTRIBUTES[key]) is None


def test_an_unknown_code_beside_known_ones_is_dropped_and_told() -> None:
    asked = read(vehicle="motorcycle,spaceship")
    assert (asked.vehicles, asked.notes) == (frozenset({"motorcycle"}), ("ignored:vehicle",))


@pytest.mark.parametrize(
    "value", [["motorcycle", "car"], ("motorcycle", "car"), "motorcycle,car", [None, "car,motorcycle"]]
)
def test_repeated_keys_are_read_together(value: object) -> None:
    assert read(vehicle=value).vehicles == {"motorcycle", "car"}


def test_numbers_are_read_as_text_would_be() -> None:
    assert read(days=5, hours=[7, 8]) == read(days="5", hours="7,8")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("7", {7}),
        ("07-09", {7, 8, 9}),
        ("22-5", {22, 23, 0, 1, 2, 3, 4, 5}),
        ("23-0", {23, 0}),
        ("0-23", None),
        ("12-11", None),
        ("8, 9,10-11", {8, 9, 10, 11}),
        ("24", set()),
        ("5-24,3", {3}),
        ("-1", set()),
        ("1-2-3", set()),
        ("000000000000000000000012", set()),
        ("0-00009999999999", set()),
        ("0" * 6000, set()),
        ("٣", set()),
    ],
)
def test_hours_run_over_midnight_and_stay_within_the_day(text: str, hours: set[int] | None) -> None:
    assert read(hours=text).hours == hours


# --- dates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "window", "note"),
    [
        (None, None, ("2026-10-24", "2026-11-20"), None),
        ("2026-03-01", "2026-03-31", ("2026-03-01", "2026-03-31"), None),
        ("2026-03-31", "2026-03-01", ("2026-03-01", "2026-03-31"), "repaired:dates"),
        ("2026-03-01", None, ("2026-03-01", "2026-11-20"), None),
        (None, "2026-03-28", ("2026-03-01", "2026-03-28"), None),
        ("2024-02-29", "2024-02-29", ("2024-02-29", "2024-02-29"), None),
        ("2025-02-29", "2025-03-28", ("2025-03-01", "2025-03-28"), "ignored:from"),
        ("2026-03-01", "2026-02-30", ("2026-03-01", "2026-03-28"), "ignored:to"),
        ("2026-03-01T10:30:00Z", "2026-03-02 24:00", ("2026-03-01", "2026-03-02"), None),
        ("1492-10-12", "0001-01-01", ("2026-10-24", "2026-11-20"), "ignored:from"),
        ("2027-01-05", None, ("2027-01-05", "2027-01-05"), "partial:dates"),
        ("2019-12-31", "2020-01-05", ("2019-12-31", "2020-01-05"), "partial:dates"),
    ],
)
def test_dates_are_repaired_and_told(start: str | None, end: str | None, window: tuple, note: str | None) -> None:
    asked = read(from_=start, to=end)
    assert (asked.window.start.isoformat(), asked.window.end.isoformat()) == window
    assert asked.notes[:1] == ((note,) if note else ())


@pytest.mark.parametrize(
    ("compare", "other"),
    [
        (None, None),
        ("previous", ("2024-02-01", "2024-02-28")),
        ("year", ("2023-02-28", "2023-03-27")),
        ("2021-06-15", ("2021-06-15", "2021-07-12")),
        ("2024-02-30", None),
        ("last summer", None),
    ],
)
def test_the_other_window_is_as_long_as_the_own(compare: str | None, other: tuple | None) -> None:
    asked = read(from_="2024-02-29", to="2024-03-27", compare=compare)
    found = asked.other and (asked.other.start.isoformat(), asked.other.end.isoformat())
    assert found == other


def test_a_window_compared_with_beyond_the_data_is_told() -> None:
    asked = read(from_="2020-01-10", to="2020-01-20", compare="previous")
    assert asked.notes == ("partial:compare",)


def test_the_same_question_about_another_window_compares_nothing() -> None:
    other = Window(date(2024, 1, 1), date(2024, 1, 7))
    asked = read(type="theft", compare="year").during(other)
    assert (asked.window, asked.other, asked.types) == (other, None, read(type="theft").types)


# --- drawn areas ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "drawn",
    [
        "1,1;2,2",
        "nan,1;2,2;3,3",
        "1,1;inf,2;3,3",
        "1,1;2,2;3,-inf",
        "1,1;2,2;181,3",
        "1,1;2,2;3,86",
        "1,1;2,2;3",
        "1,1;2,2;3,3,3",
        "1,2,3",
        "1,2,3,4,5",
        "a,b;c,d;e,f",
        ";",
        ";".join(f"{k / 10},1" for k in range(201)),
    ],
)
def test_an_area_that_cannot_be_read_holds_nothing(drawn: str) -> None:
    asked = read(area=drawn)
    assert (asked.area, asked.notes) == ((), ("ignored:area",))


def test_an_area_keeps_its_corners_to_a_metre_in_their_order() -> None:
    assert read(area="1.123456789,2;-3,4;5,-6").area == ((1.12346, 2.0), (-3.0, 4.0), (5.0, -6.0))
    assert len(read(area=";".join(f"{k / 10},{k % 7}" for k in range(200))).area or ()) == 200


def test_a_self_crossing_area_is_a_question_too() -> None:
    assert len(read(area="0,0;1,1;1,0;0,1").area or ()) == 4


# --- what a person may ask --------------------------------------------------------------------------------------

people = st.builds(
    Actor,
    id=st.just(1),
    email=st.just("a@b.cl"),
    roles=st.frozensets(st.sampled_from(list(Role)), max_size=3),
    own_precincts=st.frozensets(st.sampled_from(["norte", "sur", "elsewhere"])),
)


@given(queries, people)
def test_clipping_never_widens_and_once_is_enough(query: dict, actor: Actor) -> None:
    asked = Filter.from_query(query, GROUND)
    clipped = asked.clip(actor, GROUND)
    assert clipped.wanted_types(GROUND) <= asked.wanted_types(GROUND)
    before = frozenset(GROUND.precincts) if asked.precincts is None else asked.precincts
    after = frozenset(GROUND.precincts) if clipped.precincts is None else clipped.precincts
    assert after <= before
    assert (clipped.window, clipped.hours, clipped.area) == (asked.window, asked.hours, asked.area)
    assert clipped.clip(actor, GROUND) == clipped
    assert clipped.clip(actor, GROUND).notes == clipped.notes


@given(queries, people)
def test_what_is_left_is_within_what_the_person_may_see(query: dict, actor: Actor) -> None:
    clipped = Filter.from_query(query, GROUND).clip(actor, GROUND)
    if not may(actor, Permission.SENSITIVE):
        assert not clipped.wanted_types(GROUND) & GROUND.taxonomy.sensitive
    if actor.precincts is not None:
        assert clipped.precincts is not None
        assert clipped.precincts <= actor.precincts


def person(*roles: Role, own: tuple[str, ...] = ()) -> Actor:
    return Actor(1, "a@b.cl", frozenset(roles), frozenset(own))


def test_sensitive_types_are_answered_only_where_named_and_permitted() -> None:
    sensitive = GROUND.taxonomy.sensitive
    analyst, inspector = person(Role.ANALYST), person(Role.INSPECTOR)
    assert not read().clip(analyst, GROUND).wanted_types(GROUND) & sensitive
    assert read(type="sexual.rape").clip(analyst, GROUND).types == {"sexual.rape"}
    refused = read(type="sexual.rape,theft.shop").clip(inspector, GROUND)
    assert (refused.types, refused.notes) == (frozenset({"theft.shop"}), ("clipped:sensitive",))
    assert read(type="sexual").clip(inspector, GROUND).types == frozenset()


def test_a_commander_sees_the_own_precincts_and_without_any_nothing() -> None:
    commander, lost = person(Role.COMMANDER, own=("norte", "sur")), person(Role.COMMANDER)
    assert read().clip(commander, GROUND).precincts == {"norte", "sur"}
    assert read().clip(commander, GROUND).notes == ()
    asked = read(precinct="norte,centro").clip(commander, GROUND)
    assert (asked.precincts, asked.notes) == (frozenset({"norte"}), ("clipped:precincts",))
    assert read().clip(lost, GROUND).precincts == frozenset()


def test_every_origin_has_a_name_in_both_languages() -> None:
    assert all(Words(language).term("origin", code) != code for language in ("es", "en") for code in ORIGINS)
