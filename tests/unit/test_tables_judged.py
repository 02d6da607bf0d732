"""What is wrong in a delivered table is told row by row: tables of cases for each kind."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_access.store import Store
from domain.errors import Invalid
from domain.tables import Counting, Kind
from locales import LANGUAGES, Words, catalogue
from services import clock
from tests.tabling import HEADER, city, count, deliver, look, told, written

ROOT = Path(__file__).parent.parent.parent
SAID = "tables.problems."
NOW = 1_796_000_000  # 30 November 2026


@pytest.fixture
def town(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    city(sqlite_store)
    return sqlite_store


SM = "San Miguel"
CASES: dict[str, tuple[list[tuple[object, ...]], list[tuple[int, str]]]] = {
    "by name and code": ([(SM, "2026-10-31", 5), ("LA-CISTERNA", "2026-10-31", 7)], []),
    "without accents": ([("penalolen", "2026-10", "1.000"), ("PEÑALOLÉN", "2026-11-01", "1.001")], []),
    "the same count again": ([(SM, "2026-10-01", 5), (SM, "2026-10-02", 5)], []),
    "neighbours in any order": ([(SM, "2026-10-02", 6), (SM, "2026-10-01", 5)], []),
    "negative": ([(SM, "2026-10-31", -1)], [(2, "negative")]),
    "no number": ([(SM, "2026-10-31", "muchos")], [(2, "number_unreadable")]),
    "half a person": ([(SM, "2026-10-31", "5,5")], [(2, "number_unreadable")]),
    "beyond measure": ([(SM, "2026-10-31", 10**13)], [(2, "number_too_large")]),
    "no date": ([(SM, "", 5)], [(2, "empty_cell")]),
    "no such day": ([(SM, "31/02/2026", 5)], [(2, "date_unreadable")]),
    "before 1970": ([(SM, "1969-01-01", 5)], [(2, "date_unreadable")]),
    "a day to come": ([(SM, "2026-12-01", 5)], [(2, "future")]),
    "to come brings no other problem": ([(SM, "2026-08-31", 5), (SM, "2027-01-31", 6)], [(3, "future")]),
    "falling after a gap": ([(SM, "2026-08", 5), (SM, "2026-10", 4)], [(3, "falling"), (3, "months_missing")]),
    "today": ([(SM, "2026-11-30", 5)], []),
    "no precinct": ([("", "2026-10-31", 5)], [(2, "empty_cell")]),
    "one like it": ([("San Migel", "2026-10-31", 5)], [(2, "precinct_like")]),
    "one unlike any": ([("Zapallar", "2026-10-31", 5)], [(2, "precinct_unknown")]),
    "two rows for a day": ([(SM, "2026-10-31", 5), (SM, "31/10/2026", 5)], [(3, "repeated")]),
    "three": ([(SM, "2026-10-31", 5)] * 3, [(3, "repeated"), (4, "repeated")]),
    "one day, two precincts": ([(SM, "2026-10-31", 5), ("La Cisterna", "2026-10-31", 5)], []),
    "falling": ([(SM, "2026-10-01", 9), (SM, "2026-10-02", 8)], [(3, "falling")]),
    "falling, not in order": ([(SM, "2026-10-02", 8), (SM, "2026-10-01", 9)], [(2, "falling")]),
    "falling over a missing one": (
        [(SM, "2026-10-01", 9), (SM, "2026-10-02", ""), (SM, "2026-10-03", 8)],
        [(4, "falling")],
    ),
    "a month missing": ([(SM, "2026-08", 5), (SM, "2026-10", 6)], [(3, "months_missing")]),
    "a month told to be missing": ([(SM, "2026-08", 5), (SM, "2026-09", ""), (SM, "2026-10", 6)], []),
    "days missing only": ([(SM, "2026-08-01", 5), (SM, "2026-09-30", 6)], []),
    "over the year": ([(SM, "2025-12", 5), (SM, "2026-01", 6)], []),
    "everything at once": (
        [(SM, "2026-10-31", -1), ("x", "nunca", "?"), (SM, "2026-10-30", 4)],
        [(2, "negative"), (3, "date_unreadable"), (3, "number_unreadable"), (3, "precinct_unknown")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_registrations_are_judged_row_by_row(name: str, town: Store, tmp_path: Path) -> None:
    rows, wanted = CASES[name]
    path = written(tmp_path / "t.csv", rows)
    found = look(town, path)
    assert sorted(told(found)) == wanted
    assert found.wrong == len(wanted)
    delivered = deliver(town, path)
    assert (delivered.status == "stored") == (not wanted)
    assert count(town) == (0 if wanted else len(rows))


def test_increments_may_be_less_than_those_before(town: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [(SM, "2026-10-01", 9), (SM, "2026-10-02", 2), (SM, "2026-10-03", 0)])
    assert told(look(town, path, counting=Counting.INCREMENT)) == []


def test_a_cumulative_count_must_hold_the_increments_told_since_the_one_before(town: Store, tmp_path: Path) -> None:
    deliver(town, written(tmp_path / "a.csv", [(SM, "2026-10-01", 100)]))
    news = written(tmp_path / "b.csv", [(SM, "2026-10-02", 5), (SM, "2026-10-03", 5)])
    deliver(town, news, counting=Counting.INCREMENT)
    assert told(look(town, written(tmp_path / "c.csv", [(SM, "2026-10-04", 109)]))) == [(2, "falling")]
    assert told(look(town, written(tmp_path / "d.csv", [(SM, "2026-10-04", 110)]))) == []


@pytest.mark.parametrize(
    ("header", "rows", "wanted"),
    [
        (HEADER[:2], [(SM, "2026-10-31")], [(0, "column_missing")]),
        (("a", "b"), [(1, 2)], [(0, "column_missing")] * 3),
        (HEADER, [], [(0, "empty")]),
    ],
)
def test_a_table_without_its_columns_or_rows_is_told_as_a_whole(
    header: Sequence[str], rows: list[tuple[object, ...]], wanted: list[tuple[int, str]], town: Store, tmp_path: Path
) -> None:
    assert told(look(town, written(tmp_path / "t.csv", rows, header))) == wanted


def test_without_precincts_the_portal_says_to_import_them(sqlite_store: Store, tmp_path: Path) -> None:
    found = look(sqlite_store, written(tmp_path / "t.csv", [(SM, "2026-10-31", 5)]))
    assert (0, "no_precincts") in told(found)


def test_rows_of_another_length_are_told(town: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [(SM, "2026-10-31", 5, "more"), (SM, "2026-10-30")])
    assert [one for one in told(look(town, path)) if one[1] == "fields"] == [(2, "fields"), (3, "fields")]


def test_a_neighbourhood_is_one_of_its_precinct_and_a_series_of_its_own(town: Store, tmp_path: Path) -> None:
    header = ("precinct", "neighbourhood", "date", "registered")
    rows = [
        (SM, "", "2026-10-31", 9),
        (SM, "Llano", "2026-10-31", 4),
        (SM, "barrio-sur", "2026-10-31", 5),
        ("La Cisterna", "Llano", "2026-10-31", 4),
        (SM, "Lano", "2026-10-30", 4),
        ("", "Llano", "2026-10-29", 4),
    ]
    wanted = [(5, "neighbourhood_unknown"), (6, "neighbourhood_like"), (7, "empty_cell"), (7, "neighbourhood_alone")]
    assert sorted(told(look(town, written(tmp_path / "t.csv", rows, header)))) == wanted


def test_reports_left_empty_say_nothing_and_their_fall_is_told(town: Store, tmp_path: Path) -> None:
    header = (*HEADER, "reportes")
    rows = [(SM, "2026-10-01", 5, 30), (SM, "2026-10-02", 6, ""), (SM, "2026-10-03", 7, 29)]
    assert told(look(town, written(tmp_path / "t.csv", rows, header))) == [(4, "falling")]
    assert look(town, written(tmp_path / "t.csv", rows[:2], header)).new == 3


def test_a_formula_is_told_with_its_row(town: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEADER, (SM, date(2026, 10, 30), 5), (SM, date(2026, 10, 31), "=1+5")):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    assert (3, "formula") in told(look(town, tmp_path / "t.xlsx"))


def test_an_excel_table_reads_like_the_same_text(town: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEADER, (SM, date(2026, 10, 30), 7733), ("La Cisterna", date(2026, 10, 30), 2245.0)):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    text = written(tmp_path / "t.csv", [(SM, "30/10/2026", "7.733"), ("La Cisterna", "2026-10-30", 2245)])
    assert look(town, tmp_path / "t.xlsx").first == look(town, text).first


def test_what_is_no_table_at_all_is_refused_before_any_row(town: Store, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "noise.xlsx").write_bytes(b"\x00\x01\x02")
    for name in ("empty.csv", "noise.xlsx", "nothing.csv"):
        with pytest.raises(Invalid):
            look(town, tmp_path / name)


# --- populations, goals, surveys -------------------------------------------------------------------------------

STATED: list[tuple[Kind, Sequence[str], tuple[object, ...], list[str]]] = [
    (Kind.POPULATIONS, ("comuna", "población", "año", "fuente"), (SM, "107.954", 2002, "INE"), []),
    (Kind.POPULATIONS, ("comuna", "población"), ("", 831_876), []),
    (Kind.POPULATIONS, ("comuna", "población"), (SM, 0), ["number_too_small"]),
    (Kind.POPULATIONS, ("comuna", "población"), (SM, ""), ["empty_cell"]),
    (Kind.POPULATIONS, ("comuna", "población", "año"), (SM, 5, "hoy"), ["year_unreadable"]),
    (Kind.POPULATIONS, ("comuna", "población", "año"), (SM, 5, 2199), ["year_future"]),
    (Kind.POPULATIONS, ("comuna", "población", "fuente"), (SM, 5, "x" * 201), ["too_long"]),
    (Kind.POPULATIONS, ("comuna", "población"), ("Arica", 5), ["precinct_unknown"]),
    (Kind.GOALS, ("medida", "meta"), ("conectados", "10 %"), []),
    (Kind.GOALS, ("medida", "meta", "linea base"), ("Cifra negra", "0,30", "50%"), []),
    (Kind.GOALS, ("medida", "meta"), ("felicidad", "10 %"), ["measure_unknown"]),
    (Kind.GOALS, ("medida", "meta"), ("conectados", "10"), ["share_outside"]),
    (Kind.GOALS, ("medida", "meta"), ("conectados", "-0,1"), ["share_outside"]),
    (Kind.GOALS, ("medida", "meta"), ("conectados", "harta"), ["share_unreadable"]),
    (Kind.GOALS, ("medida", "meta", "redondeo"), ("conectados", "0.1", "banquero"), ["rounding_unknown"]),
    (Kind.GOALS, ("medida", "meta", "inicio", "plazo"), ("conectados", "0.1", "2026-05", "2026-05"), []),
    (
        Kind.GOALS,
        ("medida", "meta", "inicio", "plazo"),
        ("conectados", "0.1", "2026-05-02", "2026-05-01"),
        ["due_before_start"],
    ),
]
SURVEY = {"survey": "ENUSC", "year": 2024, "topic": "denuncia", "item": "theft", "unit": "hogar", "design": "aleatoria"}
ESTIMATES: list[tuple[dict[str, object], list[str]]] = [
    ({"share": "0.4", "low": "0.35", "high": "0.45"}, []),
    ({"share": "40 %", "low": "35 %", "high": "45 %", "answers": 812, "level": "95 %"}, []),
    ({"share": ""}, []),
    ({"share": "0.4"}, []),
    ({"share": "0.4", "low": "0.41", "high": "0.45"}, ["interval_outside"]),
    ({"share": "0.4", "low": "0.35", "high": "0.39"}, ["interval_outside"]),
    ({"share": "0.4", "low": "0.35", "high": ""}, ["interval_half"]),
    ({"share": "", "low": "0.35", "high": "0.4"}, ["interval_alone"]),
    ({"share": "1.4"}, ["share_outside"]),
    ({"yes": 30, "asked": 100}, []),
    ({"yes": 0, "asked": 0}, []),
    ({"yes": 31, "asked": 30}, ["yes_over_asked"]),
    ({"yes": "", "asked": 30}, ["empty_cell"]),
    ({}, ["share_missing"]),
    ({"share": "0.4", "topic": "miedo"}, ["topic_unknown"]),
    ({"share": "0.4", "unit": "perro"}, ["unit_unknown"]),
    ({"share": "0.4", "design": "al ojo"}, ["design_unknown"]),
    ({"share": "0.4", "year": 2027}, ["year_future"]),
    ({"share": "0.4", "item": "x" * 61}, ["too_long"]),
    ({"share": "0.4", "precinct": "Zapallar"}, ["precinct_unknown"]),
]
STATED += [(Kind.SURVEY, tuple(SURVEY | more), tuple((SURVEY | more).values()), wanted) for more, wanted in ESTIMATES]


@pytest.mark.parametrize(("kind", "header", "row", "wanted"), STATED)
def test_every_other_kind_is_judged_too(
    kind: Kind, header: Sequence[str], row: tuple[object, ...], wanted: list[str], town: Store, tmp_path: Path
) -> None:
    found = look(town, written(tmp_path / "t.csv", [row], header), kind)
    assert [reason for _, reason in told(found)] == wanted
    assert found.new == (0 if wanted else 1)


@pytest.mark.parametrize("kind", [Kind.POPULATIONS, Kind.GOALS, Kind.SURVEY])
def test_two_rows_about_the_same_are_told(kind: Kind, town: Store, tmp_path: Path) -> None:
    header, row = {
        Kind.POPULATIONS: (("comuna", "people", "year", "source"), (SM, 5, 2002, "a")),
        Kind.GOALS: (("measure", "share"), ("connected", "0.1")),
        Kind.SURVEY: ((*SURVEY, "share"), (*SURVEY.values(), "0.4")),
    }[kind]
    found = look(town, written(tmp_path / "t.csv", [row, row], header), kind)
    assert told(found) == [(3, "repeated")]
    assert found.problems[0].details == {"first": "2"}


def test_rows_of_unknown_places_may_be_left_out_of_populations_alone(town: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [("Arica", 5), (SM, 6), ("Iquique", 7)], ("comuna", "people"))
    found = look(town, path, Kind.POPULATIONS, only_known=True)
    assert (found.wrong, found.left_out, found.new) == (0, 2, 1)
    path = written(tmp_path / "r.csv", [("Arica", "2026-10-31", 5)])
    assert told(look(town, path, only_known=True)) == [(2, "precinct_unknown")]


def test_counts_give_the_share_and_its_wilson_interval(town: Store, tmp_path: Path) -> None:
    """81 of 263: Newcombe (1998), the score method, 0.2553 to 0.3662."""
    header = (*SURVEY, "yes", "asked")
    found = look(town, written(tmp_path / "t.csv", [(*SURVEY.values(), 81, 263)], header), Kind.SURVEY)
    row = found.frame.iloc[0]
    assert (row["share"], row["answers"]) == (81 / 263, 263)
    assert (round(row["low"], 4), round(row["high"], 4)) == (0.2553, 0.3662)


# --- in words --------------------------------------------------------------------------------------------------


def _reasons() -> set[str]:
    """Every reason that the code names, and those of the readers."""
    found = set()
    for path in (ROOT / "data_access" / "tables").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("tell", "tell_whole"):
                found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def test_every_reason_has_its_sentence_in_both_languages_and_no_sentence_is_left_over() -> None:
    fixed = ("measure", "rounding", "topic", "unit", "design")
    made = {f"{name}_unknown" for name in (*fixed, "precinct", "neighbourhood")}
    made |= {f"{name}_like" for name in ("precinct", "neighbourhood")} | {"falling"}
    readers = {"formula", "fields", "nul", "not_a_row"}
    for language in LANGUAGES:
        said = {key.removeprefix(SAID) for key in catalogue(language) if key.startswith(SAID)}
        assert said == _reasons() | made | readers


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_can_be_said(language: str, town: Store, tmp_path: Path) -> None:
    words, said = Words(language), 0
    rows = [row for rows, _ in CASES.values() for row in rows]
    tried: list[tuple[Kind, Sequence[str], list[Any]]] = [(Kind.REGISTRATIONS, HEADER, rows)]
    tried += [(kind, header, [row, row]) for kind, header, row, _ in STATED]
    for kind, header, some in tried:
        for one in look(town, written(tmp_path / "t.csv", some, header), kind).problems:
            assert words.text(f"tables.problems.{one.reason}", **one.details)
            said += 1
    assert said > 50


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12),
    st.sampled_from([SM, "La Cisterna", "2026-10-31", "2026-10", "5", "-5", "10 %", "=1", "31/10/2026", "connected"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_whatever_stands_in_its_cells_a_table_is_judged(data: st.DataObject, town: Store, tmp_path: Path) -> None:
    kind = data.draw(st.sampled_from(list(Kind)))
    header = {
        Kind.REGISTRATIONS: (*HEADER, "reports", "barrio"),
        Kind.POPULATIONS: ("comuna", "barrio", "people", "year", "source"),
        Kind.GOALS: ("measure", "precinct", "share", "baseline", "rounding", "starts", "due"),
        Kind.SURVEY: (*SURVEY, "share", "low", "high", "answers", "precinct"),
    }[kind]
    rows = data.draw(st.lists(st.tuples(*[CELLS] * len(header)), min_size=1, max_size=6))
    found = look(town, written(tmp_path / "t.csv", rows, header, ","), kind)
    assert (found.wrong == 0) or len(found.problems) == found.wrong
    assert found.wrong == 0 or found.frame.empty
    for one in found.problems:
        assert Words("es").text(f"tables.problems.{one.reason}", **one.details)
