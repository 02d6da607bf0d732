"""What an entry of a register may say, how exactly a place is published, and whether there is a camera here."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.near import BLOCK_ERROR, REACH, Near, distances, holding, near
from config.place import place as city
from data_access.demo import registers as demo
from data_access.demo.registers import cameras as drawn
from domain.registers import algorithms, cameras
from domain.registers.cameras import LETTERS, Camera, new_code
from domain.registers.fields import LANGUAGES
from domain.registers.panel import closed, month
from domain.registers.published import ALGORITHMS, CAMERAS, place
from domain.registers.published import cameras as published
from locales import Words
from tests.registering import algorithm, camera

TODAY = date(2026, 11, 21)


def wrong(entry: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.field, one.reason) for one in cameras.check(entry, TODAY)[1]]


# --- cameras ---------------------------------------------------------------------------------------------------


def test_a_camera_that_says_everything_is_taken_as_it_is_said() -> None:
    entry, problems = cameras.check(camera(uptime="98,5 %", shared_with="Fiscalía; PDI\nFiscalía", sign="sí"), TODAY)
    assert problems == []
    assert (entry["uptime"], entry["shared_with"], entry["sign"]) == (0.985, ("Fiscalía", "PDI"), True)
    assert (entry["lon"], entry["retention_days"], entry["face_recognition"]) == (-70.65123, 30, False)
    assert cameras.check(entry, TODAY) == (entry, []), "what the record keeps reads as itself"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"valid_until": ""}, [("valid_until", "needed")]),
        ({"purpose": None}, [("purpose", "needed")]),
        ({"type": "spy"}, [("type", "not_a_choice")]),
        ({"retention_days": "0"}, [("retention_days", "number_outside")]),
        ({"retention_days": "30.5"}, [("retention_days", "number_unreadable")]),
        ({"valid_until": "31/02/2027"}, [("valid_until", "day_unreadable")]),
        ({"installed": "2028-01-01"}, [("valid_until", "before_installed")]),
        ({"certified": "2026-11-22"}, [("certified", "to_come")]),
        ({"status": "removed"}, [("removed", "removed_day")]),
        ({"removed": "2026-01-01"}, [("removed", "removed_day")]),
        ({"sound": "sí"}, [("sound", "sound")]),
        ({"sound": "no"}, []),
        ({"lat": ""}, [("lat", "half_a_point")]),
        ({"lon": "", "lat": ""}, [("lon", "needed_point")]),
        ({"lon": "0", "lat": "0"}, [("lon", "no_place")]),
        ({"lat": "-133.4"}, [("lat", "number_outside"), ("lat", "half_a_point")][:1]),
        ({"precision": "sector", "sector": ""}, [("sector", "needed_sector")]),
        ({"precision": "sector", "lon": "", "lat": ""}, []),
        ({"type": "drone", "lon": "", "lat": ""}, []),
        ({"type": "drone", "sector": "", "lon": "", "lat": ""}, [("sector", "needed_sector")]),
        ({"face_recognition": "quizás"}, [("face_recognition", "yes_unreadable")]),
        ({"assessment": "javascript:alert(1)"}, [("assessment", "no_link")]),
        ({"name": "x" * 121}, [("name", "too_long")]),
        ({"name": "a\x00b"}, [("name", "malformed")]),
        ({"name": {"es": "a"}}, [("name", "malformed")]),
        ({"lon": ["-70"]}, [("lon", "malformed"), ("lon", "half_a_point")][:1]),
        ({"lon": "nan"}, [("lon", "number_unreadable")]),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_camera_is_told_by_field(changed: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert [one for one in wrong(camera(**changed)) if one[0] in {field for field, _ in expected}] == expected
    assert bool(wrong(camera(**changed))) == bool(expected)


@given(
    st.dictionaries(
        st.sampled_from([one.name for one in cameras.FIELDS]),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=30),
            lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=3), part, max_size=3),
            max_leaves=4,
        ),
    )
)
def test_whatever_a_form_sends_is_read_or_told_and_never_raises(changed: dict[str, Any]) -> None:
    entry, problems = cameras.check(camera(**changed), TODAY)
    assert set(entry) == {one.name for one in cameras.FIELDS}
    assert problems or cameras.check(entry, TODAY)[0] == entry


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"certified": "2026-10-21"}, []),
        ({"certified": "2026-10-20"}, ["certification"]),
        ({}, ["certification"]),
        ({"certified": "2026-11-01", "valid_until": "2026-11-20"}, ["expired"]),
        ({"certified": "2026-11-01", "valid_until": "2026-12-21"}, ["expires"]),
        ({"status": "planned"}, []),
        ({"status": "removed", "removed": "2026-01-01"}, []),
    ],
    ids=str,
)
def test_a_month_without_certification_and_an_end_in_sight_are_reminded_of(
    changed: dict[str, Any], expected: list[str]
) -> None:
    entry, problems = cameras.check(camera(**changed), TODAY)
    assert problems == []
    assert cameras.reminders(entry, TODAY) == expected


def test_codes_say_nothing_of_order() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(code.startswith("CAM-") and set(code[4:]) <= set(LETTERS) for code in codes)


# --- algorithms ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"name": {"es": "Uno", "en": ""}}, [("name", "needed")]),
        ({"description": {"es": "x" * 351, "en": "y"}}, [("description", "too_long")]),
        ({"status": "in_use"}, [("starts", "needed")]),
        ({"status": "out_of_use", "starts": "2026-01-01"}, [("ends", "needed")]),
        ({"status": "out_of_use", "starts": "2026-02-01", "ends": "2026-01-01"}, [("ends", "before_start")]),
        ({"sha256": "abc"}, [("sha256", "no_digest")]),
        ({"category": "magic"}, [("category", "not_a_choice")]),
        ({"variables": "patente del vehículo"}, []),  # a video analytic may read plates, and must say so
    ],
    ids=str,
)
def test_what_is_wrong_with_an_algorithm_is_told_by_field(
    changed: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert [(one.field, one.reason) for one in algorithms.check(algorithm(**changed))[1]] == expected


def test_a_model_about_places_tells_more_and_still_more_once_it_is_in_use() -> None:
    assert algorithms.check(algorithm(about="places"))[1] == []
    missing = {one.field for one in algorithms.check({**algorithm(), "about": "places"})[1]}
    assert missing == {one.name for one in algorithms.PLACES if one.required}
    used = algorithms.check(algorithm(about="places", status="in_use", starts="2026-01-01"))[1]
    assert {one.field for one in used} == set(algorithms.IN_USE)


@pytest.mark.parametrize(
    "name", ["RUT", "nombre de la víctima", "plate_read", "face_embedding", "Género", "home address"]
)
def test_no_model_about_places_has_a_variable_about_persons(name: str) -> None:
    problems = algorithms.check(algorithm(about="places", variables=f"delitos por celda\n{name}"))[1]
    assert [(one.field, one.reason, one.details["names"]) for one in problems] == [("variables", "about_persons", name)]


@pytest.mark.parametrize("name", ["incidents_28_days", "street_name", "distance to the next stop", "hora", "feriados"])
def test_variables_about_places_are_taken(name: str) -> None:
    assert algorithms.personal((name,)) == []


# --- what is published -----------------------------------------------------------------------------------------


def listed(**changed: Any) -> Camera:
    entry, problems = cameras.check(camera(**changed), TODAY)
    assert problems == []
    return Camera("CAM-1", 1, 0, "a@b.cl", entry, False)


def row(**changed: Any) -> dict[str, Any]:
    return dict(zip(CAMERAS, published([listed(**changed)]).rows[0], strict=True))


def test_a_place_is_published_as_exactly_as_its_entry_says() -> None:
    corner, block, sector = (row(precision=one, field_of_view="al norte") for one in ("corner", "block", "sector"))
    assert (corner["lon"], corner["lat"], corner["name"]) == (-70.65123, -33.48812, "Gran Avenida con Salesianos")
    assert (block["lon"], block["lat"]) != (corner["lon"], corner["lat"])
    assert (sector["lon"], sector["lat"], sector["sector"]) == (None, None, "san-miguel")
    assert [(one["name"], one["field_of_view"]) for one in (block, sector)] == [(None, None)] * 2


def test_sound_is_a_constant_and_the_citys_own_number_is_not_published() -> None:
    told = row(reference="INTERNAL-7")
    assert told["sound"] == "false"
    assert "INTERNAL-7" not in map(str, told.values())
    assert "reference" not in CAMERAS


points = st.tuples(st.floats(-179, 179), st.floats(-80, 80))


@given(points)
def test_a_block_is_never_further_off_than_what_near_allows_for(point: tuple[float, float]) -> None:
    lon, lat = place(*point, "block")
    assert lon is not None
    assert lat is not None
    away = distances(point[0], point[1], np.array([lon]), np.array([lat]))[0]
    assert away <= BLOCK_ERROR


def test_neighbours_in_a_block_are_published_at_one_place() -> None:
    told = {place(-70.65 + step * 1e-5, -33.5, "block") for step in range(60)}
    assert len(told) <= 2


def test_both_languages_have_their_columns() -> None:
    assert {"name_es", "name_en", "variables", "hit_rate_5"} <= set(ALGORITHMS)
    assert len(set(ALGORITHMS)) == len(ALGORITHMS)
    assert len(set(CAMERAS)) == len(CAMERAS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_choice_and_section_has_its_sentence(language: str) -> None:
    words = Words(language)
    for subject, parts in (("camera", cameras.FIELDS), ("algorithm", algorithms.FIELDS + algorithms.PLACES)):
        for one in parts:
            assert words.text(f"registers.{subject}.{one.name}")
            assert words.text(f"registers.sections.{one.section}")
            assert all(words.text(f"registers.choices.{choice}") for choice in one.choices)


# --- is there a camera here? -----------------------------------------------------------------------------------

NONE = (np.array([]), np.array([]), [])


def at(metres: float, precision: str) -> tuple[Any, Any, list[str]]:
    """A camera so many metres north of 0, 0."""
    return np.array([0.0]), np.array([np.degrees(metres / 6_371_008.8)]), [precision]


@pytest.mark.parametrize(
    ("cameras_there", "sectors", "here", "expected"),
    [
        (NONE, (), "", Near.NO),
        (at(99.9, "corner"), (), "", Near.YES),
        (at(100.1, "corner"), (), "", Near.NO),
        (at(99.9, "block"), (), "", Near.BLOCK),
        (at(171, "block"), (), "", Near.BLOCK),
        (at(173, "block"), (), "", Near.NO),
        (NONE, ("centro",), "centro", Near.SECTOR),
        (NONE, ("centro",), "norte", Near.NO),
        (NONE, ("",), "", Near.NO),
        (at(50, "corner"), ("centro",), "centro", Near.YES),
    ],
)
def test_a_point_is_answered_with_the_surest_that_can_be_said(
    cameras_there: Any, sectors: tuple[str, ...], here: str, expected: Near
) -> None:
    assert near(0.0, 0.0, cameras_there, sectors, here) is expected


@given(points, st.floats(-0.0008, 0.0008), st.floats(-0.0008, 0.0008))
def test_a_camera_within_reach_is_never_denied_however_it_is_told(
    point: tuple[float, float], east: float, north: float
) -> None:
    lon, lat = point[0] + east, point[1] + north
    if distances(*point, np.array([lon]), np.array([lat]))[0] > REACH - 1.5:  # five digits are a metre
        return
    for precision in ("corner", "block"):
        x, y = place(lon, lat, precision)
        assert near(*point, (np.array([x]), np.array([y]), [precision])) is not Near.NO


def test_a_distance_is_a_published_one() -> None:
    """London to Paris, 343.6 km on the sphere between 51.5074 N 0.1278 W and 48.8566 N 2.3522 E."""
    assert distances(-0.1278, 51.5074, np.array([2.3522]), np.array([48.8566]))[0] == pytest.approx(343_556, rel=1e-3)


@pytest.mark.parametrize("point", [(181.0, 0.0), (0.0, -91.0), (float("nan"), 0.0), (0.0, float("inf"))])
def test_what_is_no_point_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no point"):
        near(*point, NONE)


def test_the_outline_that_holds_a_point_names_its_sector() -> None:
    ring = [[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]
    outlines = {"a": {"type": "Polygon", "coordinates": [ring]}}
    assert [holding(0.5, at, outlines) for at in (0.5, 1.0, 1.1)] == ["a", "a", ""]


# --- the demo's register, months ---------------------------------------------------------------------------------


def test_the_demos_register_is_the_same_for_the_same_values_and_inside_its_city() -> None:
    found = drawn(city("santiago"), TODAY, 2026)
    assert len(found) == demo.CAMERAS
    assert found == drawn(city("santiago"), TODAY, 2026)
    assert found != drawn(city("santiago"), TODAY, 2027)
    assert {entry["precision"] for entry in found.values()} == {"corner", "block", "sector"}
    kinds = {code: entry["status"] for code, entry in demo.algorithms().items()}
    assert kinds == {"pronostico-semanal": "in_development", "conteo-de-vehiculos": "in_use"}


def test_months_are_those_of_the_citys_clock_and_only_closed_ones_are_told() -> None:
    october = month(2026, 10, "America/Santiago")
    assert (october.name, october.end - october.start) == ("2026-10", 31 * 86_400)
    april = month(2026, 4, "America/Santiago")  # clocks go back an hour
    assert april.end - april.start == 30 * 86_400 + 3_600
    assert closed(october.end - 1, october.end - 1, "America/Santiago") == []
    assert [one.name for one in closed(october.end - 1, october.end, "America/Santiago")] == ["2026-10"]
    assert len(closed(0, october.end, "UTC")) == 24
