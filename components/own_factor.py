"""One's own second factor: whether it is there, another device, new recovery codes."""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc
import segno
from dash import html

from locales import Words


def drawn(link: str) -> str:
    """A link as a QR code, an SVG to put into a page; dark on light whatever the colours of the page are."""
    return str(segno.make(link, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True))


def state(since: int | None, codes: int, zone: str, words: Words) -> html.Div:
    """Since when it is there, and what may be done; a person who needs none may want one."""
    if since is None:
        return html.Div([html.P(words.text("accounts.factor.none")), _button("begin", words)], className="factor")
    told = words.text("accounts.factor.since", day=words.instant(since, zone, "d MMM y"))
    left = words.text("accounts.factor.left", count=codes)
    return html.Div(
        [html.P(f"{told} {left}"), html.Div([_button("codes", words), _button("change", words)], className="fields")],
        className="factor",
    )


def demo(words: Words) -> html.Div:
    return html.Div(html.P(words.text("accounts.factor.demo")))


def _button(name: str, words: Words) -> html.Button:
    known = {"type": "own-factor", "do": name}
    return html.Button(words.text(f"accounts.factor.{name}"), id=known, className="button plain", type="button")


def offer(key: str, link: str, words: Words) -> html.Div:
    """A device to be set up: picture, key and the field for its first code."""
    image = segno.make(link, error="m").svg_data_uri(border=4, dark="#000", light="#fff", scale=5)
    return html.Div(
        [
            html.P(words.text("accounts.factor.scan")),
            html.Img(src=image, alt=words.text("accounts.factor.picture"), width=220, height=220),
            html.P(words.text("accounts.factor.or_type")),
            html.P(html.Code(key)),
            html.P(html.A(words.text("accounts.factor.open"), href=link)),
            dmc.TextInput(
                id="own-factor-code",
                label=words.text("accounts.factor.code"),
                description=words.text("accounts.factor.hint_first"),
                autoComplete="one-time-code",
            ),
            html.Button(
                words.text("accounts.factor.confirm"), id="own-factor-confirm", className="button", type="button"
            ),
        ],
        className="factor told",
    )


def codes(made: Sequence[str], told: str, words: Words) -> html.Div:
    """Recovery codes, this once; `told` says which of these happened: `done`, or `codes_new`."""
    listed = html.Ul([html.Li(html.Code(code)) for code in made], className="codes")
    return html.Div(
        [html.P(words.text(f"accounts.factor.{told}")), html.P(words.text("accounts.factor.codes_told")), listed],
        className="told",
        role="status",
    )
