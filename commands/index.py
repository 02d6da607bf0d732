"""`atalaya index build|verify|status`"""

from __future__ import annotations

import click

from commands.opened import opened
from data_access.index import refresh
from data_access.index.snapshot import Corrupt, Snapshot
from data_access.store import Store


@click.group()
def command() -> None:
    """The incident index: read-only columns derived from the record, which answer what people explore."""


@command.command()
def build() -> None:
    """Build the index from every row of the record and put it in place of the one before."""
    store = opened()
    with click.progressbar(length=1000, label="Reading the record") as bar:

        def progress(done: int, total: int) -> None:
            bar.update(round(1000 * done / max(total, 1)) - bar.pos)

        snapshot = refresh(store, full=True, progress=progress)
    click.echo(_told(snapshot))


@command.command()
def verify() -> None:
    """Compare every byte of the index with its checksums, and its batches with the record's."""
    store = opened()
    snapshot = _current(store)
    if not store.index.is_fresh(store.engine):
        raise click.ClickException(
            f"{snapshot.name} is whole, but the record has changed since. Run: atalaya index build"
        )
    click.echo(f"Whole and up to date. {_told(snapshot)}")


@command.command()
def status() -> None:
    """Which index answers, how much it holds, and whether it is up to date."""
    store = opened()
    snapshot = _current(store)
    click.echo(_told(snapshot))
    click.echo("Up to date." if store.index.is_fresh(store.engine) else "The record has changed since it was built.")


def _current(store: Store) -> Snapshot:
    try:
        return store.index.verify()
    except Corrupt as error:
        raise click.ClickException(f"No whole index: {error}. Run: atalaya index build") from error


def _told(snapshot: Snapshot) -> str:
    size = sum(path.stat().st_size for path in snapshot.folder.iterdir()) / 1e6
    span = f"{snapshot.first} to {snapshot.complete_to}"
    return f"{snapshot.name}: {snapshot.rows:,} incidents, {span}, {size:.1f} MB."
