"""Forecasts: sealed before their week, scored after it, and the log of who leads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = {
    "forecasts": "id = NEW.id OR (previous = NEW.previous AND synthetic = NEW.synthetic)",
    "forecast_scores": "id = NEW.id OR (forecast_id = NEW.forecast_id AND sha256 = NEW.sha256)",
    "forecast_log": "id = NEW.id",
}


def _sqlite(table: str, same: str) -> tuple[str, ...]:
    twin = f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608 (names of this file)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
    return (
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} WHEN NOT OLD.synthetic {refuse}",
        # INSERT OR REPLACE deletes without asking the trigger above.
        f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN EXISTS ({twin}) {refuse}",
    )


def _postgresql(table: str) -> tuple[str, ...]:
    refuse = "EXECUTE FUNCTION refuse_change()"
    return (
        f"CREATE TRIGGER {table}_change BEFORE UPDATE ON {table} FOR EACH STATEMENT {refuse}",
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
        # The demo's own rows go with the demo.
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} FOR EACH ROW WHEN (NOT OLD.synthetic) {refuse}",
    )


def upgrade() -> None:
    _forecasts()
    _scores()
    _log()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, same in TABLES.items():
        for statement in _sqlite(table, same) if on_sqlite else _postgresql(table):
            op.execute(statement)


def _forecasts() -> None:
    op.create_table(
        "forecasts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.String(length=12), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("cell > 0", name=op.f("ck_forecasts_cell")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecasts")),
        sa.UniqueConstraint("synthetic", "previous", name=op.f("uq_forecasts_synthetic_previous")),
    )
    op.create_index(op.f("ix_forecasts_target_cell_week"), "forecasts", ["target", "cell", "week"])


def _scores() -> None:
    op.create_table(
        "forecast_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("forecast_id", sa.Integer(), nullable=False),
        sa.Column("scored_at", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.String(length=12), nullable=False),
        sa.Column("observed", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scores", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["forecast_id"], ["forecasts.id"], name=op.f("fk_forecast_scores_forecast_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_scores")),
        sa.UniqueConstraint("forecast_id", "sha256", name=op.f("uq_forecast_scores_forecast_id_sha256")),
    )


def _log() -> None:
    op.create_table(
        "forecast_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("action in ('demoted', 'restored', 'off', 'on')", name=op.f("ck_forecast_log_action")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_log")),
    )
    op.create_index(op.f("ix_forecast_log_target_cell"), "forecast_log", ["target", "cell"])
