"""Where every precinct stands, as one table written at once: four hundred rows of Dash components take too long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from components.adoption_answer import PER, arrival, number, ordered, pace, share, slowing, unranked
from components.markup import Html
from domain.adoption import Adoption, Outlook, Population, Standing, Total
from locales import Words

SHOWN = 30  # rows before "all"
COLUMNS = (
    "precinct", "registered", "population", "target", "missing",
    "compliance", "reports", "depth", "pace", "needed", "arrival",
)  # fmt: skip
EXPLAINED = frozenset({"depth", "pace", "needed", "arrival"})

Address = Callable[[str], str]


def table(found: Adoption, address: Address, chosen: str, words: Words) -> Html:
    """`address` gives where a precinct is looked at; `chosen` is the one that is."""
    rows, shared = ordered(found), _one_source(found)
    draw = _Row(found, address, chosen, words, told=not shared)
    body = "".join(draw(row, folded=n >= SHOWN and row.precinct not in found.own) for n, row in enumerate(rows))
    title = escape(words.text("adoption.table.title"))
    drawn = (
        f'<div class="scrolling" tabindex="0" role="group" aria-label="{title}"><table class="table adoption">'
        f'<caption class="visually-hidden">{title}</caption><thead><tr>{_heads(words)}</tr></thead>'
        f"<tbody>{body}</tbody><tfoot>{_totals(found.total, words)}</tfoot></table></div>"
    )
    if shared:
        drawn += f'<p class="quiet-text">{escape(words.text("adoption.table.source", source=shared))}</p>'
    if len(rows) > SHOWN:
        every = escape(words.text("adoption.table.all", count=len(rows)))
        drawn += f'<button class="quiet small" data-do="unfold">{every}</button>'
    return Html(drawn)


def _heads(words: Words) -> str:
    return "".join(_head(column, words) for column in COLUMNS)


def _head(column: str, words: Words) -> str:
    name = words.text(f"adoption.table.{column}")
    told = words.text(f"adoption.table.{column}_told") if column in EXPLAINED else ""
    mark = f' data-told="{escape(told)}"' if told else ""
    label = escape(words.text("adoption.table.sort", name=told or name))
    return (
        f'<th scope="col" class="{column}"><button class="quiet" data-do="sort" data-key="{column}" '
        f'aria-label="{label}"{mark}>{escape(name)}</button></th>'
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """Draws one precinct after another; `told`: whether the source of the population stands under it."""

    found: Adoption
    address: Address
    chosen: str
    words: Words
    told: bool

    def __call__(self, row: Standing, *, folded: bool) -> str:
        own, why = row.precinct in self.found.own, unranked(row, self.words)
        marks = ["own"] * own + ["unranked"] * bool(why) + ["chosen"] * (row.precinct == self.chosen)
        quiet = " · ".join(filter(None, (self.words.text("adoption.own") if own else "", why)))
        outlook = self.found.outlooks.get(row.precinct)
        cells = [*_standing(row, self.words, told=self.told), *_outlook(outlook, self.words)]
        return (
            f'<tr class="{" ".join(marks)}" data-precinct="{escape(row.precinct)}"{" hidden" if folded else ""}>'
            f"{self._head(row.precinct, quiet, linked=outlook is not None)}{''.join(cells)}</tr>"
        )

    def _head(self, code: str, quiet: str, *, linked: bool) -> str:
        name = escape(self.words.term("precinct", code))
        link = f'<a href="{escape(self.address(code))}" {_asks(code)}>{name}</a>' if linked else name
        return f'<th scope="row" data-sort="{name}">{link}{_quiet(quiet)}</th>'


def _asks(code: str) -> str:
    return f'data-do="adoption" data-key="precinct" data-value="{escape(code)}"'


def _quiet(text: str) -> str:
    return f'<span class="quiet-text">{escape(text)}</span>' if text else ""


def _cell(text: str, value: float | None = None, quiet: str = "") -> str:
    """A number with a quiet second line; `value` is what the column is sorted by."""
    sort = "" if value is None else f' data-sort="{value:.9g}"'
    return f"<td{sort}>{escape(text)}{_quiet(quiet)}</td>"


def _standing(row: Standing, words: Words, *, told: bool) -> list[str]:
    """`told`: whether the source of the population stands under it."""
    people = row.population.people if row.population else None
    depth = None if row.depth is None else PER * row.depth
    return [
        _cell(number(row.registered, words), row.registered),
        _cell(number(people, words, 0, "adoption.no_population"), people, source(row.population) if told else ""),
        _cell(number(row.target, words, 0, "adoption.no_target"), row.target),
        _cell(_or_dash(row.missing, words), row.missing),
        _compliance(row.compliance, words),
        _cell(number(row.reports, words), row.reports),
        _cell(_or_dash(depth, words, 1), depth),
    ]


def _or_dash(value: float | None, words: Words, decimals: int = 0) -> str:
    return "–" if value is None else words.number(value, decimals)


def _one_source(found: Adoption) -> str:
    """The source of all populations in use; empty where there is more than one."""
    named = {source(row.population) for row in found.rows if row.population}
    return named.pop() if len(named) == 1 else ""


def source(population: Population | None) -> str:
    """Who says how many live there, and of which year."""
    if population is None:
        return ""
    return ", ".join(filter(None, (population.source, str(population.year or ""))))


def _compliance(value: float | None, words: Words) -> str:
    """The number and a bar that is full at the goal."""
    if value is None:
        return _cell("–")
    width = f"{100 * min(value, 1):.1f}%"
    bar = f'<span class="goal-bar" aria-hidden="true"><span style="width:{width}"></span></span>'
    return f'<td data-sort="{value:.9g}"><b>{escape(share(value, words))}</b>{bar}</td>'


def _outlook(found: Outlook | None, words: Words) -> list[str]:
    """Dashes where the details are not the reader's."""
    if found is None:
        return [_cell("–"), _cell("–"), _cell("–")]
    monthly, interval = pace(found.pace, words)
    day, between = arrival(found.arrival, words)
    return [
        _pace(found, monthly, interval, words),
        _cell(_or_dash(found.needed, words), found.needed),
        _cell(day, found.arrival.day.toordinal() if found.arrival.day else None, between),
    ]


def _pace(found: Outlook, monthly: str, interval: str, words: Words) -> str:
    fell = slowing(found.pace, words)
    if found.pace is None or not fell:
        return _cell(monthly, found.pace.monthly if found.pace else None, interval)
    mark = f'<span class="slowing" data-told="{escape(fell)}">{escape(words.text("adoption.table.slowing"))}</span>'
    return f'<td data-sort="{found.pace.monthly:.9g}">{escape(monthly)}{_quiet(interval)}{mark}</td>'


def _totals(sums: Total, words: Words) -> str:
    depth = None if sums.depth is None else PER * sums.depth
    cells = [
        _cell(number(sums.registered, words)),
        _cell(number(sums.population, words, 0, "adoption.no_population")),
        _cell(number(sums.target, words, 0, "adoption.no_target")),
        _cell(_or_dash(sums.missing, words)),
        _compliance(sums.compliance, words),
        _cell(number(sums.reports, words)),
        _cell(_or_dash(depth, words, 1)),
        '<td colspan="3"></td>',
    ]
    told = escape(words.text("adoption.table.sums"))
    return f'<tr><th scope="row" title="{told}">{escape(words.text("adoption.total"))}</th>{"".join(cells)}</tr>'
