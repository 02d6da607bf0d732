"""The public page about forecasts: how good they were in the newest closed quarter, and its zones by fifths of risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from components import public_map
from components import public_parts as parts
from components.forecast_parts import decimal, percent
from components.markup import Html, attribute, markup
from components.public_exposure import exposure, quarter_named
from domain.forecast.models import MAIN, Model
from domain.forecast.sealed import JOIN
from domain.release.shown import Area, Edition, Row
from locales import Words

SHARES = ("1", "5", "10", "20")
FIFTHS = (1, 2, 3, 4, 5)
CLASS = {fifth: f"c{fifth + 1}" for fifth in FIFTHS}
WIDE, TALL, NAMES = 470, 28, 232  # of the picture, of one bar, of the room for names
ROUNDED = 0.0101  # what rounding to hundredths alone may make of a difference
READ = tuple(f"forecast_{name}" for name in ("accuracy", "fifths", "exposure", "precincts", "log"))
FILES = (*READ, "forecast_seals")


def page(
    held: Mapping[str, Sequence[Row]],
    zones: Sequence[Area],
    precincts: Mapping[str, str],
    edition: Edition,
    w: Words,
) -> list[Any]:
    """Nothing but what the release holds of closed quarters; `held` are the rows of READ, `precincts` are names."""
    accuracy, log = held["forecast_accuracy"], held["forecast_log"]
    if not accuracy:
        return parts.nothing_here("forecasts", w)
    targets = sorted({row["target"] for row in accuracy}, key=lambda code: (code.count(JOIN), code))
    return [
        *parts.head("forecasts", w),
        *(part for target in targets for part in _target(_of(target, held), zones, precincts, w)),
        *_told(accuracy[-1], w),
        html.H2(_text("log_title", w)),
        _log(log, w),
        html.P([_text("files", w), " ", *_files(edition)]),
        parts.basis(edition, w),
    ]


def _of(target: str, held: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """What is told of one target."""
    return {name: [row for row in rows if row["target"] == target] for name, rows in held.items()}


def _text(key: str, words: Words, **said: object) -> str:
    return words.text(f"forecast_public.{key}", **said)


def _name(target: str, words: Words) -> str:
    """What is forecast, in words."""
    return words.listed(words.term("type" if "." in code else "family", code) for code in target.split(JOIN))


def _told(row: Row, words: Words) -> list[Any]:
    """How it works, what it is not for, when it steps back."""
    link = html.A(_text("register", words), href="/algorithms")
    return [
        html.H2(_text("how_title", words)),
        html.P([_text("how", words, cell=int(row["cell"])), " ", link]),
        html.H2(_text("not_title", words)),
        html.P(_text("not_for", words)),
        html.H2(_text("off_title", words)),
        html.P(_text("off", words)),
    ]


# --- how good it was -------------------------------------------------------------------------------------------


def _target(
    held: Mapping[str, Sequence[Row]], zones: Sequence[Area], precincts: Mapping[str, str], words: Words
) -> list[Any]:
    of_target = held["forecast_accuracy"]
    target = of_target[0]["target"]
    newest = max(row["quarter"] for row in of_target)
    said = {"target": _name(target, words), "quarter": quarter_named(newest, words)}
    shown = [row for row in of_target if row["quarter"] == newest]
    earlier = [row for row in of_target if row["model"] == MAIN and row["quarter"] != newest][::-1]
    caption = _text("caption", words, weeks=int(shown[0]["weeks"]), quarter=parts.upper(said["quarter"]))
    return [
        html.H2(said["target"]),
        html.P(_answer(shown, said["quarter"], words)),
        html.Figure([_bars(shown, _text("chart", words, **said), words)], className="bars"),
        parts.opened(_text("as_table", words), _table(caption, shown, words)),
        *_earlier(earlier, words),
        *_map(held["forecast_fifths"], zones, words),
        *exposure(held["forecast_exposure"], held["forecast_precincts"], precincts, words),
    ]


def _answer(rows: Sequence[Row], quarter: str, words: Words) -> list[Any]:
    """Whether the model was better than the best of the simple estimates, as far as the published decimals tell."""
    rates = {row["model"]: row["hit_rate_5"] or 0 for row in rows}
    own, best = rates.pop(MAIN, None), max(rates.values(), default=0)
    if own is None:
        return [_text("simple_alone", words, quarter=quarter, best=percent(best, words))]
    verdict = "same" if abs(own - best) <= ROUNDED else "better" if own > best else "worse"
    told = _text(f"answer.{verdict}", words, quarter=quarter, best=percent(best, words))
    return [html.Strong(_text("answer.own", words, quarter=quarter, own=percent(own, words))), " ", told]


def _bars(rows: Sequence[Row], label: str, words: Words) -> Html:
    """A bar for each estimate, the model's own in another colour; the table beside has the same numbers."""
    most = max((row["hit_rate_5"] or 0 for row in rows), default=0) or 1
    drawn = "".join(_bar(at, row, most, words) for at, row in enumerate(rows))
    box = f"0 0 {WIDE} {TALL * len(rows) + 8}"
    return Html(f'<svg class="chart" viewBox="{box}" role="img"{attribute("aria-label", label)}>{drawn}</svg>')


