"""How names of areas are read, and what files of areas are taken for."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from data_access.area_files import polygons
from data_access.area_layers import Layer, Wanted, layer
from data_access.areas import by_name, free_code, plain, simplified, slug
from domain.errors import Invalid
from locales import LANGUAGES, Words
from tests.squares import geojson, square


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Comuna 3", "3"),
        ("COMUNA N° 03", "Comuna 3"),
        ("Alcaldía de Álvaro Obregón", "ALVARO OBREGON"),
        ("GUSTAVO_A_MADERO", "Gustavo A. Madero"),
        ("  peñalolén ", "Penalolen"),
        ("Distrito 5", "distrito  5"),
        ("Barrio La Florida", "la florida"),
    ],
)
def test_two_ways_of_writing_one_name_are_the_same(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(("one", "other"), [("Comuna 3", "Comuna 30"), ("San Ramón", "San Ramón Norte"), ("Zona", "3")])
def test_names_of_different_places_stay_different(one: str, other: str) -> None:
    assert plain(one) != plain(other)


def test_names_are_put_in_order_as_people_do() -> None:
    names = ["comuna 10", "Ñuñoa", "Comuna 9", "Álamos", "olivos"]
    assert sorted(names, key=by_name) == ["Álamos", "Comuna 9", "comuna 10", "Ñuñoa", "olivos"]


def test_a_code_that_is_taken_gets_the_next_number() -> None:
    assert free_code(slug("San José"), {"san-jose", "san-jose-2"}) == "san-jose-3"


def test_neighbours_still_meet_when_their_outlines_are_simplified() -> None:
    ragged = shapely.segmentize(square(0, 0), 0.0005)
    shapes = np.array([ragged, shapely.segmentize(square(1, 0), 0.0005)])
    drawn = simplified(["precinct"] * 2, shapes, 50)
    assert shapely.get_num_coordinates(drawn).sum() < shapely.get_num_coordinates(shapes).sum() / 3
    assert shapely.intersection(*drawn).length == pytest.approx(0.01)


# --- files that can be used ------------------------------------------------------------------------------------


def read(path: Path, level: str = "precinct", **more: Any) -> Layer:
    return layer(Wanted(path, level, **more))


def test_the_columns_for_name_and_population_are_guessed_and_told(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", (square(0, 0), {"id": 7, "NOMBRE": "Norte", "Población": 1200}))
    found = read(path)
    assert found.guessed == {"name": "NOMBRE", "population": "Población"}
    assert (found.areas[0].name, found.areas[0].population, found.areas[0].code) == ("Norte", 1200, "norte")


def test_the_column_that_tells_areas_apart_is_taken_for_the_name(tmp_path: Path) -> None:
    rows = [(square(n, 0), {"alcaldia": "UNA", "colonia": f"Colonia {n}"}) for n in range(3)]
    assert read(geojson(tmp_path / "a.geojson", *rows)).guessed == {"name": "colonia"}


def test_a_bare_number_gets_its_columns_name(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", (square(0, 0), {"comuna": 3}), (square(1, 0), {"comuna": 10}))
    assert [area.name for area in read(path).areas] == ["Comuna 3", "Comuna 10"]


def _shapefile(folder: Path) -> None:
    frame = geopandas.GeoDataFrame({"name": ["Ñ"]}, geometry=[square(0, 0)], crs=4326).to_crs("EPSG:32719")
    folder.mkdir()
    frame.to_file(folder / "zonas.shp")


def test_a_zipped_shapefile_in_metres_is_put_in_degrees(tmp_path: Path) -> None:
    _shapefile(tmp_path / "s")
    with zipfile.ZipFile(tmp_path / "zonas.zip", "w") as archive:
        for file in (tmp_path / "s").iterdir():
            archive.write(file, f"inside/{file.name}")
        archive.writestr("inside/readme.txt", "nothing")
    found = read(tmp_path / "zonas.zip").areas[0]
    assert found.name == "Ñ"
    assert shapely.symmetric_difference(found.shape, square(0, 0)).area < 1e-9


def test_a_packed_geopackage_is_read_with_its_own_coordinate_system(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"name": ["A"]}, geometry=[square(2, 2)], crs=4326).to_crs(3857)
    frame.to_file(tmp_path / "a.gpkg")
    (tmp_path / "a.gpkg.gz").write_bytes(gzip.compress((tmp_path / "a.gpkg").read_bytes()))
    found = read(tmp_path / "a.gpkg.gz").areas[0]
    assert shapely.equals_exact(shapely.normalize(found.shape), shapely.normalize(square(2, 2)), 1e-9)


def test_the_coordinate_system_can_be_named_where_the_file_is_silent(tmp_path: Path) -> None:
    _shapefile(tmp_path / "s")
    (tmp_path / "s" / "zonas.prj").unlink()
    found = read(tmp_path / "s" / "zonas.shp", crs="EPSG:32719").areas[0]
    assert shapely.symmetric_difference(found.shape, square(0, 0)).area < 1e-9


def test_an_outline_that_crosses_itself_is_repaired_and_counted(tmp_path: Path) -> None:
    bow = shapely.Polygon([(-70, -33), (-69.99, -32.99), (-69.99, -33), (-70, -32.99)])
    found = read(geojson(tmp_path / "a.geojson", (bow, {"name": "A"})))
    assert found.repaired == 1
    assert found.areas[0].shape.is_valid
    assert found.areas[0].shape.area > 0


def test_rows_with_one_name_are_the_parts_of_one_area(tmp_path: Path) -> None:
    rows = [(square(n * 2, 0), {"name": "Islas", "population": 50}) for n in range(2)]
    found = read(geojson(tmp_path / "a.geojson", *rows))
    assert found.joined == 1
    assert found.areas[0].shape.geom_type == "MultiPolygon"
    assert found.areas[0].population == 50, "each row tells the population of the whole"


def test_zones_that_share_a_name_get_their_parents(tmp_path: Path) -> None:
    rows = [(square(n, 0), {"colonia": "Centro", "alcaldia": name}) for n, name in enumerate(("Una", "Otra"))]
    found = read(geojson(tmp_path / "a.geojson", *rows), "zone", parent="alcaldia").areas
    assert [area.name for area in found] == ["Centro (Una)", "Centro (Otra)"]
    assert [area.code for area in found] == ["z-una-centro", "z-otra-centro"]


def test_names_whose_codes_meet_are_numbered_the_same_way_every_time(tmp_path: Path) -> None:
    rows = [(square(n, 0), {"name": name}) for n, name in enumerate(("Ampliación", "Ampliacion"))]
    path = geojson(tmp_path / "a.geojson", *rows)
    assert [area.code for area in read(path).areas] == ["ampliacion", "ampliacion-2"]
    assert read(path) == read(path)


def test_precincts_are_drawn_from_their_zones_without_slits(tmp_path: Path) -> None:
    left, right = square(0, 0), square(1.01, 0)  # nine metres apart
    told = {"alcaldia": "Una", "population": 100}
    rows = [(left, {"name": "A", **told}), (right, {"name": "B", **told})]
    found = read(geojson(tmp_path / "a.geojson", *rows), "zone", dissolve="alcaldia").areas
    precinct = found[0]
    assert (precinct.level, precinct.code, precinct.population) == ("precinct", "una", 200)
    assert precinct.shape.geom_type == "Polygon"
    assert precinct.shape.area == pytest.approx(0.01 * 0.0201, rel=1e-3)


# --- files that cannot -----------------------------------------------------------------------------------------


def refused(path: Path, **more: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(path, **more)
    for language in LANGUAGES:
        assert Words(language).error(caught.value)
    return caught.value


def test_a_wrong_column_is_told_with_those_there_are(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", (square(0, 0), {"nombre": "A", "pob": 1}))
    error = refused(path, name="comuna")
    assert (error.code, error.details["known"]) == ("areas.column", "nombre, pob")


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (shapely.LineString([(-70, -33), (-70.1, -33)]), "areas.not_polygons"),
        (shapely.Point(-70, -33), "areas.not_polygons"),
        (shapely.box(-180, -90, 180, 90), "areas.world"),
        (shapely.box(-33.5, -70.7, -33.4, -70.6), "areas.swapped"),
        (shapely.box(48.8, 100.3, 48.9, 100.4), "areas.swapped"),
        (shapely.box(350_000, 6_290_000, 351_000, 6_291_000), "areas.not_degrees"),
        (None, "areas.no_geometry"),
        (shapely.Polygon([(-70, -33), (-69, -33), (-70, -33)]), "areas.no_geometry"),
    ],
)
def test_shapes_that_are_no_areas_of_a_city_are_refused(tmp_path: Path, shape: Any, code: str) -> None:
    assert refused(geojson(tmp_path / "a.geojson", (shape, {"name": "A"}))).code == code


@pytest.mark.parametrize(
    ("second", "code", "told"),
    [
        ((None, {"name": "B", "population": 1}), "areas.row_empty", {"rows": "2"}),
        ((square(1, 0), {"name": None, "population": 1}), "areas.row_name", {"row": 2}),
        ((square(1, 0), {"name": "B", "population": -5}), "areas.row_population", {"row": 2, "value": "-5"}),
        ((shapely.Point(0, 0), {"name": "B", "population": 1}), "areas.not_polygons", {"rows": "2"}),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, second: Any, code: str, told: dict[str, object]) -> None:
    path = geojson(tmp_path / "a.geojson", (square(0, 0), {"name": "A", "population": 1}), second)
    error = refused(path, name="name")
    assert error.code == code
    assert told.items() <= error.details.items()


def test_a_code_that_two_areas_share_is_refused(tmp_path: Path) -> None:
    rows = [(square(n, 0), {"name": name, "clave": 1}) for n, name in enumerate("AB")]
    assert refused(geojson(tmp_path / "a.geojson", *rows), code="clave").code == "areas.same_code"


def test_a_shapefile_without_its_coordinate_system_is_refused(tmp_path: Path) -> None:
    _shapefile(tmp_path / "s")
    (tmp_path / "s" / "zonas.prj").unlink()
    assert refused(tmp_path / "s" / "zonas.shp").code == "areas.no_crs"
    assert refused(tmp_path / "s" / "zonas.shp", crs="EPSG:nothing").code == "areas.unknown_crs"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "areas.unreadable"),
        ('{"a": 1}', "areas.unreadable"),
        (json.dumps({"type": "FeatureCollection", "features": []}), "areas.empty"),
        ("name;lon;lat\nA;1;2\n", "areas.not_a_layer"),
        ("<OGRVRTDataSource><SrcDataSource>/etc/hostname</SrcDataSource></OGRVRTDataSource>", "areas.not_a_layer"),
    ],
)
def test_what_is_no_layer_is_refused(tmp_path: Path, content: str, code: str) -> None:
    (tmp_path / "a.geojson").write_text(content)
    assert refused(tmp_path / "a.geojson").code == code


def test_a_file_that_is_not_there_or_cut_off_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.geojson").code == "import.no_file"
    whole = gzip.compress(geojson(tmp_path / "b.geojson", (square(0, 0), {"name": "A"})).read_bytes())
    (tmp_path / "cut.gz").write_bytes(whole[: len(whole) // 2])
    assert refused(tmp_path / "cut.gz").code == "import.truncated"


def test_an_archive_with_two_layers_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.geojson", "{}")
        archive.writestr("b.geojson", "{}")
    assert refused(tmp_path / "a.zip").code == "areas.several_layers"
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("a.csv", "")
    assert refused(tmp_path / "b.zip").code == "areas.nothing_inside"


def test_a_file_that_unpacks_without_measure_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.geojson.gz").write_bytes(gzip.compress(b" " * (80 << 20)))
    assert refused(tmp_path / "a.geojson.gz").code == "import.bomb"


# --- real files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "count", "name"),
    [
        ("caba-delitos-2016-2017/comunas.geojson.gz", 15, "Comuna 3"),
        ("medellin-transporte-y-homicidios/medellin_comunas.gpkg.gz", 21, "ROBLEDO"),
        ("vancouver-2020/vancouver_neighbourhoods.geojson", 22, "Kitsilano"),
        ("portland-nij-2016/portland-police-districts.zip", 60, "District 510"),
    ],
)
def test_real_files_are_read_without_being_told_anything(shared_data: Path, file: str, count: int, name: str) -> None:
    found = read(shared_data / file).areas
    assert len(found) == count
    assert name in {area.name for area in found}


def test_the_precincts_of_a_real_city_are_drawn_from_its_colonias(shared_data: Path) -> None:
    path = shared_data / "cdmx-carpetas-2019-2024" / "colonias_geo.json.gz"
    found = read(path, "zone", dissolve="alcaldia")
    assert sum(area.level == "precinct" for area in found.areas) == 16
    assert sum(area.level == "zone" for area in found.areas) + found.joined == len(polygons(path).shapes) == 1651
