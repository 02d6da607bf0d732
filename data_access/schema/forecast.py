"""Sealed forecasts, how good they were, and who leads. All three are append only; the demo's go with the demo."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data_access.schema.base import metadata

forecasts = Table(
    "forecasts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("target", String(200), nullable=False),  # codes of types or families, joined by +
    Column("cell", Integer, nullable=False),  # metres
    Column("week", Integer, nullable=False),  # its Monday, days since 1970-01-01
    Column("begins_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),  # not before begins_at: late
    Column("snapshot", String(12), nullable=False),  # of the incident index: the version of the data
    Column("version", String(40), nullable=False),  # of the code
    Column("seed", Integer, nullable=False),
    Column("parameters", Text, nullable=False),  # JSON
    Column("content", LargeBinary, nullable=False),  # compressed
    Column("sha256", String(64), nullable=False),  # of the content, not compressed
    Column("previous", String(64), nullable=False),  # the seal before; empty for the first
    Column("seal", String(64), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    UniqueConstraint("synthetic", "previous"),
    CheckConstraint("cell > 0", name="cell"),
)
Index(None, forecasts.c.target, forecasts.c.cell, forecasts.c.week)

# What a week brought, as the record held it when the week was scored; scored again where that changed.
scores = Table(
    "forecast_scores",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("forecast_id", ForeignKey("forecasts.id"), nullable=False),
    Column("scored_at", BigInteger, nullable=False),
    Column("snapshot", String(12), nullable=False),
    Column("observed", Text, nullable=False),  # JSON: [[cell, incidents], ...], and those outside every cell
    Column("sha256", String(64), nullable=False),  # of all this and the score before
    Column("scores", Text, nullable=False),  # JSON: by model
    Column("synthetic", Boolean, nullable=False),
    UniqueConstraint("forecast_id", "sha256"),
)

forecast_log = Table(
    "forecast_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("target", String(200), nullable=False),
    Column("cell", Integer, nullable=False),
    Column("action", String(10), nullable=False),
    Column("month", String(7), nullable=False, default=""),  # that decided it, YYYY-MM
    Column("reason", String(500), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    CheckConstraint("action in ('demoted', 'restored', 'off', 'on')", name="action"),
)
Index(None, forecast_log.c.target, forecast_log.c.cell)
