"""What every drawn chart needs: a round end of the axis, thin lines across, shapes that the style sheet colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from urllib.parse import quote

from dash import html

from locales import Words

HEIGHT = 100  # units of a picture's height


def round_up(top: float) -> int:
    """The end of the axis: the next 1, 2, 2.5 or 5 times a power of ten, four at least.

    >>> round_up(0), round_up(18), round_up(71.6)
    (5, 20, 100)
    """
    power = 1
    while True:
        for step in (1, 2, 2.5, 5):
            end = round(step * power)
            if end >= max(top, 4):
                return end
        power *= 10


def grid_lines(scale: int, words: Words, unit: str = "") -> list[html.Div]:
    """Lines at the end of the axis and half way, with their numbers."""
    return [line(value, scale, words.number(value) + unit) for value in (scale, scale // 2)]


def line(value: float, scale: float, label: str) -> html.Div:
    """A thin line across at a value, with its label in the margin."""
    return html.Div(html.Span(label), className="grid-line", style={"bottom": f"{100 * value / scale:.1f}%"})


def nice(top: float) -> float:
    """The end of an axis that need not be whole: a power of ten, or a small multiple of it.

    >>> nice(0.31), nice(7.2), nice(420)
    (0.4, 8.0, 500.0)
    """
    power = 10.0 ** math.floor(math.log10(top)) if top > 0 else 1.0
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= top)


def picture(kind: str, path: str) -> html.Div:
    """A shape drawn as a mask, so that it takes its colour and hatching from the style sheet."""
    return html.Div(className=f"layer {kind}", style={"--shape": f'url("data:image/svg+xml,{quote(path)}")'})


def svg(width: int, body: str) -> str:
    """A picture that stretches to its place."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {max(width, 10)} {HEIGHT}" '
        f'preserveAspectRatio="none">{body}</svg>'
    )


def apart(wanted: Sequence[float], room: float, end: float = 100.0) -> list[float]:
    """Places on one line as near to the wanted ones as leaves `room` between neighbours, within 0 and `end`.

    >>> apart([10, 11, 50], 5)
    [10.0, 15.0, 50.0]
    >>> apart([99, 100], 5)
    [95.0, 100.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [0.0] * len(wanted)
    below = -room
    for i in order:
        below = placed[i] = max(float(wanted[i]), below + room)
    above = end + room
    for i in reversed(order):
        above = placed[i] = min(placed[i], above - room)
    return placed
