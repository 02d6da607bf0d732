"""What an operator asks before opening the doors: is everything in place? Each finding is a sentence and a level."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from config.jurisdiction import jurisdiction
from config.settings import Settings
from data_access import breached, migrate
from data_access.desk import Desk, events, rekeying
from data_access.index.snapshot import Corrupt
from data_access.releases import reading
from data_access.store import Store
from domain.errors import DomainError
from domain.identity import Provider
from domain.people import SYSTEM, Role, apart
from locales import DEFAULT
from services import identity
from services.accounts import every
from services.footage import scanning
from services.forecast import anchored, runs
from services.room import kept_free

ROOM_NEEDED, ROOM_WANTED = 1 << 30, 5 << 30  # bytes free under home


class Level(StrEnum):
    GOOD = "good"
    MIND = "mind"  # works, and somebody should know
    BAD = "bad"  # must be mended before people rely on it


@dataclass(frozen=True, slots=True)
class Finding:
    """`key` names a sentence of the catalogue `check`, filled with `parts`."""

    level: Level
    key: str
    parts: dict[str, object]


def _found(level: Level, key: str, **parts: object) -> Finding:
    return Finding(level, f"check.{key}", parts)


def examine(settings: Settings, store: Store | None, desk: Desk) -> Iterator[Finding]:
    """Every finding of what this face needs, the record before what is read from it; the public has no record."""
    yield from _settings(settings)
    yield from _secret(settings)
    yield _leaked(settings)
    yield from map(_provider, filter(None, (settings.staff_provider, settings.resident_provider)))
    yield from _disk(settings)
    opened = _database(desk, migrate.DESK)
    yield opened
    if opened.level is Level.GOOD:
        yield from _desk(settings, desk)
    yield _releases(settings)
    if store is None:
        return
    record = _database(store, migrate.RECORD)
    yield record
    if record.level is not Level.GOOD:
        return
    yield from _accounts(settings, store)
    yield from _index(settings, store)
    yield _forecasts(store)


def _database(held: Store | Desk, line: migrate.Line) -> Finding:
    try:
        migrate.require_head(held.engine, line)
    except DomainError as error:
        return Finding(Level.BAD, f"errors.{error.code}", error.details)
    return _found(Level.GOOD, line.name, kind=held.engine.dialect.name, revision=migrate.head(line))


def _desk(settings: Settings, desk: Desk) -> Iterator[Finding]:
    """Whether the keys fit, the chain of events is whole and the terms are a lawyer's."""
    with desk.engine.connect() as connection:
        fitting, chain = rekeying.opens(connection, desk.seal), events.verify(connection)
    yield _found(Level.GOOD if fitting else Level.BAD, "desk_key" if fitting else "desk_key_wrong")
    yield _found(
        Level.GOOD if chain.whole else Level.BAD, "chain" if chain.whole else "chain_broken", count=chain.count
    )
    yield _scan(desk)
    if not settings.supervisor:
        yield _found(Level.MIND, "no_supervisor")
    law = jurisdiction(settings.jurisdiction)
    yield _found(Level.MIND, "law", law=law.code, version=law.version, count=len(law.confirm[DEFAULT]))


def _scan(desk: Desk) -> Finding:
    """Whether what comes in is looked through, and the command lets something harmless in."""
    if not desk.scan:
        return _found(Level.MIND, "no_scan")
    lets_in = not scanning.problem(desk.scan, [b"atalaya"])
    return _found(Level.GOOD if lets_in else Level.BAD, "scan" if lets_in else "scan_fails", command=desk.scan[0])


def _releases(settings: Settings) -> Finding:
    """Whether something is published and whole."""
    folder = settings.releases_folder
    release = reading.current(folder)
    if release is None:
        return _found(Level.MIND, "no_release", folder=str(folder))
    try:
        release.verify()
    except (reading.Changed, OSError) as error:
        return _found(Level.BAD, "release_changed", number=release.number, reason=str(error))
    return _found(Level.GOOD, "release", number=release.number)


