"""Releases: what was built to be published, and who agreed to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SAME = ("number", "synthetic", "sha256", "built_by", "built_at", "log")
CHANGED = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in SAME)
SQLITE = (
    f"""CREATE TRIGGER releases_update BEFORE UPDATE ON releases
        WHEN OLD.status <> 'draft' OR {CHANGED}
        BEGIN SELECT RAISE(ABORT, 'releases are final'); END""",
    """CREATE TRIGGER releases_delete BEFORE DELETE ON releases
       WHEN NOT OLD.synthetic
       BEGIN SELECT RAISE(ABORT, 'releases are final'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above.
    """CREATE TRIGGER releases_replace BEFORE INSERT ON releases
       WHEN EXISTS (SELECT 1 FROM releases WHERE number = NEW.number)
       BEGIN SELECT RAISE(ABORT, 'releases are final'); END""",
)
# The demo's own releases go with the demo.
POSTGRESQL = (
    f"""CREATE TRIGGER releases_update BEFORE UPDATE ON releases
        FOR EACH ROW WHEN (OLD.status <> 'draft' OR {CHANGED}) EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER releases_truncate BEFORE TRUNCATE ON releases
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER releases_delete BEFORE DELETE ON releases
       FOR EACH ROW WHEN (NOT OLD.synthetic) EXECUTE FUNCTION refuse_change()""",
)


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("built_by", sa.String(length=255), nullable=False),
        sa.Column("built_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=255), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.CheckConstraint("status in ('draft', 'approved', 'rejected')", name=op.f("ck_releases_status")),
        sa.CheckConstraint("(status = 'draft') = (decided_by is null)", name=op.f("ck_releases_decided")),
        sa.CheckConstraint("decided_by is null or decided_by <> built_by", name=op.f("ck_releases_two_persons")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_releases")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
