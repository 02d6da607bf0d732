"""The filter in controls: one bar on every page that filters, a full sheet on a telephone.

The controls are the Filter's written form in parts: `assets/filter.js` gathers them into one query in the order
of `INPUTS`, writes it into the address and sets them when a chip, a bar or a drawn area changes the question.
An empty control asks for everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import dash_mantine_components as dmc
from dash import Input, dcc, html

from components.icons import icon
from domain.exploration import Options
from domain.filter import Filter
from domain.taxonomy import taxonomy
from locales import Words

# In the order in which the clientside function takes them.
INPUTS = (
    Input("filter-from", "value"),
    Input("filter-to", "value"),
    Input("filter-type", "value"),
    Input("filter-vehicle", "value"),
    Input("filter-item", "value"),
    Input("filter-hours", "value"),
    Input("filter-days", "value"),
    Input("filter-precinct", "value"),
    Input("filter-area", "data"),
    Input("filter-origin", "value"),
    Input("filter-compare", "value"),
    Input("filter-compare-start", "value"),
)
FACETS = ("period", "type", "vehicle", "more", "compare")
PRESETS = ("7", "28", "year")
PARTS_OF_DAY = (
    ("night", range(0, 6)),
    ("morning", range(6, 12)),
    ("afternoon", range(12, 18)),
    ("evening", range(18, 24)),
)


def filter_bar(asked: Filter, options: Options, words: Words) -> html.Div:
    """Every control, set to the question asked. What the facets' faces say comes with each answer."""
    panels = {
        "period": _period(asked, options, words),
        "type": _types(asked, options, words),
        "vehicle": [_choices("vehicle", options.vehicles, asked.vehicles, words), _clear("vehicle", words)],
        "more": _more(asked, options, words),
        "compare": _compare(asked, words),
    }
    facets = [_facet(name, panels[name], words, hidden=name == "vehicle" and not options.vehicles) for name in FACETS]
    title = [html.H2(words.text("heat.filters")), _sheet_button("close", words.text("ui.close"), "close")]
    return html.Div(
        [
            html.Div(title, className="sheet-head"),
            html.Div(facets, className="facets"),
            html.Div(
                html.Button(id="sheet-show", className="button wide", **{"data-sheet": "close"}),
                className="sheet-foot",
            ),
            dcc.Store(id="filter-area", data=asked.to_query().get("area")),
        ],
        id="filter-sheet",
        className="filter-sheet",
        role="group",
        **{"aria-label": words.text("heat.filters")},
    )


def opener(words: Words) -> html.Button:
    """On a telephone the bar is a sheet; this opens it."""
    return html.Button(
        [
            icon("more", 18),
            html.Span(words.text("heat.filters")),
            html.Span(id="filter-count", className="count"),
        ],
        className="button plain sheet-opener",
        **{"data-sheet": "open", "aria-controls": "filter-sheet"},
    )


def labels(asked: Filter, options: Options, words: Words) -> list[str]:
    """What the face of each facet says, in the order of FACETS."""
    more = sum(
        part is not None
        for part in (asked.items, asked.hours, asked.weekdays, asked.precincts, asked.origins, asked.area)
    )
    compare = asked.compare if asked.compare in (None, "previous", "year") else "own"
    return [
        _period_label(asked, options, words),
        _counted("type", asked.types, words),
        _counted("vehicle", asked.vehicles, words),
        words.text("heat.facets.more_some", count=more) if more else "",
        words.text(f"heat.compare.{compare or 'none'}"),
    ]


def preset(asked: Filter, options: Options) -> str | None:
    """Which preset the dates are, if any."""
    start, end = asked.window.start, asked.window.end
    if end != options.last:
        return None
    if start == end.replace(month=1, day=1):
        return "year"
    return str(asked.window.days) if str(asked.window.days) in PRESETS else None


def presets(asked: Filter, options: Options, words: Words) -> list[html.Button]:
    """The usual windows at one touch."""
    chosen = preset(asked, options)
    return [
        html.Button(
            words.text(f"heat.presets.{name}"),
            className="preset",
            **{"data-preset": name, "aria-pressed": "true" if name == chosen else "false"},
        )
        for name in PRESETS
    ]


def _period_label(asked: Filter, options: Options, words: Words) -> str:
    """The name of the preset, or the days."""
    chosen = preset(asked, options)
    if chosen is not None:
        return words.text(f"heat.presets.{chosen}")
    return f"{words.day(asked.window.start)} – {words.day(asked.window.end)}"


def _counted(kind: str, codes: frozenset[str] | None, words: Words) -> str:
    if codes is None:
        return words.text("heat.all")
    if len(codes) == 1:
        return words.term(kind, next(iter(codes)))
    return words.text(f"heat.facets.{kind}_some", count=len(codes))


def _facet(name: str, panel: list[Any], words: Words, *, hidden: bool) -> html.Details:
    """A control folded under its face: a menu on a desk, a section of the sheet on a telephone."""
    shown = [
        icon(name, 18),
        html.Span(words.text(f"heat.facets.{name}"), className="facet-title"),
        html.Span(id=f"facet-{name}", className="facet-label"),
        icon("down", 16),
    ]
    return html.Details(
        [html.Summary(shown, className="facet-face"), html.Div(panel, className="panel")],
        className=f"popup facet facet-{name}",
        hidden=hidden,
    )


def _period(asked: Filter, options: Options, words: Words) -> list[Any]:
    span = {"min": options.first.isoformat(), "max": options.last.isoformat()}
    return [
        html.Div(
            [
                _day("filter-from", words.text("heat.from"), asked.window.start.isoformat(), span),
                _day("filter-to", words.text("heat.to"), asked.window.end.isoformat(), span),
            ],
            className="two",
        ),
        html.P(
            words.text("heat.span", first=words.day(options.first), last=words.day(options.last)),
            className="quiet-text",
        ),
    ]


