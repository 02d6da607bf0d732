"""`atalaya users`: accounts, roles and tokens. Whoever may run it on the server acts as the system."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime

import click

from commands.opened import opened
from data_access.store import Store
from domain.errors import Invalid
from domain.people import SYSTEM, Account, Role
from services import accounts
from services import second_factor as factor

ROLES = ", ".join(Role)


@click.group()
@click.pass_context
def command(context: click.Context) -> None:
    """Add accounts, roles and tokens."""
    context.obj = opened()


@command.command("add")
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, metavar="ROLE", help=f"One of: {ROLES}.")
@click.option("--precinct", "precincts", multiple=True, metavar="CODE", help="A precinct of their own.")
@click.option("--name", default="", help="The person's name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def add(
    store: Store, email: str, roles: tuple[str, ...], precincts: tuple[str, ...], name: str, password_stdin: bool
) -> None:
    """Add an account. Prints the password that was made where none is given."""
    password = _read_password() if password_stdin else None
    wanted = _roles(roles)
    made = accounts.add(store, SYSTEM, email, wanted, name=name, precincts=precincts, password=password)
    click.echo(f"Added {email}.", err=True)
    if password is None:
        click.echo(made)


@command.command("list")
@click.pass_obj
def list_(store: Store) -> None:
    """List the accounts."""
    for account in accounts.every(store, SYSTEM):
        click.echo("\t".join(_columns(account)))


@command.command("roles")
@click.argument("email")
@click.argument("roles", nargs=-1, metavar="[ROLE]...")
@click.pass_obj
def roles(store: Store, email: str, roles: tuple[str, ...]) -> None:
    """Give an account these roles and no others."""
    accounts.set_roles(store, SYSTEM, email, _roles(roles))


@command.command("precincts")
@click.argument("email")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.pass_obj
def precincts(store: Store, email: str, codes: tuple[str, ...]) -> None:
    """Give an account these precincts and no others."""
    accounts.set_precincts(store, SYSTEM, email, codes)


@command.command("deactivate")
@click.argument("email")
@click.pass_obj
def deactivate(store: Store, email: str) -> None:
    """Let a person in no more; their sessions and tokens end at once."""
    accounts.set_active(store, SYSTEM, email, False)


@command.command("activate")
@click.argument("email")
@click.pass_obj
def activate(store: Store, email: str) -> None:
    """Let a deactivated person in again."""
    accounts.set_active(store, SYSTEM, email, True)


@command.command("password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def password(store: Store, email: str, password_stdin: bool) -> None:
    """Give an account a new password. Prints the one that was made where none is given."""
    given = _read_password() if password_stdin else None
    made = accounts.set_password(store, SYSTEM, email, given)
    if given is None:
        click.echo(made)


@command.command("token")
@click.argument("email")
@click.option("--days", default=90, show_default=True, help="How long it lasts.")
@click.pass_obj
def token(store: Store, email: str, days: int) -> None:
    """Make a token for the JSON addresses. Prints it alone, and only this once."""
    click.echo(accounts.make_token(store, SYSTEM, email, days))


@command.command("revoke")
@click.argument("email")
@click.pass_obj
def revoke(store: Store, email: str) -> None:
    """Revoke every token of an account."""
    click.echo(f"Revoked {accounts.revoke_tokens(store, SYSTEM, email)}.")


@command.command("second-factor")
@click.argument("email")
@click.option("--reset", is_flag=True, help="Take it away; the next sign-in sets up a new one.")
@click.pass_obj
def second_factor(store: Store, email: str, reset: bool) -> None:
    """Say since when an account has a second factor, or take it away."""
    if reset:
        factor.reset(store, SYSTEM, email)
    since = accounts.one(store, SYSTEM, email).factor_since
    click.echo("none" if since is None else _day(since))


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _roles(names: Iterable[str]) -> list[Role]:
    for name in names:
        if name not in list(map(str, Role)):
            raise Invalid("accounts.role", role=name, known=ROLES)
    return [Role(name) for name in names]


def _columns(account: Account) -> tuple[str, ...]:
    kind = "demo" if account.demo else "active" if account.active else "deactivated"
    made = _day(account.created_at)
    return account.email, ",".join(sorted(account.roles)), ",".join(sorted(account.precincts)), kind, made, account.name


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
