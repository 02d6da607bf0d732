"""`atalaya migrate`"""

from __future__ import annotations

import click

from config.settings import Settings
from data_access.migrate import upgrade
from data_access.store import Store


@click.command()
def command() -> None:
    """Bring the database to this version. Changes nothing where there is nothing to do."""
    before, after = upgrade(Store.open(Settings.from_environment()).engine)
    if before == after:
        click.echo(f"The record is up to date ({after}).")
    else:
        click.echo(f"The record was brought from {before or 'nothing'} to {after}.")
