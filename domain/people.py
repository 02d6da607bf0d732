"""Who may do what: one table from role to permissions, and the one question every service asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Forbidden, Unproved


class Permission(StrEnum):
    EXPLORE = "incidents.explore"  # counts, map, series
    ROWS = "incidents.rows"  # single incidents, and so exports of them
    SENSITIVE = "incidents.sensitive"  # sexual, family and gender violence, minors
    IMPORT = "imports.manage"
    IMPORTS_READ = "imports.read"  # reports of past imports, never their rows
    AREAS = "areas.manage"
    ADOPTION = "adoption.read"  # where every precinct stands; details of those that one may see
    FORECAST = "forecast.read"  # where risk is expected, and how good forecasts were
    FORECAST_RUN = "forecast.run"  # make a forecast, switch the model off and on
    SURVEYS = "surveys.read"  # dark figure, perception
    TABLES = "tables.manage"  # deliver registrations, populations, goals and surveys; close a month
    RELEASES_READ = "releases.read"  # drafts, and what the audit found
    RELEASES = "releases.build"  # build what is published
    PUBLISH = "releases.approve"  # approve what another person built
    REGISTERS = "registers.manage"  # cameras, algorithms
    CASES = "footage.cases"  # the queue and cases, without who asks
    DELICATE = "footage.delicate"  # cases of violence in the family, of gender or sexual, that one is not in charge of
    IDENTITY = "footage.identity"  # who asks; each view with its purpose
    INTAKE = "footage.intake"
    LEGAL = "footage.legal"
    CUSTODY = "footage.custody"
    REDACT = "footage.redact"
    APPROVE = "footage.approve"
    DELIVER = "footage.deliver"
    ACCOUNTS = "accounts.manage"
    AUDIT = "audit.read"
    REVIEW = "views.review"  # whether views of who asks were in order


class Role(StrEnum):
    INSPECTOR = "inspector"
    ANALYST = "analyst"
    COMMANDER = "commander"
    OPERATOR = "operator"
    CUSTODIAN = "evidence_custodian"
    REDACTOR = "redactor"
    APPROVER = "approver"
    TRANSPARENCY = "transparency_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


P = Permission

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.INSPECTOR: frozenset({P.EXPLORE, P.ROWS, P.FORECAST, P.ADOPTION, P.SURVEYS}),
    Role.ANALYST: frozenset(
        {P.EXPLORE, P.ROWS, P.SENSITIVE, P.IMPORT, P.IMPORTS_READ, P.AREAS, P.ADOPTION, P.SURVEYS, P.TABLES}
        | {P.RELEASES_READ, P.RELEASES, P.REGISTERS, P.FORECAST, P.FORECAST_RUN}
    ),
    Role.COMMANDER: frozenset({P.EXPLORE, P.ROWS, P.FORECAST, P.ADOPTION, P.SURVEYS}),
    Role.OPERATOR: frozenset({P.EXPLORE, P.ADOPTION, P.SURVEYS, P.CASES, P.IDENTITY, P.INTAKE, P.DELIVER}),
    Role.CUSTODIAN: frozenset({P.SURVEYS, P.CASES, P.DELICATE, P.CUSTODY}),
    Role.REDACTOR: frozenset({P.CASES, P.REDACT}),
    Role.APPROVER: frozenset({P.CASES, P.DELICATE, P.APPROVE}),
    Role.TRANSPARENCY: frozenset(
        {P.EXPLORE, P.IMPORTS_READ, P.ADOPTION, P.SURVEYS, P.RELEASES_READ, P.PUBLISH, P.REGISTERS, P.CASES}
        | {P.DELICATE, P.IDENTITY, P.LEGAL, P.FORECAST}
    ),
    Role.AUDITOR: frozenset(
        {P.AUDIT, P.REVIEW, P.IMPORTS_READ, P.FORECAST, P.ADOPTION, P.SURVEYS, P.CASES, P.DELICATE}
    ),
    Role.ADMINISTRATOR: frozenset({P.ACCOUNTS, P.AUDIT, P.SURVEYS}),
}

# What no administrator of accounts may hold beside: single incidents, and anything of a case.
CASE_DATA = frozenset({P.ROWS} | {one for one in P if one.startswith("footage.")})
# Whoever holds one of these comes in with a second factor.
OBLIGED = frozenset({P.CUSTODY, P.LEGAL, P.APPROVE, P.ACCOUNTS})
# Whoever holds one of these is signed out sooner when nothing is done: footage, who asks for it, who may come in.
EVIDENCE = frozenset({P.CUSTODY, P.REDACT, P.APPROVE, P.LEGAL, P.IDENTITY, P.ACCOUNTS})

FRESH = 600  # seconds that giving the password counts for what cannot be taken back
# Roles that see only the precincts written on their account; with none written they see none.
OWN_PRECINCTS_ONLY = frozenset({Role.COMMANDER})


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request, read from the server's session or a token, never from the request's body."""

    id: int
    email: str
    roles: frozenset[Role]
    own_precincts: frozenset[str] = frozenset()
    proved_at: int = 0  # when they last showed who they are, in seconds since 1970; a token gives none

    @property
    def permissions(self) -> frozenset[Permission]:
        return frozenset().union(*(PERMISSIONS[role] for role in self.roles))

    @property
    def precincts(self) -> frozenset[str] | None:
        """The precincts this person may see; None means all of them."""
        exploring = {role for role in self.roles if P.EXPLORE in PERMISSIONS[role]}
        if exploring and exploring <= OWN_PRECINCTS_ONLY:
            return self.own_precincts
        return None

    def sees(self, precinct: str) -> bool:
        """Whether a precinct's details are open to this person."""
        return self.precincts is None or precinct in self.precincts


