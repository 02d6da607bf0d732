"""Who may do what, written out; a change of the table has to be made here too."""

from __future__ import annotations

import pytest

from domain.errors import Forbidden
from domain.people import (
    ANONYMOUS,
    OWN_PRECINCTS_ONLY,
    PERMISSIONS,
    SYSTEM,
    Account,
    Actor,
    Permission,
    Role,
    may,
    require,
)

READING = """
                      explore rows sensitive import imports_read areas adoption surveys forecast forecast_run
inspector             yes     yes  -         -      -            -     yes      yes      yes      -
analyst               yes     yes  yes       yes    yes          yes   yes      yes      yes      yes
commander             yes     yes  -         -      -            -     yes      yes      yes      -
operator              yes     -    -         -      -            -     yes      yes      -        -
evidence_custodian    -       -    -         -      -            -     -        yes      -        -
redactor              -       -    -         -      -            -     -        -      -        -
approver              -       -    -         -      -            -     -        -      -        -
transparency_officer  yes     -    -         -      yes          -     yes      yes      yes      -
auditor               -       -    -         -      yes          -     yes      yes      yes      -
administrator         -       -    -         -      -            -     -        yes      -        -
"""
KEEPING = """
                      tables releases_read releases publish registers accounts audit  review
inspector             -      -             -        -       -         -        -      -
analyst               yes    yes           yes      -       yes       -        -      -
commander             -      -             -        -       -         -        -      -
operator              -      -             -        -       -         -        -      -
evidence_custodian    -      -             -        -       -         -        -      -
redactor              -      -             -        -       -         -        -      -
approver              -      -             -        -       -         -        -      -
transparency_officer  -      yes           -        yes     yes       -        -      -
auditor               -      -             -        -       -         -        yes    yes
administrator         -      -             -        -       -         yes      yes    -
"""
FOOTAGE = """
                      cases delicate identity intake legal custody redact approve deliver
inspector             -     -        -        -      -     -       -      -       -
analyst               -     -        -        -      -     -       -      -       -
commander             -     -        -        -      -     -       -      -       -
operator              yes   -        yes      yes    -     -       -      -       yes
evidence_custodian    yes   yes      -        -      -     yes     -      -       -
redactor              yes   -        -        -      -     -       yes    -       -
approver              yes   yes      -        -      -     -       -      yes     -
transparency_officer  yes   yes      yes      -      yes   -       -      -       -
auditor               yes   yes      -        -      -     -       -      -       -
administrator         -     -        -        -      -     -       -      -       -
"""


def cells(matrix: str) -> list[tuple[str, str, bool]]:
    head, *lines = [line.split() for line in matrix.strip().splitlines()]
    return [(line[0], name.upper(), word == "yes") for line in lines for name, word in zip(head, line[1:], strict=True)]


CELLS = cells(READING) + cells(KEEPING) + cells(FOOTAGE)


def person(*roles: Role, own: tuple[str, ...] = ()) -> Actor:
    return Actor(7, "a@b.cl", frozenset(roles), frozenset(own))


def test_the_matrix_names_every_role_and_permission() -> None:
    named = [(role, permission) for role, permission, _ in CELLS]
    assert sorted(named) == sorted((role, name) for role in Role for name in Permission.__members__)


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


def test_the_portal_itself_sees_every_precinct_and_leaves_cases_and_publishing_to_people() -> None:
    people_alone = {one for one in Permission if one.startswith("footage.")} - {Permission.CASES, Permission.DELICATE}
    assert SYSTEM.permissions == frozenset(Permission) - people_alone - {Permission.PUBLISH}
    assert SYSTEM.precincts is None


@pytest.mark.parametrize("role", Role)
def test_nobody_holds_in_one_role_what_two_people_must_do(role: Role) -> None:
    held = PERMISSIONS[role]
    assert len(held & {Permission.CUSTODY, Permission.REDACT, Permission.APPROVE}) <= 1
    assert not {Permission.RELEASES, Permission.PUBLISH} <= held


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INSPECTOR, Role.COMMANDER, Role.ANALYST])
def test_who_administers_or_explores_sees_no_case(role: Role) -> None:
    assert not {one for one in PERMISSIONS[role] if one.startswith("footage.")}


def test_who_may_know_who_asks() -> None:
    assert {role for role in Role if Permission.IDENTITY in PERMISSIONS[role]} == {Role.OPERATOR, Role.TRANSPARENCY}


def test_an_account_acts_with_its_roles_and_precincts() -> None:
    account = Account(3, "a@b.cl", "A", True, False, "es", 0, frozenset({Role.COMMANDER}), frozenset({"sur"}))
    assert account.actor == Actor(3, "a@b.cl", frozenset({Role.COMMANDER}), frozenset({"sur"}))
