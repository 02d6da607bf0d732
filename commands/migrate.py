"""`atalaya migrate`"""

from __future__ import annotations

import click

from config.settings import Settings
from data_access.desk import Desk, rights
from data_access.migrate import DESK, RECORD, Line, upgrade
from data_access.store import Store


@click.command()
def command() -> None:
    """Bring both databases to this version, and the rights of the public's role with them. Changes nothing where there
    is nothing to do."""
    settings = Settings.from_environment()
    _tell(RECORD, *upgrade(Store.open(settings).engine, RECORD))
    desk = Desk.open(settings)
    _tell(DESK, *upgrade(desk.engine, DESK))
    if rights.grant(desk.engine):
        click.echo(f"The role {rights.ROLE} has its rights in the desk and no others.")


def _tell(line: Line, before: str | None, after: str) -> None:
    if before == after:
        click.echo(f"The {line.name} is up to date ({after}).")
    else:
        click.echo(f"The {line.name} was brought from {before or 'nothing'} to {after}.")
