"""What people deliver or publish: registrations, populations, goals, estimates, closed months, releases."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data_access.schema.base import Key, metadata

# One table that somebody delivered, taken whole or refused whole. What it holds are facts: none is ever changed, a
# later one counts in its place, and a withdrawn delivery's count no more.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("status", String(10), nullable=False),
    Column("file", String(255), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("known", Integer, nullable=False),  # rows that say what the record said already
    Column("problems", Text, nullable=False, default="[]"),  # JSON: the first of what was wrong, row by row
    Column("synthetic", Boolean, nullable=False, default=False),
    CheckConstraint("kind in ('registrations', 'populations', 'goals', 'survey')", name="kind"),
    CheckConstraint("status in ('stored', 'refused', 'withdrawn')", name="status"),
)

registrations = Table(
    "registrations",
    metadata,
    Column("id", Key, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("area_id", ForeignKey("areas.id"), nullable=False),
    Column("day", Integer, nullable=False),  # days since 1970-01-01
    Column("measure", String(10), nullable=False),  # addresses or reports
    Column("counting", String(10), nullable=False),  # cumulative: all until that day; increment: the new ones
    Column("count", BigInteger),  # null: known to be missing
    CheckConstraint("measure in ('addresses', 'reports')", name="measure"),
    CheckConstraint("counting in ('cumulative', 'increment')", name="counting"),
    CheckConstraint("count >= 0", name="count"),
)

populations = Table(
    "populations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("area_id", ForeignKey("areas.id")),  # null: the whole territory
    Column("people", Integer, nullable=False),
    Column("year", Integer),
    Column("source", String(200), nullable=False),
    CheckConstraint("people > 0", name="people"),
)

goals = Table(
    "goals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("measure", String(20), nullable=False),  # connected or dark_figure
    Column("area_id", ForeignKey("areas.id")),  # null: every precinct without a goal of its own
    Column("share", String(20), nullable=False),  # a decimal number, exact
    Column("baseline", String(20)),  # where it started, for goals that say so
    Column("rounding", String(10), nullable=False),
    Column("starts", Integer),  # days since 1970-01-01
    Column("due", Integer),
    Column("population_source", String(200), nullable=False, default=""),
    Column("source", String(200), nullable=False),
    CheckConstraint("measure in ('connected', 'dark_figure')", name="measure"),
    CheckConstraint("rounding in ('ceiling', 'half_up', 'half_even', 'floor')", name="rounding"),
)

# Shares that a survey estimates; nobody's own answers are kept.
estimates = Table(
    "survey_estimates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False, index=True),
    Column("survey", String(120), nullable=False),
    Column("year", Integer, nullable=False),
    Column("topic", String(20), nullable=False),
    Column("item", String(60), nullable=False),
    Column("area_id", ForeignKey("areas.id")),
    Column("place", String(120), nullable=False),
    Column("unit", String(10), nullable=False),
    Column("share", Float(53)),  # null: not estimable
    Column("low", Float(53)),
    Column("high", Float(53)),
    Column("level", Float(53), nullable=False),
    Column("answers", Integer),
    Column("design", String(12), nullable=False),
    CheckConstraint("topic in ('reported', 'victim', 'feeling', 'incivility')", name="topic"),
    CheckConstraint("unit in ('household', 'person', 'event')", name="unit"),
    CheckConstraint("design in ('probability', 'gathered')", name="design"),
)

# What adoption was when a month was closed. Append only, like the audit log.
closings = Table(
    "adoption_closings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("month", String(7), nullable=False),  # YYYY-MM
    Column("synthetic", Boolean, nullable=False),
    Column("closed_at", BigInteger, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("content", Text, nullable=False),  # JSON, as it was hashed
    Column("sha256", String(64), nullable=False),
    UniqueConstraint("month", "synthetic"),
)

# The series of a precinct, and the last word on each of its days.
Index(None, registrations.c.area_id, registrations.c.measure, registrations.c.day)

# What was built to be published, and who agreed to it. A row that is decided is final.
releases = Table(
    "releases",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("status", String(10), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("sha256", String(64), nullable=False),  # of the manifest, which holds those of all files
    Column("built_by", String(255), nullable=False),
    Column("built_at", BigInteger, nullable=False),
    Column("decided_by", String(255)),
    Column("decided_at", BigInteger),
    Column("reason", String(500), nullable=False, default=""),  # why it was rejected
    Column("log", Text, nullable=False),  # JSON: what the audit found, what was joined or left out, what changed
    CheckConstraint("status in ('draft', 'approved', 'rejected')", name="status"),
    CheckConstraint("(status = 'draft') = (decided_by is null)", name="decided"),
    CheckConstraint("decided_by is null or decided_by <> built_by", name="two_persons"),
)
