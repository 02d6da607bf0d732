"""Who may do what, written out; a change of the table has to be made here too."""

from __future__ import annotations

import pytest

from domain.errors import Forbidden
from domain.people import ANONYMOUS, OWN_PRECINCTS_ONLY, SYSTEM, Account, Actor, Permission, Role, may, require

MATRIX = """
                      explore rows sensitive import imports_read areas adoption surveys tables accounts audit
inspector             yes     yes  -         -      -            -     yes      yes     -      -        -
analyst               yes     yes  yes       yes    yes          yes   yes      yes     yes    -        -
commander             yes     yes  -         -      -            -     yes      yes     -      -        -
operator              yes     -    -         -      -            -     yes      yes     -      -        -
evidence_custodian    -       -    -         -      -            -     -        yes     -      -        -
transparency_officer  yes     -    -         -      yes          -     yes      yes     -      -        -
auditor               -       -    -         -      yes          -     yes      yes     -      -        yes
administrator         -       -    -         -      -            -     -        yes     -      yes      yes
"""
HEAD, *LINES = [line.split() for line in MATRIX.strip().splitlines()]
CELLS = [(line[0], name.upper(), word == "yes") for line in LINES for name, word in zip(HEAD, line[1:], strict=True)]


def person(*roles: Role, own: tuple[str, ...] = ()) -> Actor:
    return Actor(7, "a@b.cl", frozenset(roles), frozenset(own))


def test_the_matrix_names_every_role_and_permission() -> None:
    assert {line[0] for line in LINES} == set(Role)
    assert {name.upper() for name in HEAD} == set(Permission.__members__)


@pytest.mark.parametrize(("role", "permission", "permitted"), CELLS)
def test_a_role_may_do_what_the_matrix_says_and_no_more(role: str, permission: str, permitted: bool) -> None:
    actor, wanted = person(Role(role)), Permission[permission]
    assert may(actor, wanted) is permitted
    if permitted:
        require(actor, wanted)
    else:
        with pytest.raises(Forbidden) as refused:
            require(actor, wanted)
        assert (refused.value.code, refused.value.status) == ("forbidden", 403)


@pytest.mark.parametrize("permission", Permission)
def test_someone_who_is_not_signed_in_may_do_nothing(permission: Permission) -> None:
    with pytest.raises(Forbidden) as refused:
        require(ANONYMOUS, permission)
    assert refused.value.code == "signed_out"
    assert not may(person(), permission)


def test_roles_add_up() -> None:
    both = person(Role.OPERATOR, Role.AUDITOR)
    assert both.permissions == person(Role.OPERATOR).permissions | person(Role.AUDITOR).permissions


@pytest.mark.parametrize(
    ("roles", "seen"),
    [
        ((Role.COMMANDER,), frozenset({"norte"})),
        ((Role.COMMANDER, Role.AUDITOR), frozenset({"norte"})),
        ((Role.COMMANDER, Role.ADMINISTRATOR), frozenset({"norte"})),
        ((Role.COMMANDER, Role.ANALYST), None),
        ((Role.COMMANDER, Role.OPERATOR), None),
        ((Role.INSPECTOR,), None),
    ],
)
def test_only_who_explores_as_commander_alone_is_held_to_the_own_precincts(roles: tuple, seen: object) -> None:
    assert person(*roles, own=("norte",)).precincts == seen


def test_a_commander_without_precincts_sees_none() -> None:
    assert person(Role.COMMANDER).precincts == frozenset()
    assert {Role.COMMANDER} == OWN_PRECINCTS_ONLY


def test_the_portal_itself_may_do_everything_everywhere() -> None:
    assert SYSTEM.permissions == frozenset(Permission)
    assert SYSTEM.precincts is None


def test_an_account_acts_with_its_roles_and_precincts() -> None:
    account = Account(3, "a@b.cl", "A", True, False, "es", 0, frozenset({Role.COMMANDER}), frozenset({"sur"}))
    assert account.actor == Actor(3, "a@b.cl", frozenset({Role.COMMANDER}), frozenset({"sur"}))
