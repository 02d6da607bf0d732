"""The heat image: a small palette PNG under an address that never changes its meaning."""

from __future__ import annotations

import colorsys
import io
from itertools import pairwise

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from analytics.surface import CHANGE_STEPS, QUANTILES, change_classes, class_breaks, classify, smooth
from components.heat_image import GROUNDS, palette, png
from data_access.index import refresh
from data_access.store import Store
from domain.filter import Filter
from domain.people import PERMISSIONS, Permission, Role
from services.ground import ground, scope_of
from services.heat import SIDES, heat
from tests.incidents import GRID, person, random_rows, row, settle, store_batch
from tests.pages.conftest import SignIn

SPAN = "from=2025-12-20&to=2026-02-17"
INSPECTOR = person(Role.INSPECTOR)


@pytest.fixture
def city(sqlite_store: Store) -> Store:
    settle(sqlite_store, random_rows(np.random.default_rng(8), 300))
    return sqlite_store


def address(store: Store, side: str = "now", query: str = SPAN, role: Role = Role.INSPECTOR) -> str:
    return f"/heat/{store.snapshot().name}/{scope_of(person(role))}/{side}.png?{query}"


# --- colours ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(("side", "classes"), [("now", len(QUANTILES)), ("before", len(QUANTILES)), ("change", 6)])
def test_every_class_has_a_colour_and_an_opacity(ground: str, side: str, classes: int) -> None:
    colours, opacities = palette(side, ground)
    assert len(colours) == len(opacities) == len(set(colours)) == classes
    assert len(CHANGE_STEPS) * 2 == 6
    assert all(0.3 < opacity < 0.9 for opacity in opacities)


def lightness(colour: str) -> float:
    """CIE L*, from 0 for black to 100 for white."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


@pytest.mark.parametrize(("ground", "sign"), [("light", -1), ("dark", 1)])
def test_a_ramp_goes_one_way_from_the_ground_in_even_steps(ground: str, sign: int) -> None:
    steps = [sign * (b - a) for a, b in pairwise(map(lightness, palette("now", ground)[0]))]
    assert all(4 < step < 20 for step in steps)


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_rise_is_orange_and_a_fall_is_blue_of_equal_weight(ground: str) -> None:
    colours, _ = palette("change", ground)
    hues = [colorsys.rgb_to_hls(*(int(c[at : at + 2], 16) / 255 for at in (1, 3, 5)))[0] * 360 for c in colours]
    assert all(15 < hue < 45 for hue in hues[:3])
    assert all(195 < hue < 225 for hue in hues[3:])
    for rise, fall in zip(colours[:3], colours[3:], strict=True):
        assert abs(lightness(rise) - lightness(fall)) < 15


# --- the image --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("side", SIDES)
def test_each_class_is_drawn_in_its_colour_and_nothing_is_clear(side: str, ground: str) -> None:
    colours, opacities = palette(side, ground)
    classes = np.arange(len(colours) + 1, dtype=np.uint8).repeat(4).reshape(-1, 4)
    image = Image.open(io.BytesIO(png(classes, side, ground)))
    assert (image.format, image.mode, image.size) == ("PNG", "P", (4, len(colours) + 1))
    pixels = np.asarray(image.convert("RGBA"))
    assert (pixels[0, :, 3] == 0).all()
    for number, (colour, opacity) in enumerate(zip(colours, opacities, strict=True), start=1):
        assert bytes(pixels[number, 0, :3]).hex() == colour[1:]
        assert pixels[number, 0, 3] == round(255 * opacity)


def test_the_whole_map_is_one_small_image() -> None:
    counts = np.random.default_rng(1).poisson(0.3, (GRID.rows, GRID.columns))
    surface = smooth(counts, GRID)
    drawn = png(classify(surface, class_breaks([surface], GRID)), "now", "light")
    assert Image.open(io.BytesIO(drawn)).size == (GRID.columns, GRID.rows)
    assert len(drawn) < 60_000
    assert len(png(change_classes(surface, surface, GRID), "change", "light")) < 3_000


# --- the address ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
def test_the_image_holds_the_classes_of_the_question(city: Store, signed_in: SignIn, side: str) -> None:
    answer = signed_in(Role.INSPECTOR).get(address(city, side, f"{SPAN}&compare=previous"))
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    asked = Filter.from_query({"from": "2025-12-20", "to": "2026-02-17", "compare": "previous"}, ground(city))
    wanted = heat(city, INSPECTOR, asked, side, city.snapshot().name, scope_of(INSPECTOR))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(answer.data))), wanted)


def test_a_browser_keeps_it_for_a_day_and_for_itself(city: Store, signed_in: SignIn) -> None:
    client = signed_in(Role.INSPECTOR)
    answer = client.get(address(city))
    assert {"private", "immutable", "max-age=86400"} == set(answer.headers["Cache-Control"].split(", "))
    assert "no-store" not in answer.headers["Cache-Control"]
    again = client.get(address(city), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in again.headers  # a cookie that changes would have the image fetched again


def test_the_ground_chooses_the_ramp_and_an_unknown_one_is_light(city: Store, signed_in: SignIn) -> None:
    client = signed_in(Role.INSPECTOR)
    plain, light, dark, odd = (
        client.get(address(city) + more).data for more in ("", "&ground=light", "&ground=dark", "&ground=x")
    )
    assert plain == light == odd != dark


@pytest.mark.parametrize(
    "wrong",
    [
        lambda store: address(store).replace(store.snapshot().name, "000000000000"),
        lambda store: address(store, role=Role.ANALYST),
        lambda store: address(store, role=Role.COMMANDER),
        lambda store: address(store, side="after"),
        lambda store: address(store, side="change"),
        lambda store: address(store).replace("/now", "/../now"),
    ],
)
def test_an_address_that_is_old_foreign_or_wrong_is_not_found_and_not_kept(
    city: Store, signed_in: SignIn, wrong
) -> None:
    answer = signed_in(Role.INSPECTOR).get(wrong(city))
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("role", Role)
def test_only_who_may_explore_gets_an_image(city: Store, signed_in: SignIn, role: Role) -> None:
    answer = signed_in(role).get(address(city, role=role))
    assert answer.status_code == (200 if Permission.EXPLORE in PERMISSIONS[role] else 403)


def test_nobody_gets_none(city: Store, client: FlaskClient) -> None:
    assert client.get(address(city)).status_code in (302, 401)


def test_a_new_snapshot_is_a_new_address(city: Store, signed_in: SignIn) -> None:
    client, old = signed_in(Role.INSPECTOR), address(city)
    assert client.get(old).status_code == 200
    with city.engine.begin() as connection:
        store_batch(connection, 3, [row(9_000)])
    refresh(city)
    assert client.get(old).status_code == 404
    assert client.get(address(city)).status_code == 200
