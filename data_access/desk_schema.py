"""The desk's own database: requests for footage, their events, holds and evidence, cameras, what waits to be sent.

It holds no incident and no account, so that the process that serves the public may open it and nothing else.
Instants are whole seconds since 1970 in UTC. What tells who somebody is lies in `sealed` columns, encrypted.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data_access.schema import metadata as record

metadata = MetaData(naming_convention=record.naming_convention)
Key = BigInteger().with_variant(Integer, "sqlite")

# The public register: a row for each version of a camera's entry; the newest counts.
cameras = Table(
    "cameras",
    metadata,
    Column("id", Key, primary_key=True),
    Column("code", String(40), nullable=False, index=True),  # public and random
    Column("at", BigInteger, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("lon", Float(53)),
    Column("lat", Float(53)),
    Column("active", Boolean, nullable=False),
    Column("retention_days", Integer),
    Column("entry", Text, nullable=False),  # JSON: the register's fields
    Column("synthetic", Boolean, nullable=False, default=False),
)

algorithms = Table(
    "algorithms",
    metadata,
    Column("id", Key, primary_key=True),
    Column("code", String(40), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("entry", Text, nullable=False),  # JSON, in both languages
    Column("synthetic", Boolean, nullable=False, default=False),
)

# By which footage and data are shared with other bodies; "agreements" are those to the ending of a case.
sharing = Table(
    "sharing_agreements",
    metadata,
    Column("id", Key, primary_key=True),
    Column("code", String(40), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("entry", Text, nullable=False),  # JSON: the register's fields
    Column("synthetic", Boolean, nullable=False, default=False),
)

requests = Table(
    "footage_requests",
    metadata,
    Column("id", Key, primary_key=True),
    Column("folio", String(20), nullable=False, unique=True),  # public and random, never in sequence
    Column("secret", String(64), nullable=False),  # SHA-256 of the tracking code
    Column("version", Integer, nullable=False, default=1),  # against two people moving one case
    Column("status", String(20), nullable=False, index=True),
    Column("resolution", String(20)),
    Column("kind", String(20), nullable=False),
    Column("tracks", String(40), nullable=False),  # comma separated
    Column("jurisdiction", String(40), nullable=False),
    Column("channel", String(20), nullable=False),  # web, counter, phone, e-mail, letter or import
    Column("language", String(5), nullable=False),
    Column("received_at", BigInteger, nullable=False, index=True),
    Column("due_at", BigInteger),  # end of the legal day, kept for the queue's order; moves with extensions
    Column("segments", Text, nullable=False),  # JSON: [[from, to]] in seconds
    Column("place", Text, nullable=False),  # JSON: point, corner or cameras
    Column("delivery", String(20), nullable=False),
    Column("needs", Text, nullable=False, default=""),  # what the requester needs to be able to take part
    Column("sealed", LargeBinary),  # encrypted JSON: who, how to reach them, what happened; null once deleted
    Column("document", String(64), index=True),  # keyed hash, to find a person's open requests without reading them
    Column("officer", String(255)),
    Column("sensitive", Boolean, nullable=False, default=False),
    Column("extended", Boolean, nullable=False, default=False),
    Column("conflict", Boolean, nullable=False, default=False),
    Column("closed_at", BigInteger),
    Column("once", String(64), unique=True),  # keyed hash of the form's own number: a double click files once
    Column("synthetic", Boolean, nullable=False, default=False),
)

# One chain over all cases: each event holds the hash of the one before. Append only, whatever becomes of the case.
events = Table(
    "case_events",
    metadata,
    Column("id", Key, primary_key=True),
    Column("folio", String(20), nullable=False, default="", index=True),  # empty: of no one case
    Column("at", BigInteger, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("action", String(30), nullable=False),
    Column("before", String(20)),
    Column("after", String(20)),
    Column("details", Text, nullable=False, default="{}"),  # JSON; nothing about who asks, no free text
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

# What was written in free words: questions, answers, grounds. Apart from the chain, so that it can be deleted.
texts = Table(
    "case_texts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("request_id", ForeignKey("footage_requests.id"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # encrypted JSON: the words
)

holds = Table(
    "holds",
    metadata,
    Column("id", Key, primary_key=True),
    Column("request_id", ForeignKey("footage_requests.id"), nullable=False, index=True),
    Column("camera", String(40), nullable=False, default=""),  # code; empty: whichever sees the place
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("kept_until", BigInteger),  # no move of the case holds it less long: somebody prolonged it, or passed it on
    Column("placed_at", BigInteger, nullable=False),
    Column("confirm_by", BigInteger, nullable=False),  # sooner where the camera will soon overwrite it
    Column("confirmed_at", BigInteger),
    Column("confirmed_by", String(255)),
    Column("reference", String(120)),  # of the video system
    Column("sha256", String(64)),
    Column("released_at", BigInteger),
)

# Encrypted files under the desk's home; the name on disk says nothing.
evidence = Table(
    "evidence",
    metadata,
    Column("id", String(40), primary_key=True),  # random
    Column("request_id", ForeignKey("footage_requests.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),  # upload, photo, master or redacted
    Column("parent", String(40)),  # what a redacted file was made from
    Column("sha256", String(64), nullable=False),  # of the plain bytes
    Column("bytes", BigInteger, nullable=False),
    Column("media", String(60), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # encrypted JSON: its name, its own key
    Column("actor", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("delete_after", BigInteger),
    Column("destroyed_at", BigInteger),
)

# Links that open one file a few times for a few days.
grants = Table(
    "grants",
    metadata,
    Column("id", Key, primary_key=True),
    Column("evidence_id", ForeignKey("evidence.id"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("until", BigInteger, nullable=False),
    Column("left", Integer, nullable=False),
)

# What another person must still agree to.
agreements = Table(
    "agreements",
    metadata,
    Column("id", Key, primary_key=True),
    Column("request_id", ForeignKey("footage_requests.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),  # of the case as it was agreed to
    Column("resolution", String(20), nullable=False),
    Column("actor", String(255), nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("request_id", "version", "resolution", "actor"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key, primary_key=True),
    Column("request_id", ForeignKey("footage_requests.id"), index=True),
    Column("template", String(40), nullable=False),
    Column("language", String(5), nullable=False),
    Column("sealed", LargeBinary),  # encrypted JSON: to whom, subject, text; null once deleted
    Column("status", String(10), nullable=False),  # waiting, sent, failed or kept (to be handed over in person)
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
)

# How often something was tried, by a keyed hash of who tried it.
tries = Table(
    "tries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", String(64), nullable=False, index=True),
    Column("at", BigInteger, nullable=False, index=True),
)
