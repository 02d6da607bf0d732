"""What a forecast says of every cell, and the bytes under its seal.

The same forecast gives the same bytes on every machine: keys are in order, numbers little-endian and of a stated
size, and no clock is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.panel import Lattice, Places
from domain.forecast.models import MAIN, Model

MARK = b"atalaya forecast 1\n"
KINDS = {"x": "<i4", "y": "<i4", "rates": "<f4", "low": "<f4", "high": "<f4", "strength": "<f4", "area": "<i4"}

Rates = NDArray[np.float32]


@dataclass(frozen=True)
class Content:
    """A forecast of the week that begins on `week`, cell by cell.

    `rates`, shape (models, cells), are the incidents expected by each of `models`; `low` and `high`, shape (cells,),
    hold the main model's central 80 % interval, or the leader's where there is no main model. `strength`, shape
    (reasons, cells), says how much each of `reasons` raises (above 0) or lowers the logarithm of the main model's
    rate against the city's usual cell. `area`, shape (cells,), is the place in `areas` of the precinct that holds the
    cell's middle, or -1. `facts` is plain JSON: snapshot, version, parameters, seed, the weeks learned from.
    """

    week: date
    lattice: Lattice
    models: tuple[Model, ...]
    rates: Rates
    low: Rates
    high: Rates
    reasons: tuple[str, ...]
    strength: Rates
    areas: tuple[str, ...]
    area: Places
    facts: Mapping[str, Any]

    def of(self, model: Model) -> Rates:
        """A model's rates, shape (cells,); raises KeyError for one that is not in the forecast."""
        if model not in self.models:
            raise KeyError(model)
        return np.asarray(self.rates[self.models.index(model)])

    @property
    def has_main(self) -> bool:
        return MAIN in self.models

    def to_bytes(self) -> bytes:
        arrays = self._arrays()
        header = {
            "week": self.week.isoformat(),
            "epsg": self.lattice.epsg,
            "size": self.lattice.size,
            "models": [str(model) for model in self.models],
            "reasons": list(self.reasons),
            "areas": list(self.areas),
            "facts": self.facts,
            "shapes": {name: list(array.shape) for name, array in arrays.items()},
        }
        text = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        body = b"".join(array.astype(KINDS[name]).tobytes() for name, array in arrays.items())
        return MARK + len(text).to_bytes(8, "little") + text + body

    @classmethod
    def from_bytes(cls, raw: bytes) -> Content:
        """Raises ValueError for bytes that are no forecast."""
        if not raw.startswith(MARK):
            raise ValueError("these bytes are no forecast")
        start = len(MARK) + 8
        end = start + int.from_bytes(raw[len(MARK) : start], "little")
        header = json.loads(raw[start:end])
        arrays = _unpacked(raw[end:], header["shapes"])
        return cls(
            week=date.fromisoformat(header["week"]),
            lattice=Lattice(header["epsg"], header["size"], arrays.pop("x"), arrays.pop("y")),
            models=tuple(Model(name) for name in header["models"]),
            reasons=tuple(header["reasons"]),
            areas=tuple(header["areas"]),
            facts=header["facts"],
            **arrays,
        )

    def _arrays(self) -> dict[str, NDArray[Any]]:
        places = {"x": self.lattice.x, "y": self.lattice.y}
        return places | {name: getattr(self, name) for name in KINDS if name not in places}


def _unpacked(body: bytes, shapes: Mapping[str, list[int]]) -> dict[str, Any]:
    arrays, at = {}, 0
    for name, kind in KINDS.items():
        count = int(np.prod(shapes[name], dtype=np.int64))
        arrays[name] = np.frombuffer(body, kind, count, at).reshape(shapes[name])
        at += arrays[name].nbytes
    if at != len(body):
        raise ValueError(f"{len(body) - at} bytes too many")
    return arrays
