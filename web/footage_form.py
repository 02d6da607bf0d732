"""What both faces need to show the form for requests and to take in what comes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dash import html
from werkzeug.datastructures import FileStorage

from components import footage_told, public_map
from components.footage_form import FILES, Legal, Offered
from components.markup import Html
from components.public_map import Dot
from domain.footage.draft import Draft
from domain.footage.reading import left
from locales import Words
from services.footage import uploads
from services.footage.form import Form, form
from web import session


def known_form() -> Form:
    """The rules and choices of the present moment."""
    return form(session.releases(), session.settings().place, session.settings().jurisdiction)


def offered(known: Form, words: Words) -> Offered:
    """The choices; each camera says how long it keeps what it records."""
    law, language = known.law, words.language
    return Offered(
        cameras=[
            (group, [_kept(code, name, known, words) for code, name in listed]) for group, listed in known.cameras
        ],
        communes=known.communes,
        documents=law.documents,
        undertaking=Legal(law.undertaking.version, law.undertaking.text[language]),
        notice=Legal(law.notice.version, law.notice.text[language]),
        today=known.today.isoformat(),
        kept=_cut_off(law.retention_days, known.today, words),
        authorities=tuple((str(one.code), one.text[language]) for one in law.authorities),
        points=bool(known.around),
    )


def _cut_off(retention: int, today: date, words: Words) -> str:
    before, gone = max(retention - footage_told.CUT_OFF, 1), today - timedelta(days=retention)
    return words.text("footage_form.when.kept", days=retention, before=before, gone=words.day(gone, "long"))


def _kept(code: str, name: str, known: Form, words: Words) -> tuple[str, str]:
    days = known.ground.cameras[code] or known.ground.retention
    return code, f"{name} · {words.text('footage_form.where.kept', count=days)}"


def mapped(known: Form, chosen: str, words: Words) -> Html | None:
    """The map to choose a camera on, of those whose place is published."""
    names = {code: name for _, listed in known.cameras for code, name in listed}
    places = [Dot(code, lon, lat, names[code]) for code, (lon, lat) in known.places.items()]
    return public_map.picks(known.around, places, "camera", chosen, words.text("footage_form.where.map"))


def attached(files: Mapping[str, FileStorage]) -> list[uploads.Upload] | str:
    """The files as they may be kept, or the code of what is wrong with them."""
    given = [files[name] for name in FILES if name in files]
    try:
        return uploads.checked(
            [(one.filename or "", one.read(uploads.BYTES + 1)) for one in given], session.desk().scan
        )
    except uploads.Unfit as unfit:
        return unfit.code


def prospect(known: Form, typed: Mapping[str, Sequence[str]], words: Words) -> html.P | None:
    """Whether what a form asks for may still exist, once it says when."""
    days = left(typed, known.ground)
    return None if days is None else footage_told.prospect(days, words)


def outlook(known: Form, draft: Draft, words: Words) -> html.P:
    """Whether what a request asks for may still exist."""
    ground, cameras = known.ground, draft.place.cameras
    left = max(ground.left(cameras, draft.segments), 0)
    return footage_told.outlook(ground.outlook(cameras, draft.segments), left, words)
