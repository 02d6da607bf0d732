"""Settings: read once from the environment into one frozen value. `docs/settings.md` lists them for operators."""

from __future__ import annotations

import os
import re
import secrets
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.jurisdiction import DEFAULT, codes
from domain.identity import Provider

FACES = ("staff", "public", "both")
PLACES = Path(__file__).parent / "places"
MIN_SECRET = 32
STAFF_PROVIDER = (
    "ATALAYA_STAFF_OIDC_ISSUER",
    "ATALAYA_STAFF_OIDC_CLIENT",
    "ATALAYA_STAFF_OIDC_SECRET",
    "ATALAYA_STAFF_OIDC_NAME",
    "ATALAYA_STAFF_OIDC_SCOPE",
)
RESIDENT_PROVIDER = (
    "ATALAYA_RESIDENT_OIDC_ISSUER",
    "ATALAYA_RESIDENT_OIDC_CLIENT",
    "ATALAYA_RESIDENT_OIDC_SECRET",
    "ATALAYA_RESIDENT_OIDC_NAME",
    "ATALAYA_RESIDENT_OIDC_SCOPE",
)
KNOWN_SECRETS = frozenset({"secret", "changeme", "change-me", "dev", "development", "default", "password"})


class BadSettings(ValueError):
    """A setting that the portal refuses to start with; the message says what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path  # all state lives here
    database_url: str
    secret_key: str
    production: bool = False
    face: str = "both"
    host: str = "127.0.0.1"
    port: int = 8050
    workers: int = 2
    threads: int = 4
    place: str = ""  # empty: the demo's city, or what the data say of themselves
    tiles_url: str = ""  # empty: no basemap, outlines and heat alone
    tiles_attribution: str = ""
    max_upload_mb: int = 512
    session_minutes: int = 480
    idle_minutes: int = 30
    trusted_proxies: int = 0
    hosts: tuple[str, ...] = ()  # the names that this process answers to; empty: to any
    work_apart: bool = False  # `atalaya work` runs as a service of its own
    desk_url: str = ""  # empty: SQLite in `home`
    jurisdiction: str = DEFAULT  # whose law requests for footage are handled under
    smtp_url: str = field(default="", repr=False)  # empty: letters wait, and are printed
    mail_from: str = ""
    contact: str = ""  # whom to ask about the published data, an e-mail address; empty: nobody is named
    supervisor: str = ""  # is written to of holds that nobody confirmed in time; empty: nobody is
    scan_command: tuple[str, ...] = ()  # reads a file from its standard input; empty: nothing looks for viruses
    public_url: str = ""  # of the public face, as letters name it; empty: they hold a code to be typed
    desk_keys: tuple[str, ...] = field(default=(), repr=False)  # the first encrypts; empty: one kept in `home`
    releases: Path | None = None  # empty: under `home`
    leaked: Path | None = None  # a file of passwords that leaked; empty: none is looked into
    desk_folder: Path | None = None  # of the encrypted files of cases; empty: under `home`
    signing_keys: tuple[str, ...] = field(default=(), repr=False)  # staff's alone; the first signs
    staff_provider: Provider | None = None  # knows the people of the house; None: passwords alone
    resident_provider: Provider | None = None  # says who asks for footage; None: the desk finds out

    @property
    def releases_folder(self) -> Path:
        """Where both faces find what is published."""
        return self.releases or self.home / "releases"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment; raises BadSettings for a value that cannot be used."""
        home = Path(environment.get("ATALAYA_HOME") or "var").resolve()
        production = _flag(environment, "ATALAYA_PRODUCTION")
        face = _choice(environment, "ATALAYA_FACE", "both", FACES)
        database_url = _database_url(environment.get("DATABASE_URL", ""), home / "atalaya.sqlite")
        return cls(
            home=home,
            database_url=database_url,
            secret_key=_secret(environment.get("SECRET_KEY", ""), home, production),
            production=production,
            face=face,
            host=environment.get("HOST") or "127.0.0.1",
            port=_number(environment, "PORT", 8050, 0, 65535),
            workers=_number(environment, "ATALAYA_WORKERS", 2, 1, 64),
            threads=_number(environment, "ATALAYA_THREADS", 4, 1, 64),
            place=_place(environment.get("ATALAYA_PLACE", "")),
            tiles_url=environment.get("ATALAYA_TILES_URL", ""),
            tiles_attribution=environment.get("ATALAYA_TILES_ATTRIBUTION", ""),
            max_upload_mb=_number(environment, "ATALAYA_MAX_UPLOAD_MB", 512, 1, 4096),
            session_minutes=_number(environment, "ATALAYA_SESSION_MINUTES", 480, 5, 480),
            idle_minutes=_number(environment, "ATALAYA_IDLE_MINUTES", 30, 1, 30),
            trusted_proxies=_number(environment, "ATALAYA_TRUSTED_PROXIES", 0, 0, 5),
            hosts=_hosts(environment.get("ATALAYA_HOSTS", "")),
            work_apart=_flag(environment, "ATALAYA_WORK_APART"),
            desk_url=_desk_url(environment.get("ATALAYA_DESK_URL", ""), home, database_url),
            jurisdiction=_choice(environment, "ATALAYA_JURISDICTION", DEFAULT, codes()),
            **_mail(environment.get("ATALAYA_SMTP_URL", ""), environment.get("ATALAYA_MAIL_FROM", "")),
            contact=_address("ATALAYA_CONTACT", environment.get("ATALAYA_CONTACT", "")),
            supervisor=_address("ATALAYA_DESK_SUPERVISOR", environment.get("ATALAYA_DESK_SUPERVISOR", "")),
            scan_command=_command("ATALAYA_SCAN_COMMAND", environment.get("ATALAYA_SCAN_COMMAND", "")),
            public_url=_site(environment.get("ATALAYA_PUBLIC_URL", "")),
            desk_keys=_keys("ATALAYA_DESK_KEY", environment, home / "desk_key", production),
            releases=_folder(environment.get("ATALAYA_RELEASES", "")),
            leaked=_file("ATALAYA_BREACHED", environment.get("ATALAYA_BREACHED", "")),
            desk_folder=_folder(environment.get("ATALAYA_DESK_FOLDER", "")),
            signing_keys=_signing_keys(environment, face, home, production),
            staff_provider=None if face == "public" else _provider(STAFF_PROVIDER, environment, production),
            resident_provider=_provider(RESIDENT_PROVIDER, environment, production),
        )


