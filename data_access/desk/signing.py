"""Signatures of the desk, Ed25519 (RFC 8032): what leaves can be shown to be the desk's, by anyone, at any time.

The key comes by HKDF out of ATALAYA_SIGNING_KEY, which staff's process alone is told: what the public reaches can add
to the desk and sign nothing. Every signature carries its public key, which is known while the key it came from is kept.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import Forbidden

PURPOSE = b"atalaya desk sign"


@dataclass(frozen=True, slots=True)
class Signature:
    """Both in base64."""

    signature: str
    public: str


def sign(keys: tuple[str, ...], text: bytes) -> Signature:
    """The signature of a text by the first key that signs. Raises Forbidden where this process has none."""
    if not keys:
        raise Forbidden("forbidden")
    private = _private(keys[0])
    return Signature(_text(private.sign(text)), _text(private.public_key().public_bytes_raw()))


def publics(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The public key of each of the desk's keys, in base64; the first is the one that signs."""
    return tuple(_text(_private(key).public_key().public_bytes_raw()) for key in keys)


def holds(keys: tuple[str, ...], text: bytes, made: Signature) -> bool:
    """Whether a text was signed by this desk."""
    try:
        raw = base64.b64decode(made.public, validate=True)
        known = raw in {_private(key).public_key().public_bytes_raw() for key in keys}
        Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(made.signature, validate=True), text)
    except (InvalidSignature, ValueError):
        return False
    return known


def _private(key: str) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
