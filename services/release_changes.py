"""What is different from the release before: in words for the change log, in numbers for who approves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from data_access.releases.counting import Counts
from data_access.releases.reading import Release
from data_access.releases.tables import EVERY, Dropped, Filled, Keyed
from domain.release.parts import Told
from locales import LANGUAGES, Words, told

Compared = dict[str, dict[str, int]]


def compared(tables: Mapping[str, Filled], earlier: Mapping[str, Keyed]) -> Compared:
    """For each table how many numbers are new, gone and changed since the release before."""
    found = {}
    for name, filled in tables.items():
        now, before = filled.keyed(), earlier.get(name, {})
        shared = now.keys() & before.keys()
        changed = sum(now[codes] != before[codes] for codes in shared)
        found[name] = {"new": len(now) - len(shared), "gone": len(before) - len(shared), "changed": changed}
    return found


def told_changes(
    counts: Counts,
    previous: Release | None,
    numbers: Compared,
    joined: Sequence[Sequence[str]],
    dropped: Dropped,
    correction: bool,
) -> list[Told]:
    """The change log, a sentence in each language for every change. `joined` holds the names of zones joined."""
    said = list[Told]()
    if previous is None:
        said.append(_named("first", Words.period, first=counts.months[:1], last=counts.months[-1:]))
    else:
        said += _periods(counts, previous)
    if correction:
        said += _corrected(numbers)
    said += [_named("joined", lambda _words, name: name, zones=names) for names in joined]
    said += _left_out(dropped)
    return said


def _left_out(dropped: Dropped) -> list[Told]:
    """What is not published, of which tables and periods: numbers of one kind in one sentence."""
    periods: dict[tuple[str, str, bool], list[str]] = {}
    for one in sorted(dropped):
        periods.setdefault((one.table, one.of, one.total), []).append(one.period)
    return [
        {language: _said(Words(language), *kind, listed) for language in LANGUAGES} for kind, listed in periods.items()
    ]


def _said(words: Words, table: str, of: str, total: bool, periods: Sequence[str]) -> str:
    key = "period" if of == EVERY else "total" if total else "parts"
    name, period = words.text(f"releases.tables.{table}"), words.listed(map(words.period, periods))
    return words.text(f"releases.changes.dropped.{key}", period=period, of=words.term("family", of), table=name)


def _periods(counts: Counts, previous: Release) -> list[Told]:
    said = list[Told]()
    for name, now in (("months", counts.months), ("years", counts.years)):
        new = [period for period in now if period not in previous.manifest[name]]
        if new:
            said.append(_named(name, Words.period, **{name: new}))
    return said or [told("releases.changes.none", previous=str(previous.number))]


def _corrected(numbers: Compared) -> list[Told]:
    said: list[Told] = [
        {
            language: Words(language).text(
                "releases.changes.corrected",
                table=Words(language).text(f"releases.tables.{table}"),
                cells=number["changed"],
            )
            for language in LANGUAGES
        }
        for table, number in numbers.items()
        if number["changed"]
    ]
    return said or [told("releases.changes.recounted")]


def _named(key: str, said: Callable[[Words, str], str], **lists: Iterable[str]) -> Told:
    """A sentence with lists in it, each of whose entries a language says in its way."""
    return {language: _listed(Words(language), key, said, lists) for language in LANGUAGES}


def _listed(words: Words, key: str, said: Callable[[Words, str], str], lists: Mapping[str, Iterable[str]]) -> str:
    parts = {name: words.listed(said(words, value) for value in values) for name, values in lists.items()}
    return words.text(f"releases.changes.{key}", **parts)
