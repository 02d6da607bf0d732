"""`atalaya check`"""

from __future__ import annotations

import click

from commands import language
from config.settings import Settings
from data_access.desk import Desk
from data_access.store import Store
from locales import Words
from services.checks import Level, examine


@click.command()
@click.pass_context
def command(context: click.Context) -> None:
    """Check settings, record, accounts, index and disk. Exits with 1 where something must be mended."""
    settings = Settings.from_environment()
    words = Words(language())
    worst = False
    store = None if settings.face == "public" else Store.open(settings)
    for finding in examine(settings, store, Desk.open(settings)):
        level = words.text(f"check.level.{finding.level}")
        click.echo(f"{level:<9} {words.text(finding.key, **finding.parts)}")
        worst = worst or finding.level == Level.BAD
    context.exit(1 if worst else 0)
