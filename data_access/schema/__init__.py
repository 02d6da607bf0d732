"""The record's tables. `migrations/` builds them; `docs/data-dictionary.md` explains every column."""

from data_access.schema.base import metadata
from data_access.schema.forecast import forecast_log, forecasts, scores
from data_access.schema.incidents import areas, batches, incidents, labels, rejects, revisions, sources
from data_access.schema.people import (
    audit,
    identities,
    jobs,
    recovery_codes,
    sessions,
    tokens,
    user_precincts,
    user_roles,
    users,
)
from data_access.schema.told import closings, deliveries, estimates, goals, populations, registrations, releases

__all__ = [
    "areas",
    "audit",
    "batches",
    "closings",
    "deliveries",
    "estimates",
    "forecast_log",
    "forecasts",
    "goals",
    "identities",
    "incidents",
    "jobs",
    "labels",
    "metadata",
    "populations",
    "recovery_codes",
    "registrations",
    "rejects",
    "releases",
    "revisions",
    "scores",
    "sessions",
    "sources",
    "tokens",
    "user_precincts",
    "user_roles",
    "users",
]
