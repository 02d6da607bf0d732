"""The vocabulary is data, and this is what the rest of the portal relies on in it."""

from __future__ import annotations

import re

import pytest

from domain.taxonomy import FOLDER, SENSITIVE_UNCLASSIFIED, UNCLASSIFIED, UNKNOWN, taxonomy

KNOWN = taxonomy()
KINDS = ("families", "types", "vehicles", "items", "weapons")
WIDTHS = {"types": 40, "vehicles": 20, "items": 20, "weapons": 20}  # what the record has room for


def test_every_type_belongs_to_a_family_and_every_family_has_types() -> None:
    assert {term.family for term in KNOWN.types.values()} == set(KNOWN.families)


def test_no_code_of_a_kind_is_written_twice() -> None:
    written = re.findall(r'code = "([^"]+)"', (FOLDER / "taxonomy.toml").read_text(encoding="utf-8"))
    assert len(written) == sum(len(getattr(KNOWN, kind)) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_term_has_a_name_of_its_own_in_both_languages(kind: str) -> None:
    for language in ("es", "en"):
        names = [term.name(language).strip() for term in getattr(KNOWN, kind).values()]
        assert all(names)
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", KINDS)
def test_codes_can_stand_in_a_query_and_in_the_record(kind: str) -> None:
    for code in getattr(KNOWN, kind):
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", code), code
        assert len(code) <= WIDTHS.get(kind, 40)


def test_sexual_family_and_gender_violence_minors_and_suicide_are_sensitive() -> None:
    whole = {family for family in KNOWN.families if KNOWN.expand(family) <= KNOWN.sensitive}
    assert whole == {"sexual", "family", "minors"}
    assert {code for code in KNOWN.sensitive if KNOWN.types[code].family not in whole} == {"other.suicide"}


def test_what_no_rule_classifies_has_a_place_to_be_counted() -> None:
    assert UNCLASSIFIED in KNOWN.types
    assert UNCLASSIFIED not in KNOWN.sensitive
    assert SENSITIVE_UNCLASSIFIED in KNOWN.sensitive
    assert all(UNKNOWN in terms for terms in (KNOWN.vehicles, KNOWN.items, KNOWN.weapons))


def test_incivilities_are_never_sensitive() -> None:
    assert {term.family for term in KNOWN.types.values() if term.incivility} == {"disorder"}


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("homicide.negligent", {"homicide.negligent"}),
        ("damage", {"damage.property", "damage.arson"}),
        ("", set()),
        ("robber", set()),
        ("ROBBERY", set()),
        ("robbery.", set()),
    ],
)
def test_a_code_stands_for_its_types(code: str, types: set[str]) -> None:
    assert KNOWN.expand(code) == types


def test_the_codes_fit_the_columns_of_the_index() -> None:
    assert len(KNOWN.items) <= 256
    assert len(KNOWN.types) * len(KNOWN.vehicles) <= 65_536