def _database_url(url: str, default: Path) -> str:
    if not url:
        return f"sqlite:///{default}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _desk_url(url: str, home: Path, record: str) -> str:
    found = _database_url(url, home / "desk.sqlite")
    if found == record:
        raise BadSettings("ATALAYA_DESK_URL must name another database than DATABASE_URL: the public face opens it")
    return found


def _folder(path: str) -> Path | None:
    return Path(path).resolve() if path else None


def _file(name: str, path: str) -> Path | None:
    if path and not Path(path).is_file():
        raise BadSettings(f"{name} must name a file that is there")
    return Path(path).resolve() if path else None


def _mail(url: str, sender: str) -> dict[str, str]:
    """The mail server and who its letters are from: both or neither."""
    if not url:
        return {}
    if not re.fullmatch(r"smtps?://[^\s/]+", url):
        raise BadSettings("ATALAYA_SMTP_URL must be smtp://user:password@host:port, or smtps:// for TLS from the start")
    if not re.fullmatch(r"(?:[^<>\s@]+@[^<>\s@]+|[^<>@\r\n]*<[^<>\s@]+@[^<>\s@]+>)", sender):
        raise BadSettings("ATALAYA_MAIL_FROM must be an address, or Name <address>, where ATALAYA_SMTP_URL is set")
    return {"smtp_url": url, "mail_from": sender}


def _site(url: str) -> str:
    """The scheme and name of a site, with its port where it has one."""
    if url and not re.fullmatch(r"https?://[^\s/?#@]+/?", url):
        raise BadSettings("ATALAYA_PUBLIC_URL must be https:// and a name, without a path")
    return url.rstrip("/")


def _hosts(written: str) -> tuple[str, ...]:
    """Names without scheme, port or path."""
    names = tuple(name.lower() for name in map(str.strip, written.split(",")) if name)
    for name in names:
        if not re.fullmatch(r"[a-z0-9.-]+", name):
            raise BadSettings(f"ATALAYA_HOSTS must be names such as atalaya.example.org, with commas, not {name!r}")
    return names


