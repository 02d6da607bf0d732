"""A case close by: where it stands, what may be done next, what is kept of it, and what happened so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from components import footage_case_moves, footage_custody
from components.footage_case_forms import form
from components.footage_queue import flags, status
from components.icons import icon
from components.markup import markup
from domain.footage.case import Case, Clock, Link, Said, Sent, Sheet, confirmed
from domain.footage.codes import shown
from domain.footage.handling import Act
from domain.footage.papers import Paper, there
from domain.people import Permission
from locales import LANGUAGES, Words

PARTS = tuple(
    f"desk-case-{part}"
    for part in ("status", "moves", "about", "identity", "holds", "evidence", "chain", "letters", "history", "again")
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the page needs to say it: the reader's language, the city's clock, now, the law's words by code."""

    words: Words
    zone: str
    now: int
    reader: str
    grounds: Mapping[str, str]


def page(sheet: Sheet, ground: Ground) -> dict[str, str]:
    """The parts of the page by the id of their place."""
    if sheet.involved:
        told = {"desk-case-status": _status(sheet, ground), "desk-case-moves": _outside(sheet, ground)}
        return {id: markup(told[id]) if id in told else "" for id in PARTS}
    return {
        "desk-case-status": markup(_status(sheet, ground)),
        "desk-case-moves": markup(footage_case_moves.moves(sheet, ground)),
        "desk-case-about": markup(about(sheet, ground)),
        "desk-case-identity": markup(footage_case_moves.identity(sheet, ground)),
        "desk-case-holds": markup(footage_custody.holds(sheet, ground)),
        "desk-case-evidence": markup(footage_custody.evidence(sheet, ground)),
        "desk-case-chain": markup(footage_custody.chain(sheet, ground)),
        "desk-case-letters": markup(letters(sheet, ground)),
        "desk-case-history": markup(history(sheet, ground)),
    }


def _outside(sheet: Sheet, ground: Ground) -> html.Section:
    """For who has an interest in the case."""
    words = ground.words
    facts = html.Dl(_fact("received", words.instant(sheet.case.received_at, ground.zone), words), className="facts")
    return section(words.text("desk.case.about"), [html.P(words.text("desk.involved")), facts], "desk-about-title")


def now(sheet: Sheet, ground: Ground) -> dict[str, str]:
    """The parts that hold no form: they may be redrawn while somebody types."""
    shown = page(sheet, ground)
    return {id: shown[id] for id in ("desk-case-status", "desk-case-about", "desk-case-chain", "desk-case-history")}


def frame(folio: str, words: Words) -> html.Div:
    """The places of the parts."""
    back = html.A([icon("left", 18), words.text("desk.queue.title")], href="/desk", className="quiet")
    return html.Div(
        [
            html.Div([back, html.H1(words.text("desk.case.title", folio=folio))], className="page-head desk-head"),
            html.Div(id="desk-case-status"),
            html.Div(
                [
                    _places("moves", "holds", "evidence"),
                    _places("about", "identity", "letters", "history"),
                ],
                className="desk-split",
            ),
            html.Div(id="desk-case-chain"),
        ],
        id="desk-page",
        className="desk-page",
        **{"data-failed": words.text("desk.failed")},
    )


def _places(*names: str) -> html.Div:
    return html.Div([html.Div(id=f"desk-case-{name}") for name in names], className="desk-column")


def section(title: str, inside: Any, id: str) -> html.Section:
    return html.Section([html.H2(title, id=id), inside], className="card desk-part", **{"aria-labelledby": id})


def _status(sheet: Sheet, ground: Ground) -> html.Div:
    case, words = sheet.case, ground.words
    ended = words.text(f"desk.resolution.{case.resolution}") if case.resolution else ""
    state = [status(case.status, words), html.Span(f"({ended})", className="desk-status") if ended else None]
    late = [name for name in ("unconfirmed",) if any(hold.late(ground.now) for hold in sheet.holds)]
    marks = [html.Span(words.text(f"desk.flags.{name}"), className=f"desk-flag {name}") for name in late]
    return html.Div(
        [
            html.P([*state, *marks, *flags(case, words)], className="desk-marks"),
            html.P(_clock(sheet.clock, case, ground), className="sentence"),
            html.P(words.text("desk.clock.third", day=words.day(sheet.go_on_from))) if sheet.go_on_from else None,
        ],
        className="desk-standing",
    )


def _clock(clock: Clock | None, case: Case, ground: Ground) -> str:
    words = ground.words
    if clock is None:
        return words.text("desk.clock.none")
    due = {"due": words.day(clock.due, "full"), "target": words.day(clock.target)}
    if not case.timed:
        return words.text("desk.clock.over", **due)
    if clock.overdue:
        return words.text("desk.clock.late", count=-clock.calendar, **due)
    told = words.text("desk.clock.left", count=clock.calendar, business=clock.business, **due)
    return f"{told} {words.text('desk.clock.paused')}" if clock.paused else told


def about(sheet: Sheet, ground: Ground) -> html.Section:
    case, words = sheet.case, ground.words
    facts = [
        ("kind", words.text(f"desk.kinds.{case.kind}")),
        ("tracks", words.listed(words.text(f"desk.tracks.{track}") for track in case.tracks)),
        ("channel", words.text(f"desk.channels.{case.channel}")),
        ("received", words.instant(case.received_at, ground.zone)),
        ("when", [html.Div(_stretch(one, ground)) for one in case.segments]),
        ("place", _place(case.place, words)),
        ("delivery", words.text(f"desk.deliveries.{case.delivery}")),
        ("needs", case.needs),
        ("language", words.text(f"ui.languages.{case.language}")),
        ("officer", case.officer or words.text("desk.nobody")),
        ("identity", _confirmed(sheet.links, ground)),
        ("duplicate", _duplicate(sheet.links)),
    ]
    listed = [part for name, text in facts if text for part in _fact(name, text, words)]
    return section(words.text("desk.case.about"), html.Dl(listed, className="facts"), "desk-about-title")


