"""Where is my request? By the code alone, which is sent in the body each time and kept nowhere."""

from __future__ import annotations

from typing import Any

from components import fields, footage_status, letter_sheet
from components.footage_status import ANSWER
from components.footage_told import FOLLOW
from config.jurisdiction import jurisdiction
from domain.errors import DomainError, Illegal, NotFound
from domain.footage.view import Answer, View
from services.footage import following, uploads
from web import public, session


@public.page(
    FOLLOW,
    label="footage_public.code.nav",
    described="footage_public.code.described",
    order=51,
    group="footage",
    methods=("GET", "POST"),
    indexed=False,
    scripts=("footage.js",),
)
def footage_follow(visit: public.Visit) -> Any:
    if visit.method == "GET":
        return _ask(visit)
    code, act = visit.said("code"), visit.said("act")
    try:
        if act:
            return _acted(visit, code, act)
        return _status(visit, following.look_up(session.desk(), code, visit.address))
    except NotFound:
        return _ask(visit, visit.words.text("footage_public.code.unknown"))
    except DomainError as error:
        return public.Answer(_ask(visit, visit.words.error(error)), error.status)


@public.page(
    ANSWER,
    label="footage_public.code.nav",
    described="footage_public.code.described",
    methods=("GET", "POST"),
    indexed=False,
    scripts=("footage.js",),
    body=uploads.BYTES + 64 * 1024,
)
def footage_answer(visit: public.Visit) -> Any:
    """The same, where a body may hold the photo that the desk asked for."""
    return footage_follow(visit)


def _ask(visit: public.Visit, wrong: str = "") -> list[Any]:
    """The field for the code; wrong and unknown codes get the same answer."""
    typed = fields.Typed(visit.form, {"code": wrong} if wrong else {})
    return footage_status.ask(typed, visit.token(), visit.words)


def _acted(visit: public.Visit, code: str, act: str) -> Any:
    """Do what was asked, or say what is missing. An act that the table has not is told as one that cannot be now."""
    desk, source = session.desk(), visit.address
    wrong = footage_status.wrong(act, {name: visit.said(name) for name in visit.form}, visit.words)
    if act == footage_status.MAIL:
        return _status(visit, following.mail_again(desk, code, source), done=footage_status.MAIL)
    if act == footage_status.PAPER:
        return _paper(visit, code)
    if act == footage_status.DOWNLOAD:
        found, blocks = following.download(desk, code, source, visit.said("file"))
        return public.File(found.media, found.name, found.bytes, blocks)
    if act not in tuple(Answer) or wrong:
        return public.Answer(_status(visit, following.look_up(desk, code, source), wrong=wrong), 422)
    if act == Answer.RENEW:
        view = following.renew(desk, code, source)
    elif act == Answer.WITHDRAW:
        view = following.withdraw(desk, code, source)
    elif act == Answer.ANSWER:
        return _answered(visit, code)
    else:
        view = following.appeal(desk, code, source, visit.said("appeal").strip())
    return _status(visit, view, done=Answer(act))


def _answered(visit: public.Visit, code: str) -> Any:
    """An answer, and the photo if one was asked for and chosen. No picture is unfolded that nobody asked for."""
    desk, source, text = session.desk(), visit.address, visit.said("answer").strip()
    given = visit.files.get("photo")
    content = given.read(uploads.BYTES + 1) if given else b""
    if content and not following.look_up(desk, code, source).photo:
        raise Illegal("footage.not_now")
    try:
        photo = uploads.photograph(content, desk.scan) if content else None
    except uploads.Unfit as unfit:
        wrong = {"photo": visit.words.text(f"footage_public.act.photo_{unfit.code}")}
        return public.Answer(_status(visit, following.look_up(desk, code, source), wrong=wrong), 422)
    return _status(visit, following.answer(desk, code, source, text, photo), done=Answer.ANSWER)


def _paper(visit: public.Visit, code: str) -> public.File:
    """An official letter, for who has the code."""
    made = following.paper(session.desk(), code, visit.address, visit.said("paper"), visit.said("language"))
    zone = jurisdiction(session.settings().jurisdiction).zone
    drawn = letter_sheet.pdf([made], visit.city, zone)
    return public.File("application/pdf", letter_sheet.name(made, visit.words), len(drawn), [drawn])


def _status(visit: public.Visit, view: View, wrong: dict[str, str] | None = None, done: str = "") -> list[Any]:
    law, language = jurisdiction(session.settings().jurisdiction), visit.words.language
    ground = next((one.text[language] for one in law.grounds if one.code == view.ground), "")
    typed = fields.Typed({} if done else visit.form, wrong or {})
    told = footage_status.Followed(view, visit.said("code"), ground, law.zone, visit.token(), typed, done)
    return footage_status.status(told, visit.words)