def _bar(at: int, row: Row, most: float, words: Words) -> str:
    rate, top = row["hit_rate_5"] or 0, TALL * at + 8
    width = (WIDE - NAMES - 60) * rate / most
    kind = "c6" if row["model"] == MAIN else "c3"
    name, told = markup(_model(row["model"], words)), markup(percent(rate, words))
    return (
        f'<text class="axis end" x="{NAMES - 8}" y="{top + 15}">{name}</text>'
        f'<path class="{kind}" d="M{NAMES} {top}h{width:.0f}v{TALL - 8}h-{width:.0f}z"/>'
        f'<text class="axis end" x="{NAMES + width + 44:.0f}" y="{top + 15}">{told}</text>'
    )


def _model(code: str, words: Words) -> str:
    return _text(f"models.{Model(code)}", words)


def _table(caption: str, rows: Sequence[Row], words: Words) -> Html:
    return parts.table(
        caption, _heads("model", words), [(_model(row["model"], words), *_line(row, words)) for row in rows]
    )


def _heads(first: str, words: Words) -> list[parts.Head]:
    shares = [(_text("hits", words, share=f"{share} %"), True) for share in SHARES]
    return [(_text(first, words), False), *shares, (_text("pai", words), True), (_text("skill", words), True)]


def _line(row: Row, words: Words) -> list[str]:
    rates = [row[f"hit_rate_{share}"] for share in SHARES]
    told = [percent(rate, words) if rate is not None else "–" for rate in rates]
    pai, skill = row["pai_5"], row["skill"]
    return [*told, decimal(pai, words, 1), percent(skill, words) if skill is not None else "–"]


def _earlier(rows: Sequence[Row], words: Words) -> list[Any]:
    """The model's own quarters before, folded."""
    if not rows:
        return []
    lines = [(parts.upper(quarter_named(row["quarter"], words)), *_line(row, words)) for row in rows]
    title = _text("earlier", words)
    return [parts.opened(title, parts.table(title, _heads("columns.quarter", words), lines))]


# --- zones by fifths -------------------------------------------------------------------------------------------


def _map(rows: Sequence[Row], zones: Sequence[Area], words: Words) -> list[Any]:
    if not rows:
        return []
    fifth = {row["zone"]: int(row["fifth"]) for row in rows}
    known = sorted((zone for zone in zones if zone.code in fifth), key=lambda zone: (-fifth[zone.code], zone.name))
    said = {"target": _name(rows[0]["target"], words), "quarter": quarter_named(rows[0]["quarter"], words)}
    heads = [(_text("zone", words), False), (_text("fifth", words), True)]
    lines = [(zone.name, str(fifth[zone.code])) for zone in known]
    title = _text("fifths_title", words, quarter=said["quarter"])
    return [
        html.H3(title),
        html.P(_text("fifths_told", words)),
        *_picture(known, fifth, _text("fifths_map", words, **said), words),
        parts.opened(_text("as_table", words), parts.table(title, heads, lines)),
    ]


def _picture(zones: Sequence[Area], fifth: Mapping[str, int], label: str, words: Words) -> list[Any]:
    frame = public_map.Frame.around(zones)
    if frame is None:
        return []
    drawn = "".join(
        f'<path class="{CLASS[fifth[zone.code]]}" d="{public_map.outline(zone, frame)}">'
        f"<title>{markup(f'{zone.name}: {fifth[zone.code]}')}</title></path>"
        for zone in zones
        if zone.outline
    )
    return [html.Figure([public_map.picture(frame, drawn, label), _legend(words)], className="fifths")]


def _legend(words: Words) -> html.Figcaption:
    named = {FIFTHS[0]: _text("lowest", words), FIFTHS[-1]: _text("highest", words)}
    swatches = "".join(
        f'<li><svg width="18" height="18" aria-hidden="true"><path class="{CLASS[one]}" d="M0 0h18v18H0z"/></svg>'
        f"{markup(named.get(one, str(one)))}</li>"
        for one in FIFTHS
    )
    return html.Figcaption([html.Span(_text("fifth", words)), Html(f'<ul class="legend">{swatches}</ul>')])


# --- what happened to it ---------------------------------------------------------------------------------------


def _log(rows: Sequence[Row], words: Words) -> Any:
    if not rows:
        return html.P(_text("log_none", words))
    lines = [
        _text(
            "log_line",
            words,
            month=parts.upper(words.period(row["month"])),
            target=_name(row["target"], words),
            what=_text(f"actions.{row['action']}", words, reason=row["reason"]),
        )
        for row in rows[::-1]
    ]
    return html.Ul([html.Li(line) for line in lines])


def _files(edition: Edition) -> list[Any]:
    return [
        html.Span([html.A(f"{name}.csv", href=f"/data/{edition.number}/{name}.csv"), " "])
        for name in FILES
        if f"{name}.csv" in {file["path"] for file in edition.files}
    ]
