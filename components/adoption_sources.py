"""Populations that disagree: every statement with its source, and what the target would be with it."""

from __future__ import annotations

from html import escape
from typing import Any

from dash import html

from components.adoption_answer import common_goal, ordered
from components.markup import Html
from domain.adoption import Adoption, Population, Standing
from locales import Words

HEADS = ("table.precinct", "sources.source", "sources.year", "sources.people", "sources.difference", "sources.target")


def sources(found: Adoption, words: Words) -> list[Any]:
    """The precincts of which more than one thing is said, and the whole territory beside the sum of those in use."""
    by_code: dict[str, list[Population]] = {}
    for stated in found.populations:
        by_code.setdefault(stated.precinct, []).append(stated)
    disputed = [row for row in ordered(found) if len(by_code.get(row.precinct, ())) > 1]
    rows = [line for row in disputed for line in _precinct(row, by_code[row.precinct], words)]
    rows += _territory(found, by_code.get("", []), words)
    title = html.H2(words.text("adoption.sources.title"), id="adoption-sources-title")
    if not rows:
        return [title, html.P(words.text("adoption.sources.single"), className="quiet-text")]
    heads = "".join(f'<th scope="col">{escape(words.text(f"adoption.{head}"))}</th>' for head in HEADS)
    label = escape(words.text("adoption.sources.title"))
    return [
        title,
        html.P(words.text("adoption.sources.told"), className="quiet-text"),
        Html(
            f'<div class="scrolling" tabindex="0" role="group" aria-label="{label}"><table class="table sources">'
            f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        ),
    ]


def _precinct(row: Standing, stated: list[Population], words: Words) -> list[str]:
    used = row.population
    name = words.term("precinct", row.precinct)
    return [
        _line(
            name if place == 0 else "",
            one,
            used.people if used else None,
            row.goal.target(one.people) if row.goal else None,
            words,
            used=one == used,
        )
        for place, one in enumerate(stated)
    ]


def _territory(found: Adoption, stated: list[Population], words: Words) -> list[str]:
    """What is said of everybody, with the goal taken of it in one piece, beside the sums."""
    if not stated:
        return []
    sums, goal = found.total, common_goal(found)
    name = words.text("adoption.sources.territory")
    lines = [
        _line(
            name if place == 0 else "",
            one,
            sums.population,
            goal.target(one.people) if goal else None,
            words,
            used=False,
        )
        for place, one in enumerate(stated)
    ]
    if sums.population is None:
        return lines
    summed = Population("", sums.population, None, words.text("adoption.sources.sum"))
    return [*lines, _line("", summed, sums.population, sums.target, words, used=True)]


def _line(name: str, one: Population, base: int | None, target: int | None, words: Words, *, used: bool) -> str:
    mark = f' <span class="in-use">{escape(words.text("adoption.sources.used"))}</span>' if used else ""
    cells = [
        f'<td class="words">{escape(one.source or "–")}{mark}</td>',
        f"<td>{one.year or '–'}</td>",
        f"<td>{words.number(one.people)}</td>",
        f"<td>{_difference(one.people, base, words) if not used else '–'}</td>",
        f"<td>{'–' if target is None else words.number(target)}</td>",
    ]
    first = ' class="first"' if name else ""
    head = f'<th scope="row">{escape(name)}</th>' if name else "<td></td>"
    return f"<tr{first}>{head}{''.join(cells)}</tr>"


def _difference(people: int, base: int | None, words: Words) -> str:
    if base is None or not base:
        return "–"
    gap = people - base
    sign = "+" if gap > 0 else "−" if gap < 0 else "±"
    return f"{sign}{words.number(abs(gap))} ({sign}{words.percent(abs(gap) / base, 1)})"
