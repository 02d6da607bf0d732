"""Labels of any source become codes of the vocabulary, and nothing sensitive slips through as something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.importing.understanding.labels import Reader, rules, sounds_sensitive
from domain.taxonomy import taxonomy

ANY = Reader()


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Robo con violencia", "robbery.other"),
        ("ROBO A TRANSEÚNTE EN VÍA PÚBLICA", "robbery.street"),
        ("Hurto", "theft.other"),
        ("Robo de motocicleta", "vehicle.motorcycle"),
        ("Robo de vehículo sin violencia", "vehicle.theft"),
        ("Robo de vehículo con violencia", "vehicle.hijack"),
        ("Carjacking", "vehicle.hijack"),
        ("Theft of motor vehicle", "vehicle.theft"),
        ("Theft from vehicle", "vehicle.contents"),
        ("Bicycle theft", "theft.bicycle"),
        ("Residential burglary", "burglary.home"),
        ("Burglary - residential", "burglary.home"),
        ("Homicidio frustrado", "homicide.attempted"),
        ("Homicidio culposo en tránsito", "traffic.death"),
        ("Amenazas", "threat.threat"),
        ("Ruidos molestos", "disorder.noise"),
        ("Ley 20.000", "drugs.offence"),
        ("Desorden en la vía pública", "disorder.public"),
        ("robbery.street", "robbery.street"),
        ("Hurto de bicicleta", "theft.bicycle"),
        ("Violencia intrafamiliar", "family.violence"),
        ("Femicidio frustrado", "family.gender"),
        ("Violación", "sexual.rape"),
        ("Sexual assault", "sexual.abuse"),
        ("Trata de personas", "sexual.exploitation"),
        ("Sustracción de menores", "minors.abduction"),
    ],
)
def test_common_words_of_both_languages_are_understood_without_a_profile(label: str, code: str) -> None:
    assert ANY.read("type", label) == (code, code)


@pytest.mark.parametrize(
    ("kind", "label", "code"),
    [
        ("vehicle", "A pie", "foot"),
        ("vehicle", "Motocicleta", "motorcycle"),
        ("vehicle", "Motorcycle", "motorcycle"),
        ("vehicle", "Bicicleta", "bicycle"),
        ("vehicle", "Metrobús", "bus"),
        ("vehicle", "Metro", "metro"),
        ("vehicle", "Conductor taxi", "taxi"),
        ("vehicle", "Sin moto", "unknown"),
        ("item", "Teléfono celular", "phone"),
        ("item", "Camioneta", "car"),
        ("item", "Placa", "parts"),
        ("weapon", "Arma de fuego", "firearm"),
        ("weapon", "Cortopunzante", "blade"),
        ("weapon", "Por establecer", "unknown"),
        ("weapon", "Sin empleo de armas", "none"),
        ("weapon", "Llave maestra", "other"),
    ],
)
def test_vehicles_items_and_weapons_are_understood_without_a_profile(kind: str, label: str, code: str) -> None:
    assert ANY.read(kind, label)[0] == code


def test_a_label_that_no_rule_knows_is_kept_as_unclassified_and_told() -> None:
    assert ANY.read("type", "Zarandeo de arbustos") == ("other.unclassified", None)
    assert ANY.read("vehicle", "Zancos") == ("unknown", None)


@pytest.mark.parametrize(
    "label",
    [
        "Ultraje al pudor de un niño",
        "Lesiones a menor de edad",
        "Conducta indecente hacia menores",
        "Agresión a su pareja",
        "Hecho en contexto de VIF",
        "Minors in danger",
        "Stalking of a former partner",
        "Intento de suicidio",
        "Robo y violación",
        "VIOLACION DE MENOR",
        "Violación de correspondencia y abuso sexual",
        "Aborto",
        "Maltrato infantil",
    ],
)
def test_a_label_that_sounds_sensitive_is_sensitive_whatever_else_it_says(label: str) -> None:
    assert ANY.read("type", label)[0] in taxonomy().sensitive


@pytest.mark.parametrize(
    "label",
    [
        "Violación de correspondencia",
        "VIOLACIÓN DE SELLOS",
        "Violación de domicilio",
        "Violación a los derechos humanos",
        "Abuso de confianza",
        "Abuso de autoridad",
        "Hurto menor",
        "Lesiones menores",
        "Delito de menor cuantía",
        "Minor injury accident",
        "Non-domestic burglary",
        "Drug trafficking",
        "Acoso laboral",
        "Ruidos molestos",
        "Drug/Narcotics Violation",
        "Middlesex Street disorder",
    ],
)
def test_words_that_only_look_sensitive_close_nothing(label: str) -> None:
    assert not sounds_sensitive(label)


def test_a_loose_rule_of_a_profile_does_not_open_what_sounds_sensitive() -> None:
    reader = Reader({"type": rules("type", [("^ROBO", "theft.other")])})
    assert reader.read("type", "ROBO Y ABUSO SEXUAL A MENOR") == ("sexual.unclassified", None)
    assert reader.read("type", "ROBO DE CARTERA") == ("theft.other", "theft.other")


def test_rules_go_in_their_order_and_before_the_common_ones() -> None:
    reader = Reader({"type": rules("type", [("MOTO", "other.offence"), ("ROBO", "theft.person")])})
    assert reader.read("type", "Robo de moto")[0] == "other.offence"
    assert reader.read("type", "Robo")[0] == "theft.person"


def test_a_derived_kind_is_read_by_the_profile_s_rules_alone() -> None:
    reader = Reader({"vehicle": rules("vehicle", [("METRO", "metro")])}, derived=frozenset({"vehicle"}))
    assert reader.read("vehicle", "ROBO DE VEHICULO") == ("unknown", None)
    assert reader.read("vehicle", "ROBO EN METRO") == ("metro", "metro")


def test_a_rule_with_a_code_outside_the_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="teleport"):
        rules("vehicle", [("X", "teleport")])


@given(st.text(max_size=60), st.sampled_from(["menor de edad", "VIOLENCIA FAMILIAR", "abuso sexual", "suicidio"]))
def test_no_text_around_a_sensitive_phrase_hides_it(around: str, phrase: str) -> None:
    assert ANY.read("type", f"{around} {phrase}")[0] in taxonomy().sensitive
