"""The texts of a release in both languages: how it was made, what its columns mean, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data_access.releases.files import Files
from domain.release.lattice import BASE, CLOSED_DAYS, RESIDENTS
from domain.release.parts import Part
from locales import LANGUAGES, Words

SECTIONS = ("what", "lattice", "rounding", "sensitive", "zones", "audit", "limits", "licence")


def texts(manifest: Mapping[str, Any], parts: Sequence[Part]) -> Files:
    """Method, dictionary and change log as Markdown in each language."""
    made = Files()
    for language in LANGUAGES:
        words = Words(language)
        made[f"method.{language}.md"] = _method(words, manifest).encode()
        made[f"dictionary.{language}.md"] = _dictionary(words, parts).encode()
        made[f"changes.{language}.md"] = _changes(words, manifest).encode()
    return made


def _method(words: Words, manifest: Mapping[str, Any]) -> str:
    known = {"base": BASE, "days": CLOSED_DAYS, "residents": RESIDENTS, "first": manifest["first"]}
    known |= {"last": manifest["last"], "place": manifest["title"][words.language]}
    lines = [f"# {words.text('releases.method.title', **known)}"]
    if manifest["synthetic"]:
        lines.append(f"**{words.text('releases.synthetic')}**")
    for section in SECTIONS:
        lines.append(f"## {words.text(f'releases.method.{section}.title')}")
        lines.append(words.text(f"releases.method.{section}.text", **known))
    return "\n\n".join(lines) + "\n"


def _dictionary(words: Words, parts: Sequence[Part]) -> str:
    lines = [f"# {words.text('releases.dictionary.title')}"]
    for part in parts:
        lines += [f"## {part.name}.csv", part.title[words.language]]
        lines.append("\n".join(f"- `{column.name}`: {column.told[words.language]}" for column in part.columns))
        lines += [part.notes[words.language]] if part.notes else []
    return "\n\n".join(lines) + "\n"


def _changes(words: Words, manifest: Mapping[str, Any]) -> str:
    title = words.text("releases.changes.title", number=str(manifest["number"]))
    said = [f"- {change[words.language]}" for change in manifest["changes"]]
    return "\n".join([f"# {title}", "", *said]) + "\n"
