"""The forms of a case: one for each thing that may be done, each asking for what it needs. `assets/desk.js` sends them
and puts what is wrong beside its field, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from components.markup import Html, attribute, markup
from domain.footage.handling import Field
from locales import Words

LONG = 300  # letters from which words get a box of several lines


def form(
    key: str, address: str, fields: Sequence[Any], button: str, kept: Mapping[str, object] | None = None, **data: str
) -> Html:
    """A form that `desk.js` posts to `address`; `kept` travels with it unseen, `data` are its data attributes."""
    hidden = [
        Html(f'<input type="hidden" name="{name}"{attribute("value", value)}>') for name, value in (kept or {}).items()
    ]
    told = html.P(className="desk-wrong", role="alert", hidden=True, **{"data-told": ""})
    press = html.Button(button, className="button", type="submit")
    inside = markup([*hidden, *fields, told, html.Div(press, className="button-row")])
    marks = "".join(attribute(f"data-{name}", value) for name, value in {"desk": key, **data}.items())
    return Html(
        f'<form class="desk-form" method="post" novalidate{attribute("action", address)}{marks}>{inside}</form>'
    )


def field(one: Field, key: str, words: Words, value: str = "", label: str = "") -> Html:
    """One thing to be told, with its label, a hint and a place for what is wrong with it."""
    id, said = f"{key}-{one.name}", label or words.text(f"desk.fields.{one.name}")
    if one.choices:
        return labelled(id, said, _choices(one, id, words, value))
    hint = words.text("desk.at_least", count=one.least) if one.least > 1 and one.most > LONG else ""
    name = f"{attribute('name', one.name)}{attribute('id', id)}{described(id, hint)}"
    if one.most > LONG:
        box = Html(f'<textarea rows="4"{name}{attribute("maxlength", one.most)}>{markup(value)}</textarea>')
    else:
        digits = attribute("inputmode", "numeric") if one.number else ""
        box = Html(f'<input type="text"{digits}{name}{attribute("value", value)}{attribute("maxlength", one.most)}>')
    return labelled(id, said, box, hint)


def _choices(one: Field, id: str, words: Words, value: str) -> Html:
    if len(one.choices) == 1:
        kind = f'type="checkbox"{attribute("value", one.choices[0])}'
        return Html(f"<input {kind}{attribute('name', one.name)}{attribute('id', id)}{described(id, '')}>")
    options = [(choice, words.text(f"desk.choices.{one.name}.{choice}")) for choice in one.choices]
    return select(one.name, id, options, words, value)


def select(name: str, id: str, options: Sequence[tuple[str, str]], words: Words, value: str = "") -> Html:
    """A list to choose from, with nothing chosen at first where there are several."""
    blank = [("", words.text("desk.choose"))] if len(options) > 1 else []
    listed = "".join(
        f"<option{attribute('value', known)}{attribute('selected', bool(value) and known == value)}>{markup(said)}"
        "</option>"
        for known, said in [*blank, *options]
    )
    return Html(
        f'<select class="chooser"{attribute("name", name)}{attribute("id", id)}{described(id, "")}>{listed}</select>'
    )


def labelled(id: str, label: str, control: Any, hint: str = "") -> Html:
    parts = [
        html.Label(label, htmlFor=id),
        html.Span(hint, className="quiet-text", id=f"{id}-hint") if hint else None,
        control,
        html.Span(className="desk-wrong", id=f"{id}-wrong", hidden=True),
    ]
    return Html(markup(html.Div(parts, className="desk-field")))


def described(id: str, hint: str) -> str:
    return attribute("aria-describedby", f"{id}-hint {id}-wrong" if hint else f"{id}-wrong")


def box(name: str, id: str, kind: str = "text", value: str = "", **known: object) -> Html:
    """An input of another kind: a day, a file."""
    more = "".join(attribute(given, told) for given, told in known.items())
    return Html(
        f"<input{attribute('type', kind)}{attribute('name', name)}{attribute('id', id)}{attribute('value', value)}"
        f"{described(id, '')}{more}>"
    )


def folded(title: str, inside: Sequence[Any], id: str, note: str = "") -> html.Details:
    """A form that opens when its title is pressed."""
    said = [html.Span(title), html.Span(note, className="quiet-text") if note else None]
    return html.Details([html.Summary(said), html.Div(inside, className="desk-folded")], id=id, className="desk-move")
