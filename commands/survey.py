"""`atalaya survey`: from the microdata of a victimisation survey to the shares that the portal shows."""

from __future__ import annotations

from pathlib import Path

import click

from commands import language
from data_access import microdata
from domain.surveys import Worth
from locales import Words


@click.group()
def command() -> None:
    """Estimate shares from a survey's microdata."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--profile", required=True, help="A profile that comes along, or a file of one (.toml).")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Where the table goes.")
def estimate(file: Path, profile: str, output: Path) -> None:
    """Write the shares that FILE supports as a table to deliver; nobody's answers are kept."""
    words, known = Words(language()), microdata.profile(profile)
    found = list(microdata.estimates(file, known))
    with output.open("w", encoding="utf-8", newline="") as out:
        rows = microdata.write(found, out)
    weak = sum(estimate.worth is Worth.WEAK for estimate in found)
    empty = sum(estimate.worth is Worth.NONE for estimate in found)
    click.echo(words.text("surveys.command.written", count=rows, weak=weak, none=empty, file=str(output)))
    if not known.asks_who_reported:
        click.echo(words.text("surveys.command.not_asked"))


@command.command()
def profiles() -> None:
    """List the profiles that come along."""
    for name, known in microdata.profiles().items():
        click.echo(f"{name}\t{known.survey}")
