"""The colours of the heat map and its palette image.

The sequential ramps are matplotlib's magma, reversed, for light ground and inferno for dark ground (van der Walt and
Smith, 2015): perceptually uniform and safe for colour-blind readers. Change runs from blue to orange with nothing
in the middle, never red against green.
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

GROUNDS = ("light", "dark")
RAMPS = {
    "light": ("#fed395", "#fea973", "#fa7d5e", "#e95462", "#c83e73", "#a3307e", "#721f81"),
    "dark": ("#56106e", "#85216b", "#b63655", "#dd513a", "#f3761b", "#fca50a", "#f6d746"),
}
OPACITY = (0.32, 0.44, 0.54, 0.6, 0.66, 0.7, 0.74)
RISE = ("#f7b267", "#ee7f2d", "#b4490b")
FALL = ("#8ec1e8", "#3f88c5", "#12508c")
CHANGE_OPACITY = (0.6, 0.7, 0.78)
# Of forecasts: shares of the area by risk, how sure that is, and what came of a past week.
RISK_OPACITY = (0.42, 0.58, 0.7, 0.82)
DOUBT = {
    "light": ("#cfe3f2", "#9cc5e3", "#63a0cf", "#2f77b3", "#0c4a86"),
    "dark": ("#16324a", "#1f5078", "#3478ac", "#63a6d6", "#b3dcf7"),
}
CAUGHT = {"light": ("#9db3c4", "#12508c", "#e0701d"), "dark": ("#43586a", "#7db8e8", "#f7a55c")}


def palette(side: str, ground: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Colours and opacities of the classes from 1 on, for a side of a comparison or a map of forecasts."""
    if side == "change":
        return RISE + FALL, CHANGE_OPACITY * 2
    if side == "risk":
        return RAMPS[ground][::2], RISK_OPACITY
    if side == "doubt":
        return DOUBT[ground], (0.75,) * 5
    if side == "caught":
        return CAUGHT[ground], (0.6, 0.9, 0.9)
    return RAMPS[ground], OPACITY


def png(classes: NDArray[np.uint8], side: str, ground: str) -> bytes:
    """Class numbers, shape (rows, columns), as a palette PNG whose class 0 is clear."""
    colours, opacities = palette(side, ground)
    image = Image.fromarray(classes)
    image.putpalette(bytes([0, 0, 0]) + b"".join(bytes.fromhex(colour[1:]) for colour in colours))
    buffer = BytesIO()
    clear = bytes([0, *(round(255 * opacity) for opacity in opacities)])
    image.save(buffer, "png", transparency=clear, compress_level=1)
    return buffer.getvalue()
