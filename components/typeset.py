"""Type on a Pillow image: one family in two weights, text that wraps, columns that grow downwards."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

FOLDER = Path(__file__).parent.parent / "assets" / "fonts"
INK, QUIET, ACCENT, LINE = "#182126", "#5b6770", "#0b6f66", "#d3d9dd"
LEADING = 1.36  # line height by size of type

Font = ImageFont.FreeTypeFont


@cache
def font(size: int, bold: bool = False) -> Font:
    """Roboto, which has every Latin, Greek and Cyrillic letter."""
    file = FOLDER / f"Roboto-{'Bold' if bold else 'Regular'}.ttf"
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


def wrapped(text: str, face: Font, width: float) -> list[str]:
    """Lines no wider than `width` pixels; a word that is wider is broken."""
    lines, line = [], ""
    for word in filter(None, text.split(" ")):  # not at narrow spaces
        longer = f"{line} {word}".strip()
        if face.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while face.getlength(word) > width:
            cut = next(n for n in range(len(word) - 1, 0, -1) if face.getlength(word[:n]) <= width or n == 1)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line else lines


class Column:
    """Text set one piece under another. Without an image nothing is drawn and only the height is found."""

    def __init__(self, canvas: ImageDraw.ImageDraw | None, x: float, y: float, width: float) -> None:
        self.canvas, self.x, self.y, self.width = canvas, x, y, width

    def text(self, text: str, size: int, colour: str = INK, bold: bool = False, indent: float = 0) -> None:
        face = font(size, bold)
        for line in wrapped(text, face, self.width - indent):
            if self.canvas is not None:
                self.canvas.text((self.x + indent, self.y), line, colour, face)
            self.y += round(size * LEADING)

    def swatch(self, colour: str, text: str, size: int) -> None:
        """A line of a legend."""
        if self.canvas is not None:
            top = self.y + round(size * 0.08)
            box = (self.x, top, self.x + size * 1.7, top + size)
            self.canvas.rectangle(box, colour, LINE)
        self.text(text, size, indent=size * 2.3)

    def gap(self, height: float) -> None:
        self.y += height
