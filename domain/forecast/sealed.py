"""What is forecast, and a forecast once it is sealed: it can be superseded in everybody's sight, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from domain.errors import Invalid
from domain.forecast.models import MAIN, Model
from domain.taxonomy import taxonomy

CELL = 250  # metres
CELLS = (100, 150, 200, 250, 300, 400, 500, 1000)
JOIN = "+"
LONGEST = 200  # characters of all codes of a target, as the record keeps them


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """Types or families that are forecast together, in cells of `cell` metres."""

    codes: tuple[str, ...]
    cell: int = CELL

    @classmethod
    def of(cls, codes: Iterable[str], cell: int = CELL) -> Target:
        """The target of some codes; raises Invalid for one that is unknown or that victims do not report.

        What patrols discover says where patrols go: a forecast fed with it sends them there again (Lum and Isaac
        2016, Ensign et al. 2018). Sensitive types have no place on any map.
        """
        chosen = tuple(sorted(set(codes)))
        if not chosen:
            raise Invalid("forecast.no_target")
        if cell not in CELLS:
            raise Invalid("forecast.cell", cell=cell, cells=", ".join(str(size) for size in CELLS))
        words = taxonomy()
        for code in chosen:
            if not words.expand(code):
                raise Invalid("forecast.unknown_type", type=code, near=", ".join(_near(code)))
            if not words.expand(code) <= words.victim_reported:
                raise Invalid("forecast.not_victim_reported", type=code)
        if len(JOIN.join(chosen)) > LONGEST:
            raise Invalid("forecast.long_target", most=LONGEST)
        return cls(chosen, cell)

    @classmethod
    def parse(cls, code: str, cell: int = CELL) -> Target:
        """The target that `code` names, as in an address; raises Invalid."""
        return cls.of([part for part in code.split(JOIN) if part], cell)

    @property
    def code(self) -> str:
        return JOIN.join(self.codes)

    @property
    def types(self) -> frozenset[str]:
        return frozenset().union(*(taxonomy().expand(code) for code in self.codes))


def _near(code: str) -> list[str]:
    """The codes that may have been meant, by code or by name in any language; without any, the families."""
    words = taxonomy()
    terms = [term for term in (*words.families.values(), *words.types.values()) if not term.sensitive]
    called = {name.casefold(): term.code for term in terms for name in (term.code, *term.names.values())}
    wanted = code.casefold()
    inside = [name for name in called if wanted in name] if len(wanted) > 2 else []
    close = get_close_matches(wanted, called, n=5, cutoff=0.5)
    return list(dict.fromkeys(called[name] for name in (*inside, *close)))[:6] or sorted(words.families)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A forecast's seal: everything but the content itself.

    `week` is its Monday and `begins_at` the instant when that begins on the place's clock; `sha256` covers the
    content, and `seal` covers all of this and the seal before it, so that no forecast can be taken out or slipped in.
    """

    id: int
    target: Target
    week: date
    begins_at: int
    made_at: int
    snapshot: str
    version: str
    seed: int
    parameters: Mapping[str, object]
    sha256: str
    previous: str
    seal: str
    actor: str
    synthetic: bool

    @property
    def late(self) -> bool:
        """Made when its week had begun: no forecast, and never scored as one."""
        return self.made_at >= self.begins_at


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log: what happened to a target's main model, who did it and why."""

    at: int
    actor: str
    action: str  # demoted, restored, off or on
    month: str  # that decided it, YYYY-MM; empty where a person did
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Who leads for a target: the main model, or the best baseline while that is off or demoted."""

    leader: Model
    off: bool
    demoted: bool
    log: tuple[Entry, ...]  # newest first

    @property
    def main_leads(self) -> bool:
        return self.leader is MAIN
