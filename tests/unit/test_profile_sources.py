"""Each shipped profile on made-up rows of its source."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from data_access.importing.understanding.profile import load
from domain.taxonomy import taxonomy
from tests.rows import clean, first


def utc(row: dict[str, object], name: str = "occurred_from") -> str:
    return datetime.fromtimestamp(int(str(row[name])), UTC).strftime("%Y-%m-%d %H:%M")


# --- Mexico City -----------------------------------------------------------------------------------------------


def mexico(**cells: str | None) -> dict[str, object]:
    usual: dict[str, str | None] = {
        "lat": "19.41", "lon": "-99.15", "delito": "AMENAZAS", "fecha": "2021-05-06", "hora": "10:20:00",
        "anio": "2021", "trimestre": "2", "@folder": "IZTACALCO", "@file": "Los  Made Up Ii",
    }  # fmt: skip
    return first(load("mexico-city"), **{**usual, **cells})


@pytest.mark.parametrize(
    ("fecha", "hora", "instant", "precision"),
    [
        ("2021-05-06", "10:20:00", "2021-05-06 15:20", "minute"),  # summer time until 2022
        ("2023-05-06", "10:20:00", "2023-05-06 16:20", "minute"),
        ("2024-05-06 06:30:00", "06:30:00:00", "2024-05-06 12:30", "minute"),
        ("2021-01-06", "12:00:00", "2021-01-06 06:00", "day"),
        ("2024-01-06 12:00:00", "12:00:00:00", "2024-01-06 06:00", "day"),
        ("2021-01-06", None, "2021-01-06 06:00", "day"),
    ],
)
def test_mexico_city_writes_dates_in_two_forms_and_noon_for_unknown(
    fecha: str, hora: str | None, instant: str, precision: str
) -> None:
    found = mexico(fecha=fecha, hora=hora)
    assert (utc(found), found["precision"]) == (instant, precision)


@pytest.mark.parametrize(
    ("label", "kind", "vehicle", "item"),
    [
        ("ROBO A PASAJERO A BORDO DE METRO SIN VIOLENCIA", "theft.transit", "metro", "unknown"),
        ("ROBO A PASAJERO A BORDO DE METROBUS CON VIOLENCIA", "robbery.transit", "bus", "unknown"),
        ("ROBO A PASAJERO EN AUTOBÚS FORÁNEO CON VIOLENCIA", "robbery.transit", "bus", "unknown"),
        ("ROBO A TRANSEUNTE A BORDO DE TAXI PÚBLICO Y PRIVADO CON VIOLENCIA", "robbery.transit", "taxi", "unknown"),
        ("ROBO A TRANSEUNTE A BORDO DE TAXI PUBLICO Y PRIVADO SIN VIOLENCIA", "theft.transit", "taxi", "unknown"),
        ("ROBO A PASAJERO / CONDUCTOR DE VEHICULO CON VIOLENCIA", "robbery.other", "car", "unknown"),
        ("ROBO A TRANSEUNTE DE CELULAR CON VIOLENCIA", "robbery.street", "unknown", "phone"),
        ("ROBO DE MOTOCICLETA SIN VIOLENCIA", "vehicle.motorcycle", "unknown", "motorcycle"),
        ("ROBO DE MOTOCICLETA CON VIOLENCIA", "vehicle.hijack", "unknown", "motorcycle"),
        ("ROBO DE VEHICULO DE PEDALES", "theft.bicycle", "unknown", "bicycle"),
        ("ROBO DE ACCESORIOS DE AUTO", "vehicle.contents", "unknown", "parts"),
        ("HOMICIDIO CULPOSO POR TRÁNSITO VEHICULAR (ATROPELLADO)", "traffic.death", "unknown", "unknown"),
        ("VIOLACION DE CORRESPONDENCIA", "other.offence", "unknown", "unknown"),
        ("QUEBRANTAMIENTO DE SELLOS", "other.offence", "unknown", "unknown"),
    ],
)
def test_mexico_city_names_transport_and_booty_in_the_label(label: str, kind: str, vehicle: str, item: str) -> None:
    found = mexico(delito=label)
    assert (found["type"], found["vehicle"], found["item"]) == (kind, vehicle, item)
    assert not found["sensitive"]


@pytest.mark.parametrize(
    "label",
    [
        "VIOLENCIA FAMILIAR", "FEMINICIDIO POR GOLPES", "VIOLACION", "VIOLACION TUMULTUARIA EQUIPARADA POR CONOCIDO",
        "TENTATIVA DE VIOLACION", "VIOLACION Y ROBO DE VEHICULO", "ABUSO SEXUAL", "ACOSO SEXUAL", "ESTUPRO", "INCESTO",
        "CORRUPCION DE MENORES E INCAPACES", "SUSTRACCIÓN DE MENORES", "ROBO DE INFANTE", "TRATA DE PERSONAS",
        "CONTRA LA INTIMIDAD SEXUAL", "PRIVACION DE LA LIBERTAD PERSONAL (REALIZAR ACTO SEXUAL)", "ABORTO",
        "UN DELITO NUEVO CONTRA MENORES DE EDAD",
    ],
)  # fmt: skip
def test_mexico_city_s_sensitive_labels_are_closed(label: str) -> None:
    found = mexico(delito=label)
    assert found["type"] in taxonomy().sensitive
    assert found["sensitive"]


def test_mexico_city_s_place_is_the_file_and_its_precinct_the_folder() -> None:
    found = mexico()
    assert (found["place"], found["precinct"], found["external_id"]) == ("Los Made Up Ii", "IZTACALCO", None)


# --- Buenos Aires ----------------------------------------------------------------------------------------------


def buenos_aires(**cells: str | None) -> dict[str, object]:
    usual: dict[str, str | None] = {
        "id": "7", "comuna": "Comuna 3", "barrio": "MADE UP", "latitud": "-34.61", "longitud": "-58.41",
        "fecha": "2016-10-31", "hora": "01:00:00", "uso_arma": "SIN USO DE ARMA", "uso_moto": "SIN MOTO", "lugar": None,
        "origen_dato": None, "tipo_delito": "Robo (Con violencia)", "cantidad_vehiculos": "0", "cantidad_victimas": "0",
    }  # fmt: skip
    return first(load("buenos-aires"), **{**usual, **cells})


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Robo (Con violencia)", "robbery.other"),
        ("Hurto (Sin violencia)", "theft.other"),
        ("Robo Automotor", "vehicle.hijack"),
        ("Hurto Automotor", "vehicle.theft"),
        ("Homicidio Seg Vial", "traffic.death"),
        ("Lesiones Seg Vial", "traffic.injury"),
        ("Homicidio Doloso", "homicide.intentional"),
    ],
)
def test_buenos_aires_types_are_read_and_its_empty_columns_claim_nothing(label: str, code: str) -> None:
    found = buenos_aires(tipo_delito=label)
    assert (found["type"], found["vehicle"], found["weapon"]) == (code, "unknown", "unknown")
    assert (utc(found), found["precision"], found["precinct"]) == ("2016-10-31 04:00", "minute", "Comuna 3")


def test_buenos_aires_writes_zero_for_no_place_and_midnight_for_no_hour() -> None:
    found = buenos_aires(latitud="0.0", longitud="0.0", hora="00:00:00", uso_moto="CON MOTO")
    assert (found["location"], found["precision"], found["vehicle"]) == ("missing", "day", "motorcycle")
    assert np.isnan(found["lon"])  # type: ignore[call-overload]


# --- Medellín --------------------------------------------------------------------------------------------------


def test_medellin_reads_thefts_and_homicides_from_their_own_shapes() -> None:
    theft = {"fecha_hecho": "2017-01-01", "latitud": "6.27", "longitud": "-75.55", "sexo": "Mujer", "edad": "33",
             "medio_transporte": "Metro", "modalidad": "Cosquilleo", "sede_receptora": "Belén"}  # fmt: skip
    found = first(load("medellin"), **theft)
    assert (found["type"], found["vehicle"], found["precinct"]) == ("theft.transit", "metro", "Belén")
    homicide = {"fecha_hecho": "2019-04-23T01:30:00Z", "longitud": "-75,5698", "latitud": "6,2572", "sexo": "Hombre",
                "edad": "-1", "modalidad": "Cortopunzante"}  # fmt: skip
    found = first(load("medellin"), **homicide)
    assert (found["type"], found["weapon"], found["location"]) == ("homicide.intentional", "blade", "point")
    assert utc(found) == "2019-04-23 01:30"


def test_medellin_s_same_theft_in_two_files_is_one_identity() -> None:
    theft = {"fecha_hecho": ["2017-01-01"], "latitud": ["6.27"], "longitud": ["-75.55"], "sexo": ["Mujer"],
             "edad": ["33"], "medio_transporte": ["Taxi"], "modalidad": ["Atraco"],
             "sede_receptora": ["Belén"]}  # fmt: skip
    one = clean(load("medellin"), theft).rows["identity"]
    other = clean(load("medellin"), {"": ["0"], **theft, "latitud": ["6.270"], "edad": ["34"]}).rows["identity"]
    assert one.tolist() == other.tolist()


# --- Vancouver -------------------------------------------------------------------------------------------------


def vancouver(**cells: str | None) -> dict[str, object]:
    usual: dict[str, str | None] = {
        "TYPE": "Theft of Bicycle", "YEAR": "2020", "MONTH": "6", "DAY": "9", "HOUR": "3", "MINUTE": "5",
        "HUNDRED_BLOCK": "1XX MADE UP ST", "NEIGHBOURHOOD": "West End", "X": "491059.48", "Y": "5459122.41",
    }  # fmt: skip
    return first(load("vancouver"), **{**usual, **cells})


def test_vancouver_writes_metres_and_a_time_in_five_columns() -> None:
    found = vancouver()
    assert (utc(found), found["precision"], found["item"]) == ("2020-06-09 10:05", "minute", "bicycle")
    assert found["lon"] == pytest.approx(-123.12294, abs=1e-5)
    assert found["lat"] == pytest.approx(49.28479, abs=1e-5)


def test_vancouver_s_withheld_place_is_not_a_missing_one_and_hides_the_hour_too() -> None:
    found = vancouver(
        TYPE="Offence Against a Person", HUNDRED_BLOCK="OFFSET TO PROTECT PRIVACY", X="0", Y="0", HOUR="0", MINUTE="0"
    )
    assert (found["location"], found["precision"], found["sensitive"]) == ("withheld", "day", True)
    assert found["place"] is None
    assert vancouver(X=None, Y=None)["location"] == "missing"


# --- Colombia --------------------------------------------------------------------------------------------------


def test_colombia_s_vehicle_is_the_offender_s_and_persons_stay_outside() -> None:
    row = {
        "FECHA": "2021-01-01", "MUNICIPIO": "MADE UP (CT)", "DEPARTAMENTO": "ANTIOQUIA", "HORA": "03:20:00",
        "BARRIO": "CASTILLA  E-8", "ARMA EMPLEADA": "ARMA DE FUEGO", "MOVIL AGRESOR": "PASAJERO MOTOCICLETA",
        "MOVIL VICTIMA": "CONDUCTOR TAXI", "EDAD": "77", "SEXO": "FEMENINO", "ESTADO CIVIL": "VIUDO",
        "PAIS DE NACIMIENTO": "X", "CLASE DE EMPLEADO": "X", "PROFESION": "X", "ESCOLARIDAD": "X", "CLASE": "CAMIONETA",
        "CANTIDAD": "2", "UTC DATETIME": "2021-01-01T03:20:00Z",
    }  # fmt: skip
    found = first(load("colombia"), **row)
    assert (found["vehicle"], found["weapon"], found["item"]) == ("motorcycle", "firearm", "car")
    assert (found["type"], found["location"], utc(found)) == ("vehicle.hijack", "missing", "2021-01-01 08:20")
    assert (found["place"], found["precinct"]) == ("CASTILLA E-8", "MADE UP (CT) ANTIOQUIA")
    whole = clean(load("colombia"), {name: [value] for name, value in row.items()})
    assert set(whole.dropped) == {
        "EDAD", "SEXO", "ESTADO CIVIL", "PAIS DE NACIMIENTO", "CLASE DE EMPLEADO", "PROFESION", "ESCOLARIDAD",
    }  # fmt: skip
    assert whole.cases == 2


def test_colombia_s_total_and_footnotes_are_no_incidents_and_leave_nothing_behind() -> None:
    found = clean(
        load("colombia"),
        {
            "ARMAS MEDIO": ["SIN EMPLEO DE ARMAS", "TOTAL", "Elaborado: Made Up Officer", None],
            "DEPARTAMENTO": ["CHOCÓ", None, None, None],
            "MUNICIPIO": ["MADE UP", None, None, None],
            "FECHA HECHO": ["2021-02-12 00:00:00", None, None, None],
            "GENERO": ["FEMENINO", None, None, None],
            "*AGRUPA EDAD PERSONA": ["ADULTOS", None, None, None],
            "CODIGO_DANE": ["1", None, None, None],
            "CANTIDAD": ["3", "3", None, None],
        },
    )
    assert (len(found.rows), found.rejects, found.skipped, found.cases) == (1, [], [1, 2, 3], 3)
    assert found.rows["precision"].tolist() == ["day"]
    assert found.rows["type"].tolist() == ["theft.person"]


# --- Charlottesville -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reported", "hour", "instant"),
    [
        ("2018/01/05 14:14:00+00", "1414", "2018-01-05 19:14"),  # local time under a false offset
        ("2018/01/05 19:14:00+00", "1414", "2018-01-05 19:14"),
        ("2018/01/06 04:59:10+00", "2359", "2018-01-06 04:59"),
        ("2018/01/05 00:05:00+00", "5", "2018-01-05 05:05"),
        ("2016/03/13 06:26:00+00", "0226", "2016-03-13 06:26"),  # no clock showed 02:26 that night
    ],
)
def test_charlottesville_s_hour_tells_local_time_from_utc(reported: str, hour: str, instant: str) -> None:
    found = first(
        load("charlottesville"), RecordID="9", Offense="Vandalism", IncidentID="2018001", BlockNumber="500",
        StreetName="MADE UP AVE", Agency="CPD", DateReported=reported, HourReported=hour,
    )  # fmt: skip
    assert (utc(found), utc(found, "reported_at")) == (instant, instant)
    assert (found["external_id"], found["place"], found["location"]) == ("2018001", "500 MADE UP AVE", "missing")


def test_charlottesville_s_row_number_is_not_its_identity() -> None:
    table = {"RecordID": ["1", "2"], "Offense": ["Larceny - Shoplifitng"] * 2, "IncidentID": ["5", "5"],
             "BlockNumber": [None, "7"], "StreetName": ["A ST", "A ST"], "DateReported": ["2018/01/05 19:14:00+00"] * 2,
             "HourReported": ["1414"] * 2}  # fmt: skip
    rows = clean(load("charlottesville"), table).rows
    assert rows["identity"].nunique() == 1
    assert rows["type"].tolist() == ["theft.shop"] * 2


# --- Chicago, New York, United Kingdom -------------------------------------------------------------------------


def test_chicago_writes_the_month_first_and_a_twelve_hour_clock() -> None:
    found = first(load("chicago"), time="10/12/2017 07:14:00 PM", type="BATTERY", latitude="41.9", longitude="-87.7")
    assert (utc(found), found["type"], found["location"]) == ("2017-10-13 00:14", "injury.intentional", "point")


@pytest.mark.parametrize(
    ("start", "end", "single", "expected"),
    [
        ("2014-01-05 20:00", "2014-01-06 08:00", "2014-01-06 02:00", ("2014-01-06 01:00", "2014-01-06 13:00", "day")),
        ("2014-01-05 20:05", "2014-01-05 20:55", "2014-01-05 20:30", ("2014-01-06 01:05", "2014-01-06 01:55", "hour")),
        ("2014-01-05 20:55", "2014-01-05 21:05", "2014-01-05 21:00", ("2014-01-06 01:55", "2014-01-06 02:05", "day")),
        ("2014-01-05 20:00", "2014-01-05 20:00", "2014-01-05 20:00", ("2014-01-06 01:00", None, "minute")),
        ("2014-01-05 20:00", None, "2014-01-05 20:00", ("2014-01-06 01:00", None, "minute")),
    ],
)
def test_new_york_s_hour_is_known_only_when_the_window_lies_in_one(
    start: str, end: str | None, single: str, expected: tuple[str, str | None, str]
) -> None:
    found = first(
        load("new-york"), uid="1", date_single=single, date_start=start, date_end=end, longitude="-73.9",
        latitude="40.7", location_type="street", location_category="street", census_block="1",
    )  # fmt: skip
    until = None if str(found["occurred_to"]) == "<NA>" else utc(found, "occurred_to")
    assert (utc(found), until, found["precision"]) == expected
    assert (found["type"], found["item"], found["place"]) == ("vehicle.theft", "car", "street")


def police(**cells: str | None) -> dict[str, object]:
    usual: dict[str, str | None] = {
        "Crime ID": "abc", "Month": "2016-07", "Reported by": "Made Up Police", "Falls within": "Made Up Police",
        "Longitude": "-1.55", "Latitude": "53.59", "Location": "On or near Made Up Hill", "LSOA code": "E0",
        "LSOA name": "Made Up 1A", "Crime type": "Burglary", "Last outcome category": None, "Context": None,
    }  # fmt: skip
    return first(load("police-uk"), **{**usual, **cells})


def test_police_uk_tells_the_month_alone_and_sometimes_no_id() -> None:
    found = police()
    assert (utc(found), found["precision"], found["external_id"]) == ("2016-06-30 23:00", "month", "abc")
    nameless = police(**{"Crime ID": None, "Crime type": "Anti-social behaviour", "Longitude": None, "Latitude": None})
    assert (nameless["external_id"], nameless["location"], nameless["type"]) == (None, "missing", "disorder.antisocial")
    assert police(Longitude="-1.56")["identity"] == found["identity"]
    assert nameless["identity"] != found["identity"]


def test_police_uk_s_merged_class_of_violence_and_sexual_offences_is_closed() -> None:
    assert police(**{"Crime type": "Violence and sexual offences"})["sensitive"]


def test_an_extract_of_one_force_is_a_shape_of_police_uk() -> None:
    found = first(load("police-uk"), month="2022-03-01", longitude="-2.46", latitude="53.76", location="Made Up Close",
                  lsoa_code="E0")  # fmt: skip
    assert (found["precision"], found["type"], utc(found)) == ("month", "disorder.antisocial", "2022-03-01 00:00")
