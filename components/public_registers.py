"""The public pages of registers: cameras and algorithms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dash import html

from components import public_map
from components import public_parts as parts
from components.markup import Html, attribute, markup
from domain.registers.algorithms import FIELDS, PLACES
from domain.registers.cameras import FIELDS as CAMERA_FIELDS
from domain.registers.cameras import PRIVATE, TYPES
from domain.registers.fields import Field, Kind
from domain.release.shown import Area, Edition, Row
from locales import Words

FEW = 200  # cameras whose whole entry is written into the page; the file has them all


# --- cameras ---------------------------------------------------------------------------------------------------


def cameras(
    rows: Sequence[Row], kind: str, around: Sequence[Area], edition: Edition, answer: Sequence[Any], words: Words
) -> list[Any]:
    """The register: is there one here, where they stand, what each is for. `kind` is a type of camera or all."""
    if not rows:
        return parts.nothing_here("cameras", words)
    shown = [row for row in rows if kind in ("all", row["type"])]
    options = [("all", words.text("public.cameras.all")), *((one, choice(one, words)) for one in TYPES)]
    return [
        *parts.head("cameras", words),
        *answer,
        html.H2(words.text("public.cameras.register")),
        parts.asking([parts.chooser("type", words.text("registers.camera.type"), [("", options)], kind)], words),
        html.P(words.text("public.cameras.count", count=len(shown), all=len(rows))),
        _camera_map(shown, around, words),
        _camera_table(shown, {area.code: area.name for area in around}, words),
        _camera_entries(shown, words),
        html.P(html.A(words.text("public.cameras.file"), href=f"/data/{edition.number}/cameras.csv")),
        parts.basis(edition, words),
    ]


def choice(code: str, words: Words) -> str:
    return words.text(f"registers.choices.{code}")


def _camera_map(rows: Sequence[Row], around: Sequence[Area], words: Words) -> Any:
    places = [(row["lon"], row["lat"], row["name"] or row["camera_id"]) for row in rows if row["lon"] is not None]
    drawn = public_map.dots(around, places, words.text("public.cameras.map"))
    if drawn is None:
        return None
    return html.Figure([drawn, html.Figcaption(words.text("public.cameras.precision"))])


def _camera_table(rows: Sequence[Row], sectors: Mapping[str, str], words: Words) -> Html:
    heads = [
        (words.text("public.cameras.which"), False),
        (words.text("registers.camera.status"), False),
        (words.text("public.cameras.kept"), True),
    ]
    lines = [(_which(row, sectors, words), choice(row["status"], words), row["retention_days"]) for row in rows]
    return parts.table(words.text("public.cameras.table"), heads, lines)


def _which(row: Row, sectors: Mapping[str, str], words: Words) -> list[Any]:
    """A camera by its corner, where that is told, and its sector; its type and code under them."""
    sector = sectors.get(row["sector"], row["sector"])
    under = " · ".join(filter(None, (choice(row["type"], words), row["camera_id"])))
    return [", ".join(filter(None, (row["name"], sector))), html.Small(under, className="said")]


def _camera_entries(rows: Sequence[Row], words: Words) -> html.Details | None:
    """Every field of each camera, folded, where the page can bear it."""
    if len(rows) > FEW:
        return None
    fields = [one for one in CAMERA_FIELDS if one.name not in PRIVATE]
    entries = [
        parts.opened(" ".join(filter(None, (row["camera_id"], row["name"]))), _entry(row, fields, "camera", words))
        for row in rows
    ]
    return parts.opened(words.text("public.cameras.entries"), entries)


def asking_near(point: str, wrong: str, answer: str, token: Html, words: Words) -> list[Any]:
    """The form of "is there a camera here?", what was wrong with what was typed, and the answer."""
    label, hint = words.text("public.cameras.point"), words.text("public.cameras.hint")
    broken = ' aria-invalid="true"' if wrong else ""
    by = "point-hint point-wrong" if wrong else "point-hint"
    told = f'<p class="wrong" id="point-wrong">{markup(wrong)}</p>' if wrong else ""
    button = f'<button type="submit">{markup(words.text("public.cameras.ask"))}</button>'
    form = (
        f'<form method="post" action="#here">{token}<div class="field"><label for="point">{markup(label)}</label>'
        f'<p class="hint" id="point-hint">{markup(hint)}</p>{told}<input id="point" name="point" autocomplete="off" '
        f'maxlength="60"{attribute("value", point)} aria-describedby="{by}"{broken}>'
        f"</div>{button}</form>"
    )
    said = html.P(answer, className="note", role="status") if answer else None
    return [html.H2(words.text("public.cameras.here"), id="here"), said, Html(form)]


# --- what an entry says ----------------------------------------------------------------------------------------


def told(field: Field, value: Any, words: Words) -> str:
    """A field's value in words; empty where nothing is said."""
    if value in (None, ""):
        return ""
    if field.kind is Kind.CHOICE:
        return choice(value, words)
    if field.kind is Kind.YES:
        return words.text("registers.yes" if value == "true" else "registers.no")
    if field.kind is Kind.SHARE:
        return words.percent(value, 1)
    return words.number(value, 0 if field.kind is Kind.WHOLE else 5) if isinstance(value, int | float) else str(value)


def _entry(row: Row, fields: Collection[Field], subject: str, words: Words) -> html.Dl:
    lines = [
        part
        for one in fields
        if (said := told(one, _value(row, one, words), words))
        for part in (html.Dt(words.text(f"registers.{subject}.{one.name}")), html.Dd(_linked(one, said)))
    ]
    return html.Dl(lines)


def _value(row: Row, field: Field, words: Words) -> Any:
    return row.get(f"{field.name}_{words.language}") if field.kind is Kind.BOTH else row.get(field.name)


def _linked(field: Field, said: str) -> Any:
    """Links are checked to begin with https:// when they are entered."""
    return html.A(said, href=said, rel="noopener") if field.kind is Kind.LINK else said


# --- algorithms ------------------------------------------------------------------------------------------------


def algorithms(rows: Sequence[Row], measured: bool, edition: Edition, words: Words) -> list[Any]:
    """Every entry; `measured` says whether the release tells how good forecasts were."""
    if not rows:
        return parts.nothing_here("algorithms", words)
    link = html.A(words.text("public.algorithms.measured"), href="/forecasts")
    return [
        *parts.head("algorithms", words),
        *([html.P(link)] if measured else []),
        *(_algorithm(row, words) for row in rows),
        parts.basis(edition, words),
    ]


def _algorithm(row: Row, words: Words) -> html.Section:
    """What matters of an algorithm, and each section of its entry folded."""
    fields = [*FIELDS, *PLACES]
    folded = []
    for section in dict.fromkeys(one.section for one in fields):
        entry = _entry(row, [one for one in fields if one.section == section], "algorithm", words)
        if entry.children:
            folded.append(parts.opened(words.text(f"registers.sections.{section}"), entry))
    return html.Section(
        [
            html.H2(row[f"name_{words.language}"] or row["algorithm_id"], id=row["algorithm_id"]),
            html.P([html.Strong(choice(row["status"], words)), " · ", row["organisation"]]),
            html.P(row[f"description_{words.language}"]),
            *folded,
        ],
        className="card",
    )
