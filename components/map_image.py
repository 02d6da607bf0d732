"""The picture of the map that people take away: one sheet, 1,600 pixels wide, that explains itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn on; without an image nothing is drawn, and only heights are found."""

    image: Image.Image | None
    text: Written
    frame: MapFrame

    @property
    def pen(self) -> ImageDraw.ImageDraw | None:
        return ImageDraw.Draw(self.image) if self.image is not None else None


def png(text: Written, panels: Panels, frame: MapFrame) -> bytes:
    """The sheet as a PNG; `panels` are class numbers on the grid, shape (rows, columns), by side."""
    image = Image.new("RGB", (WIDTH, _set(Sheet(None, text, frame), panels)), "#ffffff")
    _set(Sheet(image, text, frame), panels)
    buffer = BytesIO()
    image.save(buffer, "png", optimize=False, compress_level=6)
    return buffer.getvalue()


def _set(sheet: Sheet, panels: Panels) -> int:
    """Set everything; the height of the sheet."""
    top = _head(sheet)
    bottom = (_beside if len(panels) == 1 else _under)(sheet, panels, top)
    foot = Column(sheet.pen, MARGIN, bottom + GUTTER, WIDTH - 2 * MARGIN)
    if sheet.pen is not None:
        sheet.pen.line([(MARGIN, bottom + 20), (WIDTH - MARGIN, bottom + 20)], LINE)
    foot.text(sheet.text.foot, 13, QUIET)
    return round(foot.y + MARGIN * 0.6)


def _head(sheet: Sheet) -> float:
    pen, text = sheet.pen, sheet.text
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


def _beside(sheet: Sheet, panels: Panels, top: float) -> float:
    """One map with its explanations at its right."""
    view = View.of(WIDTH - 2 * MARGIN - SIDE - GUTTER, sheet.frame.aspect)
    ((side, classes),) = panels.items()
    below = _map(sheet, side, classes, view, MARGIN, top)
    column = Column(sheet.pen, WIDTH - MARGIN - SIDE, top, SIDE)
    _figure(column, sheet.text)
    for block in sheet.text.blocks:
        _block(column, block)
    return max(below, column.y)


def _under(sheet: Sheet, panels: Panels, top: float) -> float:
    """Maps side by side, their explanations in columns below."""
    width = (WIDTH - 2 * MARGIN - GUTTER) // 2
    view, blocks = View.of(width, sheet.frame.aspect), sheet.text.blocks
    below = top
    for number, (side, classes) in enumerate(panels.items()):
        below = _map(sheet, side, classes, view, MARGIN + number * (width + GUTTER), top)
    room = (WIDTH - 2 * MARGIN - (len(blocks) - 1) * GUTTER) / len(blocks)
    ends = []
    for number, block in enumerate(blocks):
        column = Column(sheet.pen, MARGIN + number * (room + GUTTER), below + 24, room)
        _block(column, block)
        ends.append(column.y)
    return max(ends)


def _map(sheet: Sheet, side: str, classes: NDArray[np.uint8], view: View, x: float, y: float) -> float:
    """A map under its caption; where its lower edge lies."""
    text, column = sheet.text, Column(sheet.pen, x, y, view.width)
    if side in text.captions:
        column.text(text.captions[side], 19, INK, True)
        column.gap(6)
    if sheet.image is not None:
        drawn = panel(classes, side, sheet.frame, view, text.north, text.scale)
        sheet.image.paste(drawn, (round(x), round(column.y)))
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
