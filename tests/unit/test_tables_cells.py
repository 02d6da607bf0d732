"""How the cells of a delivered table are read."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.tables.cells import iso, read_day, read_share, read_whole
from data_access.tables.reading import LAYOUTS, fields, form, heading, kinds_of, vocabulary
from domain.adoption import Rounding
from domain.surveys import Design, Topic, Unit
from domain.tables import Kind
from locales import LANGUAGES, catalogue


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("7733", 7733),
        ("7.733", 7733),
        ("7,733", 7733),
        ("7 733", 7733),
        ("7'733", 7733),
        ("1.234.567", 1_234_567),
        ("7733.0", 7733),
        ("7733,00", 7733),
        ("-5", -5),
        ("+5", 5),
        ("1.234,0", 1234),
        ("7,5", None),
        ("7.73", None),
        ("1.234,567", None),
        ("12.34.567", None),
        ("1e3", None),
        ("siete", None),
        ("٣", None),
        ("9" * 16, None),
        ("", None),
    ],
)
def test_whole_numbers_are_read_as_spreadsheets_of_both_languages_write_them(text: str, number: int | None) -> None:
    assert read_whole(text) == number


@given(st.integers(-(10**14), 10**14), st.sampled_from([".", ",", " "]))
def test_a_number_is_the_same_with_its_thousands_apart(number: int, mark: str) -> None:
    assert read_whole(f"{number:,}".replace(",", mark)) == read_whole(str(number)) == number


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("0.10", "0.1"),
        ("0,10", "0.1"),
        ("10 %", "0.1"),
        ("10%", "0.1"),
        ("12,5 %", "0.125"),
        ("1", "1"),
        ("0", "0"),
        ("10", "10"),
        ("-0.1", "-0.1"),
        ("-0", "0"),
        ("diez", None),
        ("10 % %", None),
        ("nan", None),
    ],
)
def test_shares_are_read_exactly(text: str, share: str | None) -> None:
    found = read_share(text)
    assert found == (None if share is None else Decimal(share))
    assert found is None or not (found.is_zero() and found.is_signed())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31", "2026-03-31"),
        ("31/03/2026", "2026-03-31"),
        ("31-03-2026", "2026-03-31"),
        ("2026-03-31 00:00:00", "2026-03-31"),
        ("2026-03", "2026-03-31"),
        ("03/2026", "2026-03-31"),
        ("2024-02", "2024-02-29"),
        ("2023-02", "2023-02-28"),
        ("2026-12", "2026-12-31"),
        ("30/02/2026", None),
        ("2026-13", None),
        ("ayer", None),
    ],
)
def test_a_month_alone_means_its_last_day(text: str, day: str | None) -> None:
    found = read_day(text)
    assert (found if found is None else iso(found)) == day


def test_a_start_told_as_a_month_is_its_first_day() -> None:
    assert iso(read_day("2026-03", end=False) or 0) == "2026-03-01"


def test_headers_are_found_in_both_languages_whatever_their_case_accents_and_order() -> None:
    spanish = ("REPORTES", "Inscritos ", "Fecha", "COMISARÍA")
    english = ("Precinct", "date", "registered_addresses", "reports")
    assert set(fields(spanish, Kind.REGISTRATIONS)) == set(fields(english, Kind.REGISTRATIONS))
    assert fields(spanish, Kind.REGISTRATIONS)["precinct"] == "COMISARÍA"


def test_of_two_columns_that_fit_the_one_named_first_in_the_layout_counts() -> None:
    assert fields(("comuna", "Precinct", "date"), Kind.REGISTRATIONS)["precinct"] == "Precinct"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (("comisaria", "fecha", "inscritos"), Kind.REGISTRATIONS),
        (("comuna", "año", "población"), Kind.POPULATIONS),
        (("medida", "meta", "plazo"), Kind.GOALS),
        (("encuesta", "año", "tema", "pregunta", "unidad", "diseño", "si", "preguntados"), Kind.SURVEY),
    ],
)
def test_the_kind_of_a_table_is_guessed_by_its_columns(headers: tuple[str, ...], kind: Kind) -> None:
    assert kinds_of(headers)[0] is kind


def test_no_kind_is_guessed_for_other_tables() -> None:
    assert kinds_of(("a", "b")) == []


def test_no_two_columns_of_a_layout_share_a_header() -> None:
    for kind in Kind:
        headers = [heading(name) for names in form(kind).columns.values() for name in names]
        assert len(headers) == len(set(headers)), kind
        assert set(form(kind).required) <= set(form(kind).columns)


def test_the_fixed_words_are_those_of_the_domain() -> None:
    values = tomllib.loads(LAYOUTS.read_text(encoding="utf-8"))["values"]
    assert set(values["topic"]) == set(Topic)
    assert set(values["unit"]) == set(Unit)
    assert set(values["design"]) == set(Design)
    assert set(values["rounding"]) == set(Rounding)
    assert vocabulary("measure")[heading("Cifra negra")] == "dark_figure"


def test_every_column_of_every_layout_is_in_the_documentation_and_has_a_name_on_the_page() -> None:
    for language in LANGUAGES:
        assert {f"tables.kinds.{kind}" for kind in Kind} <= set(catalogue(language))
        assert {f"tables.columns_of.{kind}" for kind in Kind} <= set(catalogue(language))
