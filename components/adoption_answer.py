"""Adoption in words: the sentence, what must be known with it, the cards, and how paces and arrivals are said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components.icons import icon
from domain.adoption import RANKED_FROM, Adoption, Arrival, Coming, Goal, Pace, Standing
from locales import Words

PER = 1000  # registered addresses, for reports


def ordered(found: Adoption) -> list[Standing]:
    """The reader's own precincts first, then the others; each as ranked."""
    return sorted(found.rows, key=lambda row: row.precinct not in found.own)


def number(value: float | None, words: Words, decimals: int = 0, missing: str = "adoption.no_data") -> str:
    """A number, or that there is none: never a zero in its place."""
    return words.text(missing) if value is None else words.number(value, decimals)


def share(value: float | None, words: Words) -> str:
    return "–" if value is None else words.percent(value, 1)


def sentence(found: Adoption, words: Words) -> list[Any]:
    """The answer to the page's question."""
    sums, day = found.total, words.day(found.day)
    if sums.registered is None:
        known = [row.registered for row in found.rows if row.registered is not None]
        if not known:
            return [words.text("adoption.sentence.nothing", day=day)]
        told = words.text("adoption.sentence.whole", registered=sum(known), day=day)
        return [html.Strong(told), words.text("adoption.sentence.no_target")]
    whole = words.text("adoption.sentence.whole", registered=sums.registered, day=day)
    kind = "reached" if not sums.missing else "partly" if sums.without_data else "goal"
    parts = {"compliance": share(sums.compliance, words), "target": sums.target, "missing": sums.missing}
    parts["count"] = len(sums.without_data)
    return [html.Strong(whole), words.text(f"adoption.sentence.{kind}", **parts)]


def notes(found: Adoption, words: Words, *, left_out: bool = False) -> list[html.P]:
    """What every figure of the page needs beside it."""
    told = [words.text("adoption.unit")]
    goal = common_goal(found)
    if goal is not None:
        told.append(_goal(goal, words))
    if len(found.outlooks) < len(found.rows):
        told.append(words.text("adoption.not_yours" if found.outlooks else "adoption.no_precinct"))
    warned = [words.text("adoption.synthetic")] if found.synthetic else []
    if left_out:
        warned.append(words.text("adoption.day_left_out"))
    return [*(_notice("info", text) for text in told), *(_notice("warning", text) for text in warned)]


def common_goal(found: Adoption) -> Goal | None:
    """The goal of every precinct that has one; None where they differ."""
    goals = {(row.goal.share, row.goal.rounding, row.goal.due): row.goal for row in found.rows if row.goal is not None}
    return next(iter(goals.values())) if len(goals) == 1 else None


def _goal(goal: Goal, words: Words) -> str:
    parts = {
        "share": words.percent(float(goal.share)),
        "rounding": words.text(f"adoption.rounding.{goal.rounding}"),
        "source": goal.source or "–",
    }
    if goal.due is None:
        return words.text("adoption.goal_undated", **parts)
    return words.text("adoption.goal", due=words.day(goal.due), **parts)


def _notice(image: str, text: str) -> html.P:
    return html.P([icon(image, 16), html.Span(text)], className=f"notice {image}")


def cards(found: Adoption, words: Words) -> list[html.Div]:
    """The totals, each with what it counts."""
    sums = found.total
    depth = None if sums.depth is None else PER * sums.depth
    lacking = words.listed(words.term("precinct", code) for code in sums.without_data[:4])
    told = {
        "registered": (number(sums.registered, words), {"day": words.day(found.day)}),
        "target": (number(sums.target, words, 0, "adoption.no_target"), {"count": sums.precincts}),
        "missing": (number(sums.missing, words), {}),
        "compliance": (share(sums.compliance, words), {}),
        "depth": (number(depth, words, 1), {"count": sums.reports or 0}),
        "without_data": (words.number(len(sums.without_data)), {}),
    }
    quiet = {name: words.text(f"adoption.cards.{name}_told", **parts) for name, (_, parts) in told.items()}
    if lacking:
        quiet["without_data"] = lacking
    return [_card(name, value, quiet[name], words) for name, (value, _) in told.items()]


def _card(name: str, value: str, quiet: str, words: Words) -> html.Div:
    return html.Div(
        [
            html.Div(words.text(f"adoption.cards.{name}"), className="card-label"),
            html.Div(value, className="card-value"),
            html.Div(quiet, className="quiet-text"),
        ],
        className=f"card figure-card {name}",
    )


def unranked(row: Standing, words: Words) -> str:
    """Why a precinct has no place among the others; empty for one that has."""
    if row.rank is not None:
        return ""
    if row.registered is None:
        return words.text("adoption.no_data")
    if row.target is None:
        return words.text("adoption.no_target" if row.goal is None else "adoption.no_population")
    return words.text("adoption.few", count=RANKED_FROM)


def pace(found: Pace | None, words: Words) -> Sequence[str]:
    """The pace, and under it its interval or why there is none."""
    if found is None:
        return "–", words.text("adoption.table.pace_none")
    low, high = words.number(found.low), words.number(found.high)
    return words.number(found.monthly), words.text("adoption.table.interval", low=low, high=high)


def slowing(found: Pace | None, words: Words) -> str:
    """What is told of a pace that fell; empty for one that did not."""
    if found is None or not found.slowing or found.before is None:
        return ""
    return words.text("adoption.table.slowing_told", before=words.number(found.before))


def arrival(found: Arrival, words: Words) -> Sequence[str]:
    """The day of arrival and its interval, or what can be said instead."""
    if found.coming is Coming.UNKNOWN:
        return "–", ""
    if found.coming is not Coming.DATED or found.day is None:
        return words.text(f"adoption.arrival.{found.coming}"), ""
    if found.earliest is None:
        return words.day(found.day), ""
    earliest = words.day(found.earliest, "MMM y")
    if found.latest is None:
        return words.day(found.day), words.text("adoption.arrival.open", earliest=earliest)
    return words.day(found.day), words.text(
        "adoption.arrival.range", earliest=earliest, latest=words.day(found.latest, "MMM y")
    )
