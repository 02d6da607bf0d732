"""What leaves the portal as tables, archives and pictures: written without a record or a server."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components import export_note, heat_image, map_image, picture_text, summary_out, tables_out
from components.map_panel import View, bar_length, panel
from components.tables_out import BYTE_ORDER_MARK, COLUMNS, SPREADSHEET, harmless
from components.typeset import font, wrapped
from components.zipped import Member, zipped
from domain.exploration import Change, Exploration, Incident, Legend, Places, Rank, Week
from domain.exports import Export, MapFrame, Outline
from domain.filter import Filter
from domain.periods import Window
from locales import Words

NAMES = {"san-miguel": "San Miguel", "penalolen": "Peñalolén"}
ES, EN = Words("es", NAMES), Words("en", NAMES)
WINDOW = Window(date(2026, 10, 24), date(2026, 11, 20))
ROW = Incident(
    id=7,
    occurred_from=1_795_000_000,  # 18 November 2026, 08:06 in Santiago
    occurred_to=None,
    precision="minute",
    zone="America/Santiago",
    type="robbery.street",
    label="ROBO CON INTIMIDACIÓN",
    vehicle="motorcycle",
    item="phone",
    weapon="firearm",
    precinct="penalolen",
    place="Ñuñoa; esquina",
    lon=-70.62,
    lat=-33.4,
    origin="formal",
    source="test",
)


def export(**changes: object) -> Export:
    change = Change(now=12, before=8, percent=50.0, p=0.4, beyond=False)
    found = Exploration(
        filter=Filter(WINDOW, compare="previous"),
        snapshot="s",
        scope="all",
        other=WINDOW.previous(),
        total=12,
        places=Places(9, 2, 1, 0),
        change=change,
        by_type=(Rank("robbery.street", 12, change),),
        by_vehicle=(Rank("motorcycle", 12, change),),
        by_item=(),
        by_precinct=(Rank("penalolen", 11, change), Rank("", 1, replace(change, percent=None))),
        matrix=tuple(tuple(1 if (day, hour) == (0, 9) else 0 for hour in range(24)) for day in range(7)),
        hour_unknown=11,
        series=(Week(date(2026, 10, 24), 2, 5, 3), Week(date(2026, 10, 26), 7, 7, 5)),
        legend=Legend((1.5, 3, 6, 12, 24, 48, 96), 250.0),
        sensitive_left_out=True,
    )
    return Export(replace(found, **changes), NAMES, date(2026, 11, 20), 1_795_200_000, synthetic=True)


def note_of(told: Export, words: Words = ES) -> picture_text.Note:
    return export_note.note(told, words, "Santiago de Chile", "America/Santiago")


# --- tables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+56 9 1234",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        "\0",
        "\ttab",
        " =1",
        "＝1+1",
        "－1",
        "ok\n=1",
        "ok;=1",
        "ok, =1",
        "ok|@x",
        '"=1',
        "\x01=1",
        "'=1",
        "-70.62",
    ],
)
def test_text_that_a_spreadsheet_would_run_starts_with_an_apostrophe(text: str) -> None:
    written = harmless(text)
    assert written != text
    for part in _cells_anywhere(written):
        assert not part.strip(' \0"').startswith(("=", "+", "-", "@", "＝", "－")), part


def _cells_anywhere(text: str) -> list[str]:
    """What spreadsheets of any country could take for cells of a text."""
    return re.split(r"[;,\t\r\n|]", text)


@pytest.mark.parametrize("text", ["", "Robo con intimidación", "a-b", "Av. 5 = 3", "Ñuñoa", "1=1", "a@b.cl"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


@settings(max_examples=500)
@given(st.text(max_size=40))
def test_no_text_begins_a_cell_as_a_formula(text: str) -> None:
    for part in _cells_anywhere(harmless(text)):
        assert not part.strip(' \0"').startswith(("=", "+", "-", "@"))


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=2))
def test_a_table_reads_back_as_it_was_written(cells: list[str]) -> None:
    text = "".join(tables_out.table(["head"] * len(cells), [cells]))
    assert text.startswith(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))
    assert read[1] == [harmless(cell) for cell in cells]


def test_true_numbers_stay_numbers_and_missing_ones_stay_empty() -> None:
    text = "".join(tables_out.table(["a", "b", "c"], [(-70.62, None, -3)]))
    assert text.endswith("\r\n-70.62,,-3\r\n")


def test_a_spreadsheet_in_spanish_gets_semicolons_and_decimal_commas() -> None:
    text = "".join(tables_out.table(["a", "b"], [(-70.62, "x,y")], SPREADSHEET["es"]))
    assert text.endswith("\r\n-70,62;x,y\r\n")
    assert SPREADSHEET["en"] == tables_out.STANDARD


@pytest.mark.parametrize(
    ("precision", "told"), [("minute", "2026-11-18 08:06"), ("day", "2026-11-18"), ("month", "2026-11")]
)
def test_times_are_no_more_exact_than_the_source(precision: str, told: str) -> None:
    row = dict(zip(COLUMNS, tables_out.incident(replace(ROW, precision=precision), ES), strict=True))
    assert (row["occurred_from"], row["time_zone"], row["occurred_to"]) == (told, "America/Santiago", None)


def test_names_follow_the_reader_and_codes_do_not() -> None:
    es, en = (dict(zip(COLUMNS, tables_out.incident(ROW, words), strict=True)) for words in (ES, EN))
    assert es["type"] == en["type"] == "robbery.street"
    assert (es["precinct_name"], es["label"]) == ("Peñalolén", "ROBO CON INTIMIDACIÓN")
    assert es["type_name"] != en["type_name"]


def test_an_archive_holds_every_piece_of_its_members() -> None:
    pieces = (f"línea {number}\n" for number in range(5000))
    data = b"".join(zipped([Member("LEAME.txt", ["á"]), Member("t.csv", pieces)]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.read("LEAME.txt").decode() == "á"
        assert archive.read("t.csv").decode() == "".join(f"línea {number}\n" for number in range(5000))


def test_an_archive_is_sent_while_its_members_are_read() -> None:
    read = []

    def pieces() -> io.StringIO:
        for number in range(100):
            read.append(number)
            yield "x" * 100_000

    stream = zipped([Member("t.csv", pieces())])
    next(stream)
    assert len(read) == 1


def test_geojson_has_every_incident_and_a_null_geometry_for_those_without_point() -> None:
    rows = [ROW, replace(ROW, id=8, lon=None, lat=None)]
    told = export()
    collection = json.loads("".join(tables_out.geojson(rows, told, note_of(told), ES)))
    assert [feature["geometry"] for feature in collection["features"]] == [
        {"type": "Point", "coordinates": [-70.62, -33.4]},
        None,
    ]
    assert collection["features"][0]["properties"]["place"] == "Ñuñoa; esquina"
    metadata = collection["metadata"]
    assert metadata["synthetic"] is True
    assert (metadata["total"], metadata["places"]["unmapped"], metadata["data_to"]) == (12, 3, "2026-11-20")
    assert "12 hechos" in metadata["sentence"]
    assert metadata["caveats"]


def test_no_incidents_are_still_a_collection() -> None:
    told = export()
    assert json.loads("".join(tables_out.geojson([], told, note_of(told), ES)))["features"] == []


def test_the_summary_says_first_what_it_is_and_then_counts_what_the_page_counts() -> None:
    told = export()
    lines = list(summary_out.lines(told, note_of(told), ES))
    assert {len(line) for line in lines} == {len(summary_out.COLUMNS)}
    about = {line[1]: line[2] for line in lines if line[0] == "about"}
    assert "12 hechos" in about["answer"]
    assert ES.day(told.data_to) in about["data"]
    counts = {(line[0], line[1]): line[3] for line in lines if line[0] != "about"}
    assert counts["total", ""] == 12
    assert sum(count for (part, _), count in counts.items() if part == "located") == 12
    assert sum(count for (part, _), count in counts.items() if part == "hour") == 12
    assert sum(count for (part, _), count in counts.items() if part == "week") == 12
    assert counts["hour", "1-09"] == 1
    changed = next(line for line in lines if line[:2] == ("type", "robbery.street"))
    assert changed[3:] == (12, 8, 50.0, 0.4, 0)


# --- the picture ------------------------------------------------------------------------------------------------

SQUARE = Outline("Peñalolén", (((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1)),), (0.5, 0.5))
FRAME = MapFrame(aspect=1.0, kilometres=20.0, precincts=(SQUARE,))


def all_text(text: picture_text.Written) -> str:
    parts = [text.place, text.badge, text.title, text.figure, text.unit, text.foot, *text.captions.values()]
    for block in text.blocks:
        parts += [block.heading, *block.lines, *(swatch.text for swatch in block.swatches)]
    return "\n".join(parts)


@pytest.mark.parametrize("words", [ES, EN])
def test_the_picture_says_what_it_shows_how_sure_it_is_and_of_when(words: Words) -> None:
    told = export()
    text = picture_text.written(told, note_of(told, words), ["before", "now"], words)
    written = all_text(text)
    for wanted in (
        "Santiago de Chile",
        words.text("exports.picture.synthetic"),
        words.text("heat.incidents", count=12),
        words.window(WINDOW),
        words.window(WINDOW.previous()),
        words.text("heat.within"),
        words.text("heat.sensitive_left_out"),
        words.text("exports.picture.bandwidth", metres=250),
        words.text("exports.picture.shared"),
        words.day(date(2026, 11, 20)),
        words.percent(0.25, 1),  # 3 of 12 are not on the map
        "from=2026-10-24",
    ):
        assert wanted in written, wanted


def test_the_legend_has_a_class_for_every_colour_in_real_units() -> None:
    told = replace(export(), synthetic=False)
    text = picture_text.written(told, note_of(told), ["now"], ES)
    legend = next(block for block in text.blocks if block.swatches)
    assert legend.heading == "Hechos por km² en 28 días"
    assert (legend.swatches[0].text, legend.swatches[-1].text) == ("96 o más", "1,5 a 3")
    assert len({swatch.colour for swatch in legend.swatches}) == len(heat_image.palette("now", "light")[0])
    assert text.badge == ""


def test_the_map_of_change_tells_rises_from_falls_and_how_likely_chance_is() -> None:
    told = export()
    text = picture_text.written(told, note_of(told, EN), ["change"], EN)
    legend = next(block for block in text.blocks if block.swatches)
    assert [swatch.text.split(",")[0] for swatch in legend.swatches] == ["Rises"] * 3 + ["Falls"] * 3
    assert legend.lines == ("No colour: within usual variation.",)
    assert "against" in text.captions["change"]


@pytest.mark.parametrize("sides", [["now"], ["before", "now"], ["change"]])
def test_the_sheet_is_1600_pixels_wide_and_shows_heat_and_legend_in_the_same_colours(sides: list[str]) -> None:
    told = export()
    text = picture_text.written(told, note_of(told), sides, ES)
    classes = np.zeros((40, 40), np.uint8)
    classes[18:30, 18:30] = 3
    data = map_image.png(text, dict.fromkeys(sides, classes), FRAME)
    image = Image.open(io.BytesIO(data)).convert("RGB")
    assert image.width == map_image.WIDTH
    seen = {colour for _, colour in image.getcolors(1 << 24)}
    for block in text.blocks:
        assert {tuple(bytes.fromhex(swatch.colour[1:])) for swatch in block.swatches} <= seen


def test_a_long_question_makes_the_sheet_longer_and_cuts_nothing() -> None:
    told = export()
    short = picture_text.written(told, note_of(told), ["now"], ES)
    long = replace(short, title=short.title * 12)
    panels = {"now": np.zeros((10, 10), np.uint8)}
    heights = [Image.open(io.BytesIO(map_image.png(text, panels, FRAME))).height for text in (short, long)]
    assert heights[1] > heights[0] + 100


@given(st.text(alphabet="abc ñ", max_size=80), st.integers(30, 200))
def test_wrapped_text_keeps_every_letter_and_its_width(text: str, width: int) -> None:
    face = font(15)
    lines = wrapped(text, face, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(face.getlength(line) <= width for line in lines)


def test_the_typeface_has_the_letters_of_both_languages() -> None:
    face = font(20)
    missing = bytes(face.getmask("\ufffe"))
    assert [letter for letter in "áéíóúñÑüÁÉÍÓÚ¿¡«»–—−·²°" if bytes(face.getmask(letter)) == missing] == []


@pytest.mark.parametrize("aspect", [0.2, 0.9, 1.0, 5.0])
def test_the_whole_territory_is_in_the_panel_at_its_own_proportions(aspect: float) -> None:
    view = View.of(800, aspect)
    assert view.across / view.down == pytest.approx(aspect)
    assert 0 <= view.at((0, 0))[0] <= view.at((1, 1))[0] <= view.width
    assert -1 <= view.at((0, 0))[1] <= view.at((1, 1))[1] <= view.height + 1


def test_heat_lies_where_its_cells_are() -> None:
    classes = np.zeros((10, 10), np.uint8)
    classes[0:2, 8:10] = 7  # the north-east
    view = View.of(400, 1.0)
    frame = replace(FRAME, precincts=())
    with_heat, without = (
        np.asarray(panel(drawn, "now", frame, view, "N", "{length} km")).astype(int)
        for drawn in (classes, np.zeros_like(classes))
    )
    rows, columns = np.nonzero(np.abs(with_heat - without).sum(axis=2) > 30)
    assert rows.max() < 0.25 * view.height
    assert columns.min() > 0.75 * view.width


def test_the_scale_bar_has_a_round_length() -> None:
    assert [bar_length(longest) for longest in (7.3, 0.42, 1, 20, 4.99)] == [5.0, 0.2, 1.0, 20.0, 2.0]
