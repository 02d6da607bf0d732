"""`atalaya users`, as an operator types it."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result
from passlib.totp import TOTP

from commands import main
from data_access.store import Store
from domain.audit import Wanted
from domain.people import SYSTEM, Actor, Role
from services import accounts, audit, clock, second_factor, sign_in

PASSWORD = "cuatro palabras sin nexo"


@pytest.fixture(autouse=True)
def installation(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's environment: this test's record, and a system that speaks English."""
    for name in ("DATABASE_URL", "ATALAYA_PRODUCTION", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ATALAYA_HOME", str(sqlite_store.home))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def _run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["users", *words], input=typed)


def test_an_account_is_added_with_the_password_of_standard_input(sqlite_store: Store) -> None:
    done = _run("add", "Ana@ciudad.cl", "--role", "analyst", "--name", "Ana", "--password-stdin", typed=PASSWORD + "\n")
    assert (done.exit_code, done.stdout) == (0, ""), done.exception
    account = sign_in.sign_in(sqlite_store, "ana@ciudad.cl", PASSWORD, "192.0.2.1", demo=False)
    assert (account.name, account.roles) == ("Ana", {Role.ANALYST})


def test_a_password_that_was_made_is_printed_alone_and_works(sqlite_store: Store) -> None:
    done = _run("add", "ana@ciudad.cl", "--role", "auditor", "--role", "operator")
    account = sign_in.sign_in(sqlite_store, "ana@ciudad.cl", done.stdout.strip(), "192.0.2.1", demo=False)
    assert account.roles == {Role.AUDITOR, Role.OPERATOR}
    again = _run("password", "ana@ciudad.cl")
    assert sign_in.sign_in(sqlite_store, "ana@ciudad.cl", again.stdout.strip(), "192.0.2.1", demo=False) == account
    assert account.must_change


def test_a_second_factor_is_told_and_taken_away(sqlite_store: Store) -> None:
    _run("add", "ana@ciudad.cl", "--role", "approver")
    assert _run("second-factor", "ana@ciudad.cl").stdout == "none\n"
    account = accounts.one(sqlite_store, SYSTEM, "ana@ciudad.cl")
    offer = second_factor.begin(account, "a secret")
    code = str(TOTP(offer.key.replace(" ", "")).generate(time=clock.now()).token)
    second_factor.confirm(
        sqlite_store, accounts.one(sqlite_store, SYSTEM, "ana@ciudad.cl"), "a secret", offer.kept, code
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\n", _run("second-factor", "ana@ciudad.cl").stdout)
    assert _run("second-factor", "ana@ciudad.cl", "--reset").stdout == "none\n"


def test_a_script_captures_a_token_and_revokes_it(sqlite_store: Store) -> None:
    _run("add", "ana@ciudad.cl", "--role", "inspector")
    token = _run("token", "ana@ciudad.cl", "--days", "3").stdout
    assert token.count("\n") == 1
    account = sign_in.token_account(sqlite_store, token.strip(), demo=False)
    assert account is not None
    assert account.email == "ana@ciudad.cl"
    assert _run("revoke", "ana@ciudad.cl").exit_code == 0
    assert sign_in.token_account(sqlite_store, token.strip(), demo=False) is None


def test_roles_and_state_are_changed_and_listed() -> None:
    _run("add", "ana@ciudad.cl", "--role", "inspector")
    assert _run("roles", "ana@ciudad.cl", "auditor", "operator").exit_code == 0
    assert _run("deactivate", "ana@ciudad.cl").exit_code == 0
    assert _run("list").stdout.split("\t")[:4] == ["ana@ciudad.cl", "auditor,operator", "", "deactivated"]
    _run("activate", "ana@ciudad.cl")
    assert "\tactive\t" in _run("list").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "ana@ciudad.cl", "--role", "boss"), "not a role"),
        (("add", "nobody", "--role", "auditor"), "not an e-mail address"),
        (("add", "ana@ciudad.cl", "--role", "commander", "--precinct", "x"), "precinct"),
        (("roles", "nobody@ciudad.cl", "auditor"), "no account"),
        (("token", "nobody@ciudad.cl"), "no account"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    words: tuple[str, ...], told: str, sqlite_store: Store
) -> None:
    done = _run(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert told in done.stderr
    assert accounts.every(sqlite_store, SYSTEM) == ()


def test_the_log_names_the_system(sqlite_store: Store) -> None:
    _run("add", "ana@ciudad.cl", "--role", "inspector")
    reader = Actor(id=9, email="auditor@ciudad.cl", roles=frozenset({Role.AUDITOR}))
    (event,), _ = audit.read(sqlite_store, reader, Wanted())
    assert (event.actor, event.action, event.object) == ("system", "account.added", "ana@ciudad.cl")