ANONYMOUS = Actor(id=0, email="", roles=frozenset())
# It reads the queue of cases; who asks, and what becomes of a case, is for people.
SYSTEM = Actor(id=0, email="system", roles=frozenset({Role.ANALYST, Role.ADMINISTRATOR, Role.AUDITOR}))


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the actor holds the permission in any of their roles."""
    return permission in actor.permissions


def require(actor: Actor, permission: Permission) -> None:
    """Refuse, by raising Forbidden, unless the actor holds the permission."""
    if not may(actor, permission):
        raise Forbidden("signed_out" if actor is ANONYMOUS else "forbidden", permission=str(permission))


def apart(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles among these that somebody who administers accounts must leave to others."""
    administers = any(P.ACCOUNTS in PERMISSIONS[role] for role in roles)
    return frozenset(role for role in roles if PERMISSIONS[role] & CASE_DATA) if administers else frozenset()


def require_fresh(actor: Actor, now: int) -> None:
    """Refuse, by raising Unproved, who gave their password too long ago for what cannot be taken back."""
    if now - actor.proved_at > FRESH:
        raise Unproved("sign_in.again", minutes=FRESH // 60)


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account as those who administer it see it; no secret is in it."""

    id: int
    email: str
    name: str
    active: bool
    demo: bool
    language: str
    created_at: int
    roles: frozenset[Role]
    precincts: frozenset[str]  # codes
    factor_since: int | None = None  # when a second factor was set up
    must_change: bool = False  # the password was made by somebody else
    linked: bool = False  # an identity of another house leads here

    @property
    def asks_factor(self) -> bool:
        """Whether the password alone lets nobody in. The demo's accounts are for everybody to try."""
        return not self.demo and (self.factor_since is not None or bool(self.actor.permissions & OBLIGED))

    @property
    def actor(self) -> Actor:
        return Actor(id=self.id, email=self.email, roles=self.roles, own_precincts=self.precincts)


@dataclass(frozen=True, slots=True)
class Token:
    """When a token for the JSON addresses was made and ends; the token itself is shown once and kept nowhere."""

    id: int
    created_at: int
    expires_at: int
    revoked_at: int | None
