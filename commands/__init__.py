"""The `atalaya` command. Each subcommand lives in a module of its own, imported only when it is called."""

from __future__ import annotations

import importlib
import os
from typing import Any

import click

from config.settings import BadSettings
from domain.errors import DomainError
from locales import DEFAULT, LANGUAGES, Words

GROUPS = {
    "adoption": "Close months of adoption and print their sheets",
    "areas": "Import precincts and finer areas",
    "audit": "Verify the chain of the audit log",
    "check": "Check settings, record and index",
    "demo": "Load or remove the synthetic demo city",
    "forecast": "Forecast the coming week, score, verify, walk back over the past",
    "footage": "Requests for footage: verify their chain, change keys, list them",
    "import": "Import files of incidents, list and undo imports",
    "index": "Build or verify the incident index",
    "migrate": "Bring the database to this version",
    "registers": "Take a table of cameras, list the registers",
    "release": "Build, approve and verify what is published",
    "serve": "Serve the portal",
    "survey": "Estimate shares from a survey's microdata",
    "tables": "Deliver tables, list and withdraw deliveries",
    "users": "Add accounts, roles and tokens",
    "work": "Do the long work that pages ask for",
}
MODULES = {"import": "imports"}


def language() -> str:
    """The operator's language: ATALAYA_LANGUAGE, else English where the system speaks it, else Spanish."""
    wanted = os.environ.get("ATALAYA_LANGUAGE", "")
    system = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return next((spoken for spoken in (wanted, system[:2]) if spoken in LANGUAGES), DEFAULT)


class Lazy(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(GROUPS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in GROUPS:
            return None
        module = importlib.import_module(f"commands.{MODULES.get(name, name)}")
        command: click.Command = module.command
        return command

    def invoke(self, context: click.Context) -> Any:
        """Run a command; what a person can mend is told in a sentence, 2 for the settings and 1 for the rest."""
        try:
            return super().invoke(context)
        except BadSettings as error:
            click.echo(f"Error: {error}", err=True)
            context.exit(2)
        except DomainError as error:
            click.echo(f"Error: {Words(language()).error(error)}", err=True)
            context.exit(1)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(GROUPS.items()))


@click.group(cls=Lazy)
def main() -> None:
    """Atalaya, the public-safety observatory portal."""
