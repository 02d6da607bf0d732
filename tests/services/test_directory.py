"""The city's own directory says who somebody is: whose account that is, who may say so, and what it never says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from data_access.schema import identities
from data_access.store import Store
from domain.audit import Wanted
from domain.errors import Forbidden, Invalid, NotFound, Throttled, Unproved
from domain.identity import Identified, Provider
from domain.people import ANONYMOUS, FRESH, SYSTEM, Actor, Role
from services import accounts, audit, clock, directory, sign_in

EMAIL, OTHER, HERE = "ana@ciudad.cl", "luis@ciudad.cl", "192.0.2.1"
PASSWORD = "cuatro palabras sin nexo"
CLAIMS = {"role": "administrator", "roles": ["administrator"], "groups": ["administrator"], "email": "root@ciudad.cl"}
ANA = Identified("https://entrar.ciudad.cl", "person-7", CLAIMS)
LUIS = replace(ANA, subject="person-8")
LIFETIME = sign_in.Lifetime(idle=1800, longest=28_800)
NOWHERE = Provider("http://127.0.0.1:1", "atalaya", "a secret of both", "Directorio", "openid")


class Hands:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = 1_800_000_000

    def __call__(self) -> int:
        return self.time


@pytest.fixture(autouse=True)
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    hands = Hands()
    monkeypatch.setattr(clock, "now", hands)
    return hands


def person(store: Store, email: str = EMAIL, *roles: Role) -> Actor:
    """Somebody with an account, who has given their password just now."""
    accounts.add(store, SYSTEM, email, roles or [Role.INSPECTOR], password=PASSWORD)
    return fresh(accounts.one(store, SYSTEM, email).actor)


def fresh(actor: Actor) -> Actor:
    return replace(actor, proved_at=clock.now())


def told(store: Store, action: str) -> list[tuple[str, str, dict[str, object]]]:
    """Who did it, to what and how, newest first."""
    events, _ = audit.read(store, SYSTEM, Wanted(action=action))
    return [(event.actor, event.object, dict(event.details)) for event in events]


def test_an_identity_that_was_linked_leads_to_the_account_and_its_own_roles(store: Store) -> None:
    ana = person(store)
    directory.link(store, ana, ANA)
    account = sign_in.identified(store, ANA, HERE, demo=False)
    assert (account.email, account.roles, account.linked) == (EMAIL, {Role.INSPECTOR}, True)
    assert told(store, "identity.linked") == [(EMAIL, EMAIL, {"issuer": ANA.issuer})]
    assert told(store, "sign_in") == [(EMAIL, HERE, {"by": "identity"})]


def test_nothing_that_the_directory_says_of_somebody_is_kept_but_who_they_are(store: Store, hands: Hands) -> None:
    ana = person(store)
    directory.link(store, ana, ANA)
    with store.engine.connect() as connection:
        rows = connection.execute(select(identities)).all()
    assert rows == [(ANA.issuer, ANA.subject, ana.id, hands.time)]


@pytest.mark.parametrize(
    "whom",
    [LUIS, replace(ANA, subject="PERSON-7"), replace(ANA, subject="person-7 "), replace(ANA, issuer="https://b")],
)
def test_an_identity_leads_nowhere_unless_issuer_and_subject_are_the_same(store: Store, whom: Identified) -> None:
    directory.link(store, person(store), ANA)
    with pytest.raises(Forbidden) as refusal:
        sign_in.identified(store, whom, HERE, demo=False)
    assert refusal.value.code == "directory.unknown"


def test_an_address_among_the_claims_leads_to_no_account(store: Store) -> None:
    person(store)
    with pytest.raises(Forbidden):
        sign_in.identified(store, replace(LUIS, claims={"email": EMAIL, "email_verified": True}), HERE, demo=False)


def test_who_may_not_come_in_is_told_what_a_stranger_is_told(store: Store) -> None:
    directory.link(store, person(store), ANA)
    accounts.set_active(store, SYSTEM, EMAIL, False)
    refusals = []
    for whom in (ANA, LUIS):
        with pytest.raises(Forbidden) as refusal:
            sign_in.identified(store, whom, HERE, demo=False)
        refusals.append((refusal.value.code, refusal.value.details))
    assert refusals[0] == refusals[1] == ("directory.unknown", {})
    names = [name for name, _, _ in told(store, "sign_in.failed")]
    assert names[1] == EMAIL
    assert names[0].startswith("unknown:")
    assert LUIS.subject not in names[0]


def test_a_demo_account_is_linked_to_nobody(store: Store) -> None:
    accounts.ensure_demo(store)
    demo = fresh(accounts.one(store, SYSTEM, f"{Role.INSPECTOR}@demo.atalaya").actor)
    with pytest.raises(Invalid, match=r"directory\.demo"):
        directory.link(store, demo, ANA)
    with pytest.raises(Invalid, match=r"directory\.demo"):
        directory.ask(store, demo, NOWHERE, "")


def test_refusals_make_the_next_try_from_there_wait(store: Store, hands: Hands) -> None:
    for _ in range(sign_in.FREE):
        with pytest.raises(Forbidden):
            sign_in.identified(store, ANA, HERE, demo=False)
    with pytest.raises(Throttled):
        sign_in.identified(store, ANA, HERE, demo=False)
    with pytest.raises(Forbidden):
        sign_in.identified(store, ANA, "198.51.100.7", demo=False)
    hands.time += 2
    with pytest.raises(Forbidden):
        sign_in.identified(store, ANA, HERE, demo=False)


def test_who_must_have_a_second_factor_has_not_come_in_yet(store: Store) -> None:
    directory.link(store, person(store, EMAIL, Role.CUSTODIAN), ANA)
    account = sign_in.identified(store, ANA, HERE, demo=False)
    assert account.asks_factor
    assert told(store, "sign_in") == []
    secret = sign_in.open_session(store, account, LIFETIME, "identity")
    assert sign_in.session(store, secret, LIFETIME) is None
    waiting = sign_in.pending(store, secret)
    assert waiting is not None
    assert waiting.stage == "identity"


def test_one_identity_leads_to_one_account_and_an_account_has_one(store: Store) -> None:
    ana, luis = person(store), person(store, OTHER)
    directory.link(store, ana, ANA)
    for actor, whom in ((luis, ANA), (ana, LUIS), (ana, ANA)):
        with pytest.raises(Invalid, match=r"directory\.taken"):
            directory.link(store, actor, whom)
    assert sign_in.identified(store, ANA, HERE, demo=False).email == EMAIL
    assert len(told(store, "identity.linked")) == 1
    directory.unlink(store, ana)
    directory.link(store, luis, ANA)
    assert sign_in.identified(store, ANA, HERE, demo=False).email == OTHER


def test_a_link_that_was_taken_away_leads_nowhere(store: Store) -> None:
    ana = person(store)
    directory.link(store, ana, ANA)
    directory.unlink(store, ana)
    directory.unlink(store, ana)
    with pytest.raises(Forbidden):
        sign_in.identified(store, ANA, HERE, demo=False)
    assert told(store, "identity.unlinked") == [(EMAIL, EMAIL, {})]
    assert not accounts.own(store, ana).linked


def test_only_who_gave_their_password_a_moment_ago_links_or_unlinks(store: Store, hands: Hands) -> None:
    ana = person(store)
    directory.link(store, ana, ANA)
    hands.time += FRESH + 1
    for act in (
        lambda: directory.ask(store, ana, NOWHERE, ""),
        lambda: directory.link(store, ana, LUIS),
        lambda: directory.unlink(store, ana),
    ):
        with pytest.raises(Unproved):
            act()
    assert accounts.own(store, ana).linked


@pytest.mark.parametrize("nobody", [ANONYMOUS, SYSTEM, Actor(99, EMAIL, frozenset({Role.ADMINISTRATOR}))])
def test_nobody_links_or_unlinks_for_another(store: Store, nobody: Actor) -> None:
    directory.link(store, person(store), ANA)
    for act in (
        lambda: directory.ask(store, nobody, NOWHERE, ""),
        lambda: directory.link(store, nobody, LUIS),
        lambda: directory.unlink(store, nobody),
    ):
        with pytest.raises(Forbidden):
            act()
    assert sign_in.identified(store, ANA, HERE, demo=False).email == EMAIL


def test_an_administrator_takes_a_link_away_and_ends_what_it_opened(store: Store) -> None:
    ana, boss = person(store), person(store, OTHER, Role.ADMINISTRATOR)
    directory.link(store, ana, ANA)
    secret = sign_in.open_session(store, accounts.own(store, ana), LIFETIME)
    with pytest.raises(Forbidden):
        directory.remove(store, ana, EMAIL)
    with pytest.raises(Unproved):
        directory.remove(store, replace(boss, proved_at=0), EMAIL)
    with pytest.raises(NotFound):
        directory.remove(store, boss, "nobody@ciudad.cl")
    assert sign_in.session(store, secret, LIFETIME) is not None
    directory.remove(store, boss, EMAIL)
    assert sign_in.session(store, secret, LIFETIME) is None
    assert not accounts.one(store, boss, EMAIL).linked
    assert told(store, "identity.unlinked") == [(OTHER, EMAIL, {})]


def test_an_identity_goes_with_its_account(store: Store) -> None:
    directory.link(store, person(store), ANA)
    with store.engine.begin() as connection:
        accounts.table.remove(connection, [accounts.found(connection, EMAIL).id])
    with store.engine.connect() as connection:
        assert connection.execute(select(identities)).all() == []
