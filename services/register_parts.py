"""What a release tells of cameras, algorithms and their use: four tables, with each column said in both languages."""

from __future__ import annotations

from sqlalchemy import Connection

from data_access.demo.record import is_real
from data_access.desk import panel
from data_access.desk import registers as kept
from domain.registers import published
from domain.registers.agreements import FIELDS as AGREED
from domain.registers.algorithms import FIELDS as SAID
from domain.registers.algorithms import PLACES
from domain.registers.cameras import FIELDS
from domain.registers.fields import Field
from domain.registers.fields import Kind as Of
from domain.release.parts import Column, Kind, Part
from locales import LANGUAGES, told

KINDS = {Of.WHOLE: Kind.NUMBER, Of.NUMBER: Kind.NUMBER, Of.SHARE: Kind.NUMBER, Of.CHOICE: Kind.CODE, Of.YES: Kind.CODE}
STATE = {"version": Kind.NUMBER, "updated": Kind.TEXT, "synthetic": Kind.CODE}
PANEL = {"month": Kind.PERIOD, "measure": Kind.CODE, "part": Kind.CODE, "count": Kind.COUNT, "value": Kind.NUMBER}


def parts(record: Connection, desk: Connection, zone: str, now: int) -> tuple[Part, Part, Part, Part]:
    """The parts `cameras`, `algorithms`, `sharing_agreements` and `use` as they would be published at an instant.

    `record` holds the audit log, `desk` the registers; `zone` is the city's, whose months the panel counts. Beside
    real incidents nothing that the demo invented is published.
    """
    real = is_real(record)
    cameras = published.cameras(kept.cameras(desk, real=real))
    algorithms = published.algorithms(kept.algorithms(desk, real=real))
    agreed = published.agreements(kept.agreements(desk, real=real))
    use = panel.use(record, desk, zone, now, real)
    return (
        _part("cameras", cameras, {one.name: one for one in FIELDS}, "camera"),
        _part("algorithms", algorithms, {one.name: one for one in SAID + PLACES}, "algorithm"),
        _part("sharing_agreements", agreed, {one.name: one for one in AGREED}, "agreement"),
        Part(
            "use", told("registers.parts.use"), tuple(map(_panel, use.columns)), use.rows, told("registers.notes.use")
        ),
    )


def _part(name: str, table: published.Table, fields: dict[str, Field], subject: str) -> Part:
    columns = tuple(_column(column, fields, subject) for column in table.columns)
    return Part(name, told(f"registers.parts.{name}"), columns, table.rows, told(f"registers.notes.{name}"))


def _column(column: str, fields: dict[str, Field], subject: str) -> Column:
    """A column and what it holds; what is said in both languages has a column for each, which says so."""
    stem, _, language = column.rpartition("_")
    if column not in fields and language in LANGUAGES and stem in fields:
        both = {said: f"{text} ({language})" for said, text in told(f"registers.{subject}.{stem}").items()}
        return Column(column, Kind.TEXT, both)
    kind = KINDS.get(fields[column].kind, Kind.TEXT) if column in fields else STATE.get(column, Kind.CODE)
    return Column(column, kind, told(f"registers.{subject}.{column}"))


def _panel(column: str) -> Column:
    return Column(column, PANEL.get(column, Kind.CODE), told(f"registers.panel.{column}"))
