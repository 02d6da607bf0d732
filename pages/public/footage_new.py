"""Which footage do you need? The form, and the receipt with the code that is shown once."""

from __future__ import annotations

from functools import partial
from typing import Any

from dash import html

from components import fields, footage_form, footage_identity, footage_told
from components.footage_form import FILES, FULL, Sheet
from domain.errors import DomainError, Throttled
from domain.footage.draft import OPEN as KINDS
from domain.footage.draft import Draft, Kind, Stated
from domain.footage.reading import Errors, read
from domain.people import ANONYMOUS
from services.footage import filing, gate, uploads
from services.footage.form import Form
from services.footage.gate import Judged, Verdict
from web import footage_identity as identity
from web import public, session
from web.footage_form import attached, known_form, mapped, offered, outlook, prospect

OPEN = {"label": "footage_form.nav", "described": "footage_form.described_new", "methods": ("GET", "POST")}
UNKNOWN = ("other", "refused", "unreachable", "often", "nobody")  # why a provider did not say who somebody is
ROOM = uploads.FILES * uploads.BYTES + 10 * 1024 * 1024  # bytes; larger files are refused with a sentence below it


@public.page(footage_told.FORM, **OPEN, scripts=("footage.js", "map.js"))
def footage_new(visit: public.Visit) -> Any:
    """The kinds to choose from, the form of one of them, or the sheet of paper."""
    if visit.method == "POST":
        return _filed(visit, Kind(visit.chosen("kind", KINDS, Kind.PARTY)))
    if visit.chosen("print", ("1",), ""):
        return _paper(visit)
    kind, known = visit.chosen("kind", KINDS, ""), known_form()
    camera = visit.chosen("camera", known.ground.cameras, "")
    if kind == Kind.REPRESENTATIVE:
        return public.Moved(footage_told.address(Kind.REPRESENTATIVE, camera))
    return _blank(visit, Kind(kind), known, camera) if kind else _kinds(visit, known, camera)


@public.page(footage_told.PRESENTING, **OPEN, scripts=("footage.js", "map.js"), body=ROOM)
def footage_represent(visit: public.Visit) -> Any:
    """The form for who acts for somebody else: the one address that takes files."""
    if visit.method == "POST":
        return _filed(visit, Kind.REPRESENTATIVE)
    known = known_form()
    return _blank(visit, Kind.REPRESENTATIVE, known, visit.chosen("camera", known.ground.cameras, ""))


def _kinds(visit: public.Visit, known: Form, camera: str) -> list[Any]:
    words = visit.words
    names = {code: name for _, listed in known.cameras for code, name in listed}
    chosen = words.text("footage_form.where.chosen", name=names[camera]) if camera else ""
    return [
        html.H1(words.text("footage_form.title")),
        _failed(visit),
        html.P(words.text("footage_form.choose"), className="lead"),
        html.P(chosen, className="note") if chosen else None,
        footage_told.kinds(words, lambda kind: footage_told.address(kind, camera)),
        footage_told.safe(known.law.help[words.language], words),
        html.P(html.A(words.text("footage_form.paper"), href=f"{footage_told.FORM}?print=1")),
    ]


def _paper(visit: public.Visit) -> list[Any]:
    sheet = Sheet(visit.words, fields.Typed(), offered(known_form(), visit.words))
    return footage_told.paper(footage_form.questions(sheet), visit.words)


def _blank(visit: public.Visit, kind: Kind, known: Form, camera: str) -> list[Any]:
    sheet = _sheet(visit, fields.Typed({"camera": [camera]}), known, kind, _said(visit, kind))
    fresh = gate.ticket(session.settings().secret_key, known.ground.now)
    return _drawn(visit, sheet, known, fresh, _failed(visit), _offer(sheet, camera))


def _said(visit: public.Visit, kind: Kind, once: str = "") -> Stated | None:
    """What a provider said of who asks, where the form asks for that; what was sent must have been shown with it."""
    said = identity.known(once) if kind in FULL else None
    if said is None or visit.method == "GET":
        return said
    return said if visit.said(footage_identity.MARK) == identity.mark(said) else None


def _offer(sheet: Sheet, camera: str) -> html.Section | None:
    """The way to a provider: only before anything is typed, as it would be lost on the way."""
    provider, kind = session.settings().resident_provider, sheet.kind
    if provider is None or sheet.stated is not None or kind not in FULL:
        return None
    return footage_identity.offer(identity.START, provider.name, kind, camera, sheet.words)


def _failed(visit: public.Visit) -> html.P | None:
    """Why the provider said nothing, for who just came back from there."""
    why, provider = visit.chosen("identity", UNKNOWN, ""), session.settings().resident_provider
    if not why or provider is None:
        return None
    return _warning(visit.words.error(DomainError(f"identity.{why}", provider=provider.name)))


