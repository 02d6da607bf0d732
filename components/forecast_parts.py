"""What the pages of forecasts share: the way between them, the choice of target, names, notices and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode

from dash import html

from analytics.forecast.content import Content
from analytics.forecast.panel import WEEK
from components.icons import icon
from components.markup import Html, attribute, select
from components.share import menu
from domain.forecast.models import Model
from domain.forecast.sealed import CELL, Entry, Sealed, Standing, Target
from domain.periods import Window
from locales import Words, catalogue

PATH = "/forecast"
PAGES = {"coming": PATH, "tracking": f"{PATH}/tracking", "exposure": f"{PATH}/exposure", "runs": f"{PATH}/runs"}
LITTLE = 0.01  # incidents in a cell and week
SHORT = 12  # letters of a seal that tell forecasts apart
NO_BETTER = "no_better_than_"  # before the code of a baseline, in why a model was demoted


@dataclass(frozen=True)
class Frame:
    """How a page speaks, and by which clock."""

    words: Words
    zone: str

    def when(self, at: int) -> str:
        return self.words.instant(at, self.zone)


def address(page: str, target: Target | None = None, **more: object) -> str:
    """Where a page shows a target; the usual cell size is left out."""
    query = {"target": target.code, "cell": target.cell if target.cell != CELL else None} if target else {}
    told = {name: str(value) for name, value in (query | more).items() if value not in (None, "")}
    return PAGES[page] + (f"?{urlencode(told, safe='+')}" if told else "")


# --- names ------------------------------------------------------------------------------------------------------


def name(target: Target, words: Words) -> str:
    """The types or families that are forecast together."""
    return words.listed(words.term("type" if "." in code else "family", code) for code in target.codes)


def model(code: Model, words: Words) -> str:
    return words.text(f"forecast.models.{code}")


def week(monday: date, words: Words) -> str:
    return words.window(Window(monday, monday + WEEK - timedelta(days=1)))


def decimal(value: float | None, words: Words, decimals: int = 2) -> str:
    """A number with all its decimals, so that a column lines up; a dash where there is none."""
    if value is None:
        return "–"
    whole, _, rest = f"{abs(value):.{decimals}f}".partition(".")
    point = words.number(0.5, 1)[1]
    sign = "−" if value < 0 and float(f"{value:.{decimals}f}") else ""
    return sign + words.number(int(whole)) + (point + rest if rest else "")


def rate(value: float | None, words: Words) -> str:
    """Expected incidents in a cell and week; what would be rounded to none is told as little."""
    if value is not None and 0 < value < LITTLE:
        return f"<\u00a0{decimal(LITTLE, words)}"
    return decimal(value, words, 1 if value is not None and value >= 10 else 2)


def percent(part: float, words: Words) -> str:
    """A share of the area, that no line breaks."""
    return words.percent(part).replace(" ", "\u00a0")


def share(value: float | None, words: Words) -> str:
    return "–" if value is None else f"{decimal(100 * value, words, 1)}\u00a0%"


def interval(low: float, high: float, words: Words, decimals: int = 2) -> str:
    """The ends of an interval; counts stay whole."""
    places = 0 if float(low).is_integer() and float(high).is_integer() else decimals
    return words.text("forecast.interval", low=decimal(low, words, places), high=decimal(high, words, places))


def reason(entry: Entry, words: Words) -> str:
    """Why: what a person wrote, or the rules that decided."""
    if not entry.month:
        return entry.reason
    codes = entry.reason.split(", ")
    beaten = [str(one) for one in Model if f"{NO_BETTER}{one}" in codes]
    if beaten:
        named = words.listed(words.text(f"forecast.models.{one}") for one in beaten)
        return words.text("forecast.log.why.no_better", models=named)
    known = catalogue(words.language)
    rules = [f"forecast.log.why.{code}" for code in codes]
    return words.listed(words.text(rule) for rule in rules if rule in known) or entry.reason


def led_by(content: Content) -> Model:
    """Who led when a forecast was sealed."""
    return Model(content.facts["leader"])


# --- the head of a page -----------------------------------------------------------------------------------------


def head(page: str, chosen: Target | None, words: Words, taken: Sequence[Any] = ()) -> html.Div:
    """Title, the way to the other pages, and room for the targets to choose from."""
    title = [html.H1(words.text(f"forecast.{page}.title")), html.Div(className="spring")]
    return html.Div(
        [
            html.Div([*title, menu(list(taken), words)], className="title-row"),
            html.Div([_pages(page, chosen, words), html.Div(id="forecast-target")], className="forecast-ways"),
        ],
        className="page-head",
    )


def _pages(page: str, chosen: Target | None, words: Words) -> html.Nav:
    links = [
        html.A(
            words.text(f"forecast.{other}.nav"),
            href=address(other, chosen),
            className="preset",
            **{"data-go": "yes", **({"aria-current": "page"} if other == page else {})},
        )
        for other in PAGES
    ]
    return html.Nav(links, className="presets", **{"aria-label": words.text("forecast.pages")})


def choice(page: str, targets: Sequence[Target], chosen: Target, words: Words) -> Html:
    """The targets that were forecast, for the place that the head keeps."""
    options = [(address(page, target), titled(target, words)) for target in targets]
    label = words.text("forecast.target")
    chooser = select(options, label, address(page, chosen), data_goes="")
    return Html(f'<label class="day-chooser">{escape(label)}{chooser}</label>')


def titled(target: Target, words: Words) -> str:
    """A target's name with the size of its cells."""
    return words.text("forecast.titled", name=name(target, words), cell=target.cell)


