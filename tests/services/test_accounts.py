"""Who may come in, with what, for how long; and who may change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, insert, select, update

from data_access.schema import areas, sessions, tokens, users
from data_access.schema import audit as events
from data_access.store import Store
from domain.audit import Wanted
from domain.errors import Forbidden, Invalid, NotFound, Throttled, Unproved
from domain.people import ANONYMOUS, FRESH, PERMISSIONS, SYSTEM, Account, Actor, Permission, Role, may
from services import accounts, audit, clock, sign_in

PASSWORD = "cuatro palabras sin nexo"
HERE = "192.0.2.1"
LIFETIME = sign_in.Lifetime(idle=30 * 60, longest=8 * 3600)
ROLES = [frozenset({role}) for role in Role]


class Hands:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = 1_800_000_000

    def __call__(self) -> int:
        return self.time

    def move(self, seconds: int) -> None:
        self.time += seconds


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    hands = Hands()
    monkeypatch.setattr(clock, "now", hands)
    return hands


@pytest.fixture
def person(store: Store) -> Account:
    """An inspector."""
    accounts.add(store, SYSTEM, "Ana@Ciudad.cl", [Role.INSPECTOR], name="Ana", password=PASSWORD)
    return _account(store, "ana@ciudad.cl")


def _account(store: Store, email: str) -> Account:
    return next(account for account in accounts.every(store, SYSTEM) if account.email == email)


def _fresh(account: Account) -> Actor:
    """An account's owner, who gave the password just now."""
    return replace(account.actor, proved_at=clock.now())


def _come_in(store: Store, email: str = "ana@ciudad.cl", password: str = PASSWORD, address: str = HERE) -> Account:
    return sign_in.sign_in(store, email, password, address, demo=True)


