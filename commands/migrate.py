"""`atalaya migrate`"""

from __future__ import annotations

import click

from config.settings import Settings
from data_access.desk import Desk
from data_access.migrate import DESK, RECORD, Line, upgrade
from data_access.store import Store


@click.command()
def command() -> None:
    """Bring both databases to this version. Changes nothing where there is nothing to do."""
    settings = Settings.from_environment()
    _tell(RECORD, *upgrade(Store.open(settings).engine, RECORD))
    _tell(DESK, *upgrade(Desk.open(settings).engine, DESK))


def _tell(line: Line, before: str | None, after: str) -> None:
    if before == after:
        click.echo(f"The {line.name} is up to date ({after}).")
    else:
        click.echo(f"The {line.name} was brought from {before or 'nothing'} to {after}.")
