"""The page of open data: what may be downloaded, what is in it, what changed; and the same for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import html

from components import public_parts as parts
from domain.release.shown import Edition, Row
from locales import Words

ARCHIVE = "release.zip"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
EUROPE = "http://publications.europa.eu/resource/authority"  # its lists of frequencies and themes
TEXTS = ("dictionary", "method", "changes")


def page(editions: Sequence[Edition], titles: Mapping[str, str], words: Words) -> list[Any]:
    """The newest release with its parts, and the older ones. `titles` are those of the tables by name."""
    newest, *older = editions
    return [
        *parts.head("data", words),
        _whole(newest, words),
        html.H2(words.text("public.data.parts")),
        _parts(newest, titles, words),
        html.H2(words.text("public.data.understand")),
        html.Ul([_text(newest, name, words) for name in TEXTS]),
        html.P(words.text("public.data.limits"), className="note"),
        html.H2(words.text("public.data.changes")),
        html.Ul([html.Li(told[words.language]) for told in newest.changes]),
        *_older(older, words),
        html.H2(words.text("public.data.programs")),
        html.P([words.text("public.data.programs_told"), " ", html.Code("/api/v1/public/releases")]),
    ]


def address(edition: Edition, name: str) -> str:
    return f"/data/{edition.number}/{name}"


def _issued(edition: Edition, words: Words) -> str:
    return words.day(date.fromisoformat(edition.issued))


def _whole(edition: Edition, words: Words) -> html.Div:
    """The ZIP of everything, and the hash that says whether it is the one that was published."""
    known = {"className": "button", "download": f"{edition.name}-{edition.number:04d}.zip"}
    get = html.A(words.text("public.data.archive"), href=address(edition, ARCHIVE), **known)
    told = [
        html.H2(edition.title[words.language]),
        html.P(edition.description[words.language]),
        html.P(
            words.text(
                "public.data.covers",
                first=words.period(edition.months[0]),
                last=words.period(edition.months[-1]),
                issued=_issued(edition, words),
            ),
            className="quiet",
        ),
        html.P(get),
        html.P([words.text("public.data.hash"), " ", html.Code(edition.sha256, className="hash")], className="quiet"),
    ]
    return html.Div(told, className="card")


def _parts(edition: Edition, titles: Mapping[str, str], words: Words) -> Any:
    heads = [(words.text("public.data.told"), False), (words.text("public.data.size"), True)]
    shown = [file for file in edition.files if file["path"].endswith((".csv", ".geojson"))]
    outlines = {name: words.text(f"public.data.{name}") for name in ("precincts", "zones")}
    named = {**outlines, **titles}
    lines = [
        (
            [
                html.A(named.get(file["path"].partition(".")[0], file["path"]), href=address(edition, file["path"])),
                html.Small(file["path"], className="said"),
            ],
            words.text("public.data.kilobytes", size=max(1, round(file["bytes"] / 1000))),
        )
        for file in shown
    ]
    return parts.table(words.text("public.data.table"), heads, lines)


def _text(edition: Edition, name: str, words: Words) -> html.Li:
    path = f"{name}.{words.language}.md"
    return html.Li([html.A(words.text(f"public.data.{name}"), href=address(edition, path))])


def _older(older: Sequence[Edition], words: Words) -> list[Any]:
    if not older:
        return []
    lines = [
        html.Li(
            [
                html.A(edition.title[words.language], href=address(edition, ARCHIVE)),
                f", {_issued(edition, words)}. ",
                " ".join(told[words.language] for told in edition.changes),
            ]
        )
        for edition in older
    ]
    return [html.H2(words.text("public.data.older")), html.Ul(lines)]


def catalogue(edition: Edition, root: str, contact: str, words: Words) -> dict[str, Any]:
    """The release as DCAT 3 in JSON-LD (w3.org/TR/vocab-dcat-3), for those who collect catalogues; `contact` is an
    e-mail address or empty."""
    spoken = words.language
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "spdx": "http://spdx.org/rdf/terms#",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
        },
        "@type": "dcat:Dataset",
        "@id": f"{root}data/{edition.number}",
        "dct:title": {"@value": edition.title[spoken], "@language": spoken},
        "dct:description": {"@value": edition.description[spoken], "@language": spoken},
        "dct:identifier": str(edition.number),
        "dct:issued": edition.issued,
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": edition.city},
        "dct:spatial": {"@type": "dct:Location", "dct:title": edition.city},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": edition.months[0],
            "dcat:endDate": edition.months[-1],
        },
        "dct:license": {"@id": LICENCE},
        "dct:accrualPeriodicity": {"@id": f"{EUROPE}/frequency/IRREG"},  # a person builds each release
        "dcat:theme": [{"@id": f"{EUROPE}/data-theme/{theme}"} for theme in ("JUST", "GOVE")],
        **_contact(contact, edition.city),
        "dct:provenance": words.text("public.data.provenance"),
        "dcat:distribution": [_distribution(edition, file, root) for file in edition.files],
    }


def _contact(address: str, city: str) -> dict[str, Any]:
    if not address:
        return {}
    reached = {"@id": f"mailto:{address}"}
    return {"dcat:contactPoint": {"@type": "vcard:Organization", "vcard:fn": city, "vcard:hasEmail": reached}}


def _distribution(edition: Edition, file: Row, root: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": file["path"],
        "dcat:accessURL": {"@id": root + address(edition, file["path"])[1:]},
        "dct:license": {"@id": LICENCE},
        "dcat:mediaType": file["media"],
        "dcat:byteSize": file["bytes"],
        "spdx:checksum": {"spdx:algorithm": "sha256", "spdx:checksumValue": file["sha256"]},
    }
