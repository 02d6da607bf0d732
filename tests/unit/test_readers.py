"""Reading files: every format as text with true line numbers, and what is damaged refused with its place."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import os
import resource
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.importing.chunk import Chunk, Layout
from data_access.importing.reading import archives, packing, readers_csv
from data_access.importing.reading.archives import parts
from data_access.importing.reading.packing import column_names
from data_access.importing.reading.readers import read, read_any
from data_access.importing.reading.readers_tables import number_text
from data_access.importing.reading.sniff import sniff
from domain.errors import Invalid

CSV = Layout()
ROWS = "tipo,fecha\nHurto,2024-01-02\nRobo,2024-01-03\n"


def write(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def rows(path: Path, layout: Layout = CSV) -> list[dict[str, str]]:
    """Every row as its non-empty fields."""
    return [
        {name: value for name, value in row.items() if isinstance(value, str)}
        for chunk in read(path, layout)
        for row in chunk.frame.to_dict("records")
    ]


def only(path: Path, layout: Layout = CSV) -> Chunk:
    (chunk,) = read(path, layout)
    return chunk


def problem(path: Path, layout: Layout = CSV) -> Invalid:
    with pytest.raises(Invalid) as caught:
        list(read(path, layout))
    return caught.value


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


# --- what is read ----------------------------------------------------------------------------------------------


def test_a_csv_file_is_read_as_text_with_the_lines_of_an_editor(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'a,b\n1,"two\nlines"\n\n  3 ,\n007,-1.50\n')
    chunk = only(path)
    assert chunk.lines.tolist() == [2, 5, 6]
    assert rows(path) == [{"a": "1", "b": "two\nlines"}, {"a": "  3 "}, {"a": "007", "b": "-1.50"}]
    assert set(chunk.files) == {"a.csv"}
    assert not chunk.flaws


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_is_understood(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / "a.csv", ROWS.replace("\n", ending))
    assert [row["tipo"] for row in rows(path)] == ["Hurto", "Robo"]
    assert only(path).lines.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("latin-1", "latin-1"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_encodings_are_read_as_declared(tmp_path: Path, encoding: str, declared: str) -> None:
    path = write(tmp_path / "a.csv", "año,b\nñandú,x\n".encode(encoding))
    assert rows(path, Layout(encoding=declared)) == [{"año": "ñandú", "b": "x"}]


def test_a_header_further_down_skips_what_stands_above(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Policía,,\nInforme anual,,\ntipo,fecha\nHurto,2024-01-02\n")
    assert rows(path, Layout(header=3)) == [{"tipo": "Hurto", "fecha": "2024-01-02"}]
    assert only(path, Layout(header=3)).lines.tolist() == [4]


def test_a_file_without_a_header_takes_the_names_of_its_layout(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "Hurto;2024\nRobo;2025\n")
    layout = Layout(delimiter=";", header=None, names=("tipo", "fecha"))
    assert rows(path, layout) == [{"tipo": "Hurto", "fecha": "2024"}, {"tipo": "Robo", "fecha": "2025"}]
    assert only(path, layout).lines.tolist() == [1, 2]


def test_rows_of_another_length_are_kept_as_flaws(tmp_path: Path) -> None:
    chunk = only(write(tmp_path / "a.csv", "a,b\n1\n1,2\n1,2,3\n"))
    assert {at: (flaw.reason, flaw.details["found"]) for at, flaw in chunk.flaws.items()} == {
        0: ("fields", 1),
        2: ("fields", 3),
    }


def test_a_nul_character_is_a_flaw_of_its_row_alone(tmp_path: Path) -> None:
    chunk = only(write(tmp_path / "a.csv", "a,b\n1,2\n3\0,4\n5,6\n"))
    assert {at: flaw.reason for at, flaw in chunk.flaws.items()} == {1: "nul"}
    assert "\0" not in "".join(chunk.frame["a"])


def test_files_are_unpacked_by_their_content_and_not_by_their_name(tmp_path: Path) -> None:
    data = ROWS.encode()
    named = {
        "plain.gz": data,
        "gzipped.csv": gzip.compress(data, mtime=0),
        "zipped.csv": zipped(tmp_path / "z", {"in/side.csv": data}).read_bytes(),
        "tarred.csv": tarred(tmp_path / "t", {"in/side.csv": data}).read_bytes(),
    }
    for name, content in named.items():
        assert [row["tipo"] for row in rows(write(tmp_path / name, content))] == ["Hurto", "Robo"], name


def test_members_tell_their_archive_folder_and_file(tmp_path: Path) -> None:
    member = json.dumps({"puntos": [[19.4, -99.1, "ROBO"]], "agregados": []}).encode()
    path = tarred(tmp_path / "c.tar.gz", {"data/CUAUHTEMOC/Centro.json": member, "data/CUAUHTEMOC/Roma.json": member})
    layout = Layout(kind="json", records="puntos", names=("lat", "lon", "delito"))
    chunk = only(path, layout)
    assert chunk.files.tolist() == ["c.tar.gz/data/CUAUHTEMOC/Centro.json", "c.tar.gz/data/CUAUHTEMOC/Roma.json"]
    assert chunk.lines.tolist() == [1, 1]
    assert chunk.frame["@folder"].tolist() == ["CUAUHTEMOC"] * 2
    assert chunk.frame["@file"].tolist() == ["Centro", "Roma"]
    assert chunk.frame["lat"].tolist() == ["19.4"] * 2


def test_notes_and_hidden_files_beside_the_data_are_left_alone(tmp_path: Path) -> None:
    members = {"readme.txt": b"hello", "__MACOSX/._d.csv": b"\0\1", ".d.csv": b"\0", "d.csv": ROWS.encode()}
    assert len(rows(zipped(tmp_path / "a.zip", members))) == 2


def test_a_member_cannot_climb_out_of_its_archive(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.tar.gz", {"../../../tmp/evil.csv": ROWS.encode(), "/etc/evil.csv": ROWS.encode()})
    before = {*tmp_path.iterdir()}
    assert len(rows(path)) == 4
    assert {*tmp_path.iterdir()} == before
    assert not Path("/etc/evil.csv").exists()


def test_json_keeps_the_digits_that_were_written(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", '[{"a": 1.10, "b": null}, {"a": 12345678901234567890, "c": true}, {"b": [1]}]')
    layout = Layout(kind="json")
    assert rows(path, layout) == [{"a": "1.10"}, {"a": "12345678901234567890", "c": "true"}, {"b": '["1"]'}]


def test_json_rows_that_are_no_rows_and_half_characters_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", '[["x\\ud800"], 7, ["a", "b"], ["\\u0000"]]')
    chunk = only(path, Layout(kind="json", names=("a",)))
    assert {at: flaw.reason for at, flaw in chunk.flaws.items()} == {1: "not_a_row", 2: "fields", 3: "nul"}


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_an_excel_sheet_is_read_from_its_header_on(tmp_path: Path) -> None:
    day, moment = datetime(2021, 2, 12), datetime(2021, 2, 12, 14, 30)
    path = workbook(
        tmp_path / "a.xlsx",
        [["INFORME"], [], ["FECHA  HECHO ", "HORA", "N"], [day, moment, 91001000], [None, None, None], [day, "x", 1.5]],
    )
    chunk = only(path, Layout(kind="excel", header=3))
    assert rows(path, Layout(kind="excel", header=3)) == [
        {"FECHA HECHO": "2021-02-12 00:00:00", "HORA": "2021-02-12 14:30:00", "N": "91001000"},
        {"FECHA HECHO": "2021-02-12 00:00:00", "HORA": "x", "N": "1.5"},
    ]
    assert chunk.lines.tolist() == [4, 6]


def test_an_excel_row_with_a_formula_is_a_flaw(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], ["x", "=1+1"], ["y", 2]])
    assert {at: flaw.reason for at, flaw in only(path, Layout(kind="excel")).flaws.items()} == {0: "formula"}


def test_a_workbook_that_claims_to_be_huge_is_read_for_what_it_holds(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], ["x", "y"]])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = members[sheet].replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert rows(zipped(tmp_path / "b.xlsx", members), Layout(kind="excel")) == [{"a": "x", "b": "y"}]


def test_parquet_columns_of_every_type_become_text(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "at": pd.to_datetime(["2024-01-02 03:04:05.678", None]),
            "n": [1, 2],
            "x": [-70.5, 3.0],
            "kind": pd.Categorical(["a", "b"]),
            "many": [[1], [2]],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    assert rows(tmp_path / "a.parquet", Layout(kind="parquet")) == [
        {"at": "2024-01-02 03:04:05", "n": "1", "x": "-70.5", "kind": "a"},
        {"n": "2", "x": "3", "kind": "b"},
    ]


def test_chunks_are_of_even_size_and_keep_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers_csv, "CHUNK_ROWS", 10)
    monkeypatch.setattr(packing, "CHUNK_ROWS", 10)
    path = write(tmp_path / "a.csv", "n\n" + "".join(f"{n}\n" for n in range(35)))
    chunks = list(read(path, CSV))
    assert [len(chunk.lines) for chunk in chunks] == [10, 10, 10, 5]
    assert [value for chunk in chunks for value in chunk.frame["n"]] == [str(n) for n in range(35)]


def test_a_file_that_changes_its_columns_between_members_gives_separate_chunks(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"1.csv": b"a,b\n1,2\n", "2.csv": b"a,c\n3,4\n"})
    assert [list(chunk.frame.columns)[:2] for chunk in read(path, CSV)] == [["a", "b"], ["a", "c"]]


def test_the_first_layout_that_fits_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "x;y\n1;2\n")
    layouts = (Layout(required=("a", "b")), Layout(delimiter=";", required=("x", "y")))
    layout, chunks = read_any(path, layouts)
    assert layout is layouts[1]
    assert sum(len(chunk.lines) for chunk in chunks) == 1
    with pytest.raises(Invalid) as caught:
        read_any(path, (Layout(required=("a", "b", "c")), Layout(delimiter=";", required=("x", "z"))))
    assert caught.value.details["missing"] == "z"


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")), min_size=3, max_size=3)
    )
)
@settings(max_examples=60, deadline=None)
def test_what_a_csv_writer_writes_is_read_back_word_for_word(table: list[list[str]]) -> None:
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"atalaya-round-{os.getpid()}.csv"
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *table])
        wanted = [row for row in table if any(row)]
        found = [row for chunk in read(path, CSV) for row in chunk.frame.fillna("").to_numpy().tolist()]
        assert found == wanted
    finally:
        path.unlink()


@given(st.lists(st.text(max_size=12), min_size=1, max_size=12))
def test_column_names_are_never_blank_and_never_repeat(raw: list[str]) -> None:
    names = column_names(raw)
    assert len(set(names)) == len(raw)
    assert all(name == " ".join(name.split()) != "" for name in names)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (-0.5, "-0.5"), (1e6, "1000000"), (float("nan"), ""), (-99.1389915996, "-99.1389915996")],
)
def test_numbers_are_written_as_people_write_them(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("name", "data", "layout"),
    [
        ("a.csv", "a;b\n1;2\n", Layout(delimiter=";")),
        ("a.txt", "a\tb,c\td\n", Layout(delimiter="\t")),
        ("a.csv", "año,b\n".encode("cp1252"), Layout(encoding="cp1252")),
        ("a.csv", gzip.compress(b"a|b|c\n", mtime=0), Layout(delimiter="|")),
        ("a.json.parquet", b"PAR1....", Layout(kind="parquet")),
    ],
)
def test_the_layout_of_an_unknown_file_is_guessed(tmp_path: Path, name: str, data: bytes, layout: Layout) -> None:
    assert sniff(write(tmp_path / name, data)) == layout


# --- what is refused -------------------------------------------------------------------------------------------


def cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOISE = bytes(range(256)) * 400
WHOLE = ("tipo,fecha\n" + "".join(f"Hurto {n * 7919 % 1000},2024-01-02\n" for n in range(5000))).encode()
Make = Callable[[Path], Path]

REFUSED: dict[str, tuple[Make, Layout, str]] = {
    "a file that is not there": (lambda t: t / "none.csv", CSV, "import.no_file"),
    "a name with a NUL": (lambda t: t / "a\0b", CSV, "import.no_file"),
    "a folder": (lambda t: t, CSV, "import.not_a_file"),
    "a device": (lambda t: Path("/dev/zero"), CSV, "import.not_a_file"),
    "nothing at all": (lambda t: write(t / "a.csv", b""), CSV, "import.empty"),
    "nothing, packed": (lambda t: write(t / "a.csv.gz", gzip.compress(b"", mtime=0)), CSV, "import.empty"),
    "a picture": (lambda t: write(t / "a.csv", NOISE), CSV, "import.binary"),
    "an old Excel file": (
        lambda t: write(t / "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE),
        CSV,
        "import.kind",
    ),
    "a Parquet file": (lambda t: write(t / "a.csv", b"PAR1" + NOISE), CSV, "import.kind"),
    "a bzip2 file": (lambda t: write(t / "a.csv", bz2.compress(WHOLE)), CSV, "import.kind"),
    "an Excel workbook": (lambda t: workbook(t / "a.xlsx", [["a"]]), CSV, "import.kind"),
    "a truncated gzip file": (lambda t: write(t / "a.gz", cut(gzip.compress(WHOLE, mtime=0))), CSV, "import.truncated"),
    "a damaged gzip file": (
        lambda t: write(t / "a.gz", gzip.compress(WHOLE, mtime=0)[:-8] + b"\0" * 8),
        CSV,
        "import.damaged",
    ),
    "a truncated zip file": (
        lambda t: write(t / "b.zip", cut(zipped(t / "a.zip", {"a.csv": WHOLE}).read_bytes())),
        CSV,
        "import.truncated",
    ),
    "a truncated tar file": (
        lambda t: write(t / "b.tgz", cut(tarred(t / "a.tgz", {"a.csv": WHOLE}).read_bytes())),
        CSV,
        "import.truncated",
    ),
    "an archive without data": (lambda t: zipped(t / "a.zip", {"a.pdf": b"x"}), CSV, "import.nothing_inside"),
    "a field that never ends": (lambda t: write(t / "a.csv", b'a,b\n1,"' + WHOLE * 2), CSV, "import.long_field"),
    "missing columns": (lambda t: write(t / "a.csv", ROWS), Layout(required=("tipo", "hora")), "import.columns"),
    "another delimiter": (
        lambda t: write(t / "a.csv", ROWS),
        Layout(delimiter=";", required=("tipo", "fecha")),
        "import.delimiter",
    ),
    "too many columns": (lambda t: write(t / "a.csv", ",".join(f"c{n}" for n in range(1500))), CSV, "import.too_wide"),
    "broken JSON": (lambda t: write(t / "a.json", '{"puntos": [[1, 2],\n [3,'), Layout(kind="json"), "import.json"),
    "deep JSON": (lambda t: write(t / "a.json", "[" * 200_000), Layout(kind="json"), "import.json"),
    "JSON without the list": (
        lambda t: write(t / "a.json", '{"otros": []}'),
        Layout(kind="json", records="puntos"),
        "import.records",
    ),
    "JSON in another encoding": (
        lambda t: write(t / "a.json", '["ñ"]'.encode("latin-1")),
        Layout(kind="json"),
        "import.encoding",
    ),
    "a workbook that is none": (lambda t: write(t / "a.xlsx", NOISE), Layout(kind="excel"), "import.workbook"),
    "a workbook without sheets": (
        lambda t: zipped(t / "a.xlsx", {"[Content_Types].xml": b"<x/>"}),
        Layout(kind="excel"),
        "import.workbook",
    ),
    "a sheet that is not there": (
        lambda t: workbook(t / "a.xlsx", [["a"]]),
        Layout(kind="excel", sheet="Enero"),
        "import.sheet",
    ),
    "a Parquet file that is none": (lambda t: write(t / "a.parquet", NOISE), Layout(kind="parquet"), "import.damaged"),
    "an R file that is none": (lambda t: write(t / "a.rda", NOISE), Layout(kind="rda"), "import.damaged"),
}


@pytest.mark.parametrize(("make", "layout", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_with_its_reason(tmp_path: Path, make: Make, layout: Layout, code: str) -> None:
    found = problem(make(tmp_path), layout)
    assert found.code == code
    assert found.details["file"]


def test_the_wrong_encoding_is_told_with_its_line_its_byte_and_what_to_try(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n1,2\n3,ñ\n".encode("latin-1"))
    details = problem(path).details
    assert (details["line"], details["byte"], details["suggestion"]) == (3, "0xF1", "cp1252")


def test_the_wrong_encoding_is_found_far_into_a_file(tmp_path: Path) -> None:
    lines = b"1,2\n" * 400_000
    details = problem(write(tmp_path / "a.csv", b"a,b\n" + lines + b"3,\xf1\n")).details
    assert details["line"] == 400_002


def test_utf8_read_as_latin_would_be_garbled_and_is_refused(tmp_path: Path) -> None:
    found = problem(write(tmp_path / "a.csv", "a,b\n1,ñ\n"), Layout(encoding="latin-1"))
    assert (found.code, found.details["suggestion"], found.details["line"]) == ("import.encoding", "utf-8", 2)


def test_utf16_is_recognised_by_its_mark(tmp_path: Path) -> None:
    assert problem(write(tmp_path / "a.csv", ROWS.encode("utf-16"))).details["suggestion"] == "utf-16"


def test_missing_columns_are_told_with_those_that_are_there(tmp_path: Path) -> None:
    details = problem(write(tmp_path / "a.csv", ROWS), Layout(required=("tipo", "hora", "lat"))).details
    assert (details["missing"], details["found"]) == ("hora, lat", "tipo, fecha")


def test_a_small_archive_that_unpacks_without_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "RATIO_FROM", 1 << 20)
    bomb = b"a,b\n" + b"1,2\n" * (1 << 20)
    for path in (
        write(tmp_path / "a.gz", gzip.compress(bomb, mtime=0)),
        zipped(tmp_path / "a.zip", {"a.csv": bomb}),
        tarred(tmp_path / "a.tgz", {"a.csv": bomb}),
        zipped(tmp_path / "a.xlsx", {"[Content_Types].xml": b"<x/>", "xl/sharedStrings.xml": bomb}),
    ):
        kind = "excel" if path.suffix == ".xlsx" else "csv"
        assert problem(path, Layout(kind=kind)).code == "import.bomb", path.name


def test_a_bomb_is_refused_where_it_hides_in_a_member_that_nobody_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "RATIO_FROM", 1 << 20)
    path = tarred(tmp_path / "a.tgz", {"a.csv": ROWS.encode(), "notes.bin": b"\0" * (8 << 20)})
    assert problem(path).code == "import.bomb"


def test_an_archive_of_countless_members_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    members = {f"{n}.csv": ROWS.encode() for n in range(11)}
    assert problem(zipped(tmp_path / "a.zip", members)).code == "import.members"
    assert problem(tarred(tmp_path / "a.tgz", members)).code == "import.members"


def test_a_protected_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": ROWS.encode()})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert problem(write(path, bytes(data))).code == "import.encrypted"


READ_A_LINE = """
import resource, sys
from pathlib import Path
from data_access.importing.chunk import Layout
from data_access.importing.reading.readers import read
from domain.errors import Invalid
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    list(read(Path(sys.argv[1]), Layout()))
except Invalid as problem:
    print(problem.code, problem.details["line"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_of_two_gigabytes_is_refused_without_being_held(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "long.csv"
    if packed:
        with gzip.open(path, "wb", compresslevel=1) as file:
            file.write(b"a,b\n1,2\n")
            for _ in range(64):
                file.write(os.urandom(1 << 19).hex().encode())
    else:
        with path.open("wb") as file:  # sparse: the size is claimed and takes no room
            file.write(b"a,b\n1,2\n" + b"x" * (4 << 20))
            file.truncate(2 << 30)
    done = subprocess.run(
        [sys.executable, "-c", READ_A_LINE, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    code, line, grown = done.stdout.split()
    assert (code, line) == ("import.long_line", "3")
    assert int(grown) < 100_000  # kilobytes


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("w") as file:
        file.write("a,b,c,d\n")
        for n in range(150_000):
            file.write(f"{n},Hurto,2024-01-02 10:{n % 60:02d},-33.4{n}\n")
    sizes = [len(chunk.lines) for chunk in read(path, CSV)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for chunk in read(path, CSV):
        sizes.append(-len(chunk.lines))
    assert sum(sizes) == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < 30_000


def test_every_byte_read_from_disk_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv.gz", gzip.compress(WHOLE, mtime=0))
    heard: list[int] = []
    list(read(path, CSV, heard.append))
    assert sum(heard) == path.stat().st_size


def test_an_opened_file_is_closed_when_nobody_reads_on(tmp_path: Path) -> None:
    found = parts(write(tmp_path / "a.csv", ROWS), "csv")
    stream = next(found).stream
    found.close()
    assert stream.closed