def _settings(settings: Settings) -> Iterator[Finding]:
    kind = "production" if settings.production else "own_machine"
    yield _found(Level.GOOD, kind, workers=settings.workers, threads=settings.threads)
    if settings.production and not settings.trusted_proxies:
        yield _found(Level.MIND, "no_proxy")
    if settings.production:
        yield _found(
            Level.GOOD if settings.hosts else Level.MIND,
            "hosts" if settings.hosts else "no_hosts",
            names=", ".join(settings.hosts),
        )
    if settings.tiles_url and not all(part in settings.tiles_url for part in ("{z}", "{x}", "{y}")):
        yield _found(Level.BAD, "tiles_address", address=settings.tiles_url)
    elif settings.tiles_url and not settings.tiles_attribution:
        yield _found(Level.BAD, "tiles_attribution")
    else:
        yield _found(Level.GOOD, "tiles" if settings.tiles_url else "no_tiles")


def _provider(provider: Provider) -> Finding:
    """Whether a provider of identities answers, as anybody would be sent there."""
    try:
        identity.ask(provider, "")
    except DomainError as error:
        return Finding(Level.MIND, f"errors.{error.code}", error.details)
    return _found(Level.GOOD, "provider", name=provider.name, issuer=provider.issuer)


def _secret(settings: Settings) -> Iterator[Finding]:
    kept = [path for name in ("secret_key", "desk_key", "signing_key") if (path := settings.home / name).exists()]
    open_ = [path for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077]
    for path in open_:
        yield _found(Level.BAD, "secret_open", path=str(path))
    if not open_:
        yield _found(Level.GOOD, "secret")


def _leaked(settings: Settings) -> Finding:
    if settings.leaked is None:
        return _found(Level.MIND, "no_leaked")
    fits = breached.fits(settings.leaked)
    return _found(Level.GOOD if fits else Level.BAD, "leaked" if fits else "leaked_other", path=str(settings.leaked))


def _disk(settings: Settings) -> Iterator[Finding]:
    disk = shutil.disk_usage(settings.home)
    free, wanted = disk.free, max(ROOM_WANTED, kept_free(disk.total))
    level = Level.BAD if free < ROOM_NEEDED else Level.MIND if free < wanted else Level.GOOD
    yield _found(level, "disk", free=free / (1 << 30), home=str(settings.home))


def _accounts(settings: Settings, store: Store) -> Iterator[Finding]:
    accounts = every(store, SYSTEM)
    if settings.production and any(account.demo for account in accounts):
        yield _found(Level.BAD, "demo_accounts")
    for account in (one for one in accounts if one.active):
        if account.asks_factor and account.factor_since is None:
            yield _found(Level.MIND, "no_factor", email=account.email)
        if others := apart(account.roles):  # from before that was refused
            yield _found(Level.BAD, "roles_apart", email=account.email, roles=", ".join(sorted(others)))
    able = [account for account in accounts if account.active and Role.ADMINISTRATOR in account.roles]
    if any(not account.demo for account in able):
        yield _found(Level.GOOD, "accounts", count=len(accounts))
    else:
        yield _found(Level.BAD if settings.production else Level.MIND, "no_administrator")


def _forecasts(store: Store) -> Finding:
    """Whether sealed forecasts and scores are what was written, and reach as far as was published."""
    broken, gone = runs.verify(store, SYSTEM), anchored.gone(store, SYSTEM)
    if broken or gone:
        return _found(Level.BAD, "forecasts_broken")
    return _found(Level.GOOD, "forecasts", count=anchored.count(store))


def _index(settings: Settings, store: Store) -> Iterator[Finding]:
    try:
        snapshot = store.index.verify()
    except Corrupt as error:
        yield _found(Level.BAD, "index_damaged", reason=str(error))
        return
    if not store.index.is_fresh(store.engine):
        yield _found(Level.BAD, "index_old")
    else:
        yield _found(Level.GOOD, "index", count=snapshot.rows, name=snapshot.name)
    if settings.production and snapshot.manifest["facts"]["synthetic"]:
        yield _found(Level.MIND, "synthetic")
