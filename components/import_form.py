"""How a file reads: the form that says it, for a known source or column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import dash_mantine_components as dmc
from dash import html

from locales import Words

OWN = ""  # the choice of no profile: column by column
NONE = "-"  # a column that is not imported
SAMPLES = 3  # values told of each column
ORDERS, DECIMALS = ("dmy", "mdy"), (",", ".")


class Shipped(Protocol):
    """A profile that comes along."""

    name: str
    title: Mapping[str, str]


@dataclass(frozen=True)
class Guess:
    """What the form is filled with; columns about persons are not in `columns`."""

    file: str
    profile: str
    columns: Sequence[str]
    samples: Mapping[str, Sequence[str]]
    mapping: Mapping[str, str]
    zone: str
    decimal: str


def reading(guess: Guess, profiles: Sequence[Shipped], fields: Sequence[str], words: Words) -> html.Div:
    """The whole form: a profile, or which column holds which of the fields."""
    return html.Div(
        [
            html.H2(guess.file),
            dmc.Select(
                id="load-profile",
                label=words.text("loading.profile"),
                description=words.text("loading.profile_told"),
                data=_profiles(guess, profiles, words),
                value=guess.profile,
                allowDeselect=False,
            ),
            _own(guess, fields, words),
            dmc.TextInput(
                id="load-source",
                label=words.text("loading.source"),
                description=words.text("loading.source_told"),
                value="",
            ),
        ],
        className="card load-form",
    )


def _profiles(guess: Guess, profiles: Sequence[Shipped], words: Words) -> list[dict[str, str]]:
    own = [{"value": OWN, "label": words.text("loading.own")}] if guess.columns else []
    return own + [{"value": one.name, "label": one.title[words.language]} for one in profiles]


def _own(guess: Guess, fields: Sequence[str], words: Words) -> html.Div:
    more = html.Details(
        [html.Summary(words.text("loading.more"), className="quiet small"), _settings(guess, words)],
        className="rest",
        open=True,
    )
    return html.Div([_mapping(guess, fields, words), more], id="load-own", hidden=guess.profile != OWN)


def _mapping(guess: Guess, fields: Sequence[str], words: Words) -> html.Table:
    choices = [{"value": NONE, "label": words.text("loading.not_imported")}]
    choices += [{"value": field, "label": words.text(f"loading.fields.{field}")} for field in fields]
    rows = [_column(number, column, guess, choices, words) for number, column in enumerate(guess.columns)]
    heads = [html.Th(words.text(f"loading.map.{name}"), scope="col") for name in ("column", "samples", "field")]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="table mapping")


def _column(number: int, column: str, guess: Guess, choices: list[dict[str, str]], words: Words) -> html.Tr:
    choice = dmc.Select(
        id={"load-column": number},
        data=choices,
        value=guess.mapping.get(column, NONE),
        allowDeselect=False,
        **{"aria-label": words.text("loading.field_of", column=column)},
    )
    samples = html.Td(" · ".join(guess.samples.get(column, ())), className="samples")
    return html.Tr([html.Th(column, scope="row"), samples, html.Td(choice)])


def _settings(guess: Guess, words: Words) -> html.Div:
    return html.Div(
        [
            dmc.TextInput(id="load-zone", label=words.text("loading.zone"), value=guess.zone, debounce=True),
            _choice("order", {order: words.text(f"loading.orders.{order}") for order in ORDERS}, "dmy", words),
            _choice("decimal", {mark: mark for mark in DECIMALS}, guess.decimal, words),
            dmc.TextInput(id="load-crs", label=words.text("loading.crs"), value="EPSG:4326", debounce=True),
        ],
        className="load-settings",
    )


def _choice(name: str, labels: Mapping[str, str], value: str, words: Words) -> Any:
    data = [{"value": key, "label": label} for key, label in labels.items()]
    said = words.text(f"loading.{name}")
    return dmc.Select(id=f"load-{name}", label=said, data=data, value=value, allowDeselect=False)
