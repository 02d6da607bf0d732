"""Until when a hold is kept whatever becomes of its case: it was prolonged by somebody, or passed on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d002"
down_revision = "d001"


def upgrade() -> None:
    op.add_column("holds", sa.Column("kept_until", sa.BigInteger(), nullable=True))
    op.execute(
        """UPDATE holds SET kept_until = until WHERE released_at IS NULL AND request_id IN (
             SELECT id FROM footage_requests WHERE resolution = 'transferred' OR folio IN (
               SELECT folio FROM case_events WHERE action IN ('hold_prolonged', 'hold_reviewed')))"""
    )
