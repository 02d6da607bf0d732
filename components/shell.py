"""What stands around every page of staff's: header, navigation rail, notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html, page_container, page_registry

from components.icons import icon
from domain.exploration import Options
from domain.people import Actor
from locales import LANGUAGES, Words

TEAL = ["#e8f5f3", "#d3ebe7", "#a5d7cf", "#74c2b6", "#4fb0a2", "#2f9d8e", "#14877a", "#0b6f66", "#0a5a53", "#074640"]
GREY = ["#f7f8f9", "#eff1f3", "#e3e7ea", "#d3d9dd", "#b4bdc3", "#8b979e", "#66737b", "#48555d", "#2b363c", "#182126"]
DARK = ["#d7dee2", "#b7c1c7", "#95a2a9", "#5d6b73", "#3d4a52", "#2d3940", "#202a30", "#172026", "#10181d", "#0b1115"]
THEME = {
    "primaryColor": "teal",
    "primaryShade": {"light": 7, "dark": 5},
    "colors": {"teal": TEAL, "gray": GREY, "dark": DARK},
    "fontFamily": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif",
    "defaultRadius": "sm",
    "autoContrast": True,
}
GROUPS = ("explore", "review", "forecast", "adoption", "reports", "requests", "public", "administration")


@dataclass(frozen=True, slots=True)
class Frame:
    """What the shell says: who reads, in which language, of which city and data."""

    words: Words
    actor: Actor
    place: str
    zone: str
    csrf: str = ""
    synthetic: bool = False
    options: Options | None = None


def layout(frame: Frame) -> dmc.MantineProvider:
    """The whole document under the index page."""
    return dmc.MantineProvider(
        [
            html.A(frame.words.text("ui.skip"), href="#main", className="skip-link"),
            _staff(frame),
            dmc.NotificationContainer(id="notices", position="bottom-center", autoClose=8000),
        ],
        theme=THEME,
        defaultColorScheme="auto",
    )


def notice(words: Words, sentence: str) -> list[dict[str, Any]]:
    """What `sendNotifications` of the id "notices" takes to tell that something went wrong."""
    return [
        {
            "action": "show",
            "title": words.text("ui.error"),
            "message": sentence,
            "color": "orange",
            "autoClose": False,
            "closeButtonProps": {"aria-label": words.text("ui.close")},
        }
    ]


def _staff(frame: Frame) -> html.Div:
    return html.Div(
        [
            _header(frame, [_menu_button(frame.words)]),
            html.Div([_rail(frame), _switches(frame.words)], id="rail", className="rail"),
            html.Main(page_container, id="main", className="main", tabIndex="-1"),
        ],
        className="shell staff",
    )


def _header(frame: Frame, before: list[Any]) -> html.Header:
    return html.Header(
        [
            *before,
            html.A([icon("tower", 24), html.Span("Atalaya")], href="/staff", className="brand"),
            html.Span(frame.place, className="place"),
            _synthetic(frame),
            html.Div(className="spring"),
            _data_date(frame),
            _switches(frame.words),
            _account(frame),
        ],
        className="header",
    )


def _synthetic(frame: Frame) -> html.Span | None:
    if not frame.synthetic:
        return None
    told = frame.words.text("ui.synthetic_told")
    return html.Span(frame.words.text("ui.synthetic"), className="synthetic", title=told)


def _data_date(frame: Frame) -> html.Span | None:
    if frame.options is None or frame.options.loaded_at is None:
        return None
    words, options = frame.words, frame.options
    loaded = words.instant(frame.options.loaded_at, frame.zone)
    told = words.text("ui.loaded", when=loaded)
    return html.Span(words.text("ui.data_to", day=words.day(options.last)), className="data-date", title=told)


def _menu_button(words: Words) -> html.Button:
    known = {"aria-label": words.text("ui.menu"), "aria-expanded": "false", "aria-controls": "rail"}
    return html.Button(icon("menu", 24), className="quiet menu-button", **known, **{"data-opens": "rail"})


def _rail(frame: Frame) -> html.Nav:
    groups = [
        html.Ul([html.Li(_entry(page, frame.words)) for page in pages], className="rail-group")
        for pages in _groups(page_registry.values(), frame.actor)
        if pages
    ]
    return html.Nav(groups, **{"aria-label": frame.words.text("ui.navigation")})


def _switches(words: Words) -> html.Div:
    """Language and colours: in the header on a desk, in the drawer on a telephone."""
    return html.Div([_languages(words), _schemes(words)], className="switches")


def _groups(pages: Iterable[Mapping[str, Any]], actor: Actor) -> list[list[Mapping[str, Any]]]:
    """The pages that this actor may open, in the order of the rail."""
    shown = [page for page in pages if page.get("icon") and _may_open(page, actor)]
    return [[page for page in shown if page.get("group") == group] for group in GROUPS]


def _may_open(page: Mapping[str, Any], actor: Actor) -> bool:
    permission = page.get("permission")
    return permission is None or permission in actor.permissions


def _entry(page: Mapping[str, Any], words: Words) -> dcc.Link:
    label = html.Span(words.text(page["label"]), className="rail-label")
    return dcc.Link([icon(page["icon"], 24), label], href=page["relative_path"], className="rail-link")


def _languages(words: Words) -> html.Div:
    return html.Div(
        [
            html.Button(
                code.upper(),
                className="quiet language",
                title=words.text(f"ui.languages.{code}"),
                lang=code,
                **{"data-language": code, "aria-pressed": "true" if code == words.language else "false"},
            )
            for code in LANGUAGES
        ],
        className="switch",
        role="group",
        **{"aria-label": words.text("ui.language")},
    )


def _schemes(words: Words) -> html.Div:
    return html.Div(
        [
            html.Button(
                icon(scheme, 18),
                className="quiet scheme",
                title=words.text(f"ui.schemes.{scheme}"),
                **{"data-scheme": scheme, "aria-label": words.text(f"ui.schemes.{scheme}")},
            )
            for scheme in ("light", "auto", "dark")
        ],
        className="switch schemes",
        role="group",
        **{"aria-label": words.text("ui.scheme")},
    )


def _account(frame: Frame) -> html.Details:
    words, actor = frame.words, frame.actor
    roles = words.listed(words.text(f"ui.roles.{role}") for role in sorted(actor.roles))
    token = dcc.Input(type="hidden", name="csrf_token", value=frame.csrf)
    leave = html.Button([icon("sign-out", 18), words.text("ui.sign_out")], className="quiet", type="submit")
    panel = [
        html.Div(actor.email, className="account-email"),
        html.Div(roles, className="quiet-text"),
        dcc.Link([icon("account", 18), words.text("accounts.own.title")], href="/account", className="quiet"),
        html.Form([token, leave], action="/logout", method="POST"),
    ]
    known = {"aria-label": words.text("ui.account")}
    return html.Details(
        [html.Summary(icon("account", 24), className="quiet", **known), html.Div(panel, className="panel")],
        className="popup account",
    )
