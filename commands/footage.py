"""`atalaya footage verify|rekey|list`"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from commands import footage_upkeep
from commands.opened import opened_desk
from config.jurisdiction import jurisdiction
from config.settings import Settings
from data_access import anchors
from data_access.desk import events
from data_access.desk.rekeying import rekey as encrypt_anew
from domain.footage.case import ALL, OPEN_ONES, Wanted, last_day
from domain.footage.states import Status
from domain.people import SYSTEM
from services import clock
from services.footage import anchor, cases


@click.group()
def command() -> None:
    """Requests for footage: their chain of events, their keys, and the queue without who asks."""


@command.command()
@click.option(
    "--head",
    default="",
    help="A hash or a seal of a day that was published or written down; it must still be in the chain.",
)
@click.pass_context
def verify(context: click.Context, head: str) -> None:
    """Compute the hash of every event again, and look for every day's anchor; status 1 where an event was changed, is
    missing or changed places."""
    heads = [one.desk for one in anchors.read(Settings.from_environment().home)]
    with opened_desk().engine.connect() as connection:
        chain = events.verify(connection)
        lost = list(events.missing(connection, heads))
        lost += [head] if head and not anchor.known(connection, head, clock.now()) else []
    for number in chain.broken:
        click.echo(f"Event {number} does not follow from the one before it.", err=True)
    for folio in chain.strays:
        click.echo(f"Request {folio} is not where its events left it.", err=True)
    for hash in lost:
        click.echo(f"No event has the hash {hash}.", err=True)
    if not chain.whole or lost:
        context.exit(1)
    click.echo(f"Whole: {chain.count:,} events. The last one is {chain.head}")


@command.command()
def rekey() -> None:
    """Encrypt everything anew with the first key of ATALAYA_DESK_KEY; afterwards the others may be dropped."""
    count = encrypt_anew(opened_desk(), lambda table, rows: click.echo(f"{table}: {rows:,}") if rows else None)
    click.echo(f"Encrypted anew: {count:,}.")


@command.command("list")
@click.option("--status", type=click.Choice([OPEN_ONES, ALL, *Status]), default=OPEN_ONES, help="Only these.")
@click.option("--offset", default=0, show_default=True, help="How many to pass over.")
def list_(status: str, offset: int) -> None:
    """List requests by deadline, without who asks."""
    zone = jurisdiction(Settings.from_environment().jurisdiction).zone
    found = cases.listing(opened_desk(), SYSTEM, Wanted(status=status), offset)
    for line in found.lines:
        received = datetime.fromtimestamp(line.received_at, ZoneInfo(zone)).date().isoformat()
        due = "-" if line.due_at is None else last_day(line.due_at, zone).isoformat()
        click.echo(f"{line.folio:<10} {line.status:<16} {line.kind:<14} {received}  {due:<10}  {line.officer or '-'}")
    click.echo(f"{found.total:,} requests.")


for one in footage_upkeep.COMMANDS:
    command.add_command(one)
