"""The answer in words: the sentence, the chips of the question, and what a reader must know about both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import html

from components import filter_bar
from components.icons import icon
from domain.exploration import Change, Exploration, Options
from domain.filter import Filter
from domain.taxonomy import taxonomy
from locales import Words

LOCATED_ENOUGH = 0.85
FEW = 20
CHIPS_EACH = 4  # more codes of one kind share a chip
KINDS = ("type", "vehicle", "item", "precinct", "origin")


def sentence(found: Exploration, words: Words) -> list[Any]:
    """What was asked, how many, and how that compares, as one would say it."""
    said: list[Any] = [found.filter.describe(words), ": "]
    said.append(html.Strong(words.text("heat.incidents", count=found.total)))
    if found.change is not None and found.other is not None:
        said += [", ", compared(found.change, _than(found.filter, words), words)]
    return [*said, "."]


def _than(asked: Filter, words: Words) -> str:
    if asked.compare in ("previous", "year"):
        return words.text(f"heat.than.{asked.compare}", count=asked.window.days)
    return words.text("heat.than.own", window=words.window(asked.other)) if asked.other else ""


def compared(change: Change, than: str, words: Words) -> html.Span:
    """`18 more than ... (within usual variation)`; percent never stands alone."""
    difference = change.now - change.before
    direction = "more" if difference > 0 else "less" if difference < 0 else "same"
    said = words.text(f"heat.{direction}", count=abs(difference), than=than)
    return html.Span([said, " ", html.Span(["(", verdict(change, words), ")"], className="kept")], className="compared")


def verdict(change: Change, words: Words) -> html.Span:
    """Whether a change is beyond usual variation: a filled mark and words, or grey words."""
    if not change.beyond:
        return html.Span(words.text("heat.within"), className="verdict within")
    direction = "up" if change.now > change.before else "down"
    return html.Span(words.text("heat.beyond"), className=f"verdict beyond {direction}")


def signed(change: Change, words: Words) -> str:
    """`+18`, with a true minus sign."""
    difference = change.now - change.before
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    return sign + words.number(abs(difference))


def percent(change: Change, words: Words) -> str:
    """The change in percent, or that there was nothing before."""
    if change.percent is None:
        return words.text("heat.new")
    sign = "+" if change.percent > 0 else "−" if change.percent < 0 else "±"
    return sign + words.percent(abs(change.percent) / 100, 1 if abs(change.percent) < 10 else 0)


def chips(asked: Filter, options: Options, words: Words) -> list[Any]:
    """One removable chip for each part of the question that is not the default, and a reset."""
    drawn = [] if filter_bar.preset(asked, options) else [_chip(words.window(asked.window), "period", words)]
    for kind in KINDS:
        drawn += _code_chips(kind, getattr(asked, f"{kind}s"), options, words)
    if asked.hours is not None:
        drawn.append(_chip(words.text("filter.hours", hours=asked.to_query()["hours"]), "hours", words))
    if asked.weekdays is not None:
        named = words.listed(words.weekday(day, "abbreviated") for day in sorted(asked.weekdays))
        drawn.append(_chip(named, "days", words))
    if asked.area is not None:
        drawn.append(_chip(words.text("heat.drawn_area"), "area", words))
    if asked.other is not None:
        drawn.append(_chip(words.text("heat.against", window=words.window(asked.other)), "compare", words))
    if drawn:
        drawn.append(_reset(words))
    return drawn


def _code_chips(kind: str, codes: frozenset[str] | None, options: Options, words: Words) -> list[html.Button]:
    if codes is None:
        return []
    if not codes:
        return [_chip(words.text(f"filter.{'types' if kind == 'type' else kind}.none"), kind, words)]
    whole = _whole_family(codes, options) if kind == "type" else None
    if whole is not None:
        return [_chip(words.term("family", whole), kind, words)]
    if len(codes) > CHIPS_EACH:
        return [_chip(words.text(f"heat.facets.{kind}_some", count=len(codes)), kind, words)]
    return [_chip(words.term(kind, code), kind, words, code) for code in sorted(codes)]


def _whole_family(codes: frozenset[str], options: Options) -> str | None:
    """The family whose types, of those on offer, are exactly the ones asked for."""
    terms = taxonomy().types
    families = {terms[code].family for code in codes if code in terms}
    if len(families) != 1 or len(codes) < 2:
        return None
    family = families.pop()
    offered = {code for code in options.types if terms[code].family == family}
    return family if offered <= codes else None


def _chip(label: str, key: str, words: Words, code: str | None = None) -> html.Button:
    act = (
        {"data-key": key, "data-do": "clear"}
        if code is None
        else {"data-key": key, "data-do": "toggle", "data-value": code}
    )
    known = {"aria-label": words.text("heat.remove", name=label)}
    return html.Button([html.Span(label), icon("close", 14)], className="chip", **act, **known)


def _reset(words: Words) -> html.Button:
    return html.Button([icon("reset", 14), words.text("heat.reset")], className="quiet small", **{"data-do": "reset"})


def notices(found: Exploration, words: Words) -> list[html.P]:
    """What was repaired, clipped or left out, and how sure the map is. Quiet, in this order of weight."""
    told = [_notice("warning", text) for text in _doubts(found, words)]
    told += [_notice("info", _note(note, words)) for note in dict.fromkeys(found.filter.notes)]
    if found.sensitive_left_out:
        told.append(_notice("info", words.text("heat.sensitive_left_out")))
    return told


def _doubts(found: Exploration, words: Words) -> Iterable[str]:
    if found.total and found.places.point / found.total < LOCATED_ENOUGH:
        yield words.text("heat.poorly_located", share=words.percent(found.places.point / found.total))
    if 0 < found.total < FEW:
        yield words.text("heat.few", count=found.total)


def _note(note: str, words: Words) -> str:
    kind, _, part = note.partition(":")
    if kind == "ignored":
        return words.text("heat.notes.ignored", name=part)
    return words.text(f"heat.notes.{kind}_{part}")


def _notice(image: str, text: str) -> html.P:
    return html.P([icon(image, 16), html.Span(text)], className=f"notice {image}")


def empty(found: Exploration, options: Options, words: Words) -> html.Div | None:
    """What stands in place of the figures when nothing matches, with the next step."""
    if found.total:
        return None
    outside = found.filter.window.start > options.last or found.filter.window.end < options.first
    span = {"first": words.day(options.first), "last": words.day(options.last)}
    told = words.text("heat.empty.outside" if outside else "heat.empty.told", **span)
    buttons = [html.Button(words.text("heat.presets.28"), className="button plain", **{"data-preset": "28"})]
    if not outside:
        buttons = [html.Button(words.text("heat.reset"), className="button plain", **{"data-do": "reset"})]
    return html.Div([html.H2(words.text("heat.empty.title")), html.P(told), *buttons], className="card empty")
