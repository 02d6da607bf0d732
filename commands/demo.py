"""`atalaya demo`: the synthetic city."""

from __future__ import annotations

from datetime import datetime

import click

from commands import language
from commands.opened import opened, opened_desk
from config.settings import Settings
from data_access.desk import Desk
from data_access.store import Store
from domain.people import SYSTEM
from locales import Words
from services import demo, demo_desk, jobs


@click.group()
@click.pass_context
def command(context: click.Context) -> None:
    """Load or remove the synthetic demo city."""
    settings = Settings.from_environment()
    context.obj = opened(), opened_desk(), settings


@command.command("load")
@click.option("--seed", default=demo.SEED, show_default=True, help="The same seed and day give the same city.")
@click.option("--rows", default=demo.ROWS, show_default=True, help="How many incidents.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day.  [default: yesterday]")
@click.option("--years", default=demo.YEARS, show_default=True, help="How many whole years.")
@click.option("--if-empty", is_flag=True, help="Load no incidents where there are some; add what an older demo lacks.")
@click.pass_obj
def load(
    held: tuple[Store, Desk, Settings], seed: int, rows: int, until: datetime | None, years: int, if_empty: bool
) -> None:
    """Load the demo city, in the place of the one there is."""
    store, desk, settings = held
    words = Words(language())

    def tell(name: str) -> None:
        click.echo(words.text(f"demo.step.{name}"))

    if if_empty and not demo.is_empty(store):
        demo.complete(store, SYSTEM, tell)
        demo_desk.complete(store, desk, SYSTEM, settings.production, tell)
        jobs.submit_demo_year(store, SYSTEM)
        click.echo(words.text("demo.kept"))
        return
    wanted = demo.Wanted(until.date() if until else demo.yesterday(), seed, rows, years)
    count, people = demo.load(store, SYSTEM, wanted, settings.production, tell)
    demo_desk.load(store, desk, SYSTEM, settings.production, tell)
    if jobs.submit_demo_year(store, SYSTEM):
        tell("forecasts")
    click.echo(words.text("demo.loaded", count=count, until=words.day(wanted.until)))
    for email, password, _ in people:
        click.echo(f"  {email}  {password}")


@command.command("remove")
@click.pass_obj
def remove(held: tuple[Store, Desk, Settings]) -> None:
    """Take the demo city, its accounts, registers, requests and releases out."""
    store, desk, _ = held
    demo_desk.remove(store, desk, SYSTEM)
    count = demo.remove(store, SYSTEM)
    click.echo(Words(language()).text("demo.removed", count=count))