def _day(name: str, label: str, value: str, span: dict[str, str]) -> dmc.TextInput:
    return dmc.TextInput(id=name, label=label, value=value, inputProps={"type": "date", **span}, debounce=400)


def _types(asked: Filter, options: Options, words: Words) -> list[Any]:
    checked = sorted((asked.types or frozenset()) & frozenset(options.types))
    families = [_family(family, codes, words) for family, codes in _by_family(options.types).items()]
    boxes = dmc.CheckboxGroup(
        html.Div(html.Div(families, className="families"), className="choices"), id="filter-type", value=checked
    )
    return [
        html.P(words.text("heat.facets.type_told"), className="quiet-text"),
        html.Div(boxes, role="group", **{"aria-label": words.text("heat.facets.type")}),
        _clear("type", words),
    ]


def _family(family: str, codes: list[str], words: Words) -> html.Div:
    """A family's name checks or clears all its types."""
    name = words.term("family", family)
    known = {"aria-label": words.text("heat.whole", name=name)}
    head = html.Button(name, className="quiet small family", **_several("type", codes), **known)
    return html.Div([head, *[dmc.Checkbox(label=words.term("type", code), value=code, size="xs") for code in codes]])


def _several(key: str, codes: Iterable[str]) -> dict[str, str]:
    """What makes a button choose several codes at once, or clear them when all are chosen."""
    return {"data-do": "several", "data-key": key, "data-value": ",".join(codes)}


def _by_family(types: Iterable[str]) -> dict[str, list[str]]:
    """The offered types under their families, in the order of the vocabulary."""
    offered = frozenset(types)
    families: dict[str, list[str]] = {}
    for code, term in taxonomy().types.items():
        if code in offered:
            families.setdefault(term.family, []).append(code)
    return families


def _choices(kind: str, codes: Iterable[str], chosen: frozenset[str] | None, words: Words) -> html.Div:
    boxes = [dmc.Checkbox(label=words.term(kind, code), value=code, size="xs") for code in codes]
    return html.Div(
        dmc.CheckboxGroup(html.Div(boxes, className="choices"), id=f"filter-{kind}", value=sorted(chosen or ())),
        role="group",
        **{"aria-label": words.text(f"heat.facets.{kind}")},
    )


def _more(asked: Filter, options: Options, words: Words) -> list[Any]:
    precincts = [code for code, _ in options.precincts]
    sections: list[Any] = [
        _section("hours", _hours(asked, words), words, hidden=not options.has_hours),
        _section("days", _days(asked, words), words),
        _section("precinct", _choices("precinct", precincts, asked.precincts, words), words, hidden=not precincts),
        _section("item", _choices("item", options.items, asked.items, words), words, hidden=not options.items),
        _section(
            "origin", _choices("origin", options.origins, asked.origins, words), words, hidden=len(options.origins) < 2
        ),
    ]
    return [html.Div(sections, className="sections")]


def _section(name: str, control: Any, words: Words, *, hidden: bool = False) -> html.Div:
    head = html.Div([html.H2(words.text(f"heat.facets.{name}")), _clear(name, words)], className="section-head")
    return html.Div([head, control], className=f"section section-{name}", hidden=hidden)


def _clear(key: str, words: Words) -> html.Button:
    known = {"aria-label": words.text("heat.all_of", name=words.text(f"heat.facets.{key}"))}
    return html.Button(
        words.text("heat.all"), className="quiet small", **known, **{"data-key": key, "data-do": "clear"}
    )


def _hours(asked: Filter, words: Words) -> html.Div:
    chosen = [str(hour) for hour in sorted(asked.hours or ())]
    rows = [
        html.Div(
            [
                html.Button(
                    words.text(f"heat.parts.{name}"),
                    className="quiet small part",
                    **_several("hours", map(str, hours)),
                ),
                *[dmc.Chip(f"{hour:02d}", value=str(hour), size="xs", icon=[]) for hour in hours],
            ],
            className="hours-row",
        )
        for name, hours in PARTS_OF_DAY
    ]
    return html.Div(dmc.ChipGroup(rows, id="filter-hours", value=chosen, multiple=True), className="hours")


def _days(asked: Filter, words: Words) -> html.Div:
    chips = [dmc.Chip(words.weekday(day, "abbreviated"), value=str(day), size="xs", icon=[]) for day in range(1, 8)]
    chosen = [str(day) for day in sorted(asked.weekdays or ())]
    return html.Div(dmc.ChipGroup(chips, id="filter-days", value=chosen, multiple=True), className="chips")


def _compare(asked: Filter, words: Words) -> list[Any]:
    own = asked.compare not in (None, "previous", "year")
    value = "own" if own else asked.compare or "none"
    radios = [
        dmc.Radio(label=words.text(f"heat.compare.{name}"), value=name, size="xs")
        for name in ("none", "previous", "year", "own")
    ]
    start = _day("filter-compare-start", words.text("heat.compare_start"), asked.compare or "" if own else "", {})
    return [
        dmc.RadioGroup(
            html.Div(radios, className="choices"),
            id="filter-compare",
            value=value,
            **{"aria-label": words.text("heat.facets.compare")},
        ),
        html.Div(start, className="own-start"),
    ]


def _sheet_button(image: str, label: str, action: str) -> html.Button:
    return html.Button(icon(image, 22), className="quiet", **{"aria-label": label, "data-sheet": action})
