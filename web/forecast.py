"""What the pages of forecasts fetch and send outside of callbacks: the map's cells, tables, a run, the switch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from components import forecast_exposure, forecast_image, forecast_out, forecast_places, heat_image, tables_out
from components.forecast_parts import Frame, address
from components.forecast_runs import parsed
from domain.errors import Invalid, NotFound
from domain.forecast.models import COVERAGES
from domain.forecast.sealed import CELL, Target
from services import ground, jobs
from services.forecast import switching, taken, tracking
from web import export
from web.heat import kept
from web.session import actor, here, settings, store, words

blueprint = Blueprint("forecast", __name__, url_prefix="/forecast")

ACTS = {"off": switching.off, "on": switching.on, "restore": switching.restore}


def target() -> Target:
    """What the address asks about, without a word the city's first; raises Invalid."""
    code = request.args.get("target")
    if code is None:
        return _first()
    cell = request.args.get("cell", str(CELL))
    return Target.parse(code, int(cell) if _is_number(cell) else 0)


def _first() -> Target:
    known = tracking.targets(store(), actor(), settings().place)
    if not known:
        raise NotFound("forecast.none", target="–")
    return known[0]


def week(told: str) -> date:
    """A Monday as addresses write it; raises Invalid."""
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise Invalid("malformed") from None


def _is_number(told: str) -> bool:
    return told.isascii() and told.isdigit() and len(told) < 6


@blueprint.get("/cells.png")
def cells() -> Response:
    """The cells of a forecast in classes: `show` is risk, doubt or caught, `ground` light or dark.

    The address holds the forecast's seal and the reader's scope, so that the same address is always the same image.
    """
    shown, shade = request.args.get("show", ""), request.args.get("ground", "light")
    classes = _caught() if shown == "caught" else _coming(shown)
    drawn = heat_image.png(classes, shown, shade if shade in heat_image.GROUNDS else "light")
    return kept(drawn)


def _coming(shown: str) -> forecast_image.Classes:
    found = tracking.coming(store(), actor(), target(), week(request.args.get("week", "")))
    content = found.content
    _same(found.sealed.seal)
    laid = forecast_image.laid(content.lattice)
    if shown == "risk":
        return laid.paint(forecast_image.ranked(found.depth))
    if shown == "doubt":
        return laid.paint(forecast_image.doubt(content.low, content.high))
    raise Invalid("malformed")


def _caught() -> forecast_image.Classes:
    found = tracking.past(store(), actor(), target(), week(request.args.get("week", "")))
    _same(found.sealed.seal)
    part = request.args.get("area", "")
    coverage = next((one for one in COVERAGES if part == f"{100 * one:.0f}"), None)
    if coverage is None:
        raise Invalid("malformed")
    classes = forecast_image.caught(found.depth, found.observed, coverage)
    return forecast_image.laid(found.content.lattice).paint(classes)


def _same(seal: str) -> None:
    """An address is of one forecast, not of one that superseded it, and of one reader's cells."""
    if request.args.get("seal") != seal or request.args.get("scope") != ground.scope_of(actor()):
        raise NotFound("heat.outdated")


# --- tables -----------------------------------------------------------------------------------------------------


@blueprint.get("/places.csv")
def places() -> Response:
    """The recommended places of a forecast."""
    told = request.args.get("week")
    found = taken.places(store(), actor(), target(), week(told) if told else None)
    said = words(ground.precinct_names(store(), store().snapshot()))
    sealed_at = said.instant(found.sealed.made_at, here().zone)
    rows = forecast_places.lines(found, sealed_at, said)
    return _file(forecast_places.COLUMNS, rows, "places", found.sealed.week.isoformat())


@blueprint.get("/scores.csv")
def scores() -> Response:
    """Every scored week of every model."""
    found = taken.scores(store(), actor(), target())
    rows = forecast_out.lines(found, Frame(words(), here().zone))
    return _file(forecast_out.COLUMNS, rows, "scores", found.weeks[-1].sealed.week.isoformat())


@blueprint.get("/board.csv")
def board() -> Response:
    """The scoreboard: every model over all scored weeks, with its intervals."""
    found = taken.board(store(), actor(), target())
    return _file(forecast_out.BOARD, forecast_out.board(found), "board", found.weeks[-1].sealed.week.isoformat())


@blueprint.get("/exposure.csv")
def exposure() -> Response:
    """How often each precinct was flagged."""
    found = taken.exposure(store(), actor(), target())
    said = words(ground.precinct_names(store(), store().snapshot()))
    return _file(forecast_exposure.COLUMNS, forecast_exposure.lines(found, said), "exposure", target().code)


def _file(columns: tuple[str, ...], rows: Iterable[tuple[tables_out.Cell, ...]], subject: str, of: str) -> Response:
    pieces = tables_out.table(columns, rows, export.dialect())
    return export.attachment(pieces, f"atalaya-{words().text(f'forecast.files.{subject}')}-{of}.csv", "csv")


# --- runs and the switch ----------------------------------------------------------------------------------------


@blueprint.post("/runs/run")
def run() -> ResponseReturnValue:
    """Ask the worker for a forecast of the coming week."""
    asked = parsed(request.form.get("target", ""))
    jobs.submit_forecast(store(), actor(), asked)
    return redirect(address("runs", asked))


@blueprint.post("/runs/<int:job>/cancel")
def cancel(job: int) -> ResponseReturnValue:
    """Ask a run to stop; nothing of it is sealed."""
    jobs.cancel(store(), actor(), job, "forecast")
    return redirect(address("runs"))


@blueprint.post("/runs/switch")
def switch() -> ResponseReturnValue:
    """Switch the main model of a target off or on, or take its demotion back, with a reason."""
    act = ACTS.get(request.form.get("act", ""))
    if act is None:
        raise Invalid("malformed")
    asked = parsed(request.form.get("target", ""))
    act(store(), actor(), asked, request.form.get("reason", ""))
    return redirect(address("runs", asked))
