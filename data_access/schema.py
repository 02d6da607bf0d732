"""The record's tables. `migrations/` builds them; `docs/data-dictionary.md` explains every column.

Instants are whole seconds since 1970 in UTC: exact, sortable, and the same in SQLite and PostgreSQL.
"""

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
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by itself only in an INTEGER primary key.
Key = BigInteger().with_variant(Integer, "sqlite")

# Where incidents come from: one row for each profile in use. `zone` is the clock its times were written in.
sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False, unique=True),
    Column("zone", String(60), nullable=False),
    Column("synthetic", Boolean, nullable=False, default=False),
)

# One run of an importer. A row is final once its status is loaded, failed or undone.
batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False, index=True),
    Column("status", String(10), nullable=False),
    Column("files", Text, nullable=False),  # JSON: [{"name", "bytes", "sha256"}]
    Column("actor", String(255), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger),
    Column("rows", BigInteger, nullable=False, default=0),
    Column("stored", BigInteger, nullable=False, default=0),
    Column("duplicates", BigInteger, nullable=False, default=0),
    Column("updated", BigInteger, nullable=False, default=0),  # the part of the duplicates that brought a correction
    Column("rejected", BigInteger, nullable=False, default=0),
    Column("report", Text, nullable=False, default="{}"),  # JSON: what was dropped, located, unmapped
    CheckConstraint("status in ('running', 'loaded', 'failed', 'undone')", name="status"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("key", BigInteger, nullable=False),  # hash of the source's id, or of the content where it has none
    Column("external_id", String(80)),
    Column("batch_id", ForeignKey("batches.id"), nullable=False, index=True),  # the one that last wrote the row
    Column("occurred_from", BigInteger, nullable=False),
    Column("occurred_to", BigInteger),  # null: an instant
    Column("precision", String(6), nullable=False),  # minute, hour, day or month
    Column("reported_at", BigInteger),
    Column("type", String(40), nullable=False),
    Column("vehicle", String(20), nullable=False),  # the offender's mode of transport
    Column("item", String(20), nullable=False),
    Column("weapon", String(20), nullable=False),
    Column("label", String(200), nullable=False),  # the source's own words for the type
    Column("lon", Float(53)),
    Column("lat", Float(53)),
    Column("location", String(10), nullable=False),  # point, missing, withheld or outside
    Column("place", String(200)),
    Column("precinct_id", ForeignKey("areas.id")),
    Column("zone_id", ForeignKey("areas.id")),  # the finest area that holds the point
    Column("origin", String(8), nullable=False),  # formal or informal
    Column("sensitive", Boolean, nullable=False),
    UniqueConstraint("source_id", "key"),
    CheckConstraint("precision in ('minute', 'hour', 'day', 'month')", name="precision"),
    CheckConstraint("location in ('point', 'missing', 'withheld', 'outside')", name="location"),
    CheckConstraint("origin in ('formal', 'informal')", name="origin"),
    CheckConstraint("(location = 'point') = (lon is not null and lat is not null)", name="point"),
)

# What a correction replaced, so that its import can be undone.
revisions = Table(
    "incident_revisions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False, index=True),
    Column("incident_id", BigInteger, nullable=False),
    Column("before", Text, nullable=False),  # JSON: the row as it was
)

rejects = Table(
    "import_rejects",
    metadata,
    Column("id", Key, primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False, index=True),
    Column("file", String(255), nullable=False),
    Column("line", BigInteger, nullable=False),  # as a text editor or spreadsheet counts
    Column("reason", String(40), nullable=False),
    Column("detail", Text, nullable=False),  # JSON: the parts of the sentence
    Column("raw", Text, nullable=False),  # JSON: the row without its columns about persons
)

# How the source's labels were read, with counts; a null code is a label that no rule knows.
labels = Table(
    "batch_labels",
    metadata,
    Column("id", Key, primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),  # type, vehicle, item or weapon
    Column("label", String(200), nullable=False),
    Column("code", String(40)),
    Column("rows", BigInteger, nullable=False),
)

# Precincts and finer areas. An area named by a source and not drawn by anyone has no geometry.
areas = Table(
    "areas",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(80), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("level", String(10), nullable=False),  # precinct or zone
    Column("parent_id", ForeignKey("areas.id")),
    Column("population", Integer),
    Column("population_year", Integer),
    Column("origin", String(120), nullable=False),  # the file or source it came from
    Column("synthetic", Boolean, nullable=False, default=False),  # belongs to the demo
    Column("geometry", LargeBinary),  # WKB, WGS 84
    CheckConstraint("level in ('precinct', 'zone')", name="level"),
)

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", String(255), nullable=False, unique=True),
    Column("name", String(120), nullable=False, default=""),
    Column("password", String(255)),
    Column("active", Boolean, nullable=False, default=True),
    Column("demo", Boolean, nullable=False, default=False),
    Column("language", String(5), nullable=False, default="es"),
    Column("fs_uniquifier", String(64), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
)

user_roles = Table(
    "user_roles",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(30), primary_key=True),
)

user_precincts = Table(
    "user_precincts",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", ForeignKey("areas.id", ondelete="CASCADE"), primary_key=True),
)

tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256; the token itself is shown once
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

# Who is signed in. The row goes when they sign out, change the password, are deactivated or stay away too long.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of what the cookie holds
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),  # written once a minute at most
)

# Append only: triggers in both databases refuse to change or delete a row.
audit = Table(
    "audit_events",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("actor_id", Integer),
    Column("actor", String(255), nullable=False),
    Column("action", String(40), nullable=False),
    Column("object", String(200), nullable=False, default=""),
    Column("details", Text, nullable=False, default="{}"),
)

# Long work: asked for in a page, done by `atalaya work`.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("status", String(10), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("actor_id", Integer, nullable=False),
    Column("arguments", Text, nullable=False),  # JSON
    Column("done", BigInteger, nullable=False, default=0),
    Column("total", BigInteger),
    Column("step", String(60), nullable=False, default=""),
    Column("cancel", Boolean, nullable=False, default=False),
    Column("result", Text),  # JSON
    Column("created_at", BigInteger, nullable=False),
    Column("beat_at", BigInteger),
    Column("finished_at", BigInteger),
    CheckConstraint("status in ('waiting', 'running', 'done', 'failed', 'cancelled')", name="status"),
)

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

Index("ix_incidents_occurred", incidents.c.occurred_from)
# Whether a precinct holds incidents of a source is asked for every map.
Index(None, incidents.c.precinct_id, incidents.c.source_id)
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
