"""What is joined or left out where numbers could be worked out, until the audit passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analytics.disclosure import Worlds
from data_access.releases.auditing import Earlier, Found, Outside, Tell, audited
from data_access.releases.counting import Counts
from data_access.releases.ground import Ground, joined
from data_access.releases.tables import EVERY, Filled, Group, Keyed, filled, group, recalled
from domain.errors import Invalid

JOINS = 2  # times that zones are joined before numbers are left out
ZONES = "zone_year_family"
YEARLY = (ZONES, "year_family_band")


@dataclass(frozen=True)
class Draft:
    """Tables that the audit lets pass, and what it took: zones joined, by name, and groups of numbers left out."""

    counts: Counts
    ground: Ground
    tables: Mapping[str, Filled]
    found: Found
    joined: tuple[tuple[str, ...], ...] = ()
    dropped: frozenset[Group] = field(default=frozenset())


def passing(
    counts: Counts,
    ground: Ground,
    before: Mapping[str, Keyed],
    earlier: tuple[Ground, Mapping[str, Keyed]] | None = None,
    outside: Sequence[Outside] = (),
    tell: Tell = lambda years: None,
) -> Draft:
    """The release nearest to the whole lattice that passes the audit.

    After zones are joined all is audited again. Leaving numbers out needs no second audit: with fewer numbers told,
    every world that there was is still one, and no range is narrower.

    `before` holds what stays as an earlier release told it; its zones then stay too. `earlier` is a release that is
    being corrected, with the zones that it had. Raises Invalid where nothing that passes is left, and Unsolved.
    """
    first, worlds = ground, dict[str, Worlds]()
    for turn in range(JOINS + 1):
        tables = filled(counts, ground, before)
        known = earlier and Earlier(recalled(tables, earlier[1], _zones(earlier[0])), earlier[0])
        found = audited(counts, ground, tables, known or None, outside, tell, worlds)
        failing = {open.codes[1] for open in found.open if open.table == ZONES}
        may_join = turn < JOINS and not before
        wider = joined(ground, failing & set(_zones(ground))) if may_join else ground
        if wider == ground:
            break
        ground = wider
    dropped = _left_out(found, before)
    tables = filled(counts, ground, before, dropped)
    left = [open for open in found.open if open.codes in tables[open.table].keyed()]
    if left:  # told before: what gave way for them must have been enough
        left = list(audited(counts, ground, tables, known or None, outside, tell, worlds).open)
    if left:
        raise Invalid("release.unsafe", cells=len(left))
    return Draft(counts, ground, tables, replace(found, open=()), _joined(first, ground), dropped)


def _zones(ground: Ground) -> tuple[str, ...]:
    return tuple(zone.code for zone in ground.published)


def _left_out(found: Found, before: Mapping[str, Keyed]) -> frozenset[Group]:
    """The groups of numbers that fail and cannot be helped by joining zones. What was told already cannot be taken
    back: there the new tables of its year give way."""
    out = set[Group]()
    for open in found.open:
        if open.codes in before.get(open.table, {}):
            out |= {Group(table, open.codes[0][:4], EVERY) for table in YEARLY}
        else:
            out.add(group(open.table, open.codes))
    return frozenset(out)


def _joined(first: Ground, last: Ground) -> tuple[tuple[str, ...], ...]:
    """The names of the zones that were joined beyond what the minimum of residents asked for."""
    of = {code: zone.code for zone in last.published for code in zone.members}
    parts = dict[str, list[str]]()
    for zone in first.published:
        parts.setdefault(of.get(zone.members[0], ""), []).append(zone.name)
    return tuple(tuple(names) for names in parts.values() if len(names) > 1)
