"""The `atalaya` command. Each subcommand lives in a module of its own, imported only when it is called."""

from __future__ import annotations

import importlib

import click

GROUPS = {
    "areas": "Import precincts and finer areas",
    "check": "Check settings, record and index",
    "demo": "Load or remove the synthetic demo city",
    "import": "Import files of incidents, list and undo imports",
    "index": "Build or verify the incident index",
    "migrate": "Bring the database to this version",
    "serve": "Serve the portal",
    "users": "Add accounts, roles and tokens",
    "work": "Do the long work that pages ask for",
}
MODULES = {"import": "imports"}


class Lazy(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(GROUPS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in GROUPS:
            return None
        module = importlib.import_module(f"commands.{MODULES.get(name, name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(GROUPS.items()))


@click.group(cls=Lazy)
def main() -> None:
    """Atalaya, the public-safety observatory portal."""
