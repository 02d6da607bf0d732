"""Tables that people deliver, adoption's closed months and what surveys estimate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CLOSINGS_SQLITE = (
    """CREATE TRIGGER adoption_closings_update BEFORE UPDATE ON adoption_closings
       BEGIN SELECT RAISE(ABORT, 'adoption_closings is append only'); END""",
    """CREATE TRIGGER adoption_closings_delete BEFORE DELETE ON adoption_closings
       WHEN NOT OLD.synthetic
       BEGIN SELECT RAISE(ABORT, 'adoption_closings is append only'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above.
    """CREATE TRIGGER adoption_closings_replace BEFORE INSERT ON adoption_closings
       WHEN EXISTS (SELECT 1 FROM adoption_closings
                    WHERE id = NEW.id OR (month = NEW.month AND synthetic = NEW.synthetic))
       BEGIN SELECT RAISE(ABORT, 'adoption_closings is append only'); END""",
)
# The demo's own closings go with the demo.
CLOSINGS_POSTGRESQL = (
    """CREATE TRIGGER adoption_closings_change BEFORE UPDATE ON adoption_closings
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER adoption_closings_truncate BEFORE TRUNCATE ON adoption_closings
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER adoption_closings_delete BEFORE DELETE ON adoption_closings
       FOR EACH ROW WHEN (NOT OLD.synthetic) EXECUTE FUNCTION refuse_change()""",
)


def upgrade() -> None:
    _deliveries()
    _registrations()
    _populations()
    _goals()
    _estimates()
    _closings()


def _of_delivery(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    return (
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f(f"fk_{table}_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _of_area(table: str, nullable: bool) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f(f"fk_{table}_area_id"))
    return sa.Column("area_id", sa.Integer(), nullable=nullable), key


def _index(table: str) -> None:
    op.create_index(op.f(f"ix_{table}_delivery_id"), table, ["delivery_id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind in ('registrations', 'populations', 'goals', 'survey')", name=op.f("ck_deliveries_kind")
        ),
        sa.CheckConstraint("status in ('stored', 'refused', 'withdrawn')", name=op.f("ck_deliveries_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )


def _registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", KEY, nullable=False),
        *_of_delivery("registrations"),
        *_of_area("registrations", nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("counting", sa.String(length=10), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("measure in ('addresses', 'reports')", name=op.f("ck_registrations_measure")),
        sa.CheckConstraint("counting in ('cumulative', 'increment')", name=op.f("ck_registrations_counting")),
        sa.CheckConstraint("count >= 0", name=op.f("ck_registrations_count")),
    )
    _index("registrations")
    op.create_index(op.f("ix_registrations_area_id_measure_day"), "registrations", ["area_id", "measure", "day"])


def _populations() -> None:
    op.create_table(
        "populations",
        sa.Column("id", sa.Integer(), nullable=False),
        *_of_delivery("populations"),
        *_of_area("populations", nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_populations_people")),
    )
    _index("populations")


def _goals() -> None:
    op.create_table(
        "goals",
        sa.Column("id", sa.Integer(), nullable=False),
        *_of_delivery("goals"),
        *_of_area("goals", nullable=True),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("share", sa.String(length=20), nullable=False),
        sa.Column("baseline", sa.String(length=20), nullable=True),
        sa.Column("rounding", sa.String(length=10), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=True),
        sa.Column("due", sa.Integer(), nullable=True),
        sa.Column("population_source", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint("measure in ('connected', 'dark_figure')", name=op.f("ck_goals_measure")),
        sa.CheckConstraint("rounding in ('ceiling', 'half_up', 'half_even', 'floor')", name=op.f("ck_goals_rounding")),
    )
    _index("goals")


def _estimates() -> None:
    op.create_table(
        "survey_estimates",
        sa.Column("id", sa.Integer(), nullable=False),
        *_of_delivery("survey_estimates"),
        *_of_area("survey_estimates", nullable=True),
        sa.Column("survey", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("share", sa.Float(precision=53), nullable=True),
        sa.Column("low", sa.Float(precision=53), nullable=True),
        sa.Column("high", sa.Float(precision=53), nullable=True),
        sa.Column("level", sa.Float(precision=53), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.Column("design", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "topic in ('reported', 'victim', 'feeling', 'incivility')", name=op.f("ck_survey_estimates_topic")
        ),
        sa.CheckConstraint("unit in ('household', 'person', 'event')", name=op.f("ck_survey_estimates_unit")),
        sa.CheckConstraint("design in ('probability', 'gathered')", name=op.f("ck_survey_estimates_design")),
    )
    _index("survey_estimates")


def _closings() -> None:
    op.create_table(
        "adoption_closings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_closings")),
        sa.UniqueConstraint("month", "synthetic", name=op.f("uq_adoption_closings_month_synthetic")),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in CLOSINGS_SQLITE if on_sqlite else CLOSINGS_POSTGRESQL:
        op.execute(statement)
