"""What a profile is: shapes chosen by their columns, mappings made by hand, and refusals that say what is wrong."""

from __future__ import annotations

import re

import pytest

from data_access.importing.understanding.labels import KINDS
from data_access.importing.understanding.persons import about_person
from data_access.importing.understanding.profile import FIELDS, LITERAL, from_mapping, load, names, parse
from domain.errors import Invalid, NotFound
from tests.rows import clean, first

SHIPPED = [
    "buenos-aires",
    "charlottesville",
    "chicago",
    "colombia",
    "medellin",
    "mexico-city",
    "new-york",
    "police-uk",
    "vancouver",
]


def test_the_nine_sources_are_shipped() -> None:
    assert names() == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_profile_is_named_in_both_languages_and_reads_nothing_about_persons(name: str) -> None:
    profile = load(name)
    assert set(profile.title) == {"es", "en"}
    assert profile.keep == {}
    for shape in profile.shapes:
        sources = {part for parts in shape.columns.values() for part in parts if not part.startswith(LITERAL)}
        assert not [column for column in sources if about_person(column)]
        assert set(shape.columns) <= set(FIELDS)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_columns_that_tell_a_shape_come_back_with_its_rejects(name: str) -> None:
    for shape in load(name).shapes:
        columns = {column: ["x"] for column in shape.layout.names or shape.layout.required}
        found = clean(load(name), columns)
        assert set(shape.layout.required) <= set(found.raw_kept)


def test_no_rule_of_a_profile_stands_behind_one_that_always_matches() -> None:
    for name in SHIPPED:
        for shape in load(name).shapes:
            for kind in KINDS:
                patterns = [pattern.pattern for pattern, _ in shape.reader.rules[kind]]
                assert len(patterns) == len(set(patterns)), (name, kind)
                assert "" not in patterns[:-1], (name, kind)


def test_an_unknown_profile_is_told_with_those_there_are() -> None:
    with pytest.raises(NotFound, match=re.escape("import.profile_unknown")) as told:
        load("atlantis")
    assert "vancouver" in str(told.value.details["known"])


def test_a_shape_is_chosen_by_its_columns_whatever_their_case_and_spaces() -> None:
    found = first(
        load("colombia"),
        **{"armas medio": "ARMA DE FUEGO", "Municipio": "X", "fecha  hecho": "2021-01-02", "CANTIDAD ": "3"},
    )
    assert found["label"] == "HURTO A PERSONAS ARMA DE FUEGO"


def test_a_file_that_fits_no_shape_is_told_what_the_nearest_one_misses() -> None:
    with pytest.raises(Invalid) as told:
        clean(
            load("vancouver"),
            {"TYPE": ["a"], "YEAR": ["2020"], "MONTH": ["1"], "DAY": ["1"], "HOUR": ["1"], "X": ["1"]},
        )
    assert told.value.code == "import.column_missing"
    assert told.value.details["columns"] == "MINUTE, Y"


def test_a_mapping_by_hand_reads_any_table() -> None:
    profile = from_mapping(
        {
            "Tipo": "type",
            "Fecha": "date",
            "Hora": "time",
            "X": "lon",
            "Y": "lat",
            "Medio": "vehicle",
            "Objeto": "item",
            "Arma": "weapon",
            "Calle": "place",
            "Altura": "place",
            "Comuna": "precinct",
            "Folio": "id",
            "Fuente": "origin",
            "Denuncia": "reported",
        },
        zone="America/Santiago",
        decimal=",",
        crs="EPSG:32719",
        bounds=(-70.9, -33.7, -70.4, -33.3),
    )
    found = first(
        profile,
        Tipo="Robo con violencia",
        Fecha="05-07-2024",
        Hora="21:30",
        X="346.500,25",
        Y="6298000,5",
        Medio="Moto",
        Objeto="Celular",
        Arma="Cuchillo",
        Calle="Los Aromos",
        Altura="1200",
        Comuna="Ñuñoa",
        Folio="A-7",
        Fuente="Informal",
        Denuncia="06-07-2024",
    )
    kinds = {kind: found[kind] for kind in KINDS}
    assert kinds == {"type": "robbery.other", "vehicle": "motorcycle", "item": "phone", "weapon": "blade"}
    assert (found["place"], found["precinct"], found["external_id"]) == ("Los Aromos 1200", "Ñuñoa", "A-7")
    assert (found["origin"], found["location"], found["precision"]) == ("informal", "point", "minute")
    assert found["occurred_from"] == 1_720_229_400
    assert found["reported_at"] == 1_720_238_400
    assert -70.7 < float(str(found["lon"])) < -70.6
    assert -33.5 < float(str(found["lat"])) < -33.4


@pytest.mark.parametrize(
    ("mapping", "options", "code"),
    [
        ({"a": "type", "b": "datetime", "c": "colour"}, {}, "import.field_unknown"),
        ({"a": "type"}, {}, "import.mapping_incomplete"),
        ({"b": "date"}, {}, "import.mapping_incomplete"),
        ({"a": "type", "b": "date", "Nombre": "place"}, {}, "import.person_column"),
        ({"a": "type", "b": "date"}, {"order": "ymd"}, "import.order_unknown"),
        ({"a": "type", "b": "date"}, {"crs": "EPSG:1"}, "import.crs_unknown"),
        ({"a": "type", "b": "date"}, {"zone": "Atlantis"}, "import.zone_unknown"),
        ({"a": "type", "b": "date"}, {"zone": "../etc"}, "import.zone_unknown"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(mapping: dict[str, str], options: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid) as told:
        from_mapping(mapping, **options)  # type: ignore[arg-type]
    assert told.value.code == code


GOOD = {"title": {"es": "x", "en": "x"}, "zone": "UTC", "columns": {"type": "a", "date": "b"}}


@pytest.mark.parametrize(
    "bad",
    [
        {"title": None, "columns": {}},
        {"layout": {"kind": "papyrus"}},
        {"layout": {"colour": "red"}},
        {"labels": {"type": [["(", "theft.other"]]}},
        {"labels": {"type": [["X", "theft.of.time"]]}},
        {"time": {"order": "dmy", "era": "common"}},
        {"withheld": {"column": "a"}},
        {"columns": ["type"]},
    ],
)
def test_a_profile_that_makes_no_sense_is_refused_with_its_name(bad: dict[str, object]) -> None:
    assert parse("mine", GOOD).name == "mine"
    with pytest.raises(Invalid) as told:
        parse("mine", {**GOOD, **bad})
    assert (told.value.code, told.value.details["profile"]) == ("import.profile_malformed", "mine")


def test_a_column_about_persons_is_read_only_where_the_profile_says_what_for() -> None:
    reading = {**GOOD, "columns": {"type": "a", "date": "b", "place": "domicilio"}}
    with pytest.raises(Invalid, match=re.escape("import.person_column")):
        parse("mine", reading)
    declared = parse("mine", {**reading, "persons": {"keep": {"domicilio": "addresses of public buildings"}}})
    found = clean(declared, {"a": ["Hurto"], "b": ["2021-01-02"], "domicilio": ["Made Up 1"], "edad": ["30"]})
    assert (found.rows["place"].tolist(), found.dropped) == (["Made Up 1"], ["edad"])