def _address(name: str, written: str) -> str:
    if written and not re.fullmatch(r"[^<>\s@,;]+@[^<>\s@,;]+", written):
        raise BadSettings(f"{name} must be one e-mail address, not {written!r}")
    return written


def _command(name: str, written: str) -> tuple[str, ...]:
    """A program and its arguments, as a shell would split them; no shell ever sees them."""
    try:
        return tuple(shlex.split(written))
    except ValueError as error:
        raise BadSettings(f"{name} has a quote that does not end") from error


def _place(code: str) -> str:
    known = sorted(path.stem for path in PLACES.glob("*.toml"))
    if code and code not in known:
        raise BadSettings(f"ATALAYA_PLACE must be one of {', '.join(known)}, not {code!r}")
    return code


def _secret(given: str, home: Path, production: bool) -> str:
    """The given secret, or one made and kept for this installation; production takes only a given one."""
    if given:
        return _strong("SECRET_KEY", given) if production else given
    if production:
        raise BadSettings("SECRET_KEY must be set in production; make one with: openssl rand -hex 32")
    return kept_secret(home / "secret_key")


def _keys(name: str, environment: Mapping[str, str], kept: Path, production: bool) -> tuple[str, ...]:
    """Keys of the desk, newest first; production takes only given ones."""
    keys = tuple(key for key in map(str.strip, environment.get(name, "").split(",")) if key)
    if production and not keys:
        raise BadSettings(f"{name} must be set in production; make one with: openssl rand -hex 32")
    for key in keys:
        _strong(name, key)
    return keys or (kept_secret(kept),)


def _signing_keys(environment: Mapping[str, str], face: str, home: Path, production: bool) -> tuple[str, ...]:
    """What signs for the desk; the process that only the public reaches has none and takes none."""
    name = "ATALAYA_SIGNING_KEY"
    if face != "public":
        return _keys(name, environment, home / "signing_key", production)
    if environment.get(name):
        raise BadSettings(f"{name} is for staff's process alone; take it out of the settings of the public one")
    return ()


def _provider(names: Sequence[str], environment: Mapping[str, str], production: bool) -> Provider | None:
    """A provider of identities, all of it or none; its address is the one that it signs with, letter by letter."""
    *needed, asks = names
    told = {name: environment.get(name, "").strip() for name in needed}
    if not any(told.values()):
        return None
    for name, value in told.items():
        if not value:
            raise BadSettings(f"{name} must be set where {', '.join(other for other in told if other != name)} are")
    issuer, client, secret, called = told.values()
    near = not production and re.match(r"http://(127\.0\.0\.1|localhost)[:/]", issuer)
    if not (near or re.fullmatch(r"https://[^\s?#@]+", issuer)):
        raise BadSettings(f"{needed[0]} must be https:// and a name, as the provider writes it")
    scope = environment.get(asks) or "openid"
    if "openid" not in scope.split():
        raise BadSettings(f"{asks} must have openid among its words")
    return Provider(issuer, client, secret, called, scope)


def _strong(name: str, secret: str) -> str:
    if len(secret) < MIN_SECRET or secret.lower() in KNOWN_SECRETS or len(set(secret)) < 8:
        raise BadSettings(f"{name} must be at least {MIN_SECRET} random characters")
    return secret


def kept_secret(path: Path) -> str:
    """A secret made once and kept in a file that its owner alone reads; never found half written."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def _flag(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").strip().lower()
    if text not in ("", "0", "1", "false", "true", "no", "yes"):
        raise BadSettings(f"{name} must be 0 or 1, not {text!r}")
    return text in ("1", "true", "yes")


def _number(environment: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environment.get(name) or str(default)
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise BadSettings(f"{name} must be a whole number from {low} to {high}, not {text!r}")
    return number


def _choice(environment: Mapping[str, str], name: str, default: str, known: tuple[str, ...]) -> str:
    text = environment.get(name) or default
    if text not in known:
        raise BadSettings(f"{name} must be one of {', '.join(known)}, not {text!r}")
    return text
