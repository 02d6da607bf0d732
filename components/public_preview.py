"""The picture that goes with a link to this site: the city, its few figures, its map. Drawn from the release alone."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from PIL import Image, ImageDraw

from components import public_parts as parts
from components.public_map import WIDTH as FRAME
from components.public_map import Frame
from components.typeset import ACCENT, QUIET, Column
from domain.release.shown import Area, Edition, Front, Pair, Plan, level, rings
from locales import Words

SIZE, MARGIN, MAP = (1200, 630), 60, 440
COLOURS = ("#ffffff", "#fee5c0", "#fec79a", "#fa9a79", "#ee6f6c", "#c83e73", "#a3307e", "#721f81")  # as the page's
NOTHING = "#eef1f3"


def png(edition: Edition, front: Front, plan: Plan | None, words: Words) -> bytes:
    """1,200 by 630 pixels, as those who show links ask for. `plan` is the map beside the figures, if there is one."""
    image = Image.new("RGB", SIZE, "#ffffff")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 14), ACCENT)
    drawn = plan is not None and _map(pen, plan)
    column = Column(pen, MARGIN, MARGIN, SIZE[0] - 2 * MARGIN - (MAP + 40 if drawn else 0))
    column.text(words.text("public.site", place=edition.city), 24, ACCENT, True)
    column.gap(14)
    column.text(words.text("home.title", place=edition.city), 46, bold=True)
    for pair in front.figures:
        _figure(column, pair, words)
    if edition.synthetic:
        Column(pen, MARGIN, SIZE[1] - 56, 500).text(words.text("ui.synthetic"), 22, "#8a4b00", True)
    buffer = BytesIO()
    image.quantize(64).save(buffer, "png", optimize=True)
    return buffer.getvalue()


def _figure(column: Column, pair: Pair, words: Words) -> None:
    column.gap(20)
    column.text(parts.upper(words.period(pair.period)), 24, QUIET)
    column.text(f"{parts.about(pair.now, words)} {words.text('home.incidents')}", 34, bold=True)
    if pair.change is not None:
        column.text(words.text(f"public.change.{pair.change}"), 22, QUIET)


def _map(pen: ImageDraw.ImageDraw, plan: Plan) -> bool:
    """The areas in the classes of the page's own map; whether there was anything to draw."""
    frame = Frame.around([*plan.around, *plan.areas])
    if frame is None:
        return False
    edges = plan.edges
    for area in plan.areas:
        number = level(area.density, edges)
        _outline(pen, area, frame, NOTHING if number is None else COLOURS[number], "#ffffff")
    for area in plan.around:
        _outline(pen, area, frame, None, "#8a979f")
    return True


def _outline(pen: ImageDraw.ImageDraw, area: Area, frame: Frame, fill: str | None, edge: str) -> None:
    for corners in _corners(area, frame):
        if len(corners) > 2:
            pen.polygon(corners, fill, edge)


def _corners(area: Area, frame: Frame) -> Iterable[list[tuple[float, float]]]:
    """The rings of an area where the picture has its map."""
    scale = MAP / FRAME
    left, top = SIZE[0] - MARGIN - MAP, (SIZE[1] - frame.height * scale) / 2 + 7
    for ring in rings(area.outline or {}):
        yield [(left + x * scale, top + y * scale) for x, y in (frame.at(lon, lat) for lon, lat, *_ in ring)]
