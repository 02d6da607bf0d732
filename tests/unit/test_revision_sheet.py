"""The sheet on paper: a table, a page for each precinct, every figure, in both languages, and nothing read as code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pypdfium2
import pytest

from components import revision_sheet
from domain.adoption import Adoption, Arrival, Coming, Curve, Outlook, Population, Rounding, total
from domain.revisions import Closing, canonical, content, digest, last_day
from locales import Words
from tests.adoption import SOUTH
from tests.unit.test_revisions import GOAL, PACE, adoption

ZONE = "America/Santiago"
CODES = [row[0] for row in SOUTH]
AT = 1_793_966_400  # 6 November 2026
UGLY = '#panic("no") #let x = [ ] $ \\ *a* _b_ <c> @d `e` "f" #pagebreak() //'


def closing(found: Adoption, curves: Sequence[Curve] = (), actor: str = "ana@ciudad.cl") -> Closing:
    said = content(found, curves, AT, actor)
    text = canonical(said)
    return Closing("2026-10", found.synthetic, AT, actor, digest(text), text, said)


def pages(pdf: bytes) -> list[str]:
    return [one.get_textpage().get_text_bounded().replace("\r\n", " ").replace("\xa0", " ") for one in opened(pdf)]


def opened(pdf: bytes) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(pdf)
    yield from document
    document.close()


def one_page(row: dict[str, Any], language: str = "en") -> str:
    """The page of San Miguel with parts of its row exchanged."""
    closed = closing(adoption())
    rows = [closed.content["precincts"][0] | row, *closed.content["precincts"][1:]]
    changed = replace(closed, content={**closed.content, "precincts": rows})
    return pages(revision_sheet.pdf(changed, ["san-miguel"], [language], ZONE))[1]


def test_the_table_and_a_page_for_each_precinct() -> None:
    found = pages(revision_sheet.pdf(closing(adoption()), CODES, ["en"], ZONE))
    assert len(found) == 8
    for _, name, registered, people, target, missing, compliance, reports in SOUTH:
        row = f"{name} {registered:,} {people:,} {target:,} {missing:,} {compliance} % {reports:,}"
        assert row in found[0]
    assert "Total 18,029 831,876 83,191 65,162 21.7 % 3,568" in found[0]
    for (_, name, registered, *_), text in zip(SOUTH, found[1:], strict=True):
        assert name in text
        assert f"{registered:,}" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "es",
            (
                "octubre de 2026",
                "7.733",
                "71,6 %",
                "123,6",
                "Una dirección no es una persona",
                "no mide",
                "Página 2 de 2",
            ),
        ),
        (
            "en",
            (
                "October 2026",
                "7,733",
                "71.6 %",
                "123.6",
                "An address is not a person",
                "does not measure",
                "Page 2 of 2",
            ),
        ),
    ],
)
def test_a_page_says_every_figure_and_both_cautions(language: str, said: tuple[str, ...]) -> None:
    closed = closing(adoption())
    text = pages(revision_sheet.pdf(closed, ["san-miguel"], [language], ZONE))[1]
    for part in (*said, "San Miguel", "ana@ciudad.cl", closed.short, "census, 2017", "programme"):
        assert part in text, part


def test_both_languages_follow_one_another() -> None:
    found = pages(revision_sheet.pdf(closing(adoption()), ["san-ramon"], ["es", "en"], ZONE))
    assert [("Zona" in text or "Meta" in text) for text in found] == [True, True, False, False]
    assert "Page 4 of 4" in found[3]
    assert revision_sheet.languages("both", "es") == ("es", "en")
    assert revision_sheet.languages("en", "es") == ("en",)
    assert revision_sheet.languages("de", "es") == ("es",)


def test_the_same_closing_and_language_give_the_same_bytes() -> None:
    first, again, english = (
        revision_sheet.pdf(closing(adoption()), CODES, [language], ZONE) for language in ("es", "es", "en")
    )
    assert first == again
    assert first != english
    document = pypdfium2.PdfDocument(first)
    assert document.get_metadata_value("CreationDate").startswith("D:20261106")
    assert document.is_tagged()
    document.close()


def test_no_name_is_read_as_code() -> None:
    found = adoption()
    named = replace(
        found,
        names=dict.fromkeys(found.names, UGLY),
        rows=tuple(replace(row, population=Population(row.precinct, 1000, 2017, UGLY)) for row in found.rows),
    )
    text = pages(revision_sheet.pdf(closing(named, actor=UGLY), CODES, ["es", "en"], ZONE))
    assert len(text) == 16
    for part in ("#panic", "#let x = [ ] $ \\ *a* _b_ <c> @d `e`", "#pagebreak()"):
        assert all(part in page for page in text), part


@pytest.mark.parametrize("name", ["X", "W" * 120, "San Pedro de la " + "Paz y " * 17, "Ñuñoa/Providencia/" * 6])
def test_short_and_long_names_keep_to_their_page(name: str) -> None:
    found = adoption()
    named = replace(found, names={**found.names, CODES[0]: name})
    pdf = revision_sheet.pdf(closing(named), CODES[:1], ["es"], ZONE)
    for page in opened(pdf):
        width, height = page.get_size()
        text = page.get_textpage()
        boxes = [text.get_rect(at) for at in range(text.count_rects())]
        assert all(0 < left < right < width and 0 < low < high < height for left, low, right, high in boxes)
    assert len(pages(pdf)) == 2


def test_months_are_bars_with_their_numbers_and_a_missing_one_says_so() -> None:
    ends = tuple(last_day(f"2026-{month:02}") for month in range(1, 11))
    counts = (1000, 2000, None, 4000, 4500, 4400, 5000, 6000, 7000, 7733)
    closed = closing(adoption(), [Curve("san-miguel", None, ends, counts, None)])
    text = pages(revision_sheet.pdf(closed, ["san-miguel"], ["en"], ZONE))[1]
    for part in ("733 in October 2026.", "1,000", "-100", "–", "Feb", "Oct"):
        assert part in text, part


@pytest.mark.parametrize(
    ("arrival", "said"),
    [
        (Arrival(Coming.REACHED), "The target is reached."),
        (Arrival(Coming.SHORT), "supports a pace, not a date"),
        (Arrival(Coming.STILL), "is not reached"),
        (Arrival(Coming.UNKNOWN), "nothing to reach"),
        (
            Arrival(Coming.DATED, date(2027, 3, 1), date(2027, 2, 1), date(2027, 5, 1)),
            "around 1 Mar 2027; between 1 Feb 2027 and 1 May 2027",
        ),
        (Arrival(Coming.DATED, date(2027, 3, 1), date(2027, 2, 1)), "it may also never be"),
    ],
)
def test_the_arrival_is_a_day_with_its_interval_or_a_sentence(arrival: Arrival, said: str) -> None:
    found = adoption()
    closed = closing(replace(found, outlooks={"san-miguel": Outlook(PACE, None, arrival)}))
    assert said in pages(revision_sheet.pdf(closed, ["san-miguel"], ["en"], ZONE))[1]


def test_what_is_missing_is_a_dash_and_a_sentence_never_zero() -> None:
    nothing = dict.fromkeys(
        ("registered", "reports", "observed", "missing", "compliance", "reports_per_1000", "rank", "outlook", "new")
    )
    text = one_page(nothing | {"months": []})
    for part in ("missing, which is not zero", "no pace can be told", "Not ranked", "Not known for October 2026"):
        assert part in text, part
    bare = one_page(dict.fromkeys(("population", "goal", "target", "missing", "compliance", "outlook")))
    for part in ("Nobody has stated one", "No goal is set"):
        assert part in bare, part


def test_the_total_says_who_is_in_no_sum() -> None:
    found = adoption()
    first = replace(found.rows[0], registered=None)
    ends = (last_day("2026-09"), last_day("2026-10"))
    curves = [Curve(code, None, ends, (1, 2), None) for code in CODES[2:]]
    rows = (first, *found.rows[1:])
    closed = closing(replace(found, rows=rows, total=total(list(rows))), curves)
    text = pages(revision_sheet.pdf(closed, [], ["en"], ZONE))[0]
    assert "in no sum of registrations: San Miguel." in text
    assert "in no sum of them: La Cisterna." in text


def test_disagreeing_populations_stand_with_their_sources() -> None:
    found = adoption()
    others = (*found.populations, Population("san-miguel", 110_000, 2024, "Municipality"), found.rows[0].population)
    text = pages(revision_sheet.pdf(closing(replace(found, populations=others)), ["san-miguel"], ["en"], ZONE))[1]
    assert "107,954 people (census, 2017). Others say: 110,000, Municipality, 2024." in text


def test_synthetic_figures_are_marked_on_every_page() -> None:
    made_up = pages(revision_sheet.pdf(closing(replace(adoption(), synthetic=True)), CODES, ["en"], ZONE))
    assert all("Synthetic data" in page for page in made_up)
    assert not any("Synthetic" in page for page in pages(revision_sheet.pdf(closing(adoption()), CODES, ["en"], ZONE)))


@pytest.mark.parametrize("rounding", Rounding)
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_rounding_has_words(rounding: Rounding, language: str) -> None:
    found = adoption()
    goal = replace(GOAL, rounding=rounding)
    rows = tuple(replace(row, goal=goal) for row in found.rows)
    text = pages(revision_sheet.pdf(closing(replace(found, rows=rows)), ["san-miguel"], [language], ZONE))[1]
    assert Words(language).text(f"revisions.rounding.{rounding}") in text
