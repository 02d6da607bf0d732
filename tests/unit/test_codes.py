"""Folios and codes: what is drawn, shown and typed is the same; documents are kept in one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.jurisdiction import codes, jurisdiction
from domain.footage.codes import ALPHABET, CODE, FOLIO, encoded, read, shown
from services.footage.documents import argentine, checks, passport
from services.footage.filing import prefix


@given(st.binary(min_size=15, max_size=32))
def test_a_code_is_read_as_it_was_shown_however_it_is_typed(raw: bytes) -> None:
    code = encoded(raw, CODE)
    assert len(code) == CODE
    assert set(code) <= set(ALPHABET)
    assert read(shown(code)) == read(shown(code).lower().replace("-", " ")) == code


@given(st.integers(0, 2**40 - 1), st.integers(0, 2**40 - 1))
def test_two_folios_are_alike_only_where_their_numbers_are(one: int, other: int) -> None:
    first, second = (encoded(number.to_bytes(5, "big"), FOLIO) for number in (one, other))
    assert (first == second) == (one == other)


def test_a_known_number_in_base_32() -> None:
    assert encoded(bytes.fromhex("00443214c7"), FOLIO) == "01234567"
    assert encoded(b"\xff" * 15, CODE) == "Z" * CODE


@pytest.mark.parametrize(("typed", "meant"), [("7k3m-9qxo", "7K3M9QX0"), ("I l 1", "111"), ("\x00 -", ""), ("ñ", "Ñ")])
def test_letters_that_look_like_digits_are_read_as_them(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "kept"), [("20.123.456", "20123456"), ("1.234.567", "1234567"), ("123456", None), ("20A23456", None)]
)
def test_a_dni_has_seven_or_eight_digits(typed: str, kept: str | None) -> None:
    assert argentine(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("ab 123456", "AB123456"), ("P-1234567", "P1234567"), ("1234", None), ("A" * 16, None), ("ñ", None)],
)
def test_a_passport_has_letters_and_digits(typed: str, kept: str | None) -> None:
    assert passport(typed) == kept


@pytest.mark.parametrize("code", codes())
def test_every_document_of_a_profile_has_its_check(code: str) -> None:
    law = jurisdiction(code)
    assert tuple(checks(law)) == law.documents


@pytest.mark.parametrize(
    ("source", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_addresses_that_one_visitor_can_change_between_count_as_one(source: str, network: str) -> None:
    assert prefix(source) == network
