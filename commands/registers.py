"""`atalaya registers`: the registers of cameras and algorithms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from commands import language
from commands.opened import opened, opened_desk
from components import register_import, register_lists
from config.settings import Settings
from data_access.desk import Desk
from domain.people import SYSTEM
from domain.registers import algorithms as algorithm_rules
from domain.registers import cameras as camera_rules
from domain.registers.fields import Listed
from locales import Words
from services import clock, registers

FIELDS = sorted(field.name for field in camera_rules.FIELDS)


@click.group()
@click.pass_context
def command(context: click.Context) -> None:
    """Take a city's table of cameras, list the registers."""
    context.obj = opened_desk()


@command.command("import-cameras")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "common",
    multiple=True,
    metavar="FIELD=VALUE",
    help="What holds for every camera where neither the table nor the register says it; may be repeated.",
)
@click.pass_obj
def import_cameras(desk: Desk, file: Path, common: tuple[str, ...]) -> None:
    """Take a table of cameras (CSV, Excel, Parquet, JSON, GeoJSON): all of it or none."""
    words = Words(language())
    found = registers.take(opened(), desk, SYSTEM, file, _common(common), Settings.from_environment().jurisdiction)
    for one in found.problems:
        said = register_import.sentence(one, words)
        click.echo(words.text("registers.line", line=str(one.line), sentence=said) if one.line else said, err=True)
    if found.problems:
        click.echo(words.text("registers.take.refused", file=found.file), err=True)
        raise SystemExit(1)
    told = {"rows": found.rows, "new": found.new, "changed": found.changed, "known": found.known}
    click.echo(words.text("registers.imported", file=found.file, **told))


def _common(pairs: Sequence[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in FIELDS:
            raise click.BadParameter(f"{pair}: FIELD=VALUE, the field one of {', '.join(FIELDS)}", param_hint="--set")
        found[name] = value
    return found


@command.command("list")
@click.option("--algorithms", is_flag=True, help="List algorithms in place of cameras.")
@click.option("--due", is_flag=True, help="Only what somebody must see to.")
@click.pass_obj
def list_(desk: Desk, algorithms: bool, due: bool) -> None:
    """List a register: code, version, status, name, what is to see to."""
    words, today = Words(language()), datetime.fromtimestamp(clock.now(), UTC).date()
    found: Sequence[Listed] = registers.algorithms(desk, SYSTEM) if algorithms else registers.cameras(desk, SYSTEM)
    reminders = algorithm_rules.reminders if algorithms else camera_rules.reminders
    for one in found:
        told = register_lists.due(reminders(one.entry, today), words)
        if told or not due:
            name = register_lists.said(one.entry["name"], words)
            click.echo("\t".join((one.code, str(one.version), str(one.entry["status"]), name, told)))
