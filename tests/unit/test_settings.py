"""The environment becomes settings, or is refused with what to set."""

from __future__ import annotations

import stat
from dataclasses import fields
from pathlib import Path

import pytest

from config.settings import BadSettings, Settings
from data_access.desk import Desk
from domain.identity import Provider

SECRET = "b7e23ec29af22b0b4e41da31e868d57226121c84"
OLDER = "4f2a9c1e77d05b3886ac40e19fd2b6538c7d1a0e"
SIGNING = "0c4d7716be0a93f58d2e61b7a94c3508e1f6d27b"
STRONG = {"SECRET_KEY": SECRET, "ATALAYA_DESK_KEY": OLDER, "ATALAYA_SIGNING_KEY": SIGNING}


def read(tmp_path: Path, **environment: str) -> Settings:
    return Settings.from_environment({"ATALAYA_HOME": str(tmp_path), **environment})


def test_nothing_needs_to_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.home == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/atalaya.sqlite"
    assert (settings.host, settings.port, settings.face) == ("127.0.0.1", 8050, "both")
    assert not settings.production


def test_an_empty_value_counts_as_none(tmp_path: Path) -> None:
    empty = dict.fromkeys(("DATABASE_URL", "SECRET_KEY", "HOST", "PORT", "ATALAYA_FACE", "ATALAYA_PRODUCTION"), "")
    assert read(tmp_path, **empty) == read(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("PORT", "0", "port", 0),
        ("HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("ATALAYA_FACE", "public", "face", "public"),
        ("ATALAYA_WORKERS", "8", "workers", 8),
        ("ATALAYA_THREADS", "2", "threads", 2),
        ("ATALAYA_PLACE", "santiago", "place", "santiago"),
        ("ATALAYA_TILES_URL", "https://t.example/{z}/{x}/{y}.png", "tiles_url", "https://t.example/{z}/{x}/{y}.png"),
        ("ATALAYA_TILES_ATTRIBUTION", "© t.example", "tiles_attribution", "© t.example"),
        ("ATALAYA_MAX_UPLOAD_MB", "64", "max_upload_mb", 64),
        ("ATALAYA_SESSION_MINUTES", "60", "session_minutes", 60),
        ("ATALAYA_IDLE_MINUTES", "5", "idle_minutes", 5),
        ("ATALAYA_TRUSTED_PROXIES", "1", "trusted_proxies", 1),
        ("ATALAYA_WORK_APART", "yes", "work_apart", True),
        ("SECRET_KEY", "short on one's own machine", "secret_key", "short on one's own machine"),
        ("ATALAYA_JURISDICTION", "argentina-mendoza", "jurisdiction", "argentina-mendoza"),
        ("ATALAYA_DESK_URL", "postgres://u@h/desk", "desk_url", "postgresql+psycopg://u@h/desk"),
        ("ATALAYA_DESK_KEY", f"{SECRET}, {OLDER},", "desk_keys", (SECRET, OLDER)),
        ("ATALAYA_SIGNING_KEY", f"{SECRET}, {OLDER},", "signing_keys", (SECRET, OLDER)),
        ("ATALAYA_HOSTS", "Atalaya.example.org, b.example,", "hosts", ("atalaya.example.org", "b.example")),
        ("ATALAYA_DESK_FOLDER", "/srv/desk", "desk_folder", Path("/srv/desk")),
        ("DATABASE_URL", "sqlite:////data/a.sqlite", "database_url", "sqlite:////data/a.sqlite"),
        ("DATABASE_URL", "postgres://u@h/d", "database_url", "postgresql+psycopg://u@h/d"),
        ("DATABASE_URL", "postgresql://u@h/d", "database_url", "postgresql+psycopg://u@h/d"),
    ],
)
def test_each_setting_is_read(tmp_path: Path, name: str, text: str, field: str, value: object) -> None:
    assert getattr(read(tmp_path, **{name: text}), field) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("ATALAYA_WORKERS", "0"),
        ("ATALAYA_THREADS", "1.5"),
        ("ATALAYA_FACE", "private"),
        ("ATALAYA_PLACE", "atlantis"),
        ("ATALAYA_JURISDICTION", "atlantis"),
        ("ATALAYA_PRODUCTION", "maybe"),
        ("ATALAYA_WORK_APART", "2"),
        ("ATALAYA_MAX_UPLOAD_MB", "-1"),
        ("ATALAYA_TRUSTED_PROXIES", "6"),
        ("ATALAYA_HOSTS", "https://atalaya.example.org"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read(tmp_path, **{name: text})


@pytest.mark.parametrize("name", ["secret_key", "desk_key", "signing_key"])
def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path, name: str) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first == second
    assert (tmp_path / name).read_text() in (first.secret_key, *first.desk_keys, *first.signing_keys)
    assert len((tmp_path / name).read_text()) == 64
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"secret_key", "desk_key", "signing_key"}


@pytest.mark.parametrize("secret", ["", "short", "changeme", "a" * 64, "abcabca" * 6])
@pytest.mark.parametrize("name", list(STRONG))
def test_production_refuses_a_weak_secret(tmp_path: Path, name: str, secret: str) -> None:
    with pytest.raises(BadSettings, match=name):
        read(tmp_path, ATALAYA_PRODUCTION="1", **STRONG | {name: secret})
    assert list(tmp_path.iterdir()) == []


