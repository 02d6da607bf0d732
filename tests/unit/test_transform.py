"""Places, refusals, privacy and identity: what holds whatever the source."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import locales
from data_access.importing.understanding.coordinates import WORLD, number
from data_access.importing.understanding.persons import about_person
from data_access.importing.understanding.profile import from_mapping
from data_access.importing.understanding.texts import digest, mixed
from data_access.importing.understanding.transform import transform
from domain.errors import Invalid
from tests.rows import NOW, chunk, clean

SANTIAGO = (-70.9, -33.7, -70.4, -33.3)
PLAIN = from_mapping(
    {"type": "type", "when": "datetime", "lat": "lat", "lon": "lon", "place": "place", "how": "vehicle"},
    zone="America/Santiago",
    bounds=SANTIAGO,
)


def table(points: list[tuple[str | None, str | None]], **more: list[str | None]) -> dict[str, list[str | None]]:
    rows = len(points)
    return {
        "type": ["Hurto"] * rows,
        "when": ["2024-05-06 10:00"] * rows,
        "lat": [lat for lat, _ in points],
        "lon": [lon for _, lon in points],
        **more,
    }


# --- places ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lat", "lon", "location"),
    [
        ("-33.45", "-70.65", "point"),
        ("0", "0", "missing"),
        ("0.0", "-0.00", "missing"),
        (None, None, "missing"),
        ("-33.45", None, "missing"),
        ("-23.45", "-70.65", "outside"),
        ("0", "-70.65", "outside"),
    ],
)
def test_a_row_is_on_the_map_only_with_a_point_inside(lat: str | None, lon: str | None, location: str) -> None:
    found = clean(PLAIN, table([(lat, lon), ("-33.4", "-70.6"), ("-33.4", "-70.6")]))
    assert found.rejects == []
    row = found.rows.iloc[0]
    assert row["location"] == location
    assert (row[["lon", "lat"]].isna().all()) == (location != "point")


@pytest.mark.parametrize("text", ["north", "-33,45", "12 34 56", "inf", "nan.", "1e999x", "--5", "1_000"])
def test_a_coordinate_that_is_no_number_is_rejected_with_what_stood_there(text: str) -> None:
    found = clean(PLAIN, table([(text, "-70.6"), ("-33.4", text)]))
    assert found.rejects == [
        (0, "coordinates_unreadable", {"column": "lat", "value": text}),
        (1, "coordinates_unreadable", {"column": "lon", "value": text}),
    ]


@given(st.floats(-180, 180, allow_nan=False))
def test_a_number_reads_the_same_with_a_point_or_a_comma(value: float) -> None:
    assert number(f"{value:.6f}") == number(f"{value:.6f}".replace(".", ","), ",") == round(value, 6)


def test_exchanged_columns_stop_the_import_and_are_named() -> None:
    with pytest.raises(Invalid) as told:
        clean(PLAIN, table([("-70.65", "-33.45")] * 3 + [("-33.4", "-70.6")]))
    assert told.value.code == "import.coordinates_swapped"
    assert told.value.details["columns"] == "lon, lat"


@pytest.mark.parametrize(
    ("zone", "lat", "lon"),
    [
        ("America/Santiago", "-33.4", "-70.6"),
        ("America/Argentina/Buenos_Aires", "-34.6", "-58.4"),
        ("America/Sao_Paulo", "-22.9", "-43.2"),
        ("Europe/Madrid", "40.4", "-3.7"),
        ("America/Mexico_City", "19.4", "-99.1"),
    ],
)
def test_exchanged_columns_are_noticed_without_bounds_by_the_zone_of_the_clock(zone: str, lat: str, lon: str) -> None:
    profile = from_mapping({"type": "type", "when": "datetime", "lat": "lat", "lon": "lon"}, zone=zone)
    assert clean(profile, table([(lat, lon)])).located == {"point": 1}
    with pytest.raises(Invalid, match="coordinates_swapped"):
        clean(profile, table([(lon, lat)]))


def test_damaged_rows_say_nothing_about_the_columns_of_their_file() -> None:
    shifted = chunk(table([("-70.65", "-33.45")]))
    assert transform(PLAIN, shifted, NOW, damaged=True).located == {"outside": 1}


def test_a_file_of_another_place_stops_the_import_but_a_few_strays_do_not() -> None:
    with pytest.raises(Invalid) as told:
        clean(PLAIN, table([("40.4", "-3.7")] * 30))
    assert told.value.code == "import.coordinates_elsewhere"
    assert clean(PLAIN, table([("40.4", "-3.7")] * 3)).located == {"outside": 3}
    assert clean(PLAIN, table([("40.4", "-3.7")] * 30 + [("-33.4", "-70.6")])).located == {"outside": 30, "point": 1}


def test_a_source_without_bounds_takes_the_whole_earth_and_nothing_beyond() -> None:
    anywhere = from_mapping({"type": "type", "when": "datetime", "lat": "lat", "lon": "lon"})
    found = clean(anywhere, table([("95", "10"), ("40.4", "-3.7"), ("1", "2")]))
    assert found.rows["location"].tolist() == ["outside", "point", "point"]
    assert WORLD == (-180, -90, 180, 90)


# --- refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["=1+1", "=HYPERLINK(x)", "@SUM(A1)", "+cmd|' /C calc'!A0", "-cmd|x"])
def test_a_formula_in_a_column_that_is_read_is_rejected(cell: str) -> None:
    found = clean(PLAIN, table([("-33.4", "-70.6")], place=[cell]))
    assert [reason for _, reason, _ in found.rejects] == ["formula"]


@pytest.mark.parametrize("cell", ["-", "- otros", "+56 9", "@casa", "a=b"])
def test_a_sign_in_front_of_plain_words_is_no_formula(cell: str) -> None:
    assert clean(PLAIN, table([("-33.4", "-70.6")], place=[cell])).rejects == []


def test_a_row_without_a_type_is_rejected_and_one_with_an_unknown_type_is_kept() -> None:
    found = clean(PLAIN, {**table([("-33.4", "-70.6")] * 2), "type": [None, "Zarandeo"]})
    assert found.rejects == [(0, "type_missing", {"column": "type", "value": ""})]
    assert found.rows["type"].tolist() == ["other.unclassified"]
    assert found.labels == {("type", "Zarandeo", None): 1}


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    told = {"column": "fecha", "value": "x"}
    reasons = ("date_missing", "date_impossible", "date_future", "date_reversed", "type_missing")
    for language in locales.LANGUAGES:
        for reason in (*reasons, "coordinates_unreadable", "formula"):
            assert locales.Words(language).text(f"rejects.{reason}", **told)


def test_labels_are_counted_over_accepted_rows_only() -> None:
    rows = table([("-33.4", "-70.6")] * 3, how=["Moto", "MOTO", "Moto"])
    found = clean(PLAIN, {**rows, "when": ["2024-05-06", "2024-05-06", None]})
    assert found.labels == {
        ("type", "Hurto", "theft.other"): 2,
        ("vehicle", "Moto", "motorcycle"): 1,
        ("vehicle", "MOTO", "motorcycle"): 1,
    }


# --- privacy ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "column",
    [
        "nombre", "Nombre completo", "apellido_paterno", "VictimName", "victim_age", "edad", "EDAD", "rango_edad",
        "*AGRUPA EDAD PERSONA", "SEXO", "gender", "Perp Race", "fecha de nacimiento", "DateOfBirth", "DNI", "cedula",
        "rut_victima", "N° documento", "tipo documento", "numero_documento", "teléfono", "phone_number", "E-mail",
        "correo electrónico",
        "patente", "placa", "license_plate", "VIN", "ocupación", "PROFESION", "CLASE DE EMPLEADO", "ESCOLARIDAD",
        "ESTADO CIVIL", "marital status", "nacionalidad", "PAIS DE NACIMIENTO", "relato", "Narrative", "observaciones",
        "comments", "imputado", "victim", "denunciante", "reporting officer", "Vict Descent",
    ],
)  # fmt: skip
def test_a_column_about_persons_is_known_by_its_name(column: str) -> None:
    assert about_person(column)


@pytest.mark.parametrize(
    "column",
    [
        "id", "Crime ID", "LSOA name", "StreetName", "nombre_comuna", "nombre barrio", "MOVIL AGRESOR", "MOVIL VICTIMA",
        "cantidad_victimas", "Agency", "Reported by", "BlockNumber", "HUNDRED_BLOCK", "CLASE", "CLASE DE SITIO",
        "modalidad", "medio_transporte", "tipo_delito", "Last outcome category", "CODIGO_DANE", "DEPARTAMENTO",
        "location_category",
        "fecha_hecho", "sede_receptora", "uso_moto", "Crime type", "Offense", "delito", "census_block", "uid",
        "Context",
    ],
)  # fmt: skip
def test_a_column_about_places_things_or_counts_is_not_about_persons(column: str) -> None:
    assert not about_person(column)


SECRET = "zq-secret"
PERSONAL = st.lists(
    st.sampled_from(["edad", "sexo", "Nombre", "victim_phone", "relato", "placa", "DNI", "unread", "other column"]),
    unique=True,
    min_size=1,
)
CELL = st.sampled_from(
    [
        None,
        "",
        "-",
        "Hurto",
        "2024-05-06 10:00",
        "30/02/2020",
        "2099-01-01",
        "0",
        "-33.4",
        "-70.6",
        "x",
        "=1",
        "TOTAL",
        "Violación",
    ]
)
COLUMNS = ("type", "when", "lat", "lon", "place", "how")


@settings(max_examples=150)
@given(st.lists(st.tuples(*[CELL] * len(COLUMNS)), max_size=8), PERSONAL)
def test_every_row_is_kept_rejected_or_skipped_and_no_cell_about_a_person_survives(
    cells: list[tuple[str | None, ...]], personal: list[str]
) -> None:
    columns: dict[str, list[str | None]] = {name: [row[i] for row in cells] for i, name in enumerate(COLUMNS)}
    hidden = {name: [f"{SECRET} {name} {row}" for row in range(len(cells))] for name in personal}
    try:
        found = clean(PLAIN, {**hidden, **columns})
    except Invalid as refused:
        if refused.code != "import.coordinates_swapped":
            raise
        return
    positions = [*found.rows["position"], *(position for position, _, _ in found.rejects), *found.skipped]
    assert sorted(positions) == list(range(len(cells)))
    assert SECRET not in repr((found, found.rows.to_dict("records")))
    assert set(found.dropped) == {name for name in personal if about_person(name)}
    assert set(found.raw_kept) == set(COLUMNS)
    others = clean(PLAIN, columns)
    if not found.skipped and not others.skipped:
        assert others.rows["identity"].tolist() == found.rows["identity"].tolist()


# --- identity --------------------------------------------------------------------------------------------------


def test_the_same_content_has_the_same_identity_and_other_content_another() -> None:
    base = table([("-33.4", "-70.6")], place=["Los Aromos"], how=["Moto"])
    known = clean(PLAIN, base).rows["identity"][0]
    same = {**base, "place": ["LOS  ÁROMOS"], "lat": ["-33.400"], "when": ["06/05/2024 10:00:00"]}
    assert clean(PLAIN, same).rows["identity"][0] == known
    for name, value in {
        "type": "Robo",
        "when": "2024-05-06 10:01",
        "lat": "-33.41",
        "place": "x",
        "how": "Auto",
    }.items():
        assert clean(PLAIN, {**base, name: [value]}).rows["identity"][0] != known, name


def test_identities_stay_the_same_in_every_version() -> None:
    found = clean(PLAIN, table([("-33.4", "-70.6")], place=["Los Aromos"], how=["Moto"]))
    assert found.rows["identity"].dtype == "uint64"
    assert found.rows["identity"][0] == 11_821_840_667_338_217_819
    assert digest("id:7") == 12_886_062_209_512_896_910


@given(st.lists(st.integers(0, 2**64 - 1), unique=True, min_size=2, max_size=50))
def test_different_numbers_mix_into_different_identities(numbers: list[int]) -> None:
    assert len(set(mixed([np.array(numbers, np.uint64)]).tolist())) == len(numbers)
