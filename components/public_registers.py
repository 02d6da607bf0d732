"""The public pages of registers: cameras and algorithms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dash import html

from components import public_map
from components import public_parts as parts
from components.footage_told import FORM
from components.markup import Html, attribute, markup
from domain.registers.algorithms import FIELDS, PLACES
from domain.registers.cameras import FIELDS as CAMERA_FIELDS
from domain.registers.cameras import PRIVATE, TYPES, Status
from domain.registers.fields import Field, Kind
from domain.release.shown import Area, Edition, Row
from locales import Words

PAGE = 50  # cameras in the table at once
LISTED = "listed"  # where the table is


# --- cameras ---------------------------------------------------------------------------------------------------


def pages(rows: Sequence[Row]) -> range:
    """The numbers of the pages of the table."""
    return range(1, max(1, -(-len(rows) // PAGE)) + 1)


def cameras(
    rows: Sequence[Row],
    kind: str,
    page: int,
    around: Sequence[Area],
    edition: Edition,
    answer: Sequence[Any],
    words: Words,
) -> list[Any]:
    """The register: is there one here, where they stand, what each is for. `kind` is a type of camera or all."""
    if not rows:
        return parts.nothing_here("cameras", words)
    shown = [row for row in rows if kind in ("all", row["type"])]
    page = min(page, pages(shown)[-1])
    options = [("all", words.text("public.cameras.all")), *((one, choice(one, words)) for one in TYPES)]
    return [
        *parts.head("cameras", words),
        *answer,
        html.H2(words.text("public.cameras.register")),
        parts.asking([parts.chooser("type", words.text("registers.camera.type"), [("", options)], kind)], words),
        html.P(words.text("public.cameras.count", count=len(shown), all=len(rows))),
        _camera_map(shown, around, words),
        _camera_table(shown, page, {area.code: area.name for area in around}, words),
        _turning(kind, page, pages(shown), words),
        html.P(html.A(words.text("public.cameras.file"), href=f"/data/{edition.number}/cameras.csv")),
        parts.basis(edition, words),
    ]


def choice(code: str, words: Words) -> str:
    return words.text(f"registers.choices.{code}")


def _camera_map(rows: Sequence[Row], around: Sequence[Area], words: Words) -> Any:
    places = [
        public_map.Dot(row["camera_id"], row["lon"], row["lat"], row["name"] or row["camera_id"])
        for row in rows
        if row["lon"] is not None
    ]
    drawn = public_map.dots(around, places, "?camera=", words.text("public.cameras.map"))
    if drawn is None:
        return None
    skip = html.P(html.A(words.text("public.cameras.to_list"), href=f"#{LISTED}"))
    told = html.Figcaption([words.text("public.cameras.precision"), " ", public_map.pressed(words)])
    return html.Div([skip, html.Figure([drawn, told])])


def _camera_table(rows: Sequence[Row], page: int, sectors: Mapping[str, str], words: Words) -> html.Div:
    heads = [
        (words.text("public.cameras.which"), False),
        (words.text("registers.camera.status"), False),
        (words.text("public.cameras.kept"), True),
    ]
    here = rows[(page - 1) * PAGE : page * PAGE]
    lines = [(_which(row, sectors, words), choice(row["status"], words), _days(row, words)) for row in here]
    return html.Div(parts.table(words.text("public.cameras.table"), heads, lines), id=LISTED)


def _days(row: Row, words: Words) -> str:
    days = row["retention_days"]
    return "" if days is None else words.number(days)


def _turning(kind: str, page: int, known: range, words: Words) -> html.Nav | None:
    """Links to the other pages of the table."""
    if len(known) == 1:
        return None
    links: list[Any] = []
    for one in known:
        label = words.text("public.cameras.page", number=one)
        told = {"aria-label": label, **({"aria-current": "page"} if one == page else {})}
        links += [html.A(str(one), href=f"?type={kind}&page={one}#{LISTED}", **told), " "]
    return html.Nav(links, className="turning", **{"aria-label": words.text("public.cameras.pages")})


def _which(row: Row, sectors: Mapping[str, str], words: Words) -> list[Any]:
    """A camera by its corner, where that is told, and its sector; its type and code under them."""
    sector = sectors.get(row["sector"], row["sector"])
    under = " · ".join(filter(None, (choice(row["type"], words), row["camera_id"])))
    name = ", ".join(filter(None, (row["name"], sector))) or row["camera_id"]
    return [html.A(name, href=f"?camera={row['camera_id']}"), html.Small(under, className="said")]


def camera(row: Row, edition: Edition, words: Words) -> list[Any]:
    """The whole entry of one camera."""
    fields = [one for one in CAMERA_FIELDS if one.name not in PRIVATE]
    asks = html.A(words.text("public.cameras.request"), href=f"{FORM}?camera={row['camera_id']}", className="button")
    return [
        html.H1(row["name"] or row["camera_id"]),
        html.P(" · ".join((choice(row["type"], words), row["camera_id"])), className="lead"),
        html.Div(_entry(row, fields, "camera", words), className="card"),
        html.P(asks) if row["status"] != Status.PLANNED else None,
        html.P(html.A(words.text("public.cameras.all_of_them"), href="/cameras")),
        parts.basis(edition, words),
    ]


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
