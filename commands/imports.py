"""`atalaya import`: files of incidents."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from commands import language
from commands.opened import opened
from config.place import place
from config.settings import Settings
from data_access.importing.storing.loader import Progress
from data_access.importing.understanding import profile as profiles_of
from data_access.importing.understanding.profile import Profile
from data_access.store import Store
from domain.batches import Batch
from domain.errors import DomainError, Invalid
from domain.people import SYSTEM
from locales import LANGUAGES, Words
from services import imports
from services.imports import Reading

BAR = 30  # characters
UNMAPPED_SHOWN = 20


class Spoken(click.Group):
    """Tells what a person can mend in the language that was asked for."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except DomainError as error:
            click.echo(f"Error: {Words(context.params['language']).error(error)}", err=True)
            context.exit(1)


class Held:
    """What every subcommand needs; the record is opened when it is asked for."""

    def __init__(self, language: str) -> None:
        self.words = Words(language)

    @property
    def zone(self) -> str:
        return place(Settings.from_environment().place).zone

    @property
    def store(self) -> Store:
        return opened()


@click.group(cls=Spoken)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=language,
    help="The language of reports.  [default: ATALAYA_LANGUAGE, else the system's]",
)
@click.pass_context
def command(context: click.Context, language: str) -> None:
    """Import files of incidents, list and undo imports."""
    context.obj = Held(language)


@command.command("incidents")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--profile", default="", help="A profile that comes along; see: atalaya import profiles")
@click.option("--map", "mapping", default="", help="column=field,column=field or the name of a profile file (.toml).")
@click.option("--source", default="", help="What to call where the incidents come from.  [default: the profile's name]")
@click.option("--zone", default=Reading.zone, show_default=True, help="The time zone of the file, with --map.")
@click.option("--order", type=click.Choice(["dmy", "mdy"]), default="dmy", help="What 03/04/2021 means, with --map.")
@click.option("--decimal", type=click.Choice([".", ","]), default=".", help="The decimal mark, with --map.")
@click.option("--crs", default=Reading.crs, show_default=True, help="The coordinate system, with --map.")
@click.pass_obj
def incidents(held: Held, files: Sequence[Path], profile: str, mapping: str, source: str, **how: str) -> None:
    """Import one or several FILES in one transaction: all of them or, should one fail, none."""
    reading = _reading(profile, mapping, source, how)
    progress = _bar(held.words)
    batch = imports.load(held.store, SYSTEM, files, reading, source, progress)
    click.echo("", err=True)
    click.echo(held.words.text("imports.loaded", batch=str(batch.id), source=batch.source))
    _tell(held, batch)


