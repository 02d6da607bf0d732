"""How each language writes numbers, days and names, and how a sentence chooses its form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

import locales
from domain.errors import Invalid
from domain.periods import Window
from locales import LANGUAGES, REGIONS, Words, catalogue

ES, EN = Words("es", {"norte": "Ñuñoa"}), Words("en", {"norte": "Ñuñoa"})


def plain(text: str) -> str:
    """The text with plain spaces where a language sets narrow or unbreakable ones."""
    return text.replace("\u2009", " ").replace("\u202f", " ").replace("\xa0", " ")


@pytest.fixture
def sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two languages with a subject of their own."""
    text = {
        "es": 'free = "{count} de {name}"\n[deep.er]\nfound = {one = "{count} hecho", other = "{count} hechos"}',
        "en": 'free = "{count} of {name}"\n[deep.er]\nfound = {one = "{count} incident", other = "{count} incidents"}',
    }
    for language, lines in text.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "subject.toml").write_text(lines, encoding="utf-8")
    monkeypatch.setattr(locales, "FOLDER", tmp_path)
    catalogue.cache_clear()
    yield tmp_path
    catalogue.cache_clear()


@pytest.mark.usefixtures("sentences")
@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("es", 0, "0 hechos"),
        ("es", 1, "1 hecho"),
        ("es", 2, "2 hechos"),
        ("es", 12_345, "12.345 hechos"),
        ("es", 1_000_000, "1.000.000 hechos"),  # Spanish has a form for millions, which this sentence does without
        ("en", 1, "1 incident"),
        ("en", 12_345, "12,345 incidents"),
    ],
)
def test_a_sentence_that_counts_takes_its_plural_form(language: str, count: int, said: str) -> None:
    assert plain(Words(language).text("subject.deep.er.found", count=count)) == said


@pytest.mark.usefixtures("sentences")
def test_parts_are_filled_in_and_only_numbers_are_rewritten() -> None:
    assert ES.text("subject.free", count=1234.56, name="<b>{0}") == "1.234,6 de <b>{0}"
    assert EN.text("subject.free", count="1234", name=True) == "1234 of True"


@pytest.mark.usefixtures("sentences")
def test_a_sentence_that_nobody_wrote_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(KeyError):
        ES.text("subject.nothing")


def test_an_error_says_its_sentence_with_its_details() -> None:
    class Made(Invalid):
        pass

    said = {ES.error(Made("too_large", megabytes=3)), EN.error(Made("too_large", megabytes=3))}
    assert len(said) == 2
    assert all("3" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("value", "decimals", "spanish", "english"),
    [
        (0, 0, "0", "0"),
        (1234, 0, "1.234", "1,234"),
        (-1234567, 0, "-1.234.567", "-1,234,567"),
        (0.5, 1, "0,5", "0.5"),
        (1234.567, 2, "1.234,57", "1,234.57"),
        (2.0, 1, "2", "2"),
    ],
)
def test_numbers_are_written_as_each_language_does(value: float, decimals: int, spanish: str, english: str) -> None:
    assert (plain(ES.number(value, decimals)), plain(EN.number(value, decimals))) == (spanish, english)


@pytest.mark.parametrize(
    ("share", "decimals", "spanish", "english"),
    [(0.22, 0, "22 %", "22 %"), (0.0456, 1, "4,6 %", "4.6 %"), (12.5, 0, "1.250 %", "1,250 %"), (0, 0, "0 %", "0 %")],
)
def test_percents_keep_a_space_before_the_sign(share: float, decimals: int, spanish: str, english: str) -> None:
    assert (plain(ES.percent(share, decimals)), plain(EN.percent(share, decimals))) == (spanish, english)


@pytest.mark.parametrize(
    ("start", "end", "spanish", "english"),
    [
        ((2026, 11, 1), (2026, 11, 1), "1 nov 2026", "1 Nov 2026"),
        ((2026, 11, 1), (2026, 11, 28), "1 – 28 de nov de 2026", "1–28 Nov 2026"),
        ((2026, 10, 24), (2026, 11, 20), "24 de oct al 20 de nov de 2026", "24 Oct – 20 Nov 2026"),
        ((2025, 12, 20), (2026, 1, 2), "20 de dic de 2025 al 2 de ene de 2026", "20 Dec 2025 – 2 Jan 2026"),
    ],
)
def test_a_window_is_said_without_repeating_itself(start: tuple, end: tuple, spanish: str, english: str) -> None:
    window = Window(date(*start), date(*end))
    assert (plain(ES.window(window)), plain(EN.window(window))) == (spanish, english)


def test_an_instant_is_said_on_the_clock_of_the_place() -> None:
    assert ES.instant(1_763_767_800, "America/Santiago") == "21 nov 2025, 20:30"
    assert EN.instant(1_763_767_800, "UTC") == "21 Nov 2025, 23:30"
    assert EN.instant(1_763_767_800, "UTC", "y") == "2025"


def test_the_week_begins_on_monday() -> None:
    assert [ES.weekday(day) for day in (1, 7)] == ["lunes", "domingo"]
    assert [EN.weekday(day, "abbreviated") for day in (1, 7)] == ["Mon", "Sun"]


@pytest.mark.parametrize(
    ("names", "spanish", "english"),
    [([], "", ""), (["a"], "a", "a"), (["a", "b"], "a y b", "a and b"), (["a", "b", "c"], "a, b y c", "a, b and c")],
)
def test_lists_end_as_people_speak(names: list[str], spanish: str, english: str) -> None:
    assert (ES.listed(names), EN.listed(names)) == (spanish, english)


@pytest.mark.parametrize(
    ("kind", "code", "spanish", "english"),
    [
        ("type", "robbery.street", "Robo a transeúnte", "Street robbery"),
        ("family", "theft", "Hurto", "Theft"),
        ("vehicle", "motorcycle", "Motocicleta", "Motorcycle"),
        ("item", "phone", "Teléfono", "Phone"),
        ("weapon", "blade", "Arma blanca", "Blade"),
        ("origin", "formal", "Formal", "Formal"),
        ("precinct", "norte", "Ñuñoa", "Ñuñoa"),
        ("precinct", "", "Sin zona conocida", "No known precinct"),
        ("precinct", "gone", "gone", "gone"),
        ("type", "of.the.future", "of.the.future", "of.the.future"),
    ],
)
def test_a_code_is_called_by_its_name_or_else_by_itself(kind: str, code: str, spanish: str, english: str) -> None:
    assert (ES.term(kind, code), EN.term(kind, code)) == (spanish, english)


def test_every_language_has_a_region_and_sentences() -> None:
    assert set(REGIONS) == set(LANGUAGES)
    for language in LANGUAGES:
        assert len(catalogue(language)) > 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_badly_decoded(language: str) -> None:
    for key, sentence in catalogue(language).items():
        for text in sentence.values() if isinstance(sentence, dict) else [sentence]:
            assert text.strip(), key
            assert not {"Ã", "Â", "\ufffd"} & set(text), key


numbers = st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9)


@given(numbers, st.integers(0, 3), st.sampled_from(LANGUAGES))
def test_numbers_are_written_as_babel_writes_them(value: float, decimals: int, language: str) -> None:
    assert Words(language).number(value, decimals) == format_decimal(round(value, decimals), locale=REGIONS[language])


@given(st.floats(-1e6, 1e6), st.integers(0, 2), st.sampled_from(LANGUAGES))
def test_shares_are_written_as_babel_writes_them(share: float, decimals: int, language: str) -> None:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + " %"
    told = format_percent(share, format=pattern, locale=REGIONS[language])
    assert Words(language).percent(share, decimals) == told
