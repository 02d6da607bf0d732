"""Forms as residents fill them in, ready to be filed."""

from __future__ import annotations

from datetime import date
from secrets import token_urlsafe

from domain.footage.draft import Contact, Draft, Facts, Kind, Place
from domain.footage.when import Segment
from services.footage.filing import Filing

NOW = 1_796_137_200  # 2026-12-01, noon in Santiago


def a_draft(**values: object) -> Draft:
    told = {
        "kind": Kind.PARTY,
        "segments": (Segment(date(2026, 11, 30), NOW - 86_400, NOW - 85_200),),
        "place": Place(cameras=("C7",), corner="Gran Avenida con Departamental"),
        "contact": Contact(email="ana@example.org"),
        "facts": Facts.ROBBERY,
        "story": "Me asaltaron en la esquina",
        "name": "Ana Soto",
        "document_type": "rut",
        "document": "12345678-5",
        "notice": "2026-11",
        "undertaking": "2026-11",
    }
    return Draft(**told | values)  # type: ignore[arg-type]


def a_filing(**values: object) -> Filing:
    plain = {"draft": a_draft(), "once": token_urlsafe(16), "law": "chile", "source": "192.0.2.7"}
    return Filing(**plain | values)  # type: ignore[arg-type]
