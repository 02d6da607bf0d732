"""Rejected rows: kept with their reason, handed out in their source's layout, mended and loaded again."""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.importing.chunk import Layout
from data_access.importing.storing import rejects
from data_access.importing.understanding.profile import Profile, parse
from data_access.store import Store
from domain.batches import Batch
from domain.cells import guarded, unguarded
from tests.importing import HEADER, PLAIN, TABLES, load, row, stored, write_csv

BAD = {"fecha": "31/02/2024"}


def say(reason: str, details: dict[str, Any]) -> str:
    return f"{reason}: {details.get('value', '')}"


def handed_out(store: Store, batch: Batch, path: Path) -> Path:
    with store.engine.connect() as connection:
        path.write_bytes(b"".join(rejects.as_csv(connection, batch, say)))
    return path


def shaped(**layout: object) -> Profile:
    """The plain profile on files laid out in another way."""
    return parse("shaped", TABLES | {"layout": layout})


def mend(path: Path, right: str = "2024-02-28 11:00", encoding: str = "utf-8") -> None:
    text = path.read_text(encoding=encoding)
    path.write_text(text.replace("31/02/2024", right), encoding=encoding)


def test_a_reject_keeps_its_place_its_reason_and_its_words(store: Store, tmp_path: Path) -> None:
    batch = load(store, write_csv(tmp_path / "a.csv", [row(1), row(2, **BAD), ["F3", "HURTO"]]))
    with store.engine.connect() as connection:
        page, total = rejects.page(connection, batch.id)
    assert total == 2
    told = {reject["line"]: (reject["file"], reject["reason"]) for reject in page}
    assert told == {3: ("a.csv", "date_impossible"), 4: ("a.csv", "fields")}
    raw = next(reject["raw"] for reject in page if reject["line"] == 3)
    assert (raw["fecha"], raw["delito"]) == ("31/02/2024", "HURTO")
    assert "nombre_victima" not in raw


def test_the_file_has_the_columns_of_its_source_with_reason_and_line(store: Store, tmp_path: Path) -> None:
    batch = load(store, write_csv(tmp_path / "a.csv", [row(1), row(2, **BAD)]))
    path = handed_out(store, batch, tmp_path / "r.csv")
    header, line = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    assert header == [*HEADER, "_reason", "_line"]
    assert line[-2:] == ["date_impossible: 31/02/2024", "a.csv:3"]
    assert line[HEADER.index("nombre_victima")] == ""


def test_mended_rejects_are_loaded_and_known_ones_are_not_loaded_twice(store: Store, tmp_path: Path) -> None:
    load(store, write_csv(tmp_path / "whole.csv", [row(n, fecha="2024-02-28 11:00") for n in (2, 3)]), source="whole")
    batch = load(store, write_csv(tmp_path / "a.csv", [row(1), row(2, **BAD), row(3, **BAD)]))
    path = handed_out(store, batch, tmp_path / "r.csv")
    mend(path)
    again = load(store, path)
    assert (again.rows, again.stored, again.rejected) == (2, 2, 0)
    mended = {found["key"] for found in stored(store)}
    assert {found["key"] for found in stored(store, "whole")} < mended  # the same as if they had been right at once
    assert load(store, path).duplicates == 2


@pytest.mark.parametrize(
    ("layout", "encoding"),
    [
        ({"delimiter": ";", "encoding": "latin-1"}, "latin-1"),
        ({"header": 3}, "utf-8"),
        ({"header": 0, "names": list(HEADER)}, "utf-8"),
        ({"header": 0, "names": list(HEADER), "delimiter": "\t"}, "utf-8"),
    ],
)
def test_every_layout_of_text_comes_back(store: Store, tmp_path: Path, layout: dict[str, Any], encoding: str) -> None:
    profile = shaped(**layout)
    lines = [row(1), row(2, delito="HURTO ÑANDÚ", **BAD)]
    above = {0: [], 1: [HEADER], 3: [["Informe"], ["2024"], HEADER]}[layout.get("header", 1)]
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=layout.get("delimiter", ",")).writerows([*above, *lines])
    batch = load(store, path, profile=profile)
    assert (batch.stored, batch.rejected) == (1, 1)
    back = handed_out(store, batch, tmp_path / "r.csv")
    mend(back, encoding=encoding)
    again = load(store, back, profile=profile)
    assert (again.rows, again.stored, again.rejected) == (1, 1, 0)
    assert "HURTO ÑANDÚ" in {found["label"] for found in stored(store)}


