"""Fields of an ordinary form: label, hint, what is wrong and the control, tied together for eyes and screen readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import html

from components.markup import Html, attribute

Options = Sequence[tuple[str, str]]  # (value, name)
Groups = Sequence[tuple[str, Options]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into a form so far, and what is wrong with it by field, as sentences."""

    form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str:
        return (list(self.form.get(name, ())) or [""])[0]

    def has(self, name: str, value: str) -> bool:
        return value in self.form.get(name, ())


def tag(name: str, /, **attributes: Any) -> Html:
    """An element without content; a trailing underscore of a name falls away, others become dashes."""
    written = "".join(attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    return Html(f"<{name}{written}>")


def hidden(name: str, value: str) -> Html:
    return tag("input", type="hidden", name=name, value=value)


def line(typed: Typed, name: str, label: str, hint: str = "", **known: Any) -> html.Div:
    """One line of text; `known` are attributes of the input, such as type, autocomplete and inputmode."""
    control = tag("input", id=name, name=name, value=typed.one(name) or None, **_tied(typed, name, hint), **known)
    return _field(typed, name, label, hint, control)


def area(typed: Typed, name: str, label: str, hint: str = "", rows: int = 4, longest: int = 1000) -> html.Div:
    """Several lines of text."""
    told = {key.replace("_", "-"): value for key, value in _tied(typed, name, hint).items()}
    control = html.Textarea(typed.one(name), id=name, name=name, rows=rows, maxLength=longest, **told)
    return _field(typed, name, label, hint, control)


def chooser(typed: Typed, name: str, label: str, options: Options | Groups, hint: str = "", **known: Any) -> html.Div:
    """One of a list, whole or in groups of (name, list); the first entry is no choice.

    `known` may hold `id` and `chosen` where several share a name.
    """
    id_, chosen = known.pop("id", name), known.pop("chosen", None)
    chosen = typed.one(name) if chosen is None else chosen
    told: list[Any] = [html.Option("", value="")]
    for first, second in options:
        if isinstance(second, str):
            told.append(html.Option(second, value=first, selected=first == chosen))
        else:
            listed = [html.Option(text, value=value, selected=value == chosen) for value, text in second]
            told.append(html.Optgroup(listed, label=first))
    tied = {key.replace("_", "-"): value for key, value in _tied(typed, id_, hint).items()}
    return _field(typed, id_, label, hint, html.Select(told, id=id_, name=name, **tied, **known))


def radios(typed: Typed, name: str, legend: str, options: Options, hint: str = "") -> html.Fieldset:
    """One of a few, all in sight; the first carries the group's id, where a link from the summary leads."""
    rows = [
        _tick(tag("input", id=_id(name, n), type="radio", name=name, value=value, checked=typed.has(name, value)), text)
        for n, (value, text) in enumerate(options)
    ]
    told = {"aria-describedby": _described(typed, name, hint)}
    return html.Fieldset(
        [html.Legend(legend), *_around(typed, name, hint), *rows],
        **{key: value for key, value in told.items() if value},
    )


def tick(typed: Typed, name: str, text: Any, hint: str = "", value: str = "yes") -> html.Div:
    """A box to tick."""
    box = tag(
        "input",
        id=name,
        type="checkbox",
        name=name,
        value=value,
        checked=typed.has(name, value),
        **_tied(typed, name, hint),
    )
    return html.Div([*_wrong(typed, name), _tick(box, text, name), *_hint(name, hint)], className="field")


def summary(typed: Typed, title: str) -> html.Div | None:
    """All that is wrong, each with a link to its field; it takes the focus when the page opens."""
    if not typed.wrong:
        return None
    told = [html.Li(html.A(sentence, href=f"#{name}")) for name, sentence in typed.wrong.items()]
    return html.Div(
        [html.H2(title, id="wrong-title"), html.Ul(told)],
        id="wrong",
        className="warning summary",
        role="alert",
        tabIndex="-1",
        **{"aria-labelledby": "wrong-title"},
    )


def _id(name: str, number: int) -> str:
    return name if number == 0 else f"{name}-{number}"


def _tick(box: Html, text: Any, for_: str | None = None) -> html.Div:
    return html.Div(html.Label([box, html.Span(text)], htmlFor=for_), className="tick")


def _field(typed: Typed, name: str, label: str, hint: str, control: Any) -> html.Div:
    return html.Div([html.Label(label, htmlFor=name), *_around(typed, name, hint), control], className="field")


def _around(typed: Typed, name: str, hint: str) -> list[Any]:
    return [*_hint(name, hint), *_wrong(typed, name)]


def _hint(name: str, hint: str) -> list[Any]:
    return [html.Div(hint, id=f"{name}-hint", className="hint")] if hint else []


def _wrong(typed: Typed, name: str) -> list[Any]:
    sentence = typed.wrong.get(name)
    return [html.Div(sentence, id=f"{name}-wrong", className="wrong")] if sentence else []


def _described(typed: Typed, name: str, hint: str) -> str | None:
    told = [f"{name}-hint"] if hint else []
    told += [f"{name}-wrong"] if name in typed.wrong else []
    return " ".join(told) or None


def _tied(typed: Typed, name: str, hint: str) -> dict[str, Any]:
    return {
        "aria_describedby": _described(typed, name, hint),
        "aria_invalid": "true" if name in typed.wrong else None,
    }
