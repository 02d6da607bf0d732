"""Single incidents of the record, by the ids that the index found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from data_access.schema import areas, incidents, sources
from domain.exploration import Incident

AT_ONCE = 5_000  # ids in one statement; both databases take more, planners slow down


def by_ids(connection: Connection, ids: Sequence[int]) -> list[Incident]:
    """The incidents in the order of their ids; ids that are gone since are left out."""
    found: dict[int, Incident] = {}
    columns = incidents.c
    query = (
        select(incidents, areas.c.code.label("precinct"), sources.c.name.label("source"), sources.c.zone)
        .join(sources, sources.c.id == columns.source_id)
        .join(areas, areas.c.id == columns.precinct_id, isouter=True)
    )
    names = Incident.__dataclass_fields__
    for at in range(0, len(ids), AT_ONCE):
        part = [int(number) for number in ids[at : at + AT_ONCE]]
        for row in connection.execute(query.where(columns.id.in_(part))).mappings():
            found[row["id"]] = Incident(**{name: row[name] for name in names})
    return [found[number] for number in ids if number in found]
