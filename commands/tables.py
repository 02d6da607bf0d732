"""`atalaya tables`: registrations, populations, goals and surveys delivered as tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from commands import language
from commands.opened import opened
from data_access.store import Store
from domain.people import SYSTEM
from domain.tables import Counting, Delivery, Kind, Status, Terms
from locales import Words
from services import tables

PAGE = 50


@click.group()
@click.pass_context
def command(context: click.Context) -> None:
    """Deliver tables, list and withdraw deliveries."""
    context.obj = opened()


@command.command()
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "counting",
    type=click.Choice([one.value for one in Counting]),
    default=Counting.CUMULATIVE.value,
    show_default=True,
    help="How registrations count: all until that day, or the new ones.",
)
@click.option("--only-known", is_flag=True, help="Of populations: leave out rows of places that are no precinct here.")
@click.option("--source", default="", metavar="TEXT", help="Where the table names none.  [default: the file's name]")
@click.pass_obj
def deliver(store: Store, kind: str, file: Path, counting: str, only_known: bool, source: str) -> None:
    """Deliver a table (CSV, Excel, Parquet): all of it or none."""
    words = Words(language())
    terms = Terms(Kind(kind), Counting(counting), only_known, source)
    found = tables.deliver(store, SYSTEM, file, terms)
    if found.status is Status.STORED:
        told = {"delivery": str(found.id), "rows": found.rows, "stored": found.stored, "known": found.known}
        click.echo(words.text("tables.stored", **told))
        return
    _problems(found, words)
    click.echo(words.text("tables.refused", delivery=str(found.id)), err=True)
    raise SystemExit(1)


def _problems(found: Delivery, words: Words) -> None:
    for one in found.problems:
        sentence = words.text(f"tables.problems.{one.reason}", **one.details)
        click.echo(words.text("tables.line", line=str(one.line), sentence=sentence) if one.line else sentence, err=True)


@command.command("list")
@click.option("--offset", type=click.IntRange(0), default=0, show_default=True, help="How many to pass over.")
@click.pass_obj
def list_(store: Store, offset: int) -> None:
    """List the deliveries, newest first: number, kind, status, when, who, file, rows, new facts, known."""
    words = Words(language())
    for one in tables.deliveries(store, SYSTEM, offset, PAGE)[0]:
        _line(one, words)


def _line(one: Delivery, words: Words) -> None:
    when = datetime.fromtimestamp(one.at, UTC).strftime("%Y-%m-%d %H:%M")
    status = words.text(f"tables.statuses.{one.status}")
    click.echo(
        "\t".join(map(str, (one.id, one.kind, status, when, one.actor, one.file, one.rows, one.stored, one.known)))
    )


@command.command()
@click.argument("delivery", type=int)
@click.pass_obj
def show(store: Store, delivery: int) -> None:
    """Show a delivery and, where it was refused, why."""
    words = Words(language())
    found = tables.find(store, SYSTEM, delivery)
    _line(found, words)
    _problems(found, words)


@command.command()
@click.argument("delivery", type=int)
@click.pass_obj
def withdraw(store: Store, delivery: int) -> None:
    """Let what a delivery says count no more."""
    found = tables.withdraw(store, SYSTEM, delivery)
    click.echo(Words(language()).text("tables.withdrawn", delivery=str(found.id)))
