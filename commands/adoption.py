"""`atalaya adoption`: closed months and their sheets."""

from __future__ import annotations

from pathlib import Path

import click

from commands import language
from commands.opened import opened
from components import revision_sheet
from config.place import place
from config.settings import Settings
from domain.people import SYSTEM
from locales import LANGUAGES, Words
from services import revisions


@click.group()
def command() -> None:
    """Close months of adoption and print their sheets."""


@command.command("close")
@click.argument("month")
def close(month: str) -> None:
    """Close MONTH, such as 2026-10; it cannot be changed afterwards."""
    closed = revisions.close(opened(), SYSTEM, month)
    count = len(closed.content["precincts"])
    click.echo(_words().text("revisions.commands.closed", month=month, count=count, sha256=closed.sha256))


@command.command("revisions")
def listing() -> None:
    """List the months that are over, newest first: closed when and by whom, or open."""
    words, zone = _words(), _zone()
    for one in revisions.listing(opened(), SYSTEM):
        state = words.text("revisions.commands.open")
        if one.closing is not None:
            when = words.instant(one.closing.closed_at, zone)
            state = f"{when:<20}  {one.closing.actor:<30}  {one.closing.short}"
        click.echo(f"{one.month}  {state}")


@command.command("verify")
@click.pass_context
def verify(context: click.Context) -> None:
    """Compute the hash of every closed month again; status 1 where one was changed."""
    words, checked = _words(), revisions.verify(opened(), SYSTEM)
    for one in checked:
        told = words.text(f"revisions.commands.{'intact' if one.intact else 'tampered'}")
        click.echo(f"{one.month}  {one.sha256}  {told}")
    if not checked:
        click.echo(words.text("revisions.commands.none"))
    if not all(one.intact for one in checked):
        context.exit(1)


@command.command("sheet")
@click.argument("month")
@click.option("--precinct", default="", help="The code of one precinct.  [default: a page for each]")
@click.option("--language", "spoken", type=click.Choice([*LANGUAGES, "both"]), default=language, help="Of the sheet.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
def sheet(month: str, precinct: str, spoken: str, output: Path | None) -> None:
    """Write the revision sheet of a closed MONTH as a PDF."""
    words = _words()
    closed, codes = revisions.sheet(opened(), SYSTEM, month, precinct)
    drawn = revision_sheet.pdf(closed, codes, revision_sheet.languages(spoken, words.language), _zone())
    path = output or Path(words.text("revisions.file", month=month))
    path.write_bytes(drawn)
    click.echo(words.text("revisions.commands.written", path=str(path), kilobytes=len(drawn) // 1000))


def _words() -> Words:
    return Words(language())


def _zone() -> str:
    return place(Settings.from_environment().place).zone