def test_rejects_of_an_excel_file_come_back_as_text(store: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in (["POLICÍA"], HEADER, row(1), row(2, **BAD)):
        book.active.append(line)
    book.save(tmp_path / "a.xlsx")
    profile = shaped(kind="excel", header=2)
    batch = load(store, tmp_path / "a.xlsx", profile=profile)
    back = handed_out(store, batch, tmp_path / "r.csv")
    mend(back)
    assert load(store, back, profile=profile).stored == 1


def test_rejects_of_members_come_back_with_their_folder_and_file(store: Store, tmp_path: Path) -> None:
    names = ["delito", "fecha", "lat", "lon"]
    columns = {
        "type": "delito",
        "datetime": "fecha",
        "lat": "lat",
        "lon": "lon",
        "precinct": "@folder",
        "place": "@file",
    }
    layout = {"kind": "json", "records": "puntos", "names": names}
    profile = parse("members", TABLES | {"columns": columns, "layout": layout})
    points = [["HURTO", "31/02/2024", -33.4, -70.6], ["HURTO", "2024-01-01 10:00", -33.4, -70.6]]
    data = json.dumps({"puntos": points}).encode()
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("Norte/Plaza.json")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    batch = load(store, tmp_path / "a.tar.gz", profile=profile)
    back = handed_out(store, batch, tmp_path / "r.csv")
    mend(back)
    load(store, back, profile=profile)
    assert [found["place"] for found in stored(store)] == ["Plaza", "Plaza"]
    assert len({found["precinct_id"] for found in stored(store)}) == 1


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        *((label, f"'{label}") for label in ("=1+1", "+SUM(A1)", "-x", "@cmd", "＝1+1", "\nx", "'\tx")),
        ("'=already", "''=already"),
        ("'-70.5", "''-70.5"),
        ("''@", "'''@"),
        ("\t=x", "'\t'=x"),
        (" =1+1", " '=1+1"),
        ("|=1", "|'=1"),
        ("calle;=HYPERLINK(1)", "calle;'=HYPERLINK(1)"),
        ("-70,5", "-70,5"),
    ],
)
def test_formulas_are_guarded_on_the_way_out_and_given_back(
    store: Store, tmp_path: Path, label: str, wanted: str
) -> None:
    batch = load(store, write_csv(tmp_path / "a.csv", [row(1, comuna=label, **BAD)]))
    path = handed_out(store, batch, tmp_path / "r.csv")
    (_, line) = csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))
    assert line[HEADER.index("comuna")] == wanted
    again = load(store, path)
    with store.engine.connect() as connection:
        (reject,), _ = rejects.page(connection, again.id)
    assert reject["raw"]["comuna"] == label


def test_a_reject_that_is_wrong_still_is_rejected_again(store: Store, tmp_path: Path) -> None:
    batch = load(store, write_csv(tmp_path / "a.csv", [row(1, **BAD)]))
    again = load(store, handed_out(store, batch, tmp_path / "r.csv"))
    assert (again.rows, again.rejected) == (1, 1)


@given(st.text())
def test_a_guard_is_taken_away_exactly_as_it_was_put(value: str) -> None:
    assert unguarded(guarded(value)) == value


@given(st.text(alphabet="'\"=+-@＝＋－＠\t\r\n\0;|, 1.a"))
def test_a_guarded_value_begins_no_formula_in_any_part_that_a_spreadsheet_makes_of_it(value: str) -> None:
    shown = guarded(value)
    for part in re.split("[;,\t\r\n|]", shown):
        begins = part.lstrip(' \0"')
        assert not begins or begins[0] not in "=+-@＝＋－＠" or re.fullmatch(r"[+-]\d+([.,]\d+)*", shown)
    assert unguarded(shown) == value


def test_what_looks_guarded_in_an_ordinary_file_stays(store: Store, tmp_path: Path) -> None:
    load(store, write_csv(tmp_path / "a.csv", [row(1, delito="'-HURTO")]))
    assert stored(store)[0]["label"] == "'-HURTO"


def test_a_layout_survives_its_batch(store: Store, tmp_path: Path) -> None:
    batch = load(store, write_csv(tmp_path / "a.csv", [row(1)]))
    wanted = PLAIN.layout
    kept = Layout(**{k: tuple(v) if isinstance(v, list) else v for k, v in batch.report["layout"].items()})
    assert kept == replace(wanted)
