"""What is written on the picture of the map: every word of it, before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from components import heat_image
from components.answer import percent, signed, verdict
from components.export_note import plain
from domain.exploration import Change, Exploration, Legend
from domain.exports import Export, Note
from locales import Words


@dataclass(frozen=True, slots=True)
class Swatch:
    """A line of the legend: a colour as it looks on the ground, and what it means."""

    colour: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    heading: str
    lines: tuple[str, ...] = ()
    swatches: tuple[Swatch, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    place: str
    badge: str  # says that the data are synthetic, where they are
    title: str
    figure: str  # the total, large
    unit: str
    captions: dict[str, str]  # by side
    blocks: tuple[Block, ...]
    foot: str
    north: str
    scale: str  # with {length} for the bar's length


def written(export: Export, note: Note, sides: Sequence[str], words: Words) -> Written:
    """Legend, figures, doubts and origin for the sides of a comparison that are shown."""
    found = export.found
    return Written(
        place=note.place,
        badge=words.text("exports.picture.synthetic") if export.synthetic else "",
        title=note.answer,
        figure=words.number(found.total),
        unit=words.text("heat.incidents_word", count=found.total),
        captions=_captions(found, sides, words),
        blocks=_blocks(found, note, sides, words),
        foot=words.text("exports.query", query=note.query),
        north=words.text("exports.picture.north"),
        scale="{length} km",
    )


def _captions(found: Exploration, sides: Sequence[str], words: Words) -> dict[str, str]:
    if found.other is None or found.change is None:
        return {}
    now, before = words.window(found.filter.window), words.window(found.other)
    known = {
        "now": f"{now}: {words.text('heat.incidents', count=found.change.now)}",
        "before": f"{before}: {words.text('heat.incidents', count=found.change.before)}",
        "change": words.text("exports.picture.against", now=now, before=before),
    }
    return {side: known[side] for side in sides}


def _blocks(found: Exploration, note: Note, sides: Sequence[str], words: Words) -> tuple[Block, ...]:
    legend = _change_legend(words) if "change" in sides else _legend(found.legend, len(sides) > 1, words)
    smoothed = words.text("exports.picture.bandwidth", metres=round(found.legend.bandwidth))
    compared_to = _compared(found.change, words)
    change = (Block(words.text("exports.picture.compared"), compared_to),) if compared_to else ()
    about = tuple(line for line in (note.synthetic, note.data, smoothed, *note.caveats) if line)
    return (
        *change,
        legend,
        Block(words.text("exports.picture.located"), (note.mapped,)),
        Block(words.text("exports.picture.about"), about),
    )


def _compared(change: Change | None, words: Words) -> tuple[str, ...]:
    if change is None:
        return ()
    return (f"{signed(change, words)} ({percent(change, words)})", plain(verdict(change, words)))


def _legend(classes: Legend, shared: bool, words: Words) -> Block:
    colours, opacities = heat_image.palette("now", "light")
    told = [_edge(edge, words) for edge in classes.breaks]
    texts = [words.text("exports.picture.between", low=low, high=high) for low, high in pairwise(told)]
    texts.append(words.text("exports.picture.least", low=told[-1]))
    swatches = [Swatch(on_white(*shade), text) for *shade, text in zip(colours, opacities, texts, strict=True)]
    lines = (words.text("exports.picture.shared"),) if shared else ()
    return Block(words.text("exports.picture.legend"), lines, tuple(reversed(swatches)))


def _change_legend(words: Words) -> Block:
    colours, opacities = heat_image.palette("change", "light")
    strengths = [words.text(f"exports.picture.odds_{strength}") for strength in (1, 2, 3)]
    rises = [f"{words.text('exports.picture.rise')}, {odds}" for odds in strengths]
    falls = [f"{words.text('exports.picture.fall')}, {odds}" for odds in strengths]
    texts = rises + falls
    swatches = [Swatch(on_white(*shade), text) for *shade, text in zip(colours, opacities, texts, strict=True)]
    strongest_first = (*reversed(swatches[:3]), *swatches[3:])
    return Block(words.text("exports.picture.change"), (words.text("exports.picture.usual"),), strongest_first)


def _edge(edge: float, words: Words) -> str:
    return words.number(edge, 0 if edge >= 10 else 1 if edge >= 1 else 2)


def on_white(colour: str, opacity: float) -> str:
    """A colour of the heat image as it looks on white.

    >>> on_white("#000000", 0.5)
    '#808080'
    """
    parts = bytes.fromhex(colour[1:])
    return "#" + "".join(f"{round(255 + (part - 255) * opacity):02x}" for part in parts)
