"""The files for a city's host speak of commands, settings and places that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

import commands
from config.settings import BadSettings, Settings
from pages.public import footage_follow, footage_new
from web import headers, public

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
SECRET = {
    "SECRET_KEY": "b7e23ec29af22b0b4e41da31e868d57226121c84",
    "ATALAYA_DESK_KEY": "4f2a9c1e77d05b3886ac40e19fd2b6538c7d1a0e",
}
STAFFS = SECRET | {"ATALAYA_SIGNING_KEY": "0c4d7716be0a93f58d2e61b7a94c3508e1f6d27b"}
SERVICES = sorted(DEPLOY.glob("*.service"))


def unit(path: Path) -> RawConfigParser:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(path)
    return parser


def settings_file(name: str = "atalaya.env") -> dict[str, str]:
    return dict(re.findall(r'^([A-Z_]+)="?(.*?)"?$', (DEPLOY / name).read_text(), re.MULTILINE))


def proxy(server: str) -> str:
    """What the proxy's file says of a server, by its name."""
    told = re.findall(r"^server \{.*?^\}", (DEPLOY / "nginx.conf").read_text(), re.MULTILINE | re.DOTALL)
    return next(block for block in told if f"server_name {server};" in block)


def test_the_settings_file_lacks_only_the_secrets(tmp_path: Path) -> None:
    given = settings_file() | {"ATALAYA_HOME": str(tmp_path)}
    for name in STAFFS:
        with pytest.raises(BadSettings, match=name):
            Settings.from_environment(given | STAFFS | {name: ""})
    settings = Settings.from_environment(given | STAFFS)
    assert (settings.production, settings.work_apart, settings.trusted_proxies) == (True, True, 1)
    assert settings.face == "staff"
    assert settings.hosts == ("staff.atalaya.example.org",)
    assert settings.database_url == "postgresql+psycopg:///atalaya?host=/run/postgresql"
    assert settings.desk_url == "postgresql+psycopg:///atalaya_desk?host=/run/postgresql"


def test_the_public_process_is_told_no_address_of_the_record_and_no_secret_of_staff(tmp_path: Path) -> None:
    given = settings_file("public.env")
    assert not {"DATABASE_URL", "ATALAYA_SIGNING_KEY"} & set(given)
    assert given["ATALAYA_HOME"] != settings_file()["ATALAYA_HOME"]
    for shared in ("ATALAYA_RELEASES", "ATALAYA_DESK_FOLDER"):
        assert given[shared] == settings_file()[shared]
    settings = Settings.from_environment(given | SECRET | {"ATALAYA_HOME": str(tmp_path)})
    assert (settings.production, settings.face, settings.trusted_proxies) == (True, "public", 1)
    assert settings.hosts == ("atalaya.example.org",)
    assert settings.desk_url == "postgresql+psycopg://atalaya_public:PASSWORD@127.0.0.1/atalaya_desk"


def test_what_staff_work_with_is_not_there_for_the_public_process() -> None:
    text = (DEPLOY / "atalaya-public.service").read_text()
    closed = {
        path.removeprefix("-")
        for line in re.findall(r"^InaccessiblePaths=(.+)$", text, re.MULTILINE)
        for path in line.split()
    }
    home = settings_file()["ATALAYA_HOME"]
    assert {home, "/run/postgresql", "/etc/atalaya/atalaya.env", "/var/backups/atalaya"} <= closed
    assert "EnvironmentFile=/etc/atalaya/public.env" in text
    assert re.findall(r"^ReadWritePaths=(.+)$", text, re.MULTILINE) == [settings_file()["ATALAYA_DESK_FOLDER"]]


def test_what_the_public_reaches_runs_as_another_user_than_anything_of_staff() -> None:
    """A process reads the settings and files of another of the same user through /proc, whatever its unit hides."""
    users = {path.stem: unit(path)["Service"]["User"] for path in SERVICES}
    public = users.pop("atalaya-public")
    assert public not in users.values()
    assert unit(DEPLOY / "atalaya-public.socket")["Socket"]["SocketUser"] == public
    service = unit(DEPLOY / "atalaya-public.service")["Service"]
    assert (service["Group"], service["StateDirectory"]) == (public, public)
    assert "SupplementaryGroups" not in service  # only the account's own groups, as docs/production.md makes them
    guide = (ROOT / "docs" / "production.md").read_text()
    made = re.findall(r"^ +install -d (.+)$", guide, re.MULTILINE)
    assert f"adduser --system --group --home /var/lib/{public} {public}" in guide
    shared = "-o atalaya -g atalaya-shared"
    assert f"{shared} -m 2750 {settings_file()['ATALAYA_RELEASES']}" in made
    assert f"{shared} -m 2770 {settings_file()['ATALAYA_DESK_FOLDER']}" in made


