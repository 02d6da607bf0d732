"""What may be done with a case: its moves, agreements, notes and dates; and who asks, behind the question what for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dash import html

from components.footage_case_forms import box, field, folded, form, labelled, select
from components.icons import icon
from components.markup import Html
from domain.footage.case import Agreement, Offer, Sheet
from domain.footage.handling import FIELDS, Field, Purpose
from domain.footage.states import Resolution, Status
from domain.people import Permission
from locales import Words

if TYPE_CHECKING:
    from components.footage_case import Ground

PERSON = (
    *("body", "order", "name", "document_type", "document", "email", "phone", "postal", "in_person"),
    *("facts", "involvement", "story", "looks", "plate", "relation", "represented", "child", "reference"),
    *("stated", "answer", "grounds"),
)
SAID = {"facts": "footage_form.facts", "involvement": "footage_form.involvement", "relation": "footage_form.relation"}
SAID |= {"document_type": "footage_form.document", "body": "registers.uses"}
NOTE = Field("note", least=1)
REASON = Field("reason")


def moves(sheet: Sheet, ground: Ground) -> html.Section:
    """A form for each move that this person may make, and why the others wait."""
    words = ground.words
    free = [offer for offer in sheet.offers if not offer.hindrance]
    waiting = [offer for offer in sheet.offers if offer.hindrance]
    forms = [_move(offer, sheet, ground) for offer in free]
    parts = [
        html.H2(words.text("desk.case.next"), id="desk-next-title"),
        _agreements(sheet, ground),
        html.Div(forms) if forms else html.P(words.text("desk.case.nothing"), className="quiet-text"),
        html.Ul([_waiting(offer, words) for offer in waiting], className="desk-waiting") if waiting else None,
        html.Div(_besides(sheet, ground), className="desk-besides"),
    ]
    return html.Section(parts, className="card desk-part", **{"aria-labelledby": "desk-next-title"})


def said(offer: Offer, words: Words) -> str:
    """A move as something one does."""
    name = offer.key.replace("-", "_") if offer.resolution else str(offer.after)
    told = words.text(f"desk.moves.{name}")
    return words.text("desk.agree_to", move=told) if offer.agrees else told


def _move(offer: Offer, sheet: Sheet, ground: Ground) -> html.Details:
    words, case = ground.words, sheet.case
    key = f"{'agree' if offer.agrees else 'move'}-{offer.key}"
    kept = {"version": case.version, "after": offer.after, "resolution": offer.resolution or ""}
    fields = [_field(one, key, offer, ground) for one in offer.fields]
    hint = html.P(words.text(f"desk.told.{offer.resolution}"), className="quiet-text") if _told(offer) else None
    address = f"/desk/case/{case.folio}/{'agree' if offer.agrees else 'move'}"
    drawn = form(key, address, [hint, *fields], said(offer, words), kept)
    return folded(said(offer, words), [drawn], f"desk-{key}")


def _told(offer: Offer) -> bool:
    return offer.resolution is Resolution.DENIED


def _field(one: Field, key: str, offer: Offer, ground: Ground) -> Html:
    if one.name == "ground":
        id = f"{key}-ground"
        options = [(code, ground.grounds[code]) for code in one.choices]
        return labelled(id, ground.words.text("desk.fields.ground"), select("ground", id, options, ground.words))
    if one.name == "reason" and offer.resolution is Resolution.NOT_HELD:
        id = f"{key}-reason"
        options = [(code, ground.words.text(f"desk.choices.not_held.{code}")) for code in one.choices]
        return labelled(id, ground.words.text("desk.fields.not_held"), select("reason", id, options, ground.words))
    return field(one, key, ground.words, value=ground.reader if one.name == "officer" else "")


def _waiting(offer: Offer, words: Words) -> html.Li:
    return html.Li([f"{said(offer, words)}: ", html.Span(words.text(f"errors.{offer.hindrance}"))])


def _agreements(sheet: Sheet, ground: Ground) -> html.Ul | None:
    if not sheet.agreements:
        return None
    lines = [html.Li([_agreed(one, ground), html.Br(), _chosen(one, sheet, ground)]) for one in sheet.agreements]
    return html.Ul(lines, className="desk-agreed told")


def _agreed(one: Agreement, ground: Ground) -> str:
    how, when = f"desk.resolution.{one.resolution}", ground.words.instant(one.at, ground.zone)
    return ground.words.text("desk.agreed", who=one.actor, how=ground.words.text(how), when=when)


def _chosen(one: Agreement, sheet: Sheet, ground: Ground) -> str:
    """The ground or reason that somebody agreed to, which must be told again."""
    said = [link.details for link in sheet.links if link.action == "agreed" and link.actor == one.actor]
    told = next((each for each in reversed(said) if each.get("resolution") == str(one.resolution)), {})
    if "ground" in told:
        return ground.grounds[str(told["ground"])]
    return ground.words.text(f"desk.choices.not_held.{told['reason']}") if "reason" in told else ""


def _besides(sheet: Sheet, ground: Ground) -> list[Any]:
    """What does not move the case: the officer, a longer term, a note, an interest of one's own."""
    words, case = ground.words, sheet.case
    address, kept = f"/desk/case/{case.folio}", {"version": case.version}
    found = []
    if sheet.may & {Permission.INTAKE, Permission.LEGAL} and case.open:
        officer = field(Field("officer", least=3, most=255), "assign", words, case.officer or ground.reader)
        drawn = form("assign", f"{address}/assign", [officer], words.text("desk.assign"), kept)
        found.append(folded(words.text("desk.assign"), [drawn], "desk-assign"))
    if sheet.extendable:
        drawn = form("extend", f"{address}/extend", [field(REASON, "extend", words)], words.text("desk.extend"), kept)
        found.append(folded(words.text("desk.extend"), [drawn], "desk-extend"))
    if _wants_proof(sheet):
        proof = [field(one, "identify", words) for one in FIELDS["proof"]]
        drawn = form("identify", f"{address}/identify", proof, words.text("desk.identify"))
        found.append(folded(words.text("desk.identify"), [drawn], "desk-identify"))
    if sheet.case.status is Status.READY and Permission.DELIVER in sheet.may:
        moment = box("at", "viewing-at", "datetime-local")
        at = labelled("viewing-at", words.text("desk.viewing.at"), moment)
        drawn = form("viewing", f"{address}/viewing", [at], words.text("desk.viewing.title"))
        found.append(folded(words.text("desk.viewing.title"), [drawn], "desk-viewing"))
    if sheet.case.status is Status.DELIVERED:
        found.append(html.P(html.A(words.text("desk.receipt.open"), href=f"{address}/paper/receipt.pdf")))
    if sheet.may:
        drawn = form("note", f"{address}/note", [field(NOTE, "note", words)], words.text("desk.note"))
        found.append(folded(words.text("desk.note"), [drawn], "desk-note"))
        told = html.P(words.text("desk.conflict_told"), className="quiet-text")
        drawn = form("conflict", f"{address}/conflict", [told], words.text("desk.conflict"), kept)
        found.append(folded(words.text("desk.conflict"), [drawn], "desk-conflict"))
    return found


