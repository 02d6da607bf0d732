"""The heat map page put together: what stands still, and the parts that each answer fills."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from components import answer, figures, filter_bar, maps, rhythm, tables
from components.markup import markup
from components.share import share_menu
from domain.exploration import Exploration, Options
from domain.filter import Filter, Ground
from locales import Words

# The ids that one answer fills, in the order of `parts`.
PARTS = (
    *(f"facet-{name}" for name in filter_bar.FACETS),
    "filter-presets",
    "filter-chips",
    "filter-count",
    "sheet-show",
    "sentence",
    "map-now-caption",
    "map-before-caption",
    "map-legend",
    "map-notices",
    "figures",
    "rhythm",
    "places",
)
RANKED = ("type", "vehicle", "precinct")


def parts(found: Exploration, options: Options, words: Words) -> dict[str, str]:
    """Everything that changes with the question: the HTML of each part by its id."""
    chips = answer.chips(found.filter, options, words)
    drawn = [
        *filter_bar.labels(found.filter, options, words),
        filter_bar.presets(found.filter, options, words),
        chips,
        str(len(chips) - 1) if chips else "",
        words.text("heat.show", count=found.total),
        answer.sentence(found, words),
        words.window(found.filter.window) if found.other else "",
        words.window(found.other) if found.other else "",
        [maps.legend(found.legend, words), maps.change_legend(words)] if found.total else [],
        answer.notices(found, words),
        _figures(found, options, words),
        _rhythm(found, options, words),
        tables.places(found, words),
    ]
    return dict(zip(PARTS, map(markup, drawn), strict=True))


def _figures(found: Exploration, options: Options, words: Words) -> list[Any]:
    nothing = answer.empty(found, options, words)
    if nothing is not None:
        return [nothing]
    kinds = [kind for kind in RANKED if kind != "vehicle" or options.vehicles]
    return [figures.total_card(found, words), *(_ranking(kind, found, words) for kind in kinds)]


def _ranking(kind: str, found: Exploration, words: Words) -> html.Section:
    return figures.ranking(kind, getattr(found, f"by_{kind}"), getattr(found.filter, f"{kind}s"), words)


def _rhythm(found: Exploration, options: Options, words: Words) -> list[Any]:
    if not found.total:
        return []
    hours = [rhythm.matrix(found, words)] if options.has_hours else []
    items = [_ranking("item", found, words)] if options.items else []
    return [*hours, rhythm.series(found, words), *items]


def known(found: Exploration, ground: Ground) -> dict[str, str]:
    """What the browser needs to build addresses: the snapshot, the reader's scope, the default dates."""
    return {
        "snapshot": found.snapshot,
        "scope": found.scope,
        "from": ground.default_window.start.isoformat(),
        "to": ground.default_window.end.isoformat(),
        "last": ground.last.isoformat(),
    }


def page(
    found: Exploration, options: Options, ground: Ground, under: maps.Under, words: Words, *, rows: bool
) -> html.Div:
    """The whole page, answered."""
    return html.Div(
        [
            _head(found.filter, options, words, rows=rows),
            html.Div([_maps(under, words), _part("figures")], className="split under-sheet"),
            _lists(words, rows=rows),
            _stores(found, parts(found, options, words), ground),
        ],
        id="heat-page",
        className="heat-page",
    )


def _part(name: str) -> html.Div:
    """The place of a part; `assets/page.js` fills it."""
    return html.Div(id=name, className=name)


def _head(asked: Filter, options: Options, words: Words, *, rows: bool) -> html.Div:
    return html.Div(
        [
            html.Div(
                [
                    html.H1(words.text("heat.title")),
                    html.Div(className="spring"),
                    filter_bar.opener(words),
                    share_menu(words, rows=rows),
                ],
                className="title-row under-sheet",
            ),
            filter_bar.filter_bar(asked, options, words),
            html.Div([_part("filter-presets"), _part("filter-chips")], className="asked under-sheet"),
            html.P(id="sentence", className="sentence under-sheet", **{"aria-live": "polite"}),
        ],
        className="page-head",
    )


def _maps(under: maps.Under, words: Words) -> html.Div:
    views = [{"value": view, "label": words.text(f"heat.view.{view}")} for view in ("side", "change")]
    choice = dmc.SegmentedControl(
        id="compare-view", data=views, value="side", size="xs", **{"aria-label": words.text("heat.view.title")}
    )
    both = [maps.heat_map(name, under, words.text(f"heat.maps.{name}")) for name in ("map-now", "map-before")]
    return html.Div(
        [
            html.Div([*both, maps.tools(words), html.Div(id="place-panel")], id="maps", className="maps one"),
            html.Div([_part("map-legend"), html.Div(choice, className="view-choice")], className="map-foot"),
            _part("map-notices"),
            _part("rhythm"),
        ],
        className="map-column",
    )


def _lists(words: Words, *, rows: bool) -> html.Section:
    """The list of places for everyone; single incidents on asking, for who may see them."""
    kinds = ["places", "rows"] if rows else ["places"]
    choice = dmc.SegmentedControl(
        id="list-kind",
        data=[{"value": kind, "label": words.text(f"heat.list.{kind}")} for kind in kinds],
        value="places",
        size="sm",
        **{"aria-label": words.text("heat.list.title")},
    )
    return html.Section(
        [
            html.Div([html.H2(words.text("heat.list.title")), choice], className="section-head"),
            html.Div(_part("places"), id="list-places"),
            html.Div(id="list-rows", className="list-rows"),
        ],
        className="card lists under-sheet",
        **{"aria-label": words.text("heat.list.title")},
    )


def _stores(found: Exploration, drawn: dict[str, str], ground: Ground) -> html.Div:
    return html.Div(
        [
            dcc.Store(id="query", data=found.filter.to_query()),
            dcc.Store(id="drawn", data=drawn),
            dcc.Store(id="place-drawn"),
            dcc.Store(id="rows-drawn"),
            dcc.Store(id="ground", data=known(found, ground)),
            dcc.Store(id="shade"),
            dcc.Store(id="place-at"),
            dcc.Store(id="place-asked"),
            dcc.Store(id="rows-view"),
            dcc.Store(id="rows-asked"),
        ],
        hidden=True,
    )
