"""What the desk files for who came, telephoned or wrote: the residents' form and rules, without work for machines."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_urlsafe

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from components import fields, footage_intake
from components.footage_form import FILES, Sheet
from components.markup import markup
from domain.errors import Invalid
from domain.footage import intake
from domain.footage.draft import Draft, Kind
from domain.footage.intake import Arrival
from domain.footage.reading import Errors, read
from domain.people import Permission, require
from locales import LANGUAGES
from services.footage import filing, terms, uploads
from services.footage.form import Form
from web.footage_form import attached, known_form, offered, outlook
from web.session import actor, desk, words

blueprint = Blueprint("intake", __name__, url_prefix="/desk")


@blueprint.post("/new")
def file() -> ResponseReturnValue:
    """File what was typed; where something is wrong, the form again with everything that was typed."""
    require(actor(), Permission.INTAKE)
    if request.form.get("kind", "") not in tuple(Kind):
        raise Invalid("malformed")
    known, typed = known_form(), request.form.to_dict(flat=False)
    came = intake.read(typed, LANGUAGES, known.ground.zone, known.ground.now)
    # What is asked for had happened when it was asked for.
    ground = known.ground if isinstance(came, Errors) else replace(known.ground, now=came.at)
    found, kept = read(typed, ground), attached(request.files)
    if isinstance(came, Arrival) and isinstance(found, Draft) and isinstance(kept, list):
        return jsonify({"shown": markup(_filed(known, came, found, kept))})
    wrong = {name: code for one in (came, found) if isinstance(one, Errors) for name, code in one.by_field.items()}
    if isinstance(kept, str):
        wrong[FILES[0]] = f"file1.{kept}"
    return jsonify({"shown": markup(_again(known, wrong))}), 422


def _filed(known: Form, came: Arrival, draft: Draft, kept: list[uploads.Upload]) -> object:
    asked = filing.Filing(
        draft,
        request.form.get("once", ""),
        known.law.code,
        language=came.language,
        channel=came.channel,
        uploads=kept,
        received=came.at,
    )
    told = filing.file(desk(), actor(), asked)
    return footage_intake.done(told, draft, outlook(known, draft, words()), words())


def _again(known: Form, wrong: dict[str, str]) -> object:
    typed = fields.Typed(request.form.to_dict(flat=False), footage_intake.wrong(words(), wrong))
    return drawn(known, Kind(request.form["kind"]), typed, request.form.get("once", ""))


def blank(kind: Kind) -> object:
    """The form of a kind, as received just now, with a number of its own."""
    known = known_form()
    day, hour = terms.local(known.law, known.ground.now)
    typed = {"arrived_day": [day], "arrived_time": [hour], "language": [words().language]}
    return drawn(known, kind, fields.Typed(typed), token_urlsafe(16))


def drawn(known: Form, kind: Kind, typed: fields.Typed, once: str) -> object:
    return footage_intake.form(Sheet(words(), typed, offered(known, words()), kind), kind, once, LANGUAGES)
