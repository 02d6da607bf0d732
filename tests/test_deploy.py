"""The files for a city's host speak of commands, settings and places that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

import commands
from config.settings import BadSettings, Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
SECRET = {
    "SECRET_KEY": "b7e23ec29af22b0b4e41da31e868d57226121c84",
    "ATALAYA_DESK_KEY": "4f2a9c1e77d05b3886ac40e19fd2b6538c7d1a0e",
}
SERVICES = sorted(DEPLOY.glob("*.service"))


def unit(path: Path) -> RawConfigParser:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(path)
    return parser


def settings_file() -> dict[str, str]:
    return dict(re.findall(r'^([A-Z_]+)="?(.*?)"?$', (DEPLOY / "atalaya.env").read_text(), re.MULTILINE))


def test_the_settings_file_lacks_only_the_secrets(tmp_path: Path) -> None:
    given = settings_file() | {"ATALAYA_HOME": str(tmp_path)}
    for name in SECRET:
        with pytest.raises(BadSettings, match=name):
            Settings.from_environment(given | SECRET | {name: ""})
    settings = Settings.from_environment(given | SECRET)
    assert (settings.production, settings.work_apart, settings.trusted_proxies) == (True, True, 1)
    assert settings.database_url == "postgresql+psycopg:///atalaya?host=/run/postgresql"
    assert settings.desk_url == "postgresql+psycopg:///atalaya_desk?host=/run/postgresql"


def test_the_settings_file_names_settings_that_are_documented() -> None:
    assert set(settings_file()) <= set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_service_runs_what_there_is(path: Path) -> None:
    program, *arguments = unit(path)["Service"]["ExecStart"].split()
    inside = Path(program).relative_to("/opt/atalaya")
    if inside.name == "atalaya":
        assert inside == Path(".venv/bin/atalaya")
        assert arguments[0] in commands.GROUPS
    else:
        assert (ROOT / inside).stat().st_mode & 0o111


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_service_may_do_no_more_than_it_needs(path: Path) -> None:
    service = unit(path)["Service"]
    wanted = {"User": "atalaya", "ProtectSystem": "strict", "ProtectHome": "yes", "NoNewPrivileges": "yes"}
    wanted |= {"PrivateTmp": "yes", "CapabilityBoundingSet": "", "UMask": "0077"}
    assert {name: service[name] for name in wanted} == wanted


TIMERS = sorted(DEPLOY.glob("*.timer"))


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.stem)
def test_a_timer_starts_a_service_and_makes_up_for_what_it_missed(path: Path) -> None:
    assert path.with_suffix(".service").exists()
    timer = unit(path)["Timer"]
    assert (timer["Persistent"], bool(timer["OnCalendar"])) == ("yes", True)
    assert path.name in (ROOT / "docs" / "production.md").read_text()


def test_forecasts_are_scored_and_made_every_week_before_it_begins() -> None:
    lines = re.findall(r"^ExecStart=.*/atalaya (.*)$", (DEPLOY / "atalaya-forecast.service").read_text(), re.MULTILINE)
    assert lines == ["forecast score", "forecast run"]
    assert unit(DEPLOY / "atalaya-forecast.timer")["Timer"]["OnCalendar"].startswith("Sun ")


def test_the_socket_is_where_the_proxy_looks() -> None:
    socket = unit(DEPLOY / "atalaya-web.socket")["Socket"]["ListenStream"]
    proxy = (DEPLOY / "nginx.conf").read_text()
    assert f"server unix:{socket} " in proxy
    assert f"client_max_body_size {Settings.from_environment(settings_file() | SECRET).max_upload_mb}m;" in proxy


@pytest.mark.parametrize("name", ["atalaya", "backup", "restore"])
def test_the_scripts_are_well_formed(name: str) -> None:
    shell = shutil.which("dash") or "sh"
    assert subprocess.run([shell, "-n", DEPLOY / name], capture_output=True, text=True).stderr == ""
