"""One map of a picture: heat under outlines and names, north up, with a scale bar. Needs no base map."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from components import heat_image
from components.typeset import INK, QUIET, font
from domain.exports import MapFrame, Outline, Ring

GROUND, LAND, BORDER, DRAWN = "#e9edf0", "#fbfcfc", "#8b979e", "#0b6f66"
FINER = 3  # drawn this many times larger and reduced, so that lines are smooth
Box = tuple[float, float, float, float]

TALLEST, WIDEST = 1.1, 1.6  # height by width, width by height


@dataclass(frozen=True, slots=True)
class View:
    """Where the map lies in a panel of `width` x `height` pixels: the territory's own box inside it."""

    width: int
    height: int
    left: float
    top: float
    across: float
    down: float

    @classmethod
    def of(cls, width: int, aspect: float) -> View:
        """The whole territory in a panel that is neither a strip nor a tower."""
        height = round(min(max(width / aspect, width / WIDEST), width * TALLEST))
        across = min(width, height * aspect)
        down = across / aspect
        return cls(width, height, (width - across) / 2, (height - down) / 2, across, down)

    def at(self, point: tuple[float, float], finer: int = 1) -> tuple[float, float]:
        x, y = point
        return (self.left + x * self.across) * finer, (self.top + y * self.down) * finer


def panel(classes: NDArray[np.uint8], side: str, frame: MapFrame, view: View, north: str, scale: str) -> Image.Image:
    """The drawn map; `scale` has {length} where the bar's length in kilometres stands."""
    image = _ground(frame, view)
    heat = _heat(classes, side, round(view.across), round(view.down))
    image.paste(heat, (round(view.left), round(view.top)), heat)
    _over(image, _lines(frame, view))
    pen = ImageDraw.Draw(image)
    _names(pen, frame.precincts, view)
    _north(pen, view, north)
    _scale(pen, view, frame.kilometres, scale)
    pen.rectangle((0, 0, view.width - 1, view.height - 1), outline="#c4ccd1")
    return image


def _ground(frame: MapFrame, view: View) -> Image.Image:
    large = Image.new("RGB", (view.width * 2, view.height * 2), GROUND)
    pen = ImageDraw.Draw(large)
    for precinct in frame.precincts:
        for ring in precinct.rings:
            pen.polygon([view.at(point, 2) for point in ring], LAND)
    return large.resize((view.width, view.height), Image.Resampling.BOX)


def _heat(classes: NDArray[np.uint8], side: str, width: int, height: int) -> Image.Image:
    """The classes in colour, their edges smoothed as a browser smooths them; premultiplied, so that no edge greys."""
    colours, opacities = heat_image.palette(side, "light")
    table = np.zeros((256, 4), dtype=np.float32)
    for number, (colour, opacity) in enumerate(zip(colours, opacities, strict=True), start=1):
        table[number] = [*(part * opacity for part in bytes.fromhex(colour[1:])), 255 * opacity]
    planes = [
        np.asarray(Image.fromarray(table[classes][:, :, plane]).resize((width, height), Image.Resampling.BILINEAR))
        for plane in range(4)
    ]
    alpha = planes[3]
    whole = np.maximum(alpha, 1.0) / 255
    rgba = np.dstack([*(np.clip(plane / whole, 0, 255) for plane in planes[:3]), alpha])
    return Image.fromarray(rgba.round().astype(np.uint8), "RGBA")


def _lines(frame: MapFrame, view: View) -> Image.Image:
    """Outlines and the drawn area, clear elsewhere."""
    large = Image.new("RGBA", (view.width * FINER, view.height * FINER), BORDER + "00")
    pen = ImageDraw.Draw(large)
    for precinct in frame.precincts:
        for ring in precinct.rings:
            _stroke(pen, ring, view, BORDER, 1.4)
    if frame.area:
        _stroke(pen, frame.area + frame.area[:1], view, DRAWN, 2.4)
    return large.resize((view.width, view.height), Image.Resampling.BOX)


def _stroke(pen: ImageDraw.ImageDraw, ring: Ring, view: View, colour: str, width: float) -> None:
    pen.line([view.at(point, FINER) for point in ring], colour, round(width * FINER), joint="curve")


def _over(image: Image.Image, layer: Image.Image) -> None:
    image.paste(layer, (0, 0), layer)


def _names(pen: ImageDraw.ImageDraw, precincts: tuple[Outline, ...], view: View) -> None:
    """Each name at its precinct's centre, on two lines where one is too wide, none where it would lie on another."""
    face = font(15 if view.width > 900 else 13, True)
    taken: list[Box] = []
    for precinct in sorted(precincts, key=lambda precinct: -_chord(precinct)):
        at = view.at(precinct.label)
        room = _chord(precinct) * view.across
        for text in (precinct.name, precinct.name.replace(" ", "\n", 1)):
            box = pen.textbbox(at, text, face, "mm", spacing=0, align="center")
            if box[2] - box[0] <= max(room, 50) and not any(_meet(box, other) for other in taken):
                pen.text(at, text, INK, face, "mm", 0, "center", stroke_width=3, stroke_fill="#ffffff")
                taken.append(box)
                break


def _chord(precinct: Outline) -> float:
    """How wide a precinct is at its name, in shares of the map's width."""
    x, y = precinct.label
    edges = [edge for ring in precinct.rings for edge in pairwise(ring)]
    crossings = [a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in edges if (a[1] > y) != (b[1] > y)]
    left = max((at for at in crossings if at <= x), default=x)
    right = min((at for at in crossings if at >= x), default=x)
    return right - left


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _north(pen: ImageDraw.ImageDraw, view: View, letter: str) -> None:
    x, y = view.width - 30, 20
    pen.polygon([(x, y), (x - 8, y + 22), (x, y + 16), (x + 8, y + 22)], INK)
    pen.text((x, y + 26), letter, INK, font(15, True), "ma", stroke_width=3, stroke_fill=GROUND)


def _scale(pen: ImageDraw.ImageDraw, view: View, kilometres: float, text: str) -> None:
    length = bar_length(kilometres * view.width / view.across / 4)
    pixels = length / kilometres * view.across
    right, y = view.width - 20, view.height - 20
    pen.line([(right - pixels, y - 7), (right - pixels, y), (right, y), (right, y - 7)], QUIET, 2)
    told = text.format(length=f"{length:g}")
    pen.text((right - pixels / 2, y - 6), told, INK, font(14), "md", stroke_width=3, stroke_fill=GROUND)


def bar_length(longest: float) -> float:
    """The longest of 1, 2 or 5 times a power of ten that is not longer than `longest`.

    >>> bar_length(7.3), bar_length(0.42), bar_length(1)
    (5.0, 0.2, 1.0)
    """
    power = 10.0 ** np.floor(np.log10(longest))
    return float(max(step * power for step in (1, 2, 5) if step * power <= longest * (1 + 1e-9)))
