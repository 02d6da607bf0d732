"""The second factor: codes that count once, recovery codes that count once, and who may take it from whom."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from passlib.totp import TOTP
from sqlalchemy import select

from data_access.schema import recovery_codes, users
from data_access.store import Store
from domain.errors import DomainError, Forbidden, Invalid, Stale, Throttled, Unproved
from domain.people import FRESH, OBLIGED, PERMISSIONS, SYSTEM, Account, Actor, Role
from services import accounts, clock, second_factor, sign_in

PASSWORD, SECRET, HERE = "cuatro palabras sin nexo", "a secret of staff's own process", "192.0.2.1"
EMAIL = "custodia@ciudad.cl"
LIFETIME = sign_in.Lifetime(idle=1800, longest=28_800)
STEP = 30


class Hands:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = 1_800_000_000

    def __call__(self) -> int:
        return self.time


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    hands = Hands()
    monkeypatch.setattr(clock, "now", hands)
    return hands


@pytest.fixture
def person(store: Store, hands: Hands) -> Account:
    """A custodian without a device."""
    accounts.add(store, SYSTEM, EMAIL, [Role.CUSTODIAN], password=PASSWORD)
    return accounts.one(store, SYSTEM, EMAIL)


Device = Callable[[int], str]


def _device(key: str) -> Device:
    """What an app shows at an instant."""
    return lambda at: str(TOTP(key.replace(" ", "")).generate(time=at).token)


def _set_up(store: Store, account: Account, hands: Hands) -> tuple[Device, tuple[str, ...]]:
    offer = second_factor.begin(account, SECRET)
    device = _device(offer.key)
    codes = second_factor.confirm(store, account, SECRET, offer.kept, device(hands.time))
    hands.time += 2 * STEP
    return device, codes


def _check(store: Store, code: str, address: str = HERE) -> None:
    second_factor.check(store, accounts.one(store, SYSTEM, EMAIL), SECRET, code, address)


def _proved(account: Account) -> Actor:
    return replace(account.actor, proved_at=clock.now())


@pytest.mark.parametrize("role", Role)
def test_a_second_factor_is_asked_of_whoever_keeps_decides_approves_or_lets_people_in(role: Role) -> None:
    account = Account(1, "a@b.cl", "", True, False, "es", 0, frozenset({role}), frozenset())
    obliged = {Role.CUSTODIAN, Role.TRANSPARENCY, Role.APPROVER, Role.ADMINISTRATOR}
    assert account.asks_factor == (role in obliged) == bool(PERMISSIONS[role] & OBLIGED)
    assert replace(account, factor_since=1).asks_factor
    assert not replace(account, demo=True).asks_factor


def test_nothing_is_kept_before_a_first_code_is_right(store: Store, person: Account, hands: Hands) -> None:
    offer = second_factor.begin(person, SECRET)
    with pytest.raises(Invalid, match=r"second_factor\.wrong"):
        second_factor.confirm(store, person, SECRET, offer.kept, "000000")
    assert accounts.one(store, SYSTEM, EMAIL) == person
    assert second_factor.offered(person, SECRET, offer.kept) == offer
    assert len(second_factor.confirm(store, person, SECRET, offer.kept, _device(offer.key)(hands.time))) == 10
    assert accounts.one(store, SYSTEM, EMAIL).factor_since == hands.time


def test_what_makes_the_codes_is_kept_encrypted_and_recovery_codes_as_digests(
    store: Store, person: Account, hands: Hands
) -> None:
    offer = second_factor.begin(person, SECRET)
    codes = second_factor.confirm(store, person, SECRET, offer.kept, _device(offer.key)(hands.time))
    with store.engine.connect() as connection:
        kept = str(connection.execute(select(users)).all()) + str(connection.execute(select(recovery_codes)).all())
    assert offer.key.replace(" ", "") not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert len({code.replace("-", "") for code in codes if len(code) == 19}) == 10
    with pytest.raises(Stale):
        second_factor.check(store, accounts.one(store, SYSTEM, EMAIL), "another secret", "123456", HERE)


def test_an_offer_is_worth_nothing_for_another_account(store: Store, person: Account, hands: Hands) -> None:
    offer = second_factor.begin(replace(person, id=person.id + 1), SECRET)
    for kept in (offer.kept, "", "x"):
        with pytest.raises(Stale):
            second_factor.confirm(store, person, SECRET, kept, _device(offer.key)(hands.time))


def test_a_code_counts_once(store: Store, person: Account, hands: Hands) -> None:
    device, _ = _set_up(store, person, hands)
    _check(store, f" {device(hands.time)[:3]} {device(hands.time)[3:]}")
    with pytest.raises(Invalid, match=r"second_factor\.wrong"):
        _check(store, device(hands.time))
    hands.time += STEP
    _check(store, device(hands.time))


def test_the_first_code_is_used_up_by_the_setting_up(store: Store, person: Account, hands: Hands) -> None:
    device, _ = _set_up(store, person, hands)
    hands.time -= 2 * STEP
    with pytest.raises(Invalid):
        _check(store, device(hands.time))


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_wrong_by_half_a_minute_and_no_more(
    steps: int, good: bool, store: Store, person: Account, hands: Hands
) -> None:
    device, _ = _set_up(store, person, hands)
    hands.time += 10 * STEP
    if good:
        _check(store, device(hands.time + steps * STEP))
    else:
        with pytest.raises(Invalid):
            _check(store, device(hands.time + steps * STEP))


def test_after_a_code_an_earlier_one_counts_no_more(store: Store, person: Account, hands: Hands) -> None:
    device, _ = _set_up(store, person, hands)
    _check(store, device(hands.time + STEP))
    for steps in (-1, 0, 1):
        with pytest.raises(Invalid):
            _check(store, device(hands.time + steps * STEP))


@pytest.mark.parametrize("kind", ["device", "recovery"])
def test_of_two_who_send_the_same_code_at_once_one_comes_in(
    kind: str, store: Store, person: Account, hands: Hands
) -> None:
    device, codes = _set_up(store, person, hands)
    code = device(hands.time) if kind == "device" else codes[0]

    def outcome(_: int) -> str:
        try:
            _check(store, code)
        except DomainError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(outcome, range(4)))
    assert told == ["in", *["second_factor.wrong"] * 3]


def test_a_recovery_code_counts_once_however_it_is_typed(store: Store, person: Account, hands: Hands) -> None:
    _, codes = _set_up(store, person, hands)
    for code in (codes[0], codes[1].upper(), codes[2].replace("-", " ")):
        _check(store, code)
    for code in codes[:3]:
        with pytest.raises(Invalid):
            _check(store, code)
    assert second_factor.state(store, person.actor).codes == 7


def test_new_recovery_codes_end_those_before_and_ask_for_proof(store: Store, person: Account, hands: Hands) -> None:
    _, codes = _set_up(store, person, hands)
    with pytest.raises(Unproved):
        second_factor.codes(store, replace(person.actor, proved_at=hands.time - FRESH - 1))
    fresh = second_factor.codes(store, _proved(person))
    with pytest.raises(Invalid):
        _check(store, codes[0])
    _check(store, fresh[0])


def test_wrong_codes_from_many_addresses_slow_down_the_account(store: Store, person: Account, hands: Hands) -> None:
    device, codes = _set_up(store, person, hands)
    for number in range(sign_in.FREE):
        with pytest.raises(Invalid):
            _check(store, "000000", f"198.51.100.{number}")
    for code in (device(hands.time), codes[0], "000000"):
        with pytest.raises(Throttled):
            _check(store, code, "203.0.113.9")
    hands.time += 2
    _check(store, device(hands.time), "203.0.113.9")


def test_whoever_has_the_password_alone_does_not_replace_the_device(
    store: Store, person: Account, hands: Hands
) -> None:
    _set_up(store, person, hands)
    offer = second_factor.begin(person, SECRET)
    with pytest.raises(Stale):
        second_factor.confirm(store, person, SECRET, offer.kept, _device(offer.key)(hands.time))


def test_another_device_takes_the_place_of_the_first_after_proof(store: Store, person: Account, hands: Hands) -> None:
    old, _ = _set_up(store, person, hands)
    late = replace(person.actor, proved_at=hands.time - FRESH - 1)
    with pytest.raises(Unproved):
        second_factor.another(store, late, SECRET)
    offer = second_factor.another(store, _proved(person), SECRET)
    new = _device(offer.key)
    with pytest.raises(Unproved):
        second_factor.change(store, late, SECRET, offer.kept, new(hands.time))
    second_factor.change(store, _proved(person), SECRET, offer.kept, new(hands.time))
    hands.time += STEP
    with pytest.raises(Invalid):
        _check(store, old(hands.time))
    _check(store, new(hands.time))


def test_an_administrator_takes_it_away_and_everything_of_that_account_ends(
    store: Store, person: Account, hands: Hands
) -> None:
    _, codes = _set_up(store, person, hands)
    accounts.add(store, SYSTEM, "admin@ciudad.cl", [Role.ADMINISTRATOR], password=PASSWORD)
    admin = accounts.one(store, SYSTEM, "admin@ciudad.cl")
    secret, token = sign_in.open_session(store, person, LIFETIME), accounts.make_token(store, SYSTEM, EMAIL)
    reset = partial(second_factor.reset, store)
    with pytest.raises(Unproved):
        reset(replace(admin.actor, proved_at=hands.time - FRESH - 1), EMAIL)
    with pytest.raises(Forbidden, match=r"second_factor\.own"):
        reset(_proved(admin), admin.email)
    with pytest.raises(Forbidden):
        reset(_proved(person), admin.email)
    reset(_proved(admin), EMAIL)
    assert sign_in.session(store, secret, LIFETIME) is None
    assert sign_in.token_account(store, token, demo=False) is None
    assert second_factor.state(store, person.actor) == second_factor.State(None, 0)
    with pytest.raises(Invalid):
        _check(store, codes[0])


def test_a_demo_account_has_none(store: Store) -> None:
    email, _, _ = accounts.ensure_demo(store)[0]
    with pytest.raises(Invalid, match=r"second_factor\.demo"):
        second_factor.begin(accounts.one(store, SYSTEM, email), SECRET)


def test_whoever_gets_a_role_that_asks_for_it_comes_in_anew(store: Store) -> None:
    accounts.add(store, SYSTEM, EMAIL, [Role.OPERATOR], password=PASSWORD)
    account = accounts.one(store, SYSTEM, EMAIL)
    secret, token = sign_in.open_session(store, account, LIFETIME), accounts.make_token(store, SYSTEM, EMAIL)
    accounts.set_roles(store, SYSTEM, EMAIL, [Role.OPERATOR, Role.REDACTOR])
    assert sign_in.session(store, secret, LIFETIME) is not None
    accounts.set_roles(store, SYSTEM, EMAIL, [Role.CUSTODIAN])
    assert sign_in.session(store, secret, LIFETIME) is None
    assert sign_in.token_account(store, token, demo=False) is None
