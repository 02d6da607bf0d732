"""The form that asks for footage, for the screen and for paper: each kind of request is asked only what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html

from components import footage_identity
from components.fields import Groups, Options, Typed, area, chooser, hidden, line, radios, tag, tick
from components.public_map import pressed
from domain.footage.draft import OPEN, Delivery, Facts, Involvement, Kind, Relation, Stated
from domain.footage.reading import OTHER_CAMERAS, SEGMENTS, STORY
from domain.footage.when import STEP, Hour
from locales import Words


@dataclass(frozen=True, slots=True)
class Legal:
    """A text to agree to, and its version."""

    version: str
    text: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What the city offers to choose from."""

    cameras: Groups
    communes: Options
    documents: Sequence[str]
    undertaking: Legal
    notice: Legal
    today: str  # the latest day that may be chosen, ISO
    kept: str = ""  # how long footage is kept, and from which day on it is probably gone
    authorities: Options = ()  # whose orders the desk may file
    points: bool = False  # whether outlines are known, so that a point can be checked


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form half filled in. Without a kind it asks everything: the sheet of paper for the counter."""

    words: Words
    typed: Typed
    offered: Offered
    kind: Kind | None = None
    warned: Any = None  # whether what was asked for may still exist
    draw: Callable[[str], Any] | None = None  # the map to choose a camera on, with the code that is chosen there
    stated: Stated | None = None  # what a provider of identities said of who asks

    def say(self, key: str, **parts: object) -> str:
        return self.words.text(f"footage_form.{key}", **parts)

    def optional(self, key: str) -> str:
        return self.say("optional", label=self.say(key))

    def choices(self, group: str, known: Iterable[StrEnum] | Iterable[str]) -> list[tuple[str, str]]:
        return [(str(code), self.say(f"{group}.{code}")) for code in known]

    def asks(self, *kinds: Kind) -> bool:
        """Whether the present kind is one of these."""
        return self.kind is None or self.kind in kinds


FULL = tuple(kind for kind in OPEN if kind is not Kind.PRESERVE)
FILES = ("file1", "file2", "file3")
PICTURED = (Kind.PARTY, Kind.CRASH, Kind.REPRESENTATIVE)


def questions(sheet: Sheet) -> list[Any]:
    """All fields that the kind asks for, in their order."""
    parts = [_kinds(sheet)] if sheet.kind is None else []
    parts += [_when(sheet), _where(sheet)]
    if sheet.asks(*FULL):
        parts += [_about(sheet), _who(sheet)]
    if sheet.kind is Kind.AUTHORITY:
        return [*parts, _order(sheet), _contact(sheet), _delivery(sheet)]
    parts.append(_contact(sheet))
    if sheet.asks(*FULL):
        parts.append(_delivery(sheet))
    return [*parts, _agree(sheet)]


def guarded(signed: str, challenge: str, trap: str, sheet: Sheet) -> list[Any]:
    """What keeps machines out: the signed ticket, the work to do, and a field that nobody sees."""
    work = tag("input", type="hidden", name="proof", id="proof", data_challenge=challenge)
    empty = tag("input", id=trap, name=trap, tabindex="-1", autocomplete="off")
    return [
        hidden("ticket", signed),
        work,
        html.Div([html.Label(sheet.say("trap"), htmlFor=trap), empty], className="unseen", **{"aria-hidden": "true"}),
        html.P(
            id="proof-told",
            className="hint",
            role="status",
            **{"data-working": sheet.say("working"), "data-worked": sheet.say("worked")},
        ),
    ]


def told_wrong(words: Words, wrong: dict[str, str]) -> dict[str, str]:
    """Sentences for the codes of what is wrong; a field of a later stretch says of which one it is."""
    return {name: _sentence(words, name, code) for name, code in wrong.items()}


def _sentence(words: Words, name: str, code: str) -> str:
    sentence = words.text(f"footage_form.wrong.{code}")
    if name[-1:] in ("2", "3"):
        return words.text("footage_form.several", number=int(name[-1]), sentence=sentence)
    return sentence


def _group(legend: str, hint: str, *inside: Any) -> html.Fieldset:
    told = html.P(hint, className="hint") if hint else None
    return html.Fieldset([html.Legend(html.H2(legend)), told, *inside], className="group")


def _kinds(sheet: Sheet) -> html.Fieldset:
    return radios(sheet.typed, "kind", sheet.say("kind.label"), sheet.choices("kind", OPEN))


# --- when and where


def _when(sheet: Sheet) -> html.Fieldset:
    more = range(2, SEGMENTS + 1)
    shown = any(sheet.typed.one(f"{part}{number}") for part in ("day", "from", "to") for number in more)
    rest = html.Details(
        [
            html.Summary(sheet.say("when.more")),
            *(
                html.Fieldset([html.Legend(sheet.say("when.number", number=n)), *_stretch(sheet, n)], className="part")
                for n in more
            ),
        ],
        open=shown or sheet.kind is None,
    )
    hint = f"{sheet.say('when.hint')} {sheet.offered.kept}".strip()
    return _group(sheet.say("when.legend"), hint, *_stretch(sheet, 1), sheet.warned, rest)


def _stretch(sheet: Sheet, number: int) -> list[Any]:
    typed = sheet.typed
    told: list[Any] = [
        html.Div(
            [
                line(typed, f"day{number}", sheet.say("when.day"), type="date", max=sheet.offered.today),
                *(
                    line(typed, f"{part}{number}", sheet.say(f"when.{part}"), type="time", step=STEP * 60)
                    for part in ("from", "to")
                ),
            ],
            className="row",
        )
    ]
    hour = f"hour{number}"
    if hour in typed.wrong or typed.one(hour):
        told.append(radios(typed, hour, sheet.say("when.hour"), sheet.choices("when", Hour)))
    return told


def _where(sheet: Sheet) -> html.Fieldset:
    typed, offered = sheet.typed, sheet.offered
    corner = line(typed, "corner", sheet.say("where.corner"), sheet.say("where.corner_hint"), maxlength=200)
    points = (
        line(typed, "point", sheet.optional("where.point"), sheet.say("where.point_hint")) if offered.points else None
    )
    return _group(
        sheet.say("where.legend"),
        sheet.say("where.hint") if offered.cameras else sheet.say("where.none"),
        *(_cameras(sheet) if offered.cameras else ()),
        corner,
        chooser(typed, "commune", sheet.say("where.commune"), offered.communes) if offered.communes else None,
        points,
        tick(typed, "indoors", sheet.say("where.indoors")),
    )


def _cameras(sheet: Sheet) -> list[Any]:
    """The list with every camera once, the map, and room for the names of two more."""
    typed, offered = sheet.typed, sheet.offered
    first, second, *_ = [*(code for code in typed.form.get("camera", ()) if code), "", ""]
    rest = [
        line(typed, name, sheet.say("where.camera_more"), sheet.say("where.camera_hint"), maxlength=120)
        for name in OTHER_CAMERAS
    ]
    shown = sheet.kind is None or any(typed.one(name) for name in OTHER_CAMERAS)
    return [
        chooser(typed, "camera", sheet.say("where.camera"), offered.cameras, chosen=first),
        _map(sheet, second),
        html.Details([html.Summary(sheet.say("where.more")), *rest], open=shown),
    ]


def _map(sheet: Sheet, chosen: str) -> html.Fieldset | None:
    """The same cameras on a map, and a way to take back what was chosen on it."""
    drawn = sheet.draw(chosen) if sheet.draw else None
    if drawn is None:
        return None
    none = tag("input", id="camera-none", type="radio", name="camera", value="", checked=not chosen)
    back = html.Div(html.Label([none, html.Span(sheet.say("where.map_none"))]), className="tick")
    hint = html.P([sheet.say("where.map_hint"), " ", pressed(sheet.words)], className="hint")
    told = html.P(id="picked", className="quiet", role="status")
    return html.Fieldset([html.Legend(sheet.say("where.map_legend")), hint, back, drawn, told])


# --- what happened, and who asks


def _about(sheet: Sheet) -> html.Fieldset:
    typed = sheet.typed
    story = area(typed, "story", sheet.say("about.story"), sheet.say("about.story_hint"), rows=6, longest=STORY[1])
    pictured = (
        radios(typed, "involvement", sheet.say("about.involvement"), sheet.choices("involvement", Involvement)),
        area(typed, "looks", sheet.optional("about.looks"), sheet.say("about.looks_hint"), rows=3, longest=500),
        line(typed, "plate", sheet.optional("about.plate"), sheet.say("about.plate_hint"), maxlength=12, size=12),
    )
    return _group(
        sheet.say("about.legend"),
        "",
        radios(typed, "facts", sheet.say("about.facts"), sheet.choices("facts", Facts)),
        story,
        *(pictured if sheet.asks(*PICTURED) else ()),
    )


def _who(sheet: Sheet) -> html.Fieldset:
    typed, documents, said = sheet.typed, sheet.offered.documents, sheet.stated
    free = sheet.kind is Kind.INFORMATION
    hint = sheet.say("who.information_hint" if free else "who.document_hint")
    document = [
        chooser(typed, "document_type", sheet.say("who.document_type"), sheet.choices("document", documents)),
        line(typed, "document", sheet.say("who.document"), hint, maxlength=30, autocomplete="off"),
    ]
    name = line(typed, "name", sheet.say("who.name"), autocomplete="name", maxlength=120)
    acting = _acting(sheet) if sheet.asks(Kind.REPRESENTATIVE) else []
    own = sheet.kind in (Kind.PARTY, Kind.CRASH)
    child = tick(typed, "child", sheet.say("who.child"), sheet.say("who.child_self_hint")) if own else None
    return _group(
        sheet.say("who.legend"),
        "",
        footage_identity.facts(said, sheet.words) if said else None,
        None if said and said.name else name,
        None if said and said.document else html.Div(document, className="row"),
        *acting,
        child,
    )


def _order(sheet: Sheet) -> html.Fieldset:
    """Who orders the footage, and by what."""
    typed = sheet.typed
    return _group(
        sheet.say("order.legend"),
        sheet.say("order.hint"),
        radios(typed, "body", sheet.say("order.body"), sheet.offered.authorities),
        line(typed, "order", sheet.say("order.order"), maxlength=60, autocomplete="off"),
        line(typed, "name", sheet.say("order.name"), maxlength=120, autocomplete="off"),
        radios(typed, "facts", sheet.say("about.facts"), sheet.choices("facts", Facts)),
    )


def _acting(sheet: Sheet) -> list[Any]:
    typed = sheet.typed
    told: list[Any] = [
        radios(typed, "relation", sheet.say("who.relation"), sheet.choices("relation", Relation)),
        line(typed, "represented", sheet.say("who.represented"), maxlength=120, autocomplete="off"),
        tick(typed, "child", sheet.say("who.child")),
    ]
    if sheet.kind is not None:
        hint = sheet.say("who.files_hint") + (" " + sheet.say("who.files_again") if typed.wrong else "")
        accept = "application/pdf,image/jpeg,image/png"
        told.append(line(typed, FILES[0], sheet.optional("who.files"), hint, type="file", accept=accept))
        told += [line(typed, name, sheet.optional("who.file_more"), type="file", accept=accept) for name in FILES[1:]]
    return told


# --- how to reach, and the end


def _contact(sheet: Sheet) -> html.Fieldset:
    typed = sheet.typed
    private = None
    if sheet.kind is Kind.PRESERVE:  # the others say so with what happened
        private = tick(typed, "private", sheet.say("contact.private"), sheet.say("contact.private_hint"))
    return _group(
        sheet.say("contact.legend"),
        sheet.say("contact.hint"),
        private,
        line(typed, "email", sheet.say("contact.email"), type="email", autocomplete="email", maxlength=254),
        line(typed, "phone", sheet.say("contact.phone"), type="tel", autocomplete="tel", maxlength=30),
        line(typed, "postal", sheet.say("contact.postal"), autocomplete="street-address", maxlength=200),
        tick(typed, "safe", sheet.say("contact.safe"), sheet.say("contact.safe_hint")),
        tick(typed, "in_person", sheet.say("contact.in_person")),
    )


def _delivery(sheet: Sheet) -> html.Fieldset:
    typed = sheet.typed
    return _group(
        sheet.say("delivery.legend"),
        "",
        radios(typed, "delivery", sheet.say("delivery.label"), sheet.choices("delivery", Delivery)),
        area(typed, "needs", sheet.optional("delivery.needs"), sheet.say("delivery.needs_hint"), rows=2, longest=500),
        line(typed, "reference", sheet.optional("delivery.reference"), maxlength=60) if sheet.asks(*FULL) else None,
    )


def _agree(sheet: Sheet) -> html.Fieldset:
    notice, undertaking = sheet.offered.notice, sheet.offered.undertaking
    told: list[Any] = [
        html.P(notice.text),
        tick(sheet.typed, "notice", sheet.say("agree.notice"), value=notice.version),
    ]
    if sheet.asks(*FULL):
        told.insert(0, tick(sheet.typed, "undertaking", undertaking.text, value=undertaking.version))
    version = html.P(sheet.say("agree.version", version=notice.version), className="quiet")
    return _group(sheet.say("agree.legend"), "", *told, version)


def send(sheet: Sheet) -> html.Button:
    key = "send_preserve" if sheet.kind is Kind.PRESERVE else "send"
    return html.Button(sheet.say(key), type="submit", id="send")


def form(sheet: Sheet, path: str, *inside: Any, **data: str) -> html.Form:
    """An ordinary form to an address; the browser's own complaints are left to ours, which tell what to do. `data` are
    its data attributes."""
    told = {"encType": "multipart/form-data"} if sheet.kind is Kind.REPRESENTATIVE else {}
    told |= {f"data-{name}": value for name, value in data.items()}
    return html.Form(list(inside), method="post", action=path, id="footage", noValidate=True, **told)
