"""What both faces need to show the form for requests and to take in what comes with it."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from werkzeug.datastructures import FileStorage

from components import footage_told
from components.footage_form import FILES, Legal, Offered
from domain.footage.draft import Draft
from locales import Words
from services.footage import uploads
from services.footage.form import Form, form
from web import session


def known_form() -> Form:
    """The rules and choices of the present moment."""
    return form(session.releases(), session.settings().place, session.settings().jurisdiction)


def offered(known: Form, words: Words) -> Offered:
    law, language = known.law, words.language
    return Offered(
        cameras=known.cameras,
        communes=known.communes,
        documents=law.documents,
        undertaking=Legal(law.undertaking.version, law.undertaking.text[language]),
        notice=Legal(law.notice.version, law.notice.text[language]),
        today=known.today.isoformat(),
        points=known.points,
        authorities=tuple((str(one.code), one.text[language]) for one in law.authorities),
    )


def attached(files: Mapping[str, FileStorage]) -> list[uploads.Upload] | str:
    """The files as they may be kept, or the code of what is wrong with them."""
    given = [files[name] for name in FILES if name in files]
    try:
        return uploads.checked(
            [(one.filename or "", one.read(uploads.BYTES + 1)) for one in given], session.desk().scan
        )
    except uploads.Unfit as unfit:
        return unfit.code


def outlook(known: Form, draft: Draft, words: Words) -> html.P:
    """Whether what a request asks for may still exist."""
    ground, cameras = known.ground, draft.place.cameras
    left = max(ground.left(cameras, draft.segments), 0)
    return footage_told.outlook(ground.outlook(cameras, draft.segments), left, words)
