"""What a source's words mean: rules from its profile, then rules for any source, then a guard for the sensitive."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from data_access.importing.understanding.texts import plain
from domain.taxonomy import SENSITIVE_UNCLASSIFIED, UNCLASSIFIED, UNKNOWN, taxonomy

FILE = Path(__file__).parent / "labels.toml"
KINDS = ("type", "vehicle", "item", "weapon")
TERMS = {"type": "types", "vehicle": "vehicles", "item": "items", "weapon": "weapons"}
UNREAD = {"type": UNCLASSIFIED, "vehicle": UNKNOWN, "item": UNKNOWN, "weapon": UNKNOWN}
REMEMBERED = 20_000  # labels of one source; more are read again

Rule = tuple[re.Pattern[str], str]


def rules(kind: str, pairs: Iterable[Iterable[str]]) -> tuple[Rule, ...]:
    """Compile (pattern, code) pairs; raises ValueError for a code that the vocabulary does not have."""
    found = tuple((re.compile(pattern), code) for pattern, code in pairs)
    for _, code in found:
        if code not in getattr(taxonomy(), TERMS[kind]):
            raise ValueError(f"no {kind} {code!r} in the vocabulary")
    return found


@dataclass(frozen=True, slots=True)
class Common:
    """The rules for any source."""

    rules: Mapping[str, tuple[Rule, ...]]
    names: Mapping[str, Mapping[str, str]]  # kind -> code or name in any language -> code
    sensitive: re.Pattern[str]
    harmless: re.Pattern[str]


@cache
def common() -> Common:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    guard = tables["sensitive"]
    return Common(
        rules={kind: rules(kind, tables[kind]) for kind in KINDS},
        names={kind: _names(kind) for kind in KINDS},
        sensitive=re.compile("|".join(guard["words"])),
        harmless=re.compile("|".join(guard["harmless"])),
    )


def _names(kind: str) -> dict[str, str]:
    terms = getattr(taxonomy(), TERMS[kind]).values()
    return {plain(said): term.code for term in terms for said in (term.code, *term.names.values())}


def sounds_sensitive(label: str) -> bool:
    """Whether a label speaks of sexual, family or gender violence, of minors or of suicide.

    >>> [sounds_sensitive(label) for label in ("Violación", "Violación de correspondencia", "Lesiones a menor de edad")]
    [True, False, True]
    """
    said = plain(label)
    return bool(common().sensitive.search(said)) and bool(common().sensitive.search(common().harmless.sub(" ", said)))


@dataclass
class Reader:
    """Reads the labels of one source and remembers them.

    `derived` kinds are looked for inside the label of the type: only the profile's own rules read them, and finding
    nothing there is not a gap.
    """

    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()
    _known: dict[tuple[str, str], tuple[str, str | None]] = field(default_factory=dict)

    def read(self, kind: str, label: str) -> tuple[str, str | None]:
        """The code to store, and the code that a rule gave: None where none knows the label."""
        found = self._known.get((kind, label))
        if found is None:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            found = self._type(label) if kind == "type" else self._term(kind, label)
            self._known[kind, label] = found
        return found

    def _type(self, label: str) -> tuple[str, str | None]:
        code = self._ruled("type", plain(label))
        if code not in taxonomy().sensitive and sounds_sensitive(label):
            return SENSITIVE_UNCLASSIFIED, None
        return code or UNCLASSIFIED, code

    def _term(self, kind: str, label: str) -> tuple[str, str | None]:
        code = self._ruled(kind, plain(label))
        return code or UNKNOWN, code

    def _ruled(self, kind: str, said: str) -> str | None:
        ways: list[tuple[Rule, ...]] = [self.rules.get(kind, ())]
        if kind not in self.derived:
            if said in common().names[kind]:
                return common().names[kind][said]
            ways.append(common().rules[kind])
        return next((code for way in ways for pattern, code in way if pattern.search(said)), None)
