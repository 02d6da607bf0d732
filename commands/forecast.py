"""`atalaya forecast`: make, score and verify forecasts, switch the model, walk forward over the past."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import click

from commands import language
from commands.opened import opened
from config.settings import Settings
from data_access.store import Store
from domain.errors import DomainError, Invalid
from domain.forecast.sealed import CELL, Sealed, Standing, Target
from domain.people import SYSTEM
from locales import Words
from services.forecast import anchored, runs, scoring, switching
from services.forecast.place import configured, zone_of

if TYPE_CHECKING:
    from services.forecast.backtest import Wanted

DAY = click.DateTime(["%Y-%m-%d"])
cell_option = click.option("--cell", type=int, default=CELL, show_default=True, help="Side of a cell, metres.")


@click.group()
def command() -> None:
    """Forecast the coming week by cell, and tell how good forecasts were."""


@command.command("run")
@click.option("--target", "codes", multiple=True, help="Types or families, joined by +; may be repeated.")
@cell_option
@click.option("--week", type=DAY, help="The Monday of the week to forecast.  [default: the coming week]")
@click.pass_context
def run(context: click.Context, codes: tuple[str, ...], cell: int, week: datetime | None) -> None:
    """Forecast the coming week and seal it: every target of the settings' place, or those named.

    What can be forecast is; status 1 where a target could not.
    """
    store, words, failed = opened(), _words(), False
    for target in _targets(codes, cell):
        try:
            sealed = runs.run(store, SYSTEM, target, week and week.date(), _telling(target))
            click.echo(_told(words, store, sealed))
        except DomainError as error:
            failed = True
            click.echo(f"{target.code}: {words.error(error)}", err=True)
    if failed:
        context.exit(1)


def _telling(target: Target) -> Callable[[int, int, str], None]:
    def tell(done: int, total: int, step: str) -> None:
        click.echo(f"{target.code}  {done}/{total}  {step}", err=True)

    return tell


def _targets(codes: tuple[str, ...], cell: int) -> list[Target]:
    if codes:
        return [Target.parse(code, cell) for code in codes]
    return configured(Settings.from_environment().place)


def _told(words: Words, store: Store, sealed: Sealed) -> str:
    made = words.instant(sealed.made_at, str(zone_of(store)))
    state = words.text(f"forecast_commands.{'late' if sealed.late else 'on_time'}")
    target = f"{sealed.target.code} {sealed.target.cell} m"
    return f"{sealed.id}\t{sealed.week}\t{target}\t{made}\t{state}\t{sealed.sha256}"


@command.command("score")
@click.option("--target", "codes", multiple=True, help="Only these.")
@cell_option
def score(codes: tuple[str, ...], cell: int) -> None:
    """Score every forecast whose week is over, again where late reports have changed it, and judge the main model."""
    store = opened()
    chosen: list[Target | None] = [Target.parse(code, cell) for code in codes] or [None]
    done = [sealed for target in chosen for sealed in scoring.score(store, SYSTEM, target)]
    for sealed in done:
        click.echo(f"{sealed.id}\t{sealed.week}\t{sealed.target.code} {sealed.target.cell} m")
    click.echo(_words().text("forecast_commands.scored", count=len(done)))


@command.command("list")
@click.option("--target", "code", help="Only this one.")
@cell_option
def list_(code: str | None, cell: int) -> None:
    """List the sealed forecasts, newest first: number, week, target, when it was made, on time or late, hash."""
    store, words = opened(), _words()
    for sealed in runs.listing(store, SYSTEM, Target.parse(code, cell) if code else None):
        click.echo(_told(words, store, sealed))


@command.command("verify")
@click.option("--seal", default="", help="A seal kept elsewhere, as of a model card: the chain must hold it.")
@click.pass_context
def verify(context: click.Context, seal: str) -> None:
    """Compute every hash and the chain of seals again; status 1 where a forecast or a score was tampered with.

    The chain must also reach as far as the newest release tells: whoever drops its newest rows leaves no other trace.
    """
    store, words = opened(), _words()
    broken, gone = runs.verify(store, SYSTEM), anchored.gone(store, SYSTEM, seal)
    for one in broken:
        click.echo(words.text(f"forecast_commands.broken.{one.part}", forecast=str(one.forecast)))
    for lost in gone:
        click.echo(words.text(f"forecast_commands.gone.{lost.part}", release=lost.release, seal=lost.seal))
    if broken or gone:
        context.exit(1)
    click.echo(words.text("forecast_commands.whole"))
    anchor = anchored.published(store)
    kind = "unanchored" if anchor is None else "anchored"
    click.echo(words.text(f"forecast_commands.{kind}", release=anchor.release if anchor else 0))


def _switching(name: str, act: Callable[..., Standing], text: str) -> None:
    @command.command(name, help=text)
    @click.argument("target")
    @cell_option
    @click.option("--reason", required=True, help="Why; it is kept in the log.")
    def switch(target: str, cell: int, reason: str) -> None:
        now = act(opened(), SYSTEM, Target.parse(target, cell), reason)
        words = _words()
        leader = words.text(f"forecast.models.{now.leader}")
        click.echo(words.text("forecast_commands.leads", target=target, leader=leader))


_switching("off", switching.off, "Turn the main model of TARGET off; baselines remain.")
_switching("on", switching.on, "Turn the main model of TARGET on again.")
_switching("restore", switching.restore, "Let the demoted main model of TARGET lead again.")


@command.command("backtest")
@click.option("--weeks", type=int, default=52, show_default=True, help="Test weeks.")
@cell_option
@click.option("--type", "codes", multiple=True, help="Types or families, joined by +; may be repeated.")
@click.option("--refit", type=int, default=26, show_default=True, help="Weeks after which models are fitted again.")
@click.option("--train", type=int, default=104, show_default=True, help="Weeks that the main model learns from.")
@click.option("--until", type=DAY, help="The last day of the test.  [default: the last whole week of the data]")
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Every metric, as JSON.")
@click.pass_context
def backtest(
    context: click.Context,
    weeks: int,
    cell: int,
    codes: tuple[str, ...],
    refit: int,
    train: int,
    until: datetime | None,
    file: Path | None,
) -> None:
    """Walk forward over past weeks: every model forecasts each from what was known before it, and is scored.

    What can be tested is; status 1 where a target could not.
    """
    from services.forecast.backtest import Wanted
    from services.forecast.backtest_told import document

    if file is not None and not file.absolute().parent.is_dir():
        raise Invalid("forecast.no_folder", folder=str(file.absolute().parent))
    chosen = [Target.parse(code, cell) for code in codes] if codes else _targets((), cell)
    wanted = Wanted(weeks, refit, train, until and until.date())
    store, told, refused = opened(), list[dict[str, Any]](), dict[str, str]()
    for target in chosen:
        try:
            told.append(_backtest(store, target, wanted))
        except DomainError as error:
            refused[target.code] = _words().error(error)
            click.echo(f"{target.code}: {refused[target.code]}", err=True)
    if file is not None:
        _write(file, document(told, refused, date.today()))
    if refused:
        context.exit(1)


def _backtest(store: Store, target: Target, wanted: Wanted) -> dict[str, Any]:
    from commands.forecast_table import table
    from services.forecast.backtest import run
    from services.forecast.backtest_told import plain

    with click.progressbar(length=1000, label=target.code, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.update(max(0, round(1000 * done / max(total, 1)) - bar.pos))  # it starts again without the main model

        found = run(store, SYSTEM, target, wanted, progress)
    for line in table(found, _words()):
        click.echo(line)
    return plain(found)


def _write(path: Path, content: dict[str, Any]) -> None:
    """All of the file or none: a reader never finds half of it."""
    with NamedTemporaryFile("w", dir=path.absolute().parent, delete=False, encoding="utf-8") as draft:
        json.dump(content, draft, indent=1, allow_nan=False)
    os.chmod(draft.name, 0o644)
    os.replace(draft.name, path)


def _words() -> Words:
    return Words(language())