def _warning(told: str) -> html.P | None:
    return html.P(told, className="warning", role="alert") if told else None


def _filed(visit: public.Visit, kind: Kind) -> Any:
    """File what was sent; where something is wrong, the form again with everything that was typed."""
    known, words = known_form(), visit.words
    judged = _judged(visit, known)
    said = _said(visit, kind, judged.once)
    found = read({**visit.form, "kind": [str(kind)]}, known.ground, said)
    kept = attached(visit.files) if judged.passed else []  # no picture is unfolded for a machine
    if isinstance(found, Errors) or isinstance(kept, str):
        wrong = dict(found.by_field) if isinstance(found, Errors) else {}
        if isinstance(kept, str):
            wrong[FILES[0]] = f"file1.{kept}"
        return _again(visit, kind, known, wrong, "" if said else _gone(visit))
    if not judged.passed:
        told = words.text(f"footage_form.gate.{judged.verdict}", seconds=gate.WAIT)
        return _again(visit, kind, known, {}, told, waits=judged.verdict is Verdict.WAIT)
    try:
        receipt = _receipt(visit, known, found, judged, kept)
    except Throttled as error:
        return _again(visit, kind, known, {}, words.error(error), error.status)
    if said is not None:
        identity.spend(said, judged.once)
    return receipt


def _gone(visit: public.Visit) -> str:
    """What to say where the form was shown with what a provider said, which does not count any more."""
    provider = session.settings().resident_provider
    if provider is None or not visit.said(footage_identity.MARK):
        return ""
    return visit.words.text("footage_form.identity.gone", provider=provider.name)


def _again(
    visit: public.Visit,
    kind: Kind,
    known: Form,
    wrong: dict[str, str],
    told: str = "",
    status: int = 422,
    waits: bool = False,
) -> public.Answer:
    """The form with what was typed, what is wrong with it by field, and what else there is to say."""
    typed = fields.Typed(visit.form, footage_form.told_wrong(visit.words, wrong))
    fresh = gate.again(session.settings().secret_key, visit.said("ticket"), waits, known.ground.now)
    sheet = _sheet(visit, typed, known, kind, _said(visit, kind, _judged(visit, known).once))
    return public.Answer(_drawn(visit, sheet, known, fresh, _warning(told)), status)


def _sheet(visit: public.Visit, typed: fields.Typed, known: Form, kind: Kind, said: Stated | None) -> Sheet:
    draw = partial(mapped, known, words=visit.words)
    warned = prospect(known, typed.form, visit.words)
    return Sheet(visit.words, typed, offered(known, visit.words), kind, warned, draw, said)


def _judged(visit: public.Visit, known: Form) -> Judged:
    secret = session.settings().secret_key
    return gate.judge(secret, visit.said("ticket"), visit.said("proof"), visit.said(gate.TRAP), known.ground.now)


def _receipt(
    visit: public.Visit, known: Form, draft: Draft, judged: Judged, kept: list[uploads.Upload]
) -> public.Answer:
    asked = filing.Filing(
        draft,
        judged.once,
        known.law.code,
        language=visit.words.language,
        source=visit.address,
        slow=judged.verdict is Verdict.SLOW,
        uploads=kept,
    )
    told = filing.file(session.desk(), ANONYMOUS, asked)
    return public.Answer(
        footage_told.receipt(told, draft.kind, visit.words, outlook(known, draft, visit.words)),
        title=visit.words.text("footage_public.result.title"),
    )


def _drawn(
    visit: public.Visit, sheet: Sheet, known: Form, ticket: gate.Ticket, told: html.P | None, offer: Any = None
) -> list[Any]:
    words, kind, said = visit.words, sheet.kind or Kind.PARTY, sheet.stated
    guarded = footage_form.guarded(ticket.signed, ticket.challenge, gate.TRAP, sheet)
    if said is not None:
        guarded.append(fields.hidden(footage_identity.MARK, identity.mark(said)))
    return [
        html.H1(words.text(f"footage_form.kind.{kind}")),
        html.P(html.A(words.text("footage_form.change"), href=footage_told.FORM)),
        fields.summary(sheet.typed, words.text("footage_form.wrong_title")),
        told,
        html.P(words.text("footage_form.required"), className="quiet"),
        footage_told.safe(known.law.help[words.language], words, kind),
        footage_identity.known(said, identity.START, kind, visit.token(), words) if said else offer,
        footage_form.form(
            sheet,
            footage_told.address(kind),
            visit.token(),
            *guarded,
            *footage_form.questions(sheet),
            footage_form.send(sheet),
        ),
    ]
