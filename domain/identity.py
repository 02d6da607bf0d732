"""Who somebody is, as another house says that knows them: what is asked of it and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Provider:
    """A house that knows people: the city's directory, or the identity that a state gives its residents."""

    issuer: str
    client: str  # as which it knows this portal
    secret: str = field(repr=False)
    name: str  # as people know it
    scope: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser keeps until its owner comes back from the provider, and nobody else knows."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identified:
    """Whom the provider knows: its own name for them, never used again for another, and what it says of them."""

    issuer: str
    subject: str
    claims: Mapping[str, Any]
