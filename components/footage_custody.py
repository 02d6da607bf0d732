"""What is kept of a case: holds on recordings, files, and the chain that says who did what with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dash import html

from components.footage_case_forms import box, field, folded, form, labelled, select
from components.icons import icon
from domain.footage.case import Hold, Link, Sheet, last_day
from domain.footage.custody import HANDS_IN, READS, SEARCH, SEARCHED, Piece
from domain.footage.handling import Act, Field, Kind, Use
from domain.footage.states import Status
from domain.people import Permission
from locales import Words

if TYPE_CHECKING:
    from components.footage_case import Ground

SHORT = 12  # letters of a hash on screen; the whole is its title
CHAIN = ("number", "when", "who", "act", "object", "hash", "tool")
REFERENCE, SHA = Field("reference", least=3, most=120), Field("sha256", least=64, most=64)
REASON = Field("reason")
CODES = "desk-cameras"  # the list of cameras that forms offer
MEGABYTE = 1 << 20


# --- holds -----------------------------------------------------------------------------------------------------


def holds(sheet: Sheet, ground: Ground) -> html.Section:
    words = ground.words
    items = [html.Li(_hold(one, sheet, ground), className="desk-hold") for one in sheet.holds]
    inside = html.Ul(items, className="desk-list") if items else html.P(words.text("desk.holds.none"))
    codes = [html.Option(name, value=code) for code, name in sheet.cameras]
    return _section("holds", [inside, html.Datalist(codes, id=CODES) if codes else None], words)


def _hold(hold: Hold, sheet: Sheet, ground: Ground) -> list[Any]:
    words = ground.words
    start = words.instant(hold.starts, ground.zone)
    window = f"{start} – {words.instant(hold.ends, ground.zone, 'HH:mm')}"
    camera = hold.camera or words.text("desk.holds.any_camera")
    head = html.Div([html.Strong(camera), " ", html.Span(window, className="number")])
    return [head, html.Div(_stands(hold, ground), className="quiet-text"), *_hold_forms(hold, sheet, ground)]


def _stands(hold: Hold, ground: Ground) -> list[Any]:
    words = ground.words
    if hold.released_at is not None:
        return [words.text("desk.holds.released", when=words.instant(hold.released_at, ground.zone))]
    until = words.text("desk.holds.until", day=words.day(last_day(hold.until, ground.zone)))
    if hold.confirmed_at is None:
        flag = html.Span(words.text("desk.flags.unconfirmed"), className="desk-flag unconfirmed")
        waits = flag if hold.late(ground.now) else words.text("desk.holds.waits")
        return [waits, " ", until]
    confirmed = words.text(
        "desk.holds.confirmed",
        who=hold.confirmed_by or "",
        when=words.instant(hold.confirmed_at, ground.zone),
        reference=hold.reference or "",
    )
    return [icon("check", 16), f" {confirmed} ", _hash(hold.sha256 or ""), ". ", until]


def _hold_forms(hold: Hold, sheet: Sheet, ground: Ground) -> list[Any]:
    words = ground.words
    if hold.released_at is not None or Permission.CUSTODY not in sheet.may:
        return []
    found = []
    if hold.confirmed_at is None:
        found.append(_hold_form("confirm", hold, sheet, [REFERENCE, SHA], words))
    if sheet.case.status in SEARCHED:
        found.append(_hold_form("locate", hold, sheet, SEARCH, words))
    if sheet.cameras:
        found.append(_place_form(hold, sheet, ground))
    found.append(_hold_form("prolong", hold, sheet, [REASON], words))
    if not sheet.case.open:
        found.append(_hold_form("release", hold, sheet, [REASON], words))
    return found


def _hold_form(act: str, hold: Hold, sheet: Sheet, fields: Sequence[Field], words: Words) -> html.Details:
    key, title = f"{act}-{hold.id}", words.text(f"desk.holds.{act}")
    drawn = [field(one, key, words) for one in fields]
    address = f"/desk/case/{sheet.case.folio}/hold/{hold.id}/{act}"
    return folded(title, [form(key, address, drawn, title)], f"desk-{key}")


def _place_form(hold: Hold, sheet: Sheet, ground: Ground) -> html.Details:
    """The camera that sees the place, or one more, and from when to when, at first as the hold that it is for."""
    words, key = ground.words, f"place-{hold.id}"
    title = words.text(f"desk.holds.{'another' if hold.camera else 'place'}")
    code = box("camera", f"{key}-camera", list=CODES, autocomplete="off", maxlength=40)
    drawn: list[Any] = [labelled(f"{key}-camera", words.text("desk.fields.camera"), code)]
    for name, at in (("starts", hold.starts), ("ends", hold.ends)):
        moment = datetime.fromtimestamp(at, ZoneInfo(ground.zone)).strftime("%Y-%m-%dT%H:%M")
        control = box(name, f"{key}-{name}", "datetime-local", moment)
        drawn.append(labelled(f"{key}-{name}", words.text(f"desk.fields.{name}"), control))
    told = html.P(words.text("desk.holds.place_told"), className="quiet-text")
    address = f"/desk/case/{sheet.case.folio}/hold/{hold.id}/place"
    return folded(title, [form(key, address, [told, *drawn], title)], f"desk-{key}")


# --- files -----------------------------------------------------------------------------------------------------


def evidence(sheet: Sheet, ground: Ground) -> html.Section:
    words = ground.words
    items = [html.Li(_piece(one, sheet, ground), className="desk-piece") for one in sheet.pieces]
    listed = html.Ul(items, className="desk-list") if items else html.P(words.text("desk.files.none"))
    address = f"/desk/case/{sheet.case.folio}/manifest"
    manifest = html.P(html.A(words.text("desk.files.manifest"), href=address), className="desk-manifest")
    return _section("files", [listed, manifest if items else None, *_uploads(sheet, words)], words)


def _piece(piece: Piece, sheet: Sheet, ground: Ground) -> list[Any]:
    words = ground.words
    size = _size(piece.bytes, words)
    who = piece.actor if "@" in piece.actor else words.text(f"desk.actors.{piece.actor}")
    facts = f"{piece.media} · {size} · {words.instant(piece.at, ground.zone)} · {who}"
    head = [html.Strong(words.text(f"desk.files.kinds.{piece.kind}")), f" {piece.name} ", _hash(piece.sha256)]
    parent = next((one.short for one in sheet.pieces if one.id == piece.parent), "")
    made = words.text("desk.files.made_from", hash=parent) if parent else ""
    gone = words.text("desk.files.gone") if piece.destroyed_at else ""
    lines = [html.Div(head), html.Div(facts, className="quiet-text")]
    lines += [html.Div(text, className="quiet-text") for text in (made, gone) if text]
    return [*lines, *_open(piece, sheet, words)]


def _open(piece: Piece, sheet: Sheet, words: Words) -> list[Any]:
    """Opening a file says what for; a link for the requester is made where the case is ready."""
    if piece.destroyed_at or not READS[piece.kind] & sheet.may:
        return []
    key, address = f"open-{piece.id}", f"/desk/case/{sheet.case.folio}/evidence/{piece.id}"
    options = [(str(one), words.text(f"desk.uses.{one}")) for one in Use]
    chosen = labelled(f"{key}-use", words.text("desk.files.use"), select("use", f"{key}-use", options, words))
    shown = html.Div(id=f"{key}-shown", **{"aria-live": "polite"})
    title = words.text("desk.files.open")
    found = [folded(title, [form(key, f"{address}/open", [chosen], title, shows=f"{key}-shown"), shown], f"desk-{key}")]
    title = words.text("desk.files.verify")
    drawn = form(f"verify-{piece.id}", f"{address}/verify", [], title, shows=f"verify-{piece.id}-shown")
    answer = html.Div(id=f"verify-{piece.id}-shown", **{"aria-live": "polite"})
    found.append(folded(title, [drawn, answer], f"desk-verify-{piece.id}"))
    if sheet.case.status is Status.READY and piece.kind is Kind.REDACTED and Permission.DELIVER in sheet.may:
        title, key = words.text("desk.files.link"), f"link-{piece.id}"
        told = html.P(words.text("desk.files.link_told"), className="quiet-text")
        drawn = form(key, f"{address}/link", [told], title, shows=f"{key}-shown")
        found.append(folded(title, [drawn, html.Div(id=f"{key}-shown", **{"aria-live": "polite"})], f"desk-{key}"))
    return found


def _uploads(sheet: Sheet, words: Words) -> list[Any]:
    """A field to hand in a file for each kind that this person may add now."""
    found = []
    for kind, (permission, statuses) in HANDS_IN.items():
        if permission in sheet.may and sheet.case.status in statuses:
            found += _upload_of(kind, sheet, words)
    return found


def _upload_of(kind: Kind, sheet: Sheet, words: Words) -> list[Any]:
    if kind is not Kind.REDACTED:
        return [_upload(kind, [], sheet, words)]
    masters = [one for one in sheet.pieces if one.kind is Kind.MASTER and not one.destroyed_at]
    parent = select("parent", "upload-redacted-parent", [(one.id, f"{one.name} {one.short}") for one in masters], words)
    said = labelled("upload-redacted-parent", words.text("desk.files.parent"), parent)
    return [_upload(kind, [said], sheet, words)] if masters else []


def _upload(kind: Kind, more: Sequence[Any], sheet: Sheet, words: Words) -> html.Details:
    key, title = f"upload-{kind}", words.text(f"desk.files.add.{kind}")
    chosen = labelled(f"{key}-file", words.text("desk.files.file"), box("file", f"{key}-file", "file"))
    drawn: list[Any] = [*more, chosen]
    if kind is not Kind.UPLOAD:
        drawn.insert(0, field(Field("tool", least=2, most=120), key, words))
    if kind is Kind.MASTER:
        drawn.insert(1, field(Field("device", least=2, most=120), key, words))
    address = f"/desk/case/{sheet.case.folio}/evidence"
    return folded(title, [form(key, address, drawn, title, {"kind": kind})], f"desk-{key}")


# --- the chain -------------------------------------------------------------------------------------------------


def chain(sheet: Sheet, ground: Ground) -> html.Section:
    """Every act on a recording of this case with its hashes, and whether the chain of all events holds."""
    words = ground.words
    mark = "desk.chain.intact" if sheet.intact else "desk.chain.broken"
    told = html.P(
        [icon("check" if sheet.intact else "warning", 18), " ", words.text(mark)],
        className=f"desk-verified {'intact' if sheet.intact else 'broken'}",
    )
    rows = [_link(one, ground) for one in sheet.links if one.action in tuple(Act)]
    if not rows:
        return _section("chain", [told, html.P(words.text("desk.chain.none"))], words)
    heads = [html.Th(words.text(f"desk.chain.{name}"), scope="col") for name in CHAIN]
    title = words.text("desk.chain.table")
    table = html.Table(
        [html.Caption(title, className="visually-hidden"), html.Thead(html.Tr(heads)), html.Tbody(rows)],
        className="table wide words desk-cards",
    )
    scrolling = html.Div(table, className="scrolling", tabIndex="0", role="region", **{"aria-label": title})
    return _section("chain", [told, scrolling], words)


def _link(link: Link, ground: Ground) -> html.Tr:
    words, act = ground.words, link.action
    use = link.details.get("use")
    more = f"desk.uses.{use}" if use else f"desk.choices.found.{found}" if (found := link.details.get("found")) else ""
    done = words.text(f"desk.acts.{act}") + (f" ({words.text(more)})" if more else "")
    tool = " · ".join(str(link.details[name]) for name in ("tool", "device") if link.details.get(name))
    cells = {
        "when": words.instant(link.at, ground.zone, "d MMM y, HH:mm:ss"),
        "who": link.actor,
        "act": done,
        "object": _hash(str(link.details.get("object", ""))),
        "hash": _hash(str(link.details.get("sha256", ""))),
        "tool": tool,
    }
    number = html.Th([str(link.id), " ", _hash(link.hash)], scope="row")
    return html.Tr(
        [
            number,
            *[html.Td(cell, **{"data-label": words.text(f"desk.chain.{name}")}) for name, cell in cells.items()],
        ]
    )


def _size(bytes: int, words: Words) -> str:
    """A file's size; of a small one not nought megabytes."""
    if bytes < MEGABYTE:
        return words.text("desk.files.small", size=words.number(max(1, round(bytes / 1024))))
    return words.text("desk.files.size", size=words.number(bytes / MEGABYTE, 1 if bytes < 10 * MEGABYTE else 0))


def _hash(whole: str) -> html.Code | str:
    return html.Code(whole[:SHORT], title=whole) if whole else ""


def _section(name: str, inside: Any, words: Words) -> html.Section:
    id = f"desk-{name}-title"
    return html.Section(
        [html.H2(words.text(f"desk.case.{name}"), id=id), html.Div(inside)],
        className="card desk-part",
        **{"aria-labelledby": id},
    )