@pytest.mark.parametrize("name", ["atalaya.env", "public.env"])
def test_a_settings_file_names_settings_that_are_documented(name: str) -> None:
    assert set(settings_file(name)) <= set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))


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
    wanted = {"ProtectSystem": "strict", "ProtectHome": "yes", "NoNewPrivileges": "yes"}
    wanted |= {"PrivateTmp": "yes", "CapabilityBoundingSet": "", "StateDirectoryMode": "0700"}
    assert {name: service[name] for name in wanted} == wanted
    assert service["UMask"] in ("0007", "0077")


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
    day, _, hour, zone = unit(DEPLOY / "atalaya-forecast.timer")["Timer"]["OnCalendar"].split()
    assert (day, hour <= "20:00") == ("Sun", True)  # over before the city's Monday
    assert ZoneInfo(zone), "a zone, or it would be the host's clock"


@pytest.mark.parametrize(("name", "server"), [("web", "staff.atalaya.example.org"), ("public", "atalaya.example.org")])
def test_the_socket_is_where_the_proxy_looks(name: str, server: str) -> None:
    socket = unit(DEPLOY / f"atalaya-{name}.socket")["Socket"]["ListenStream"]
    assert unit(DEPLOY / f"atalaya-{name}.service")["Unit"]["Requires"] == f"atalaya-{name}.socket"
    found = re.search(rf"upstream (\w+) \{{\s+server unix:{socket} ", (DEPLOY / "nginx.conf").read_text())
    assert found is not None
    assert set(re.findall(r"proxy_pass http://(\w+);", proxy(server))) == {found[1]}


def test_the_proxy_takes_what_staff_may_upload() -> None:
    most = Settings.from_environment(settings_file() | STAFFS).max_upload_mb
    assert f"client_max_body_size {most}m;" in proxy("staff.atalaya.example.org")


def test_the_proxy_takes_from_the_public_what_each_page_takes_and_no_more() -> None:
    """Only pages that take files have an address of their own there; whoever adds one must name it."""
    public.install(Flask(__name__))
    rooms = {"k": 1024, "m": 1024**2}
    text = proxy("atalaya.example.org")
    named = {
        path: int(number) * rooms[unit]
        for path, number, unit in re.findall(r"location (\S+) \{\s+client_max_body_size (\d+)([km]);", text)
    }
    whole = re.search(r"^    client_max_body_size (\d+)([km]);", text, re.MULTILINE)
    assert whole is not None
    assert int(whole[1]) * rooms[whole[2]] == public.BODY
    assert named == {page.path: page.body for page in public.every() if page.body != public.BODY}
    assert set(named) == {footage_new.footage_told.PRESENTING, footage_follow.ANSWER}


def test_the_proxy_answers_to_no_other_name() -> None:
    block = proxy("_")
    listening = re.findall(r"listen (\S+) .*?default_server;", block)
    assert listening == ["80", "[::]:80", "443", "[::]:443"]
    assert "ssl_reject_handshake on;" in block
    assert "return 444;" in block
    assert "rm -f /etc/nginx/sites-enabled/default" in (ROOT / "docs" / "production.md").read_text()


def test_what_the_proxy_answers_by_itself_has_the_portals_headers() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    written = dict(re.findall(r"^add_header (\S+) \$(\w+) always;", text, re.MULTILINE))
    own = {*headers.FIXED, "Content-Security-Policy", "Strict-Transport-Security", "Cache-Control", "X-Robots-Tag"}
    assert own - set(written) == {"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy"}
    for name in written.values():  # nothing twice where the portal said it
        assert re.search(rf'^map \S+ \${name} {{ "" .+; default ""; }}$', text, re.MULTILINE), name
    assert not re.search(r"^ +add_header", text, re.MULTILINE)  # would drop all of these in its block


def test_what_staff_send_is_limited_too() -> None:
    assert "limit_req zone=atalaya_staff" in proxy("staff.atalaya.example.org")


def test_every_address_of_the_public_that_takes_forms_is_limited() -> None:
    for location in re.findall(r"location (\S+) \{(.*?)\}", proxy("atalaya.example.org"), re.DOTALL):
        assert "limit_req zone=atalaya_forms" in location[1] or location[0] == "/healthz", location[0]


@pytest.mark.parametrize("name", ["atalaya", "backup", "restore"])
def test_the_scripts_are_well_formed(name: str) -> None:
    shell = shutil.which("dash") or "sh"
    assert subprocess.run([shell, "-n", DEPLOY / name], capture_output=True, text=True).stderr == ""
