"""Where a request is, as the requester sees it: steps in words, dates, what comes next and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import html

from components.fields import Typed, area, hidden, line, summary, tick
from components.footage_told import FOLLOW
from components.markup import Html
from components.public_parts import upper
from domain.footage.codes import shown
from domain.footage.handling import MOST, TEXT
from domain.footage.papers import Paper
from domain.footage.states import Public
from domain.footage.view import Answer, Mail, Step, View
from locales import LANGUAGES, Words

SAY = "footage_public."
ANSWER = "/footage/answer"  # takes a photo with the answer
PAPER = "paper"  # an official letter as PDF
DOWNLOAD = "download"  # a file that is ready
MAIL = "mail"  # beside what moves the request: another letter to confirm the address with


@dataclass(frozen=True, slots=True)
class Followed:
    """A request with the code that opened it and what was typed about it; `done` is what was just done."""

    view: View
    code: str
    ground: str  # in the reader's language
    zone: str  # of the place's clock
    token: Html
    typed: Typed
    done: str = ""


def ask(typed: Typed, token: Html, words: Words) -> list[Any]:
    """The field for the code."""
    field = line(
        typed,
        "code",
        words.text(SAY + "code.label"),
        words.text(SAY + "code.hint"),
        autocomplete="off",
        autocapitalize="characters",
        spellcheck="false",
        maxlength=60,
    )
    return [
        html.H1(words.text(SAY + "code.title")),
        html.P(words.text(SAY + "code.lead"), className="lead"),
        summary(typed, words.text("footage_form.wrong_title")),
        html.Form(
            [token, field, html.Button(words.text(SAY + "code.look"), type="submit")],
            method="post",
            action=FOLLOW,
            noValidate=True,
        ),
        html.P(words.text(SAY + "code.private"), className="quiet"),
    ]


def status(told: Followed, words: Words) -> list[Any]:
    view = told.view
    done = html.P(words.text(f"{SAY}act.done_{told.done}"), className="note", role="status") if told.done else None
    return [
        html.H1(words.text(SAY + "status.title", folio=shown(view.folio))),
        summary(told.typed, words.text("footage_form.wrong_title")),
        done,
        html.Dl(_facts(view, told.ground, words), className="card"),
        html.P(words.text(SAY + "status.overdue"), className="warning") if view.overdue else None,
        *_extended(view, words),
        html.H2(words.text(SAY + "result.next")),
        html.P(_next(told, words)),
        *_downloads(told, words),
        *_replied(view, words),
        *_instances(view, words),
        *_mail(told, words),
        *_acts(told, words),
        *_papers(told, words),
        html.H2(words.text(SAY + "status.steps")),
        _steps(view, words),
        _history(view, words),
        html.P(html.A(words.text(SAY + "code.another"), href=FOLLOW)),
    ]


def _facts(view: View, ground: str, words: Words) -> list[Any]:
    told: list[tuple[str, Any]] = [("status.is", html.Strong(words.text(f"{SAY}status.{view.status}")))]
    if view.resolution is not None:
        told.append(("status.resolution", words.text(f"{SAY}resolutions.{view.resolution}")))
    why = [("ground", ground), ("body", view.body)]
    if view.reason:
        why.append(("reason", upper(words.text(f"letters.not_held.reasons.{view.reason}"))))
    told += [(f"status.{key}", text) for key, text in why if text]
    dates = [("result.received", view.received), ("result.due", view.due), ("result.preserved", view.preserved_until)]
    dates.append(("status.appeal_by", view.appeal_by))
    told += [(key, words.day(day, "long")) for key, day in dates if day is not None]
    return [part for key, value in told for part in (html.Dt(words.text(SAY + key)), html.Dd(value))]


def _extended(view: View, words: Words) -> list[Any]:
    """That it takes longer, and the reason that was given."""
    if not view.extended:
        return []
    reason = html.P(view.extension, className="card") if view.extension else None
    return [html.P(words.text(SAY + ("status.extended_why" if reason else "status.extended"))), reason]


def _next(told: Followed, words: Words) -> str:
    """What comes next; what is ready is handed over in one of three ways."""
    view = told.view
    if view.next is not Step.COLLECT:
        return words.text(f"{SAY}next.{view.next}")
    if view.viewing is not None:
        when = words.appointment(view.viewing, told.zone)
        return words.text(SAY + "next.appointed", when=when)
    return words.text(f"{SAY}next.collect.{view.way}")


def _steps(view: View, words: Words) -> html.Ol:
    """The public statuses, the present one said and not only marked; that something is missing only where it was."""
    passed = {status for _, status in view.history}
    rows = []
    for one in Public:
        if one is Public.WANTING and one not in passed:
            continue
        name, now = words.text(f"{SAY}status.{one}"), one is view.status
        text = words.text(SAY + "status.current", name=name) if now else name
        rows.append(
            html.Li(
                html.Span(text),
                className="done" if one in passed else "",
                **({"aria-current": "step"} if now else {}),
            )
        )
    return html.Ol(rows, className="steps")


def _history(view: View, words: Words) -> html.Details:
    rows = [html.Li(f"{words.day(day, 'd MMM y')}: {words.text(f'{SAY}status.{one}')}") for day, one in view.history]
    return html.Details([html.Summary(words.text(SAY + "status.history")), html.Ul(rows)], className="acts")


def _replied(view: View, words: Words) -> list[Any]:
    if not view.reply:
        return []
    return [html.H2(words.text(SAY + "status.reply")), html.P(view.reply, className="card")]


def _instances(view: View, words: Words) -> list[Any]:
    """Where one may turn to, and until when."""
    if not view.instances:
        return []
    told = []
    for one in view.instances:
        name = one.body[words.language]
        day = None if one.until is None else words.day(one.until, "long")
        told.append(html.Li(words.text(SAY + "status.until", body=name, day=day) if day else name))
    return [html.H2(words.text(SAY + "status.instances")), html.Ul(told)]


# --- what the requester may do


def _acts(told: Followed, words: Words) -> list[Any]:
    drawn = {Answer.ANSWER: _answer, Answer.WITHDRAW: _withdraw, Answer.APPEAL: _appeal, Answer.RENEW: _renew}
    acts = [drawn[one](told, words) for one in told.view.may]
    return [html.H2(words.text(SAY + "act.title")), *acts] if acts else []


def _mail(told: Followed, words: Words) -> list[Any]:
    """That nobody is written to before they say that the address is theirs."""
    if told.view.mail not in (Mail.WAITING, Mail.SPENT):
        return []
    send = _form(told, MAIL, words.text(SAY + "act.mail_send"), plain=True) if told.view.mail is Mail.WAITING else None
    return [html.P(words.text(f"{SAY}act.mail_{told.view.mail}"), className="note"), send]


def _downloads(told: Followed, words: Words) -> list[Any]:
    """The files that may be downloaded, each with how often still."""
    rows = []
    for number, one in enumerate(told.view.downloads, start=1):
        left = words.text(SAY + "download.left", count=one.left)
        if one.until is not None:
            left += " " + words.text(SAY + "download.until", day=words.day(one.until, "long"))
        name = words.text(SAY + "download.file", number=number, size=words.number(one.bytes / 1_000_000, 1))
        rows.append(html.Li([_form(told, DOWNLOAD, name, hidden("file", one.id)), html.P(left)]))
    if not rows:
        return []
    own = html.P(words.text("footage_download.own"), className="quiet")
    return [html.H2(words.text(SAY + "download.title")), html.Ul(rows, className="papers"), own]


def _papers(told: Followed, words: Words) -> list[Any]:
    """The official letters, in both languages. The code goes in the body, as ever."""
    if not told.view.papers:
        return []
    rows = [html.Li([words.text(f"letters.paper.{one}"), *_prints(told, one, words)]) for one in told.view.papers]
    return [html.H2(words.text("letters.paper.title")), html.Ul(rows, className="papers")]


def _prints(told: Followed, paper: Paper, words: Words) -> list[Any]:
    own = words.text(f"letters.paper.{paper}")
    return [
        _form(
            told,
            PAPER,
            words.text("letters.paper.print", paper=own, language=words.text(f"ui.languages.{one}")),
            hidden("paper", paper),
            hidden("language", one),
            plain=True,
        )
        for one in LANGUAGES
    ]


def _form(told: Followed, act: str, button: str, *inside: Any, plain: bool = False, file: bool = False) -> html.Form:
    """An act by the code. With `file` it goes to the address that takes one."""
    send = html.Button(button, type="submit", className="plain" if plain else None)
    known = [told.token, hidden("code", told.code), hidden("act", act)]
    where = {"action": ANSWER, "encType": "multipart/form-data"} if file else {"action": FOLLOW}
    return html.Form([*known, *inside, send], method="post", noValidate=True, **where)


def _answer(told: Followed, words: Words) -> html.Section:
    """The question, until when, and a field for the answer."""
    view, until = told.view, None
    if view.answer_by is not None:
        until = html.P(words.text(SAY + "status.answer_by", day=words.day(view.answer_by, "long")))
    field = area(told.typed, "answer", words.text(SAY + "act.answer"), _room("answer", words), rows=5, longest=MOST)
    photo = _photo(told, words) if view.photo else None
    return html.Section(
        [
            html.H3(words.text(SAY + "status.question")),
            html.P(view.question),
            until,
            _form(told, Answer.ANSWER, words.text(SAY + "act.answer_send"), field, photo, file=view.photo),
        ],
        className="card",
    )


def _photo(told: Followed, words: Words) -> html.Div:
    again = " " + words.text("footage_form.who.files_again") if told.typed.wrong else ""
    hint = words.text(SAY + "act.photo_hint") + again
    return line(told.typed, "photo", words.text(SAY + "act.photo"), hint, type="file", accept="image/jpeg,image/png")


def _withdraw(told: Followed, words: Words) -> html.Details:
    box = tick(told.typed, "sure", words.text(SAY + "act.withdraw_sure"))
    return html.Details(
        [
            html.Summary(words.text(SAY + "act.withdraw")),
            html.P(words.text(SAY + "act.withdraw_told")),
            _form(told, Answer.WITHDRAW, words.text(SAY + "act.withdraw_send"), box, plain=True),
        ],
        className="acts",
        open="sure" in told.typed.wrong,
    )


def _appeal(told: Followed, words: Words) -> html.Details:
    field = area(told.typed, "appeal", words.text(SAY + "act.appeal"), _room("appeal", words), rows=6, longest=MOST)
    return html.Details(
        [
            html.Summary(words.text(SAY + "act.appeal")),
            _form(told, Answer.APPEAL, words.text(SAY + "act.appeal_send"), field),
        ],
        className="acts",
        open="appeal" in told.typed.wrong,
    )


def _renew(told: Followed, words: Words) -> html.Section | None:
    if told.view.renew_until is None:
        return None
    day = words.day(told.view.renew_until, "long")
    send = _form(told, Answer.RENEW, words.text(SAY + "act.renew_send"))
    heading = html.H3(words.text(SAY + "act.renew"))
    return html.Section([heading, html.P(words.text(SAY + "act.renew_told", day=day)), send], className="card")


def _room(act: str, words: Words) -> str:
    return words.text(f"{SAY}act.{act}_hint", least=TEXT, most=MOST)


def wrong(act: str, form: Mapping[str, str], words: Words) -> dict[str, str]:
    """What is wrong with what was typed for an act, by field."""
    if act in (MAIL, PAPER, DOWNLOAD, Answer.RENEW):
        return {}
    if act == Answer.WITHDRAW:
        return {} if form.get("sure") else {"sure": words.text(SAY + "act.withdraw_empty")}
    length = len(form.get(act, "").strip())
    if length < TEXT:
        return {act: words.text(SAY + "act.words_empty", least=TEXT)}
    return {act: words.text(SAY + "act.words_long", most=MOST)} if length > MOST else {}
