"""Accounts and what they may do, who did what, and the long work that was asked for."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from data_access.schema.base import Key, metadata

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
    Column("totp", LargeBinary),  # encrypted; what makes the codes of the second factor
    Column("totp_counter", BigInteger),  # the half minute whose code was used last
    Column("totp_since", BigInteger),
    Column("must_change", Boolean, nullable=False, server_default=false()),  # the password is somebody else's choice
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
    Column("stage", String(10), nullable=False, server_default="full"),  # else what was given so far
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), primary_key=True),  # SHA-256; the code itself is shown once
    Column("used_at", BigInteger),
)

# By which a person comes in who is known elsewhere: the issuer's own name for them, and nothing else of what it says.
identities = Table(
    "identities",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    UniqueConstraint("user_id", "issuer"),
)

# Append only: triggers in both databases refuse to change or delete a row. A chain, too (`data_access/audit.py`).
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
    Column("previous", String(64)),  # the hash of the event before; none in events from before there was a chain
    Column("hash", String(64)),
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