def _wants_proof(sheet: Sheet) -> bool:
    """Whether this person may write down that they saw who asks; while the case waits for it, its move does."""
    waits = sheet.case.open and sheet.case.personal and not sheet.identified
    mine = sheet.may & {Permission.INTAKE, Permission.DELIVER}
    return waits and bool(mine) and sheet.case.status is not Status.IDENTITY


# --- who asks --------------------------------------------------------------------------------------------------


def identity(sheet: Sheet, ground: Ground) -> html.Section | None:
    """The question what for, which stands before who asks at every view."""
    if Permission.IDENTITY not in sheet.may:
        return None
    words = ground.words
    options = [(str(one), words.text(f"desk.purposes.{one}")) for one in Purpose]
    chosen = labelled(
        "identity-purpose", words.text("desk.purpose"), select("purpose", "identity-purpose", options, words)
    )
    told = html.P(words.text("desk.identity_told"), className="quiet-text")
    address = f"/desk/case/{sheet.case.folio}/identity"
    drawn = form("identity", address, [told, chosen], words.text("desk.identity_show"), shows="desk-identity-shown")
    head = html.H2(words.text("desk.case.identity"), id="desk-identity-title")
    shown = html.Div(id="desk-identity-shown", **{"aria-live": "polite"})
    return html.Section([head, drawn, shown], className="card desk-part", **{"aria-labelledby": "desk-identity-title"})


def person(known: Mapping[str, Any], words: Words) -> html.Dl:
    """Who asks and what happened, once somebody said what for."""
    contact = known.get("contact")
    flat = {**known, **(contact if isinstance(contact, Mapping) else {})}
    lines = [
        part
        for name in PERSON
        if (said := _personal(name, flat.get(name), words))
        for part in (html.Dt(words.text(f"desk.person.{name}")), html.Dd(said))
    ]
    return html.Dl(lines, className="facts")


def _personal(name: str, value: Any, words: Words) -> str:
    if name == "stated" and isinstance(value, Mapping):
        told = [part for part in ("name", "document") if value[part]]
        return words.text(f"desk.stated.{'whole' if len(told) > 1 else told[0]}", provider=value["provider"])
    if isinstance(value, bool):
        return words.text("desk.yes") if value else ""
    return words.text(f"{SAID[name]}.{value}") if value and name in SAID else str(value or "")


# --- files -----------------------------------------------------------------------------------------------------


def opened(address: str, name: str, words: Words) -> list[Any]:
    """A file that may be fetched for a little while."""
    return [
        html.P(words.text("desk.files.opened_told"), className="quiet-text"),
        html.A(words.text("desk.files.opened", name=name), href=address, className="button plain", download=name),
    ]


def verified(same: bool, words: Words) -> html.P:
    mark = icon("check" if same else "warning", 18)
    kind = "intact" if same else "broken"
    return html.P(
        [mark, " ", words.text(f"desk.files.{'same' if same else 'differs'}")], className=f"desk-verified {kind}"
    )


def link(site: str, path: str, words: Words) -> list[Any]:
    """The link of who asked; without `site`, its address on the public site."""
    told = words.text(f"desk.files.{'link_made' if site else 'link_there'}")
    return [html.P(told), html.Code(f"{site}{path}", className="desk-link")]
