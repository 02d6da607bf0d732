"""`atalaya footage outbox|retain|import-history`: what is done for the desk as a whole, not for a case."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from commands import language
from commands.opened import opened_desk
from config.history import profiles
from config.jurisdiction import jurisdiction
from config.settings import Settings
from data_access.desk import Desk, outbox
from data_access.engine import writing
from data_access.mail import Post
from domain.errors import Invalid
from domain.people import SYSTEM
from locales import Words
from services.footage import history, mailing, retention, upkeep, waiting


@click.command("outbox")
@click.option("--all", "every", is_flag=True, help="Letters that were sent too.")
@click.option("--show", type=int, metavar="NUMBER", help="Write what a letter says, to be printed and handed over.")
@click.option("--send", "now", is_flag=True, help="Try everything that waits now, whenever it is due.")
def outbox_(every: bool, show: int | None, now: bool) -> None:
    """List the letters that wait, failed, or are to be handed over."""
    desk, words = opened_desk(), Words(language())
    if now:
        _send(desk, words)
    with desk.engine.connect() as connection:
        if show is not None:
            letter = outbox.read(connection, desk.seal, show)
            click.echo(f"{letter.subject}\n\n{letter.text}")
            return
        found = outbox.entries(connection, *(() if every else (outbox.WAITING, outbox.FAILED, outbox.KEPT)))
    for entry in found:
        click.echo(_line(words, entry))
    click.echo(words.text("letters.listed", count=len(found)))


def _send(desk: Desk, words: Words) -> None:
    settings = Settings.from_environment()
    if not settings.smtp_url:
        raise Invalid("letters.no_server")
    with writing(desk.engine) as connection:
        outbox.hurry(connection, int(time.time()))
    done = mailing.send_waiting(desk, Post(settings.smtp_url, settings.mail_from), int(time.time()))
    click.echo(words.text("letters.down" if done.down else "letters.sent", count=done.sent), err=done.down)


def _line(words: Words, entry: outbox.Entry) -> str:
    zone = jurisdiction(Settings.from_environment().jurisdiction).zone
    at = datetime.fromtimestamp(entry.sent_at or entry.next_at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    name = words.text(f"letters.{entry.template}.name")
    status = words.text(f"letters.statuses.{entry.status}")
    return f"{entry.id:>6}  {entry.folio:<10} {status:<12} {at}  {entry.tries:>3}  {name}"


@click.command("retain")
@click.option("--dry-run", "dry", is_flag=True, help="Only say what would go.")
def retain(dry: bool) -> None:
    """Delete what is due and no hold lies on, and close what waited too long for who asked."""
    desk, now, words = opened_desk(), int(time.time()), Words(language())
    if dry:
        moved, gone = waiting.overdue(desk, now, dry), retention.retain(desk, now, dry)
    else:
        moved, gone = upkeep.daily(desk, now)
    for case in moved:
        click.echo(f"{case.folio:<10} {words.text(f'letters.{case.what}.name')}")
    for one in gone:
        click.echo(f"{one.folio:<10} {words.text(f'letters.gone.{one.what}')}  {one.object}")
    click.echo(words.text("letters.would" if dry else "letters.done", moved=len(moved), gone=len(gone)))


@click.command("import-history")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--profile", required=True, type=click.Choice(profiles()), help="How to read it.")
def import_history(file: Path, profile: str) -> None:
    """Take in a table of requests that were answered before there was a desk, whole or not at all."""
    law = Settings.from_environment().jurisdiction
    taken = history.take(opened_desk(), SYSTEM, file, profile, law)
    click.echo(Words(language()).text("letters.taken", rows=taken.rows, new=taken.new, unclear=taken.unclear))


COMMANDS = (outbox_, retain, import_history)
