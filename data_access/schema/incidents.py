"""Incidents, where they come from, what became of the rows that brought them, and the areas they lie in."""

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
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data_access.schema.base import Key, metadata

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

Index("ix_incidents_occurred", incidents.c.occurred_from)

# Whether a precinct holds incidents of a source is asked for every map.
Index(None, incidents.c.precinct_id, incidents.c.source_id)