def export(href: str, words: Words) -> list[html.A]:
    """A table to be taken away, for other programs and for spreadsheets."""
    joined = "&" if "?" in href else "?"
    kinds = [("csv", href)]
    if words.language == "es":  # in English a spreadsheet reads the common table as it is
        kinds.append(("spreadsheet", f"{href}{joined}for=spreadsheet"))
    return [
        html.A([icon("table", 18), words.text(f"ui.share.{kind}")], href=target, className="menu-item")
        for kind, target in kinds
    ]


# --- notices ----------------------------------------------------------------------------------------------------


def notice(image: str, *told: Any) -> html.P:
    kind = "warning" if image == "warning" else "info"
    return html.P([icon(image, 16), html.Span(list(told))], className=f"notice {kind}")


def elsewhere(asked: date | None, shown: date, words: Words) -> list[html.P]:
    """That the page shows another week than the address asks for."""
    if asked in (None, shown):
        return []
    return [notice("warning", words.text("forecast.elsewhere", asked=week(asked, words), shown=week(shown, words)))]


def leading(standing: Standing, words: Words) -> list[html.P]:
    """That the main model does not lead, and why."""
    if standing.main_leads:
        return []
    kind = "off" if standing.off else "demoted"
    actions = ("off",) if standing.off else ("demoted",)
    entry = next((one for one in standing.log if one.action in actions), None)
    told = words.text(f"forecast.standing.{kind}", leader=model(standing.leader, words))
    why = words.text("forecast.standing.because", reason=reason(entry, words).rstrip(".")) if entry else ""
    return [notice("warning", " ".join(filter(None, (told, why))))]


def sealed_line(sealed: Sealed, frame: Frame) -> str:
    """When it was sealed and how long before its week."""
    words = frame.words
    parts = {"when": frame.when(sealed.made_at), "who": words.author(sealed.actor), "seal": sealed.seal[:SHORT]}
    if sealed.late:
        return words.text("forecast.seal.late", **parts)
    hours = (sealed.begins_at - sealed.made_at) // 3600
    unit, count = ("days", hours // 24) if hours >= 48 else ("hours", hours)
    ahead = words.text(f"forecast.seal.{unit}", count=count)
    return words.text("forecast.seal.on_time", ahead=ahead, **parts)


# --- tables -----------------------------------------------------------------------------------------------------


def row(head: str, cells: Iterable[str], kind: str = "", **known: str) -> str:
    """A row of a table; `head` and `cells` are written HTML, `known` are attributes."""
    attributes = "".join(attribute(key.replace("_", "-"), value) for key, value in known.items())
    drawn = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr class="{kind}"{attributes}><th scope="row">{head}</th>{drawn}</tr>'


def quiet(text: str) -> str:
    return f'<span class="quiet-text">{escape(text)}</span>' if text else ""


def table(heads: Sequence[str], rows: Iterable[str], title: str, kind: str = "", foot: str = "") -> Html:
    """A table that scrolls sideways where it must; `heads` and `title` are texts, `rows` are written <tr>."""
    headed = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    footed = f"<tfoot>{foot}</tfoot>" if foot else ""
    return Html(
        f'<div class="scrolling" tabindex="0" role="group" aria-label="{escape(title)}">'
        f'<table class="table {kind}"><caption class="visually-hidden">{escape(title)}</caption>'
        f"<thead><tr>{headed}</tr></thead><tbody>{''.join(rows)}</tbody>{footed}</table></div>"
    )


def folded(table: Html, id: str, words: Words) -> html.Details:
    """A picture's table, one step away."""
    summary = html.Summary(words.text("heat.as_table"), className="quiet small")
    return html.Details([summary, table], id=id, className="rest")


def section(id: str, title: str, *parts: Any, kind: str = "") -> html.Section:
    return html.Section(
        [html.H2(title, id=f"{id}-title"), *parts],
        id=id,
        className=f"card {kind}".strip(),
        **{"aria-labelledby": f"{id}-title"},
    )


def nothing(page: str, words: Words, told: Sequence[Any]) -> html.Div:
    """A page before there is anything on it: why, and the next step."""
    return html.Div(
        [
            head(page, None, words),
            html.Div([html.H2(words.text(f"forecast.{page}.empty")), *told], className="card empty"),
        ],
        className="forecast-page",
    )
