"""`atalaya audit verify`"""

from __future__ import annotations

import click

from commands.opened import opened
from domain.people import SYSTEM
from services import audit


@click.group()
def command() -> None:
    """The audit log: its chain of hashes."""


@command.command()
@click.option("--head", default="", help="A hash that was written down elsewhere; it must still be in the chain.")
@click.pass_context
def verify(context: click.Context, head: str) -> None:
    """Compute the hash of every event again, and look for every day's anchor; status 1 where an event was changed, is
    missing or changed places."""
    chain = audit.verify(opened(), SYSTEM, head)
    for number in chain.broken:
        click.echo(f"Event {number} does not follow from the one before it.", err=True)
    for hash in chain.lost:
        click.echo(f"No event has the hash {hash}.", err=True)
    if not chain.whole:
        context.exit(1)
    click.echo(f"Whole: {chain.count:,} events, {chain.unchained:,} of them from before there was a chain.")
    click.echo(f"The last one is {chain.head}")
