"""The picture of the map that people take away: one sheet, 1,600 pixels wide, that explains itself."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from components.map_panel import View, panel
from components.picture_text import Block, Written
from components.typeset import ACCENT, INK, LINE, QUIET, Column, font, wrapped
from domain.exports import MapFrame

WIDTH, MARGIN, GUTTER, SIDE = 1600, 48, 36, 400
BADGE, BADGE_INK = "#fff1dc", "#8a4b08"

Panels = Mapping[str, NDArray[np.uint8]]


def png(text: Written, panels: Panels, frame: MapFrame) -> bytes:
    """The sheet as a PNG; `panels` are class numbers on the grid, shape (rows, columns), by side."""
    measured = _sheet(None, text, panels, frame)
    image = Image.new("RGB", (WIDTH, measured), "#ffffff")
    _sheet(image, text, panels, frame)
    buffer = BytesIO()
    image.save(buffer, "png", optimize=False, compress_level=6)
    return buffer.getvalue()


def _sheet(image: Image.Image | None, text: Written, panels: Panels, frame: MapFrame) -> int:
    """Set everything on the image, or on none to find the height."""
    pen = ImageDraw.Draw(image) if image is not None else None
    top = _head(pen, text)
    body = _beside if len(panels) == 1 else _under
    bottom = body(image, pen, text, panels, frame, top)
    foot = Column(pen, MARGIN, bottom + GUTTER, WIDTH - 2 * MARGIN)
    if pen is not None:
        pen.line([(MARGIN, bottom + 20), (WIDTH - MARGIN, bottom + 20)], LINE)
    foot.text(text.foot, 13, QUIET)
    return round(foot.y + MARGIN * 0.6)


def _head(pen: ImageDraw.ImageDraw | None, text: Written) -> float:
    column = Column(pen, MARGIN, 36, WIDTH - 2 * MARGIN)
    if pen is not None and text.badge:
        _badge(pen, text.badge, 36)
    column.text(f"Atalaya · {text.place}", 20, ACCENT, True)
    column.gap(8)
    size = 30 if len(wrapped(text.title, font(30, True), column.width)) <= 2 else 24
    column.text(text.title, size, INK, True)
    column.gap(20)
    return column.y


def _badge(pen: ImageDraw.ImageDraw, text: str, y: float) -> None:
    face, right = font(17, True), WIDTH - MARGIN
    left = right - face.getlength(text) - 24
    pen.rounded_rectangle((left, y - 4, right, y + 28), 6, BADGE, BADGE_INK)
    pen.text((left + 12, y + 12), text, BADGE_INK, face, "lm")


def _beside(
    image: Image.Image | None,
    pen: ImageDraw.ImageDraw | None,
    text: Written,
    panels: Panels,
    frame: MapFrame,
    top: float,
) -> float:
    """One map with its explanations at its right."""
    view = View.of(WIDTH - 2 * MARGIN - SIDE - GUTTER, frame.aspect)
    ((side, classes),) = panels.items()
    below = _map(image, pen, text, (side, classes), frame, view, MARGIN, top)
    column = Column(pen, WIDTH - MARGIN - SIDE, top, SIDE)
    _figure(column, text)
    for block in text.blocks:
        _block(column, block)
    return max(below, column.y)


def _under(
    image: Image.Image | None,
    pen: ImageDraw.ImageDraw | None,
    text: Written,
    panels: Panels,
    frame: MapFrame,
    top: float,
) -> float:
    """Maps side by side, their explanations in columns below."""
    width = (WIDTH - 2 * MARGIN - GUTTER) // 2
    view = View.of(width, frame.aspect)
    below = top
    for number, pair in enumerate(panels.items()):
        below = _map(image, pen, text, pair, frame, view, MARGIN + number * (width + GUTTER), top)
    room = (WIDTH - 2 * MARGIN - (len(text.blocks) - 1) * GUTTER) / len(text.blocks)
    ends = []
    for number, block in enumerate(text.blocks):
        column = Column(pen, MARGIN + number * (room + GUTTER), below + 24, room)
        _block(column, block)
        ends.append(column.y)
    return max(ends)


def _map(
    image: Image.Image | None,
    pen: ImageDraw.ImageDraw | None,
    text: Written,
    side_and_classes: tuple[str, NDArray[np.uint8]],
    frame: MapFrame,
    view: View,
    x: float,
    y: float,
) -> float:
    """A map under its caption; where its lower edge lies."""
    side, classes = side_and_classes
    column = Column(pen, x, y, view.width)
    if side in text.captions:
        column.text(text.captions[side], 19, INK, True)
        column.gap(6)
    if image is not None:
        image.paste(panel(classes, side, frame, view, text.north, text.scale), (round(x), round(column.y)))
    return column.y + view.height


def _figure(column: Column, text: Written) -> None:
    column.y -= 10
    column.text(text.figure, 64, INK, True)
    column.y -= 8
    column.text(text.unit, 20, QUIET)
    column.gap(18)


def _block(column: Column, block: Block) -> None:
    column.text(block.heading, 17, INK, True)
    column.gap(6)
    for swatch in block.swatches:
        column.swatch(swatch.colour, swatch.text, 16)
        column.gap(2)
    if block.swatches:
        column.gap(4)
    for line in block.lines:
        column.text(line, 15, QUIET)
        column.gap(4)
    column.gap(18)