def test_production_takes_strong_secrets(tmp_path: Path) -> None:
    assert read(tmp_path, ATALAYA_PRODUCTION="1", **STRONG).production


def test_the_public_process_is_given_nothing_to_sign_with(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="ATALAYA_SIGNING_KEY"):
        read(tmp_path, ATALAYA_FACE="public", ATALAYA_SIGNING_KEY=SIGNING)
    settings = read(tmp_path, ATALAYA_FACE="public")
    assert (settings.signing_keys, Desk.open(settings).signing) == ((), ())
    assert not (tmp_path / "signing_key").exists()


def test_a_former_key_must_be_strong_too(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="ATALAYA_DESK_KEY"):
        read(tmp_path, ATALAYA_DESK_KEY=f"{SECRET},short")


def test_keys_are_in_no_message(tmp_path: Path) -> None:
    assert OLDER not in repr(read(tmp_path, ATALAYA_DESK_KEY=OLDER))


def test_the_desk_is_never_in_the_database_of_the_record(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="ATALAYA_DESK_URL"):
        read(tmp_path, DATABASE_URL="postgres://u@h/d", ATALAYA_DESK_URL="postgresql://u@h/d")


@pytest.mark.parametrize("sender", ["grabaciones@ciudad.cl", "Ciudad de Prueba <grabaciones@ciudad.cl>"])
def test_letters_need_a_server_and_a_sender(tmp_path: Path, sender: str) -> None:
    url = "smtp://ana:secreta@mail.ciudad.cl:587"
    settings = read(tmp_path, ATALAYA_SMTP_URL=url, ATALAYA_MAIL_FROM=sender)
    assert (settings.smtp_url, settings.mail_from) == (url, sender)
    assert "secreta" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "sender", "named"),
    [
        ("mail.ciudad.cl", "a@ciudad.cl", "SMTP_URL"),
        ("http://mail.ciudad.cl", "a@ciudad.cl", "SMTP_URL"),
        ("smtp://mail.ciudad.cl", "", "MAIL_FROM"),
        ("smtp://mail.ciudad.cl", "a@ciudad.cl\r\nBcc: b@c.cl", "MAIL_FROM"),
        ("smtp://mail.ciudad.cl", "A\r\nBcc: b <a@ciudad.cl>", "MAIL_FROM"),
    ],
)
def test_a_mail_server_that_cannot_be_used_is_refused(tmp_path: Path, url: str, sender: str, named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        read(tmp_path, ATALAYA_SMTP_URL=url, ATALAYA_MAIL_FROM=sender)


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = read(tmp_path)
    for field in fields(settings):
        with pytest.raises(AttributeError):
            setattr(settings, field.name, None)


PROVIDER = {
    "ISSUER": "https://entrar.ciudad.cl",
    "CLIENT": "atalaya",
    "SECRET": "known to both",
    "NAME": "Directorio",
    "SCOPE": "openid email",
}


def oidc(whose: str, **changed: str) -> dict[str, str]:
    return {f"ATALAYA_{whose}_OIDC_{part}": value for part, value in (PROVIDER | changed).items()}


@pytest.mark.parametrize(("whose", "field"), [("STAFF", "staff_provider"), ("RESIDENT", "resident_provider")])
def test_a_provider_of_identities_is_read_whole(tmp_path: Path, whose: str, field: str) -> None:
    settings = read(tmp_path, **oidc(whose))
    assert getattr(settings, field) == Provider(*PROVIDER.values())
    assert "known to both" not in repr(settings)
    assert getattr(read(tmp_path, **oidc(whose, SCOPE="")), field).scope == "openid"
    others = {"staff_provider", "resident_provider"} - {field}
    assert [getattr(settings, other) for other in others] == [None]


@pytest.mark.parametrize("whose", ["STAFF", "RESIDENT"])
@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("ISSUER", ""),
        ("CLIENT", ""),
        ("SECRET", " "),
        ("NAME", ""),
        ("ISSUER", "entrar.ciudad.cl"),
        ("ISSUER", "http://entrar.ciudad.cl"),
        ("ISSUER", "http://127.0.0.1.ciudad.cl"),
        ("ISSUER", "https://ana:clave@entrar.ciudad.cl"),
        ("SCOPE", "email openids"),
    ],
)
def test_a_provider_in_part_or_one_that_cannot_be_trusted_is_refused_by_name(
    tmp_path: Path, whose: str, part: str, value: str
) -> None:
    with pytest.raises(BadSettings, match=f"^ATALAYA_{whose}_OIDC_{part} "):
        read(tmp_path, **oidc(whose, **{part: value}))


def test_a_provider_on_this_machine_is_for_trying_out_alone(tmp_path: Path) -> None:
    here = oidc("STAFF", ISSUER="http://127.0.0.1:9000")
    found = read(tmp_path, **here).staff_provider
    assert found is not None
    assert found.issuer == "http://127.0.0.1:9000"
    with pytest.raises(BadSettings, match="ATALAYA_STAFF_OIDC_ISSUER"):
        read(tmp_path, ATALAYA_PRODUCTION="1", **STRONG, **here)


def test_the_public_process_asks_no_directory_of_staff(tmp_path: Path) -> None:
    settings = read(tmp_path, ATALAYA_FACE="public", **oidc("STAFF"), **oidc("RESIDENT"))
    assert settings.staff_provider is None
    assert settings.resident_provider is not None
