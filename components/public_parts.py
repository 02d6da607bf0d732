"""What the public pages are put together from: rounded numbers in words, lists to choose from, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from dash import html

from components.markup import Html, attribute, markup
from domain.release.lattice import ALL, UNKNOWN
from domain.release.shown import Edition
from locales import Words

Options = Sequence[tuple[str, str]]
Head = tuple[str, bool]  # what a column is called, and whether it holds numbers


def count(value: int | None, words: Words) -> str:
    """A rounded count; nought says what it may be, and what is not published says so."""
    if value is None:
        return words.text("public.unpublished")
    return words.number(value) if value else words.text("public.zero")


def about(value: int | None, words: Words) -> str:
    return words.text("public.about", count=value) if value else count(value, words)


def short(name: str, words: Words) -> str:
    """A period where there is little room.

    >>> short("2026-10", Words("en")), short("2025", Words("en"))
    ('Oct 2026', '2025')
    """
    return words.day(date.fromisoformat(f"{name}-01"), "LLL y") if "-" in name else name


def family(code: str, words: Words) -> str:
    return words.text("public.all_families") if code == ALL else words.term("family", code)


def band(code: str, words: Words) -> str:
    return words.text(f"releases.codes.{code}") if code in (ALL, UNKNOWN) else words.text(f"public.bands.{code}")


def upper(text: str) -> str:
    """A sentence's first letter, where a month begins it."""
    return text[:1].upper() + text[1:]


def basis(edition: Edition, words: Words) -> html.P:
    """Under every picture: which release it is drawn from, and where to find it."""
    issued = words.day(date.fromisoformat(edition.issued))
    told = words.text("public.basis", number=str(edition.number), issued=issued)
    return html.P([told, " ", html.A(words.text("public.basis_link"), href="/data")], className="quiet")


def chooser(name: str, label: str, groups: Sequence[tuple[str, Options]], chosen: str) -> Html:
    """A labelled list to choose from; several groups have their names between the options."""
    listed = "".join(_group(title, options, chosen) for title, options in groups)
    known = f'id="{name}" name="{name}"'
    return Html(
        f'<div class="field"><label for="{name}">{markup(label)}</label><select {known}>{listed}</select></div>'
    )


def _group(title: str, options: Options, chosen: str) -> str:
    listed = "".join(
        f"<option{attribute('value', value)}{' selected' if value == chosen else ''}>{markup(name)}</option>"
        for value, name in options
    )
    return f"<optgroup{attribute('label', title)}>{listed}</optgroup>" if title else listed


def asking(fields: Iterable[Html], words: Words) -> Html:
    """A form that puts its choices into the address of its own page."""
    button = f'<button type="submit">{markup(words.text("public.show"))}</button>'
    return Html(f'<form method="get" class="choices">{"".join(fields)}{button}</form>')


def table(caption: str, heads: Sequence[Head], rows: Iterable[Sequence[Any]]) -> Html:
    """A table whose first column names the row; it scrolls sideways by itself where the screen is small."""
    return grouped(caption, heads, [("", rows)])


def grouped(caption: str, heads: Sequence[Head], groups: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> Html:
    """The same with its rows in groups, each under its name."""
    top = "".join(f'<th scope="col"{_number(number)}>{markup(told)}</th>' for told, number in heads)
    body = "".join(f"<tbody>{_over(name, len(heads))}{_rows(rows, heads)}</tbody>" for name, rows in groups)
    told = markup(caption)
    return Html(
        f'<div class="scroll" role="region" tabindex="0"{attribute("aria-label", caption)}><table>'
        f"<caption>{told}</caption><thead><tr>{top}</tr></thead>{body}</table></div>"
    )


def _over(name: str, columns: int) -> str:
    return f'<tr><th scope="rowgroup" class="over" colspan="{columns}">{markup(name)}</th></tr>' if name else ""


def _rows(rows: Iterable[Sequence[Any]], heads: Sequence[Head]) -> str:
    return "".join(_row(row, heads) for row in rows)


def _row(row: Sequence[Any], heads: Sequence[Head]) -> str:
    first, *rest = row
    cells = "".join(
        f"<td{_number(number)}>{markup(cell)}</td>" for cell, (_, number) in zip(rest, heads[1:], strict=True)
    )
    return f'<tr><th scope="row">{markup(first)}</th>{cells}</tr>'


def _number(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def opened(summary: str, inside: Any) -> html.Details:
    return html.Details([html.Summary(summary), inside])


def nothing_yet(subject: str, words: Words) -> list[Any]:
    """A page before the first release."""
    return [*head(subject, words), html.P(words.text("public.nothing"), className="card")]


def nothing_here(subject: str, words: Words) -> list[Any]:
    """A page whose part is not in the release."""
    return [*head(subject, words), html.P(words.text("public.none"), className="card")]


def head(subject: str, words: Words) -> list[Any]:
    """The question that a page answers, and what to know first."""
    return [
        html.H1(words.text(f"public.{subject}.title")),
        html.P(words.text(f"public.{subject}.lead"), className="lead"),
    ]
