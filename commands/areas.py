"""`atalaya areas`: precincts and finer areas."""

from __future__ import annotations

from pathlib import Path

import click

from commands import language
from commands.opened import opened
from data_access.store import Store
from domain.people import SYSTEM
from locales import Words
from services import areas


@click.group()
@click.pass_context
def command(context: click.Context) -> None:
    """Import precincts and finer areas."""
    context.obj = opened()


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--level", type=click.Choice(areas.LEVELS), default="precinct", show_default=True, help="What the rows are."
)
@click.option("--name", metavar="COLUMN", help="Names of the areas.  [default: guessed and told]")
@click.option("--population", metavar="COLUMN", help="How many people live there.  [default: guessed and told]")
@click.option("--year", type=click.IntRange(1900, 2200), help="The year of the population.")
@click.option("--code", metavar="COLUMN", help="A stable code.  [default: made from the name]")
@click.option("--parent", metavar="COLUMN", help="Of zones: the precinct that each is part of.")
@click.option("--dissolve", metavar="COLUMN", help="Of zones: draw the precincts that this column names from them.")
@click.option("--source", metavar="TEXT", help="Where the areas come from.  [default: the file's name]")
@click.option("--crs", metavar="CODE", help="The coordinate system where the file does not name it, as EPSG:32719.")
@click.pass_obj
def import_(store: Store, file: Path, level: str, **columns: str | int | None) -> None:
    """Import a GeoJSON, GeoPackage or shapefile, plain or packed (.gz, .zip)."""
    words = Words(language())
    wanted = areas.Wanted(file, level, **columns)
    done = areas.bring(store, SYSTEM, wanted, _step(words))
    for use, column in done.guessed.items():
        click.echo(words.text(f"areas.guessed.{use}", column=column))
    for fact in ("repaired", "joined", "dissolved"):
        if getattr(done, fact):
            click.echo(words.text(f"areas.{fact}", count=getattr(done, fact)))
    click.echo(words.text("areas.imported", added=done.added, replaced=done.replaced, moved=done.moved))


def _step(words: Words) -> areas.Step:
    told: set[str] = set()

    def step(name: str, _done: int, _total: int) -> None:
        if name not in told:
            told.add(name)
            click.echo(words.text(f"areas.step.{name}"), err=True)

    return step


@command.command("list")
@click.option("--level", type=click.Choice(areas.LEVELS), help="Only these.")
@click.pass_obj
def list_(store: Store, level: str | None) -> None:
    """List the areas: code, level, name, precinct, population, year, outline, source."""
    for area in areas.listing(store, SYSTEM, level):
        drawn = "drawn" if area.drawn else "named"
        shown = [area.code, area.level, area.name, area.parent, area.population, area.population_year, drawn]
        click.echo("\t".join("" if value is None else str(value) for value in [*shown, area.origin]))


@command.command("remove")
@click.argument("codes", nargs=-1, metavar="CODE...")
@click.option("--level", type=click.Choice(areas.LEVELS), help="All areas of this level.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(store: Store, codes: tuple[str, ...], level: str | None, yes: bool) -> None:
    """Remove areas. Incidents stay, without them."""
    words = Words(language())
    chosen = set(codes) | ({area.code for area in areas.listing(store, SYSTEM, level)} if level else set())
    if not chosen:
        raise click.UsageError(words.text("areas.none_named"))
    if not yes:
        click.confirm(words.text("areas.sure", count=len(chosen)), abort=True)
    moved = areas.remove(store, SYSTEM, chosen)
    click.echo(words.text("areas.removed", count=len(chosen), moved=moved))
