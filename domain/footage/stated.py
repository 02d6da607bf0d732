"""What a provider's claims say of who asks for footage: a name, and a document where it is a good one.

The general shape is that of OpenID Connect Core 1.0, 5.1. ClaveÚnica, the identity of Chile's State, gives a name in
parts and the RUN as {"numero": 12345678, "DV": "5", "tipo": "RUN"}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.footage.draft import Stated
from domain.footage.reading import NAME, clean
from domain.identity import Identified, Provider

RUT = "rut"  # the form's word for it


def stated(
    provider: Provider, found: Identified, at: int, documents: Mapping[str, Callable[[str], str | None]]
) -> Stated:
    """Who somebody is, as far as it can be read; `documents` are the checks of those that the place knows."""
    number = _run(found.claims.get("RolUnico"))
    known = (documents[RUT](number) if number and RUT in documents else None) or ""
    return Stated(
        provider=provider.name,
        issuer=found.issuer,
        subject=found.subject,
        at=at,
        name=_name(found.claims),
        document_type=RUT if known else "",
        document=known,
    )


def _name(claims: Mapping[str, Any]) -> str:
    """The name on one line; empty where it is none that the form would take."""
    told = claims.get("name")
    if isinstance(told, Mapping):
        parts = [part for key in ("nombres", "apellidos") for part in _texts(told.get(key))]
    else:
        parts = _texts(told) or [part for key in ("given_name", "family_name") for part in _texts(claims.get(key))]
    shortest, longest = NAME
    name = " ".join(clean(" ".join(parts)).split())
    return name if shortest <= len(name) <= longest else ""


def _texts(told: Any) -> list[str]:
    listed = told if isinstance(told, list) else [told]
    return [one for one in listed if isinstance(one, str)]


def _run(told: Any) -> str:
    if not isinstance(told, Mapping) or told.get("tipo") != "RUN":
        return ""
    number, check = told.get("numero"), told.get("DV")
    return f"{number}-{check}" if isinstance(number, int | str) and isinstance(check, int | str) else ""
