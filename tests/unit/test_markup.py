"""Components as a string: what is text stays text, whatever it says."""

from __future__ import annotations

from html.parser import HTMLParser

import dash_mantine_components as dmc
import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from components.markup import markup


class Reader(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(source: str) -> Reader:
    reader = Reader()
    reader.feed(source)
    reader.close()
    return reader


@given(st.text(st.characters(exclude_characters="\r\x00", exclude_categories=("Cs",))))
def test_any_text_comes_back_as_text_and_as_an_attribute(text: str) -> None:
    found = read(markup(html.P(text, title=text, **{"data-value": text})))
    assert found.tags == [("p", {"title": text, "data-value": text})]
    assert found.text == text


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (None, ""),
        (0, "0"),
        (["a", None, 2], "a2"),
        (html.Div(), "<div></div>"),
        (html.Span("x", className="a b", hidden=True), '<span class="a b" hidden>x</span>'),
        (html.Button("x", disabled=False, tabIndex="0"), '<button tabindex="0">x</button>'),
        (html.I(style={"width": 4, "maxWidth": "2em", "opacity": 1, "--n": 3}),
         '<i style="width:4px;max-width:2em;opacity:1;--n:3"></i>'),
        (html.Ol([html.Li("a"), html.Li(["b", html.Br()])], start=3), '<ol start="3"><li>a</li><li>b<br></li></ol>'),
        (html.Td("x", colSpan=2, **{"aria-label": "y"}), '<td colspan="2" aria-label="y">x</td>'),
        (html.Script("</script><b>"), "<script>&lt;/script&gt;&lt;b&gt;</script>"),
    ],
)  # fmt: skip
def test_components_are_written_as_html(drawn: object, expected: str) -> None:
    assert markup(drawn) == expected


@pytest.mark.parametrize("drawn", [dmc.Button("x"), dcc.Store(id="x"), html.Div(dmc.Text("x"))])
def test_a_component_that_needs_dash_is_refused(drawn: object) -> None:
    with pytest.raises(TypeError, match="no plain HTML"):
        markup(drawn)