def _fail(store: Store, times: int, hands: Hands, email: str = "ana@ciudad.cl", address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises((Forbidden, Throttled)):
            _come_in(store, email, "not the password", address)
        hands.move(1)


def _precinct(store: Store, code: str, name: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(insert(areas).values(code=code, name=name, level="precinct", origin="test"))


# --- coming in --------------------------------------------------------------------------------------------------


def test_the_right_password_lets_a_person_in_whatever_the_case_of_the_address(store: Store, person: Account) -> None:
    assert _come_in(store, "  ANA@ciudad.CL ") == person
    assert person.roles == {Role.INSPECTOR}


@pytest.mark.usefixtures("costly_hashes")
def test_the_password_is_kept_as_argon2id_and_nowhere_else(store: Store, person: Account) -> None:
    with store.engine.connect() as connection:
        row = connection.execute(select(users)).one()
    assert row.password.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert PASSWORD not in " ".join(map(str, row))


def test_a_wrong_password_and_an_unknown_address_are_refused_alike(store: Store, person: Account) -> None:
    told = []
    for email, password in (("ana@ciudad.cl", "wrong"), ("nobody@ciudad.cl", PASSWORD), ("", "")):
        with pytest.raises(Forbidden) as refusal:
            _come_in(store, email, password)
        told.append((refusal.value.code, refusal.value.details))
    assert told == [("sign_in.refused", {})] * 3


def test_an_unknown_address_costs_as_many_hashes_as_a_known_one(
    store: Store, person: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work is counted rather than timed."""
    from services import passwords

    asked: list[str] = []

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            asked.append(stored[:9])
            return False

        hash = passwords.HASHER.hash

    monkeypatch.setattr(passwords, "HASHER", Counting())
    for email in ("ana@ciudad.cl", "nobody@ciudad.cl"):
        with pytest.raises(Forbidden):
            _come_in(store, email, "wrong")
    assert asked == ["$argon2id", "$argon2id"]


def test_a_deactivated_account_is_refused_like_a_wrong_password(store: Store, person: Account) -> None:
    accounts.set_active(store, SYSTEM, person.email, False)
    with pytest.raises(Forbidden, match=r"sign_in\.refused"):
        _come_in(store)


@pytest.mark.usefixtures("costly_hashes")
def test_a_hash_with_older_parameters_is_made_anew_at_sign_in(store: Store, person: Account) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
    with store.engine.begin() as connection:
        connection.execute(update(users).values(password=weak))
    _come_in(store)
    with store.engine.connect() as connection:
        assert "m=47104" in connection.execute(select(users.c.password)).scalar_one()


def test_demo_accounts_come_in_only_where_they_are_let(store: Store) -> None:
    for email, password, role in accounts.ensure_demo(store):
        assert sign_in.sign_in(store, email, password, HERE, demo=True).roles == {role}
        with pytest.raises(Forbidden, match=r"sign_in\.refused"):
            sign_in.sign_in(store, email, password, HERE, demo=False)


# --- waiting ----------------------------------------------------------------------------------------------------


def test_after_five_failures_each_try_waits_twice_as_long(store: Store, person: Account, hands: Hands) -> None:
    _fail(store, 5, hands)
    waits = []
    for _ in range(4):
        with pytest.raises(Throttled) as told:
            _come_in(store)
        waits.append(told.value.details["seconds"])
        hands.move(int(waits[-1]))
        _fail(store, 1, hands)
    assert waits == [1, 3, 7, 15]  # one second of each wait has passed since the failure


def test_the_wait_is_never_a_lock(store: Store, person: Account, hands: Hands) -> None:
    for _ in range(20):
        _fail(store, 1, hands)
        hands.move(sign_in.LONGEST_WAIT)
    assert _come_in(store) == person


def test_somebody_else_guessing_does_not_keep_the_owner_out(store: Store, person: Account, hands: Hands) -> None:
    _fail(store, 6, hands, address="203.0.113.9")
    assert _come_in(store, address=HERE) == person


def test_coming_in_forgives_earlier_failures(store: Store, person: Account, hands: Hands) -> None:
    _fail(store, 4, hands)
    _come_in(store)
    _fail(store, 4, hands)
    assert _come_in(store) == person


def test_an_unknown_address_waits_like_a_known_one(store: Store, hands: Hands) -> None:
    _fail(store, 5, hands, email="nobody@ciudad.cl")
    with pytest.raises(Throttled):
        _come_in(store, "nobody@ciudad.cl")


def test_one_password_tried_on_many_accounts_makes_the_place_wait(
    store: Store, person: Account, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "MANY", 7)
    for number in range(7):
        _fail(store, 1, hands, email=f"guess{number}@ciudad.cl")
    with pytest.raises(Throttled):
        _come_in(store)
    assert _come_in(store, address="198.51.100.7") == person


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("", ""),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_try_comes_from_an_address_or_from_a_network_of_the_newer_kind(address: str, where: str) -> None:
    assert sign_in.place(address) == where


@pytest.mark.parametrize("email", ["a\x00b@ciudad.cl", "\ud800@ciudad.cl", "ana@ciudad.cl\x00", "\n" * 9, "é" * 400])
def test_letters_that_no_record_can_hold_are_refused_like_any_others(email: str, store: Store) -> None:
    with pytest.raises(Forbidden, match=r"sign_in\.refused"):
        _come_in(store, email)
    accounts.add(store, SYSTEM, "otra@ciudad.cl", [Role.ANALYST], name="Luz\x00 \ud800 Mar")
    assert _account(store, "otra@ciudad.cl").name == "Luz Mar"


def test_what_was_typed_as_an_unknown_address_is_not_kept(store: Store) -> None:
    with pytest.raises(Forbidden):
        _come_in(store, "mi contraseña secreta", "x")
    reader = Actor(id=9, email="auditor@ciudad.cl", roles=frozenset({Role.AUDITOR}))
    (event,), _ = audit.read(store, reader, Wanted(action="sign_in.failed"))
    assert "secreta" not in str(event)


# --- sessions ---------------------------------------------------------------------------------------------------


def test_a_session_lasts_while_it_is_used_and_no_longer_than_its_whole_life(
    store: Store, person: Account, hands: Hands
) -> None:
    secret = sign_in.open_session(store, person, LIFETIME)
    for _ in range(16):
        found = sign_in.session(store, secret, LIFETIME)
        assert found is not None
        sign_in.seen(store, secret, found)
        hands.move(29 * 60 + 50)
    assert sign_in.session(store, secret, LIFETIME) is not None
    hands.move(160)
    assert sign_in.session(store, secret, LIFETIME) is None, "eight hours are over"


def test_a_session_that_nobody_uses_ends(store: Store, person: Account, hands: Hands) -> None:
    secret = sign_in.open_session(store, person, LIFETIME)
    hands.move(LIFETIME.idle)
    assert sign_in.session(store, secret, LIFETIME) is None


@pytest.mark.parametrize("role", Role)
def test_whoever_keeps_evidence_or_accounts_is_signed_out_after_a_quarter_of_an_hour(
    role: Role, store: Store, hands: Hands
) -> None:
    sooner = {Role.OPERATOR, Role.CUSTODIAN, Role.REDACTOR, Role.APPROVER, Role.TRANSPARENCY, Role.ADMINISTRATOR}
    accounts.add(store, SYSTEM, "ana@ciudad.cl", [role], password=PASSWORD)
    secret = sign_in.open_session(store, _account(store, "ana@ciudad.cl"), LIFETIME)
    hands.move(15 * 60 - 1)
    assert sign_in.session(store, secret, LIFETIME) is not None
    hands.move(1)
    assert (sign_in.session(store, secret, LIFETIME) is None) == (role in sooner)


def test_signing_out_ends_the_session_for_whoever_copied_the_cookie(store: Store, person: Account) -> None:
    one, other = (sign_in.open_session(store, person, LIFETIME) for _ in range(2))
    sign_in.sign_out(store, person.actor, one)
    assert sign_in.session(store, one, LIFETIME) is None
    assert sign_in.session(store, other, LIFETIME) is not None


ENDINGS: dict[str, Callable[[Store, Account], object]] = {
    "a new password of one's own": lambda store, who: accounts.change_password(
        store, who.actor, PASSWORD, "otras cuatro palabras más", HERE
    ),
    "a new password from an administrator": lambda store, who: accounts.set_password(store, SYSTEM, who.email),
    "deactivation": lambda store, who: accounts.set_active(store, SYSTEM, who.email, False),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_session_ends_with(ending: str, store: Store, person: Account) -> None:
    secret = sign_in.open_session(store, person, LIFETIME)
    before = sign_in.session(store, secret, LIFETIME)
    ENDINGS[ending](store, person)
    assert sign_in.session(store, secret, LIFETIME) is None
    with store.engine.connect() as connection:
        assert before is not None
        assert connection.execute(select(users.c.fs_uniquifier)).scalar_one() != before.uniquifier


def test_the_cookie_cannot_be_made_from_the_record(store: Store, person: Account) -> None:
    secret = sign_in.open_session(store, person, LIFETIME)
    with store.engine.connect() as connection:
        stored = connection.execute(select(sessions.c.digest)).scalar_one()
    assert stored != secret
    assert sign_in.session(store, stored, LIFETIME) is None


def test_sessions_that_ran_out_are_forgotten(store: Store, person: Account, hands: Hands) -> None:
    sign_in.open_session(store, person, LIFETIME)
    hands.move(LIFETIME.longest)
    sign_in.open_session(store, person, LIFETIME)
    with store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(sessions)).scalar_one() == 1


def test_a_new_role_counts_from_the_next_request(store: Store, person: Account) -> None:
    secret = sign_in.open_session(store, person, LIFETIME)
    accounts.set_roles(store, SYSTEM, person.email, [Role.AUDITOR])
    found = sign_in.session(store, secret, LIFETIME)
    assert found is not None
    assert found.account.actor.permissions == PERMISSIONS[Role.AUDITOR]


# --- tokens -----------------------------------------------------------------------------------------------------


def test_a_token_stands_for_its_account_until_it_ends(store: Store, person: Account, hands: Hands) -> None:
    token = accounts.make_token(store, SYSTEM, person.email, days=2)
    assert sign_in.token_account(store, token, demo=False) == person
    hands.move(2 * accounts.DAY)
    assert sign_in.token_account(store, token, demo=False) is None


def test_only_the_digest_of_a_token_is_kept(store: Store, person: Account) -> None:
    token = accounts.make_token(store, SYSTEM, person.email)
    with store.engine.connect() as connection:
        assert token not in str(connection.execute(select(tokens)).all())


@pytest.mark.parametrize("ending", ["revoked", "deactivated"])
def test_a_token_ends_when_it_is_revoked_or_the_person_deactivated(ending: str, store: Store, person: Account) -> None:
    token = accounts.make_token(store, SYSTEM, person.email)
    if ending == "revoked":
        assert accounts.revoke_tokens(store, SYSTEM, person.email) == 1
    else:
        accounts.set_active(store, SYSTEM, person.email, False)
        accounts.set_active(store, SYSTEM, person.email, True)
    assert sign_in.token_account(store, token, demo=False) is None


@pytest.mark.parametrize("who", ["of one's own", "from an administrator"])
def test_no_token_outlives_a_new_password(who: str, store: Store, person: Account) -> None:
    token = accounts.make_token(store, SYSTEM, person.email)
    ENDINGS[f"a new password {who}"](store, person)
    assert sign_in.token_account(store, token, demo=False) is None


def test_a_token_asks_for_the_password_again(store: Store, person: Account, hands: Hands) -> None:
    proved = _fresh(person)
    hands.move(FRESH + 1)
    with pytest.raises(Unproved):
        accounts.make_token(store, proved, person.email)
    assert accounts.make_token(store, _fresh(person), person.email)


def test_a_token_of_a_demo_account_is_refused_where_demo_accounts_are(store: Store) -> None:
    email, _, _ = accounts.ensure_demo(store)[0]
    token = accounts.make_token(store, SYSTEM, email)
    assert sign_in.token_account(store, token, demo=True) is not None
    assert sign_in.token_account(store, token, demo=False) is None


def test_a_person_makes_tokens_for_themselves_and_for_nobody_else(store: Store, person: Account) -> None:
    accounts.add(store, SYSTEM, "otro@ciudad.cl", [Role.ANALYST], password=PASSWORD)
    assert accounts.make_token(store, _fresh(person), person.email)
    for act in (accounts.make_token, accounts.tokens, accounts.revoke_tokens):
        with pytest.raises(Forbidden):
            act(store, person.actor, "otro@ciudad.cl")
        with pytest.raises(Forbidden):
            act(store, ANONYMOUS, person.email)


# --- administering ----------------------------------------------------------------------------------------------

DOORS: dict[str, Callable[[Store, Actor], object]] = {
    "list": lambda store, actor: accounts.every(store, actor),
    "add": lambda store, actor: accounts.add(store, actor, "new@ciudad.cl", [Role.ANALYST]),
    "roles": lambda store, actor: accounts.set_roles(store, actor, "ana@ciudad.cl", [Role.ANALYST]),
    "precincts": lambda store, actor: accounts.set_precincts(store, actor, "ana@ciudad.cl", []),
    "deactivate": lambda store, actor: accounts.set_active(store, actor, "ana@ciudad.cl", False),
    "password": lambda store, actor: accounts.set_password(store, actor, "ana@ciudad.cl"),
    "known precincts": lambda store, actor: accounts.precincts(store, actor),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("roles", [frozenset(), *ROLES], ids=str)
def test_only_who_may_manage_accounts_can(door: str, roles: frozenset[Role], sqlite_store: Store) -> None:
    accounts.add(sqlite_store, SYSTEM, "admin@ciudad.cl", [Role.ADMINISTRATOR], password=PASSWORD)
    accounts.add(sqlite_store, SYSTEM, "ana@ciudad.cl", [Role.INSPECTOR], password=PASSWORD)
    actor = Actor(99, "somebody@ciudad.cl", roles, proved_at=clock.now()) if roles else ANONYMOUS
    if may(actor, Permission.ACCOUNTS):
        DOORS[door](sqlite_store, actor)
    else:
        with pytest.raises(Forbidden):
            DOORS[door](sqlite_store, actor)


@pytest.mark.parametrize("door", ["add", "roles", "deactivate", "password"])
def test_what_gives_or_takes_a_way_in_asks_for_the_password_again(door: str, sqlite_store: Store) -> None:
    accounts.add(sqlite_store, SYSTEM, "admin@ciudad.cl", [Role.ADMINISTRATOR], password=PASSWORD)
    accounts.add(sqlite_store, SYSTEM, "ana@ciudad.cl", [Role.INSPECTOR], password=PASSWORD)
    before = accounts.every(sqlite_store, SYSTEM)
    with pytest.raises(Unproved):
        DOORS[door](sqlite_store, replace(before[0].actor, proved_at=clock.now() - FRESH - 1))
    assert accounts.every(sqlite_store, SYSTEM) == before


def test_nobody_changes_their_own_roles(store: Store) -> None:
    accounts.add(store, SYSTEM, "admin@ciudad.cl", [Role.ADMINISTRATOR], password=PASSWORD)
    accounts.add(store, SYSTEM, "otra@ciudad.cl", [Role.ADMINISTRATOR], password=PASSWORD)
    admin = _account(store, "admin@ciudad.cl")
    accounts.set_roles(store, _fresh(admin), admin.email, admin.roles)
    for roles in ([], [Role.CUSTODIAN]):
        with pytest.raises(Forbidden, match=r"accounts\.own_roles"):
            accounts.set_roles(store, _fresh(admin), admin.email, roles)
    assert _account(store, admin.email) == admin


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_who_administers_accounts_holds_no_role_with_incidents_or_cases(role: Role, store: Store) -> None:
    held = {str(one) for one in PERMISSIONS[role]}
    assert "incidents.rows" in held or any(one.startswith("footage.") for one in held)
    with pytest.raises(Invalid, match=r"accounts\.apart"):
        accounts.add(store, SYSTEM, "admin@ciudad.cl", [Role.ADMINISTRATOR, role], password=PASSWORD)
    accounts.add(store, SYSTEM, "ana@ciudad.cl", [role], password=PASSWORD)
    with pytest.raises(Invalid, match=r"accounts\.apart"):
        accounts.set_roles(store, SYSTEM, "ana@ciudad.cl", [Role.ADMINISTRATOR, role])
    assert _account(store, "ana@ciudad.cl").roles == {role}


def test_a_password_that_somebody_else_read_must_be_changed(store: Store, person: Account) -> None:
    assert not person.must_change
    made = accounts.set_password(store, SYSTEM, person.email)
    assert _account(store, person.email).must_change
    accounts.change_password(store, person.actor, made, "otras cuatro palabras más", HERE)
    assert not _account(store, person.email).must_change
    accounts.add(store, SYSTEM, "otra@ciudad.cl", [Role.ANALYST])
    assert _account(store, "otra@ciudad.cl").must_change


def test_one_changes_ones_own_password_only_with_the_old_one(store: Store, person: Account) -> None:
    with pytest.raises(Invalid, match=r"password\.wrong"):
        accounts.change_password(store, person.actor, "not it", "otras cuatro palabras más", HERE)
    accounts.change_password(store, person.actor, PASSWORD, "otras cuatro palabras más", HERE)
    assert _come_in(store, password="otras cuatro palabras más") == person


def test_the_old_password_is_guessed_no_faster_from_inside_than_at_the_door(
    store: Store, person: Account, hands: Hands
) -> None:
    for _ in range(sign_in.FREE):
        with pytest.raises(Invalid, match=r"password\.wrong"):
            accounts.change_password(store, person.actor, "not it", "otras cuatro palabras más", HERE)
    for password in ("not it", PASSWORD):
        with pytest.raises(Throttled):
            accounts.change_password(store, person.actor, password, "otras cuatro palabras más", HERE)
    with pytest.raises(Throttled):
        _come_in(store)
    with store.engine.connect() as connection:
        failed = select(func.count()).where(events.c.action == "sign_in.failed", events.c.actor == person.email)
        assert connection.execute(failed).scalar_one() == sign_in.FREE


def test_a_forged_actor_changes_nothing(store: Store, person: Account) -> None:
    for forged in (replace(person.actor, id=person.id + 1), replace(person.actor, email="x@ciudad.cl"), ANONYMOUS):
        with pytest.raises(Forbidden):
            accounts.change_password(store, forged, PASSWORD, "otras cuatro palabras más", HERE)
        with pytest.raises(Forbidden):
            accounts.set_language(store, forged, "en")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("corta", "password.short"),
        ("x" * 300, "password.long"),
        ("aaaaaaaaaaaaaaaa", "password.easy"),
        ("nueva@ciudad.cl", "password.easy"),
        ("contraseña2026", "password.easy"),
        ("atalaya123456", "password.own"),
        ("yo soy Nueva, la jefa", "password.own"),
        ("en temuco llueve", "password.own"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str, store: Store) -> None:
    there = replace(store, city="Temuco")
    with pytest.raises(Invalid, match=code.replace(".", r"\.")):
        accounts.add(there, SYSTEM, "nueva@ciudad.cl", [], password=password)
    assert accounts.every(store, SYSTEM) == ()
    accounts.add(store, SYSTEM, "nueva@ciudad.cl", [])
    with pytest.raises(Invalid, match=code.replace(".", r"\.")):
        accounts.set_password(there, SYSTEM, "nueva@ciudad.cl", password)


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a b@c.cl", "a@b@c.cl", "a@" + "b" * 260 + ".cl"])
def test_what_is_no_address_is_refused(email: str, store: Store) -> None:
    with pytest.raises(Invalid, match=r"accounts\.address"):
        accounts.add(store, SYSTEM, email, [Role.ANALYST])


def test_an_address_has_one_account(store: Store, person: Account) -> None:
    with pytest.raises(Invalid, match=r"accounts\.exists"):
        accounts.add(store, SYSTEM, "ANA@ciudad.cl", [Role.ANALYST])


def test_unknown_people_and_precincts_are_told(store: Store, person: Account) -> None:
    with pytest.raises(NotFound):
        accounts.set_roles(store, SYSTEM, "nobody@ciudad.cl", [])
    with pytest.raises(Invalid, match=r"accounts\.precinct"):
        accounts.set_precincts(store, SYSTEM, person.email, ["nowhere"])


def test_a_commander_sees_the_precincts_written_on_the_account(store: Store) -> None:
    _precinct(store, "p1", "Norte")
    _precinct(store, "p2", "Sur")
    accounts.add(store, SYSTEM, "jefe@ciudad.cl", [Role.COMMANDER], precincts=["p1"])
    assert _account(store, "jefe@ciudad.cl").actor.precincts == {"p1"}
    accounts.set_precincts(store, SYSTEM, "jefe@ciudad.cl", [])
    assert _account(store, "jefe@ciudad.cl").actor.precincts == frozenset()


def test_the_last_administrator_stays(store: Store) -> None:
    accounts.add(store, SYSTEM, "admin@ciudad.cl", [Role.ADMINISTRATOR], password=PASSWORD)
    with pytest.raises(Invalid, match=r"accounts\.last_administrator"):
        accounts.set_roles(store, SYSTEM, "admin@ciudad.cl", [Role.ANALYST])
    with pytest.raises(Invalid, match=r"accounts\.last_administrator"):
        accounts.set_active(store, SYSTEM, "admin@ciudad.cl", False)
    assert _account(store, "admin@ciudad.cl").roles == {Role.ADMINISTRATOR}
    assert _account(store, "admin@ciudad.cl").active


def test_a_role_that_this_version_does_not_know_grants_nothing(store: Store, person: Account) -> None:
    from data_access.schema import user_roles

    with store.engine.begin() as connection:
        connection.execute(insert(user_roles).values(user_id=person.id, role="superuser"))
    assert _account(store, person.email).roles == {Role.INSPECTOR}


# --- the demo ---------------------------------------------------------------------------------------------------


def test_the_demo_has_one_account_for_each_role_and_takes_them_away_again(store: Store, person: Account) -> None:
    for code, name in (("a", "San Miguel"), ("b", "La Cisterna"), ("c", "Las Condes")):
        _precinct(store, code, name)
    told = accounts.ensure_demo(store)
    assert accounts.ensure_demo(store) == told
    assert [role for _, _, role in told] == list(Role)
    commander = _account(store, "commander@demo.atalaya")
    assert (commander.demo, commander.precincts) == (True, {"a", "b"})
    assert accounts.any_demo(store)
    accounts.remove_demo(store)
    assert not accounts.any_demo(store)
    assert accounts.every(store, SYSTEM) == (person,)


# --- the log ----------------------------------------------------------------------------------------------------


def test_what_is_done_to_accounts_is_in_the_log_and_no_secret_is(store: Store, person: Account) -> None:
    with pytest.raises(Forbidden):
        _come_in(store, password="typed wrong")
    _come_in(store)
    token = accounts.make_token(store, SYSTEM, person.email)
    accounts.set_roles(store, SYSTEM, person.email, [Role.ANALYST])
    sign_in.sign_out(store, person.actor, sign_in.open_session(store, person, LIFETIME))
    reader = Actor(id=9, email="auditor@ciudad.cl", roles=frozenset({Role.AUDITOR}))
    events, total = audit.read(store, reader, Wanted())
    done = [event.action for event in events]
    assert done == ["sign_out", "account.roles", "token.made", "sign_in", "sign_in.failed", "account.added"]
    assert total == 6
    assert events[1].details == {"before": ["inspector"], "after": ["analyst"]}
    for secret in (PASSWORD, "typed wrong", token):
        assert secret not in str(events)


@pytest.mark.parametrize("roles", [frozenset(), *ROLES], ids=str)
def test_only_who_may_read_the_log_can(roles: frozenset[Role], sqlite_store: Store) -> None:
    actor = Actor(id=99, email="somebody@ciudad.cl", roles=roles) if roles else ANONYMOUS
    for door in (lambda: audit.read(sqlite_store, actor, Wanted()), lambda: audit.actions(sqlite_store, actor)):
        if may(actor, Permission.AUDIT):
            door()
        else:
            with pytest.raises(Forbidden):
                door()


def test_the_log_can_be_asked_for_people_actions_and_days(store: Store, hands: Hands) -> None:
    ana, luz = (Actor(id=n, email=f"{name}@ciudad.cl", roles=frozenset()) for n, name in ((1, "ana"), (2, "luz")))
    audit.record(store, ana, "export.csv", "incidents", rows=12)
    hands.move(100)
    audit.record(store, luz, "export.geojson")
    audit.record(store, luz, "exporter")
    reader = Actor(id=9, email="auditor@ciudad.cl", roles=frozenset({Role.AUDITOR}))

    def found(**wanted: object) -> list[str]:
        events, _ = audit.read(store, reader, Wanted(**wanted))  # type: ignore[arg-type]
        return [f"{event.actor[:3]} {event.action}" for event in events]

    assert found(actor="AN") == ["ana export.csv"]
    assert found(actor="%") == []
    assert found(action="export") == ["luz export.geojson", "ana export.csv"]
    assert found(since=hands.time) == ["luz exporter", "luz export.geojson"]
    assert found(before=hands.time) == ["ana export.csv"]
    assert audit.actions(store, reader) == ("export.csv", "export.geojson", "exporter")
    page, total = audit.read(store, reader, Wanted(), offset=1, limit=1)
    assert ([event.action for event in page], total) == (["export.geojson"], 3)
