"""`atalaya release`: what is published. Whoever may run it on the server builds as the system; a person approves."""

from __future__ import annotations

import csv
from pathlib import Path

import click

from commands import language
from commands.opened import opened, opened_desk
from config.settings import Settings
from data_access.releases import reading
from data_access.releases.auditing import Outside
from data_access.store import Store
from domain.errors import Invalid
from domain.people import SYSTEM, Actor
from locales import Words
from services import accounts, releases


@click.group()
@click.pass_context
def command(context: click.Context) -> None:
    """Build, approve and verify what is published."""
    context.obj = opened()


@command.command("build")
@click.option("--correction", is_flag=True, help="Count the published periods again.")
@click.option(
    "--outside",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Exact figures that others tell, as CSV: period, precinct, family, count. The audit takes them for known.",
)
@click.pass_obj
def build(store: Store, correction: bool, outside: Path | None) -> None:
    """Build a draft of the next release."""
    settings, words = Settings.from_environment(), Words(language())
    known = _outside(outside) if outside else []
    made = releases.build(store, opened_desk(), SYSTEM, settings.place, correction, outside=known)
    click.echo(words.text("releases.told.built", number=str(made.number), **made.log["audit"]))
    for change in made.log["changes"]:
        click.echo(f"- {change[words.language]}")


def _outside(path: Path) -> list[Outside]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            return [_exact(row) for row in csv.DictReader(file)]
        except (KeyError, TypeError, ValueError) as problem:
            raise Invalid("release.outside", file=path.name) from problem


def _exact(row: dict[str, str]) -> Outside:
    return Outside(row["period"], row["precinct"], row["family"], int(row["count"]))


@command.command("approve")
@click.argument("number", type=int)
@click.option("--as", "email", required=True, help="The account of the person who approves.")
@click.pass_obj
def approve(store: Store, number: int, email: str) -> None:
    """Publish a draft that somebody else built."""
    made = releases.approve(store, _person(store, email), number)
    click.echo(Words(language()).text("releases.told.approved", number=str(made.number), sha256=made.sha256))


def _person(store: Store, email: str) -> Actor:
    for account in accounts.every(store, SYSTEM):
        if account.email == email and account.active:
            return account.actor
    raise Invalid("accounts.unknown", email=email)


@command.command("list")
@click.pass_obj
def list_(store: Store) -> None:
    """List releases and drafts, the newest first."""
    for made in releases.listing(store, SYSTEM):
        click.echo("\t".join((str(made.number), made.status, made.built_by, made.decided_by or "-", made.sha256)))


@command.command("show")
@click.argument("number", type=int)
@click.pass_obj
def show(store: Store, number: int) -> None:
    """Tell the files of a release and their hashes."""
    for file in reading.find(store.releases, number).manifest["files"]:
        click.echo(f"{file['sha256']}  {file['path']}")


@command.command("verify")
@click.pass_obj
def verify(store: Store) -> None:
    """Compare every byte of every release with its manifest and with the record."""
    words = Words(language())
    for number in releases.verify(store, SYSTEM):
        click.echo(words.text("releases.told.whole", number=str(number)))
