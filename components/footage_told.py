"""What may be asked for and how long it takes; the receipt of a request; help that is always in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import html

from domain.footage.codes import shown
from domain.footage.deadlines import Term
from domain.footage.draft import OPEN, Kind
from domain.footage.view import Mail, Receipt, Step
from domain.footage.when import Outlook
from domain.footage.when import outlook as outlook_of
from locales import Words

FORM, PRESENTING, FOLLOW = "/footage/new", "/footage/represent", "/footage/follow"
CUT_OFF = 4  # days before footage erases itself until which one should have asked
LEAVE = "/footage/leave"
ELSEWHERE = {"es": "https://es.wikipedia.org/", "en": "https://en.wikipedia.org/"}  # where the quick way out leads


@dataclass(frozen=True, slots=True)
class Legal:
    """How long a track takes by a law; without a term the law sets none."""

    track: str
    law: str
    term: Term | None


def address(kind: Kind, camera: str = "") -> str:
    """Where a kind of request is made, with a camera chosen already; files are taken at one address alone."""
    chosen = {"camera": camera} if camera else {}
    if kind is Kind.REPRESENTATIVE:
        return f"{PRESENTING}?{urlencode(chosen)}" if camera else PRESENTING
    return f"{FORM}?{urlencode({'kind': kind, **chosen})}"


def can(words: Words) -> html.Section:
    """What one may ask for, and what not."""
    told = [html.Li(words.text(f"footage_public.can.{name}")) for name in ("own", "crash", "information")]
    return html.Section(
        [
            html.H2(words.text("footage_public.can.title")),
            html.Ul(told),
            html.P(words.text("footage_public.can.cannot"), className="note"),
        ]
    )


def long(laws: Iterable[Legal], name: str, version: str, words: Words) -> html.Section:
    """How long an answer takes, by law."""
    heads = [html.Th(words.text(f"footage_public.long.{key}"), scope="col") for key in ("track", "term", "extension")]
    rows = [
        html.Tr(
            [
                html.Th(
                    [words.text(f"footage_public.tracks.{one.track}"), html.Div(one.law, className="hint")], scope="row"
                ),
                html.Td(
                    words.text("footage_public.long.none")
                    if one.term is None
                    else _days(one.term.days, one.term, words)
                ),
                html.Td(_days(one.term.extension, one.term, words) if one.term and one.term.extension else "–"),
            ]
        )
        for one in laws
    ]
    caption = html.Caption(words.text("footage_public.long.caption", name=name, version=version))
    return html.Section(
        [
            html.H2(words.text("footage_public.long.title")),
            html.Div(
                html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)]),
                className="scrolling",
                tabIndex="0",
                role="region",
                **{"aria-label": words.text("footage_public.long.title")},
            ),
            html.P(words.text("footage_public.long.unsure"), className="quiet"),
        ]
    )


def _days(count: int, term: Term, words: Words) -> str:
    return words.text(f"footage_public.days.{term.kind}", count=count)


def kept(retention: int, preserve: int, words: Words) -> html.Section:
    """What is kept and how long."""
    return html.Section(
        [
            html.H2(words.text("footage_public.kept.title")),
            html.P(words.text("footage_public.kept.footage", days=retention, before=max(retention - CUT_OFF, 1))),
            html.P(words.text("footage_public.kept.hold", days=preserve)),
            html.P(words.text("footage_public.kept.yours")),
        ]
    )


def safe(help: str, words: Words, kind: Kind | None = None) -> html.Aside:
    """Help for who is in danger, how a kind of request stays private, and the quick way out."""
    more = "help_more_preserve" if kind is Kind.PRESERVE else "help_more"
    away = html.A(
        words.text("footage_form.leave"),
        href=LEAVE,
        rel="noreferrer nofollow",
        className="button plain",
        **{"data-leave": "1"},
    )
    return html.Aside(
        [
            html.H2(words.text("footage_form.help_title"), id="help"),
            html.P(help),
            html.P(words.text(f"footage_form.{more}")),
            html.P(away),
            html.P(words.text("footage_form.leave_told"), className="quiet"),
        ],
        className="note help",
        **{"aria-labelledby": "help"},
    )


def kinds(words: Words, where: Callable[[Kind], str] = address, known: Iterable[Kind] = OPEN) -> html.Ul:
    """One link for each kind of request; `where` leads to its form."""
    return html.Ul(
        [
            html.Li(
                html.A(
                    [
                        html.Strong(words.text(f"footage_form.kind.{kind}")),
                        html.Span(words.text(f"footage_form.kind_told.{kind}")),
                    ],
                    href=where(kind),
                )
            )
            for kind in known
        ],
        className="kinds",
    )


def outlook(found: Outlook, left: int, words: Words) -> html.P:
    """Whether the footage may still exist, in words; the colour only repeats them."""
    return html.P(words.text(f"footage_form.outlook.{found}", count=left), className=f"outlook {found}")


def prospect(left: int, words: Words) -> html.P:
    """The same before anything is filed; `left` are the days until it is erased."""
    found = outlook_of(left)
    return html.P(words.text(f"footage_form.prospect.{found}", count=max(left, 0)), className=f"outlook {found}")


def receipt(told: Receipt, kind: Kind, words: Words, outlook_told: Any) -> list[Any]:
    """What was filed, and its code, this once; where to follow it."""
    follow = html.P(html.A(words.text("footage_public.follow"), href=FOLLOW))
    return [*filed(told, kind, words, outlook_told), follow, _print(words.text("footage_public.result.print"))]


def filed(told: Receipt, kind: Kind, words: Words, outlook_told: Any) -> list[Any]:
    """What was filed, and its code, this once."""
    say = "footage_public.result."
    dates = [("received", told.received), ("due", told.due), ("preserved", told.preserved_until)]
    facts: list[Any] = [html.Dt(words.text(say + "folio")), html.Dd(html.Strong(shown(told.folio)))]
    for key, day in dates:
        if day is not None:
            facts += [html.Dt(words.text(say + key)), html.Dd(words.day(day, "long"))]
    following = "preserve_told" if kind is Kind.PRESERVE else "next_told"
    return [
        html.H1(words.text(say + ("title_again" if told.again else "title"))),
        _code(told.code, words) if told.code else html.P(words.text(say + "lost"), className="warning"),
        html.Dl(facts, className="card"),
        outlook_told,
        html.H2(words.text(say + "next")),
        html.P(words.text(say + following)),
        html.P(words.text("footage_public.act.mail_waiting")) if told.mail is Mail.WAITING else None,
        html.P(words.text("footage_public.next.identity")) if told.next is Step.IDENTITY else None,
    ]


def _code(code: str, words: Words) -> html.Section:
    say = "footage_public.result."
    copy = {"data-copy": "code", "data-told": "copied", "data-done": words.text(say + "copied"), "data-script": "1"}
    return html.Section(
        [
            html.H2(words.text(say + "code"), id="code-title"),
            html.Code(shown(code), id="code", className="code"),
            html.P(words.text(say + "once")),
            html.Button(words.text(say + "copy"), type="button", className="plain", hidden=True, **copy),
            html.Span(id="copied", role="status", className="quiet"),
        ],
        className="card",
        **{"aria-labelledby": "code-title"},
    )


def _print(text: str) -> html.Div:
    button = html.Button(text, type="button", className="plain", hidden=True, **{"data-print": "1", "data-script": "1"})
    return html.Div(button, className="actions")


def paper(questions: Sequence[Any], words: Words) -> list[Any]:
    """The sheet for the counter: the same questions, to be filled in by hand or on the screen before printing."""
    return [
        html.H1(words.text("footage_form.title_paper")),
        html.P(words.text("footage_form.paper_told"), className="lead"),
        _print(words.text("footage_form.print")),
        html.Div(
            [*questions, html.P(words.text("footage_form.paper_sign")), html.Div(className="sign")], className="paper"
        ),
    ]
