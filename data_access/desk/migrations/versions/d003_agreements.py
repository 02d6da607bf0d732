"""The register of agreements by which footage and data are shared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d003"
down_revision = "d002"


def upgrade() -> None:
    op.create_table(
        "sharing_agreements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_agreements")),
    )
    op.create_index(op.f("ix_sharing_agreements_code"), "sharing_agreements", ["code"])