def _reading(profile: str, mapping: str, source: str, how: dict[str, str]) -> Reading | Profile:
    if mapping.endswith(".toml"):
        path = Path(mapping)
        try:
            return profiles_of.parse(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise Invalid("import.map_syntax", text=f"{mapping} ({problem})") from problem
    pairs = [pair.rpartition("=") for pair in mapping.split(",") if pair]
    if not all(column and field for column, _, field in pairs):
        raise Invalid("import.map_syntax", text=mapping)
    columns = {column.strip(): field.strip() for column, _, field in pairs}
    return Reading(profile=profile, mapping=columns, source=source, **how)


def _bar(words: Words) -> Progress:
    """A line on the error output that is written over and over; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return lambda done, total, step: None
    last = ""

    def show(done: int, total: int, step: str) -> None:
        nonlocal last
        share = done / total if total else 1
        filled = "█" * round(share * BAR)
        line = f"\r{words.text(f'imports.step.{step}'):<24}{filled:░<{BAR}} {words.percent(share):>6} "
        if line != last:
            click.echo(line, nl=False, err=True)
            last = line

    return show


@command.command("list")
@click.pass_obj
def listing(held: Held) -> None:
    """List the imports, newest first."""
    store = held.store
    imports.bury(store)
    found, _ = imports.batches(store, SYSTEM, limit=1000)
    if not found:
        click.echo(held.words.text("imports.none"))
    for batch in found:
        status = held.words.text(f"imports.statuses.{batch.status}")
        when = held.words.instant(batch.started_at, held.zone)
        click.echo(
            f"{batch.id:>5}  {when:<16}  {batch.source:<20}  {status:<10}  {held.words.number(batch.stored):>12}"
        )


@command.command("show")
@click.argument("batch", type=int)
@click.pass_obj
def show(held: Held, batch: int) -> None:
    """Show what became of import BATCH."""
    _tell(held, imports.report(held.store, SYSTEM, batch).batch)


@command.command("undo")
@click.argument("batch", type=int)
@click.pass_obj
def undo(held: Held, batch: int) -> None:
    """Take out what import BATCH stored and take back what it corrected."""
    undone = imports.undo(held.store, SYSTEM, batch)
    parts = {"batch": str(batch), "stored": undone.stored, "updated": undone.updated}
    click.echo(held.words.text("imports.undone", **parts))


@command.command("rejects")
@click.argument("batch", type=int)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
@click.pass_obj
def rejects(held: Held, batch: int, output: Path) -> None:
    """Write the rejected rows of import BATCH to a file laid out as its source, to be mended and loaded again."""
    store = held.store
    found = imports.report(store, SYSTEM, batch).batch
    if not found.rejected:
        click.echo(held.words.text("imports.no_rejects", batch=str(batch)))
        return
    pieces = imports.rejects_csv(store, SYSTEM, batch, lambda reason, detail: _reason(held.words, reason, detail))
    with output.open("wb") as file:
        file.writelines(pieces)
    click.echo(held.words.text("imports.rejects_written", rejected=found.rejected, path=str(output)))


@command.command("profiles")
@click.pass_obj
def profiles(held: Held) -> None:
    """List the profiles that come along."""
    for shipped in imports.profiles(SYSTEM):
        click.echo(f"{shipped.name:<16}  {shipped.title[held.words.language]}  ({shipped.zone})")


# --- the report ------------------------------------------------------------------------------------------------


def _reason(words: Words, reason: str, detail: dict[str, Any]) -> str:
    return words.text(f"rejects.{reason}", **detail)


def _tell(held: Held, batch: Batch) -> None:
    words = held.words
    for key, value in _lines(words, batch):
        click.echo(f"{words.text(f'imports.{key}'):<34}{value}")
    failure = batch.report.get("failure")
    if failure:
        click.echo(words.text("imports.failed", reason=words.text(f"errors.{failure['code']}", **failure["details"])))
    _tell_unmapped(held, batch)


def _lines(words: Words, batch: Batch) -> list[tuple[str, str]]:
    report, number = batch.report, words.number
    reasons = _counted(words, "reasons", report.get("reasons", {}))
    lines = [
        ("status", words.text(f"imports.statuses.{batch.status}")),
        ("source", batch.source),
        ("files", ", ".join(file["name"] for file in batch.files)),
        ("rows", number(batch.rows)),
        ("stored", number(batch.stored)),
        ("duplicates", number(batch.duplicates)),
        ("updated", number(batch.updated)),
        ("rejected", number(batch.rejected) + (f"  ({reasons})" if reasons else "")),
        ("skipped", number(report.get("skipped", 0))),
        ("dropped", ", ".join(report.get("dropped", [])) or "-"),
        ("located", _counted(words, "locations", report.get("located", {})) or "-"),
    ]
    if report.get("cases", 0) not in (0, batch.rows - batch.rejected):
        lines.append(("cases", number(report["cases"])))
    if report.get("first"):
        lines.append(("span", words.text("imports.span_value", first=report["first"], last=report["last"])))
    return lines


def _counted(words: Words, table: str, counts: dict[str, int]) -> str:
    return "; ".join(f"{words.number(n)} {words.text(f'imports.{table}.{name}')}" for name, n in counts.items())


def _tell_unmapped(held: Held, batch: Batch) -> None:
    words = held.words
    unmapped = imports.report(held.store, SYSTEM, batch.id).unmapped
    if not unmapped:
        return
    click.echo(words.text("imports.unmapped"))
    for kind, label, rows in unmapped[:UNMAPPED_SHOWN]:
        named = words.text(f"imports.fields.{kind}")
        click.echo(words.text("imports.unmapped_row", rows=rows, kind=named, label=label))
    if len(unmapped) > UNMAPPED_SHOWN:
        click.echo(words.text("imports.more", count=len(unmapped) - UNMAPPED_SHOWN))