def _duplicate(links: Sequence[Link]) -> html.A | None:
    """A link to the open request of the same person for the same footage, where there was one."""
    folio = next((str(link.details["duplicate_of"]) for link in links if link.details.get("duplicate_of")), "")
    return html.A(shown(folio), href=f"/desk/case/{folio}") if folio else None


def _confirmed(links: Sequence[Link], ground: Ground) -> str:
    """By which provider of identities it is known who asks, and since when."""
    found, words = confirmed(links), ground.words
    if found is None:
        return ""
    when = words.instant(found.at, ground.zone)
    return words.text("desk.confirmed", provider=found.details["provider"], when=when)


def _fact(name: str, text: Any, words: Words) -> tuple[html.Dt, html.Dd]:
    return html.Dt(words.text(f"desk.facts.{name}")), html.Dd(text)


def _stretch(stretch: tuple[int, int], ground: Ground) -> str:
    start, end = stretch
    last = ground.words.instant(end, ground.zone, "HH:mm")
    return f"{ground.words.instant(start, ground.zone)} – {last}"


def _place(place: Mapping[str, Any], words: Words) -> Any:
    cameras = [str(code) for code in place.get("cameras") or ()]
    said = [
        words.text("desk.places.cameras", cameras=words.listed(cameras), count=len(cameras)) if cameras else "",
        ", ".join(str(place[name]) for name in ("corner", "commune") if place.get(name)),
        words.text("desk.places.indoors") if place.get("indoors") else "",
        words.text("desk.places.point") if place.get("point") and not cameras and not place.get("corner") else "",
    ]
    return [html.Div(one) for one in said if one]


def letters(sheet: Sheet, ground: Ground) -> html.Section | None:
    """What was written to who asks; a letter without address is handed over by who delivers. Official letters can be
    printed in either language."""
    papers = there(sheet.links)
    if not sheet.letters and not papers:
        return None
    items = [html.Li(_letter(one, sheet, ground)) for one in sheet.letters]
    items += [html.Li(_paper(one, sheet.case, ground.words)) for one in papers]
    title = ground.words.text("desk.case.letters")
    return section(title, html.Ul(items, className="desk-list desk-letters"), "desk-letters-title")


def _paper(paper: Paper, case: Case, words: Words) -> list[Any]:
    """A link for each language."""
    address = f"/desk/case/{case.folio}/paper/{paper}.pdf"
    links = [html.A(words.text(f"ui.languages.{one}"), href=f"{address}?lang={one}", lang=one) for one in LANGUAGES]
    return [words.text(f"letters.paper.{paper}"), ": ", *(part for link in links for part in (link, " "))]


def _letter(letter: Sent, sheet: Sheet, ground: Ground) -> list[Any]:
    words, address = ground.words, f"/desk/case/{sheet.case.folio}/letter/{letter.id}"
    when = words.instant(letter.sent_at, ground.zone) if letter.sent_at else ""
    stands = words.text(f"desk.letters.{letter.status}", when=when)
    name: Any = words.text(f"letters.{letter.template}.name")
    if letter.readable:
        name = html.A(name, href=address)
    else:
        stands = f"{stands} · {words.text('desk.letters.deleted')}"
    handed = letter.status == "kept" and Permission.DELIVER in sheet.may
    key, said = f"letter-{letter.id}", words.text("desk.letters.hand_over")
    return [
        html.Div([name, " ", html.Span(stands, className="quiet-text")]),
        form(key, f"{address}/handed", [], said) if handed else None,
    ]


# --- what happened ---------------------------------------------------------------------------------------------


def history(sheet: Sheet, ground: Ground) -> html.Section:
    """Events and words, the newest first, with a field to add a note."""
    words = ground.words
    told: list[tuple[int, int, Any]] = [
        (one.at, one.id, _event(one, ground)) for one in sheet.links if not custody(one)
    ]
    told += [(one.at, 1 << 60, _words(one, ground)) for one in sheet.said]
    items = [html.Li(drawn) for *_, drawn in sorted(told, key=lambda one: one[:2], reverse=True)]
    return section(words.text("desk.case.history"), html.Ol(items, className="desk-history"), "desk-history-title")


def custody(link: Link) -> bool:
    """Whether an event is of the chain of custody, which has its own table."""
    return link.action in tuple(Act)


def _event(link: Link, ground: Ground) -> list[Any]:
    words = ground.words
    said = words.text(f"desk.events.{link.action.replace('.', '_')}")
    if link.after and link.after != link.before:
        said = f"{said}: {words.text(f'desk.status.{link.after}')}"
    ended = link.details.get("resolution")
    if isinstance(ended, str) and ended:
        said = f"{said} ({words.text(f'desk.resolution.{ended}')})"
    if opposition := link.details.get("opposition"):
        said = f"{said}. {words.text('desk.fields.opposition')}: {words.text(f'desk.choices.opposition.{opposition}')}"
    return [_when(link.at, link.actor, ground), html.Div(said)]


def _words(said: Said, ground: Ground) -> list[Any]:
    kind = html.Div(ground.words.text(f"desk.said.{said.kind}"), className="desk-said-kind")
    return [_when(said.at, said.actor, ground), kind, html.Div(said.text, className="desk-said")]


def _when(at: int, actor: str, ground: Ground) -> html.Div:
    who = actor if "@" in actor else ground.words.text(f"desk.actors.{actor}")
    return html.Div(f"{ground.words.instant(at, ground.zone)} · {who}", className="quiet-text")
