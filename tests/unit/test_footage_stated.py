"""What a provider's claims say of who asks: a name and a good document, whatever shape they come in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.jurisdiction import jurisdiction
from domain.footage.draft import Draft, Stated
from domain.footage.reading import Errors, read
from domain.footage.stated import stated
from domain.identity import Identified, Provider
from services.footage import documents
from tests.unit.test_footage_draft import GOOD, GROUND, form

HOUSE = Provider("https://accounts.example/openid", "atalaya", "a secret", "ClaveÚnica", "openid run name")
CHILE, ARGENTINA = (documents.checks(jurisdiction(code)) for code in ("chile", "argentina-mendoza"))
NAMES = {"nombres": ["Rosa", "Inés"], "apellidos": ["Pardo", "Soto"]}
RUN = {"numero": 12345678, "DV": "5", "tipo": "RUN"}
ROSA, RUT = "Rosa Inés Pardo Soto", "12345678-5"


def said(claims: dict[str, Any], known: Any = CHILE) -> Stated:
    return stated(HOUSE, Identified(HOUSE.issuer, "person-7", claims), 10, known)


@pytest.mark.parametrize(
    ("claims", "name", "document"),
    [
        ({"name": NAMES, "RolUnico": RUN}, ROSA, RUT),
        ({"name": NAMES, "RolUnico": RUN | {"numero": "12345678"}}, ROSA, RUT),
        ({"name": NAMES, "RolUnico": {"numero": 5126663, "DV": 3, "tipo": "RUN"}}, ROSA, "5126663-3"),
        (
            {"name": NAMES, "RolUnico": {"numero": 25123456, "DV": "6", "tipo": "RUN"}},
            ROSA,
            "25123456-6",
        ),  # a foreigner
        ({"name": NAMES, "RolUnico": {"numero": 10000013, "DV": "k", "tipo": "RUN"}}, ROSA, "10000013-K"),
        ({"name": NAMES, "RolUnico": RUN | {"DV": "4"}}, ROSA, ""),  # a wrong check digit
        ({"name": NAMES, "RolUnico": RUN | {"tipo": "PAS"}}, ROSA, ""),
        ({"name": NAMES, "RolUnico": {"numero": 123456785, "tipo": "RUN"}}, ROSA, ""),
        ({"name": NAMES, "RolUnico": RUN | {"numero": None}}, ROSA, ""),
        ({"name": NAMES, "RolUnico": RUN | {"numero": [12345678]}}, ROSA, ""),
        ({"name": NAMES, "RolUnico": "12345678-5"}, ROSA, ""),
        ({"name": NAMES}, ROSA, ""),
        ({"name": "Rosa Pardo"}, "Rosa Pardo", ""),
        ({"name": "  Rosa \n Pardo\u200b "}, "Rosa Pardo", ""),
        ({"given_name": "Rosa", "family_name": "Pardo"}, "Rosa Pardo", ""),
        ({"name": "Rosa Pardo", "given_name": "Ana"}, "Rosa Pardo", ""),
        ({"name": {"nombres": "Rosa", "apellidos": ["Pardo", 7, None]}}, "Rosa Pardo", ""),
        ({"name": {"nombres": None}, "RolUnico": RUN}, "", RUT),
        ({"name": "R"}, "", ""),
        ({"name": "x" * 121}, "", ""),
        ({"name": 7}, "", ""),
        ({}, "", ""),
    ],
)
def test_a_name_and_a_good_document_are_taken_and_nothing_else(
    claims: dict[str, Any], name: str, document: str
) -> None:
    found = said(claims)
    assert (found.name, found.document, found.document_type) == (name, document, "rut" if document else "")
    assert found.proves is bool(name and document)
    assert (found.provider, found.issuer, found.subject, found.at) == ("ClaveÚnica", HOUSE.issuer, "person-7", 10)


def test_a_document_that_the_place_does_not_know_is_left_out() -> None:
    assert said({"name": NAMES, "RolUnico": RUN}, ARGENTINA).fields == {"name": (ROSA,)}


JUNK = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one), max_leaves=5)


@given(st.fixed_dictionaries({"name": JUNK | st.dictionaries(st.sampled_from([*NAMES]), JUNK), "RolUnico": JUNK}))
def test_no_claims_fail(claims: dict[str, Any]) -> None:
    assert len(said(claims).name) <= 120


WHOLE = Stated("ClaveÚnica", HOUSE.issuer, "person-7", 10, ROSA, "rut", "87654321")


def test_what_was_stated_stands_whatever_the_form_says() -> None:
    forged = form(GOOD, name="Otra Persona", document_type="passport", document="AB123456")
    found = read(forged, GROUND, WHOLE)
    assert isinstance(found, Draft)
    assert (found.name, found.document_type, found.document) == (ROSA, "rut", "87654321")
    assert found.stated == WHOLE


def test_of_what_was_not_stated_the_form_is_asked() -> None:
    name_alone = replace(WHOLE, document_type="", document="")
    found = read(form(GOOD, name="Otra Persona"), GROUND, name_alone)
    assert isinstance(found, Draft)
    assert (found.name, found.document) == (ROSA, "12345678")
    assert read(form(GOOD, document=""), GROUND, name_alone) == Errors({"document": "document.empty"})
