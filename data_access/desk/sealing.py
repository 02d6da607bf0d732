"""What tells who somebody is, encrypted; and keyed hashes, to find it again without reading it.

Values are Fernet tokens (AES-128-CBC, HMAC-SHA-256) of the `cryptography` library: the first key encrypts, every key
decrypts, so that a key can be changed while the desk works. Files have a key of their own, kept in a sealed value, and
are written in chunks of AES-256-GCM, so that a long recording never lies in memory whole.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import Stale

CHUNK = 1 << 20  # bytes of a file that are encrypted at once
TAG = 16


class Seal:
    """The desk's keys at work."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys

    @cached_property
    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, b"seal"))) for key in self._keys])

    @cached_property
    def _hashing(self) -> tuple[bytes, ...]:
        return tuple(_derived(key, b"find") for key in self._keys)

    def seal(self, of: str, value: Any) -> bytes:
        """JSON, encrypted; it opens only as what it is `of`, so that nobody can move it to another row."""
        return self._fernet.encrypt(_canonical([of, value]))

    def unseal(self, of: str, sealed: bytes) -> Any:
        """The value again. Raises Stale("desk.sealed") where no key fits, or where it is of something else."""
        try:
            found, value = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise Stale("desk.sealed") from error
        if found != of:
            raise Stale("desk.sealed")
        return value

    def renewed(self, sealed: bytes) -> bytes:
        """The same, encrypted with the first key. Raises Stale("desk.sealed")."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken as error:
            raise Stale("desk.sealed") from error

    def hashes(self, of: str, value: str) -> tuple[str, ...]:
        """Keyed hashes of a value, one for each key: what was written before a change of keys is found too."""
        text = _canonical([of, value])
        return tuple(hmac.new(key, text, sha256).hexdigest() for key in self._hashing)

    def hashed(self, of: str, value: str) -> str:
        """The keyed hash that is written."""
        return self.hashes(of, value)[0]


def _derived(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"atalaya desk " + purpose).derive(key.encode())


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def write_file(plain: BinaryIO, target: Path) -> tuple[str, str, int]:
    """Encrypt a file with a new key; the key (base64), SHA-256 of the plain bytes and their number."""
    key, digest, count = AESGCM.generate_key(256), sha256(), 0
    cipher = AESGCM(key)
    with target.open("xb") as file:
        chunk, number = plain.read(CHUNK), 0
        while True:
            after = plain.read(CHUNK)
            digest.update(chunk)
            count += len(chunk)
            file.write(cipher.encrypt(_nonce(number), chunk, b"more" if after else b"last"))
            if not after:
                return base64.b64encode(key).decode(), digest.hexdigest(), count
            chunk, number = after, number + 1


def read_file(path: Path, key: str) -> Iterator[bytes]:
    """The plain bytes. Raises Stale("desk.file") where a byte was changed, moved or cut off."""
    cipher, number = AESGCM(base64.b64decode(key)), 0
    with path.open("rb") as file:
        chunk = file.read(CHUNK + TAG)
        while chunk:
            after = file.read(CHUNK + TAG)
            try:
                yield cipher.decrypt(_nonce(number), chunk, b"more" if after else b"last")
            except InvalidTag as error:
                raise Stale("desk.file") from error
            chunk, number = after, number + 1
    if not number:
        raise Stale("desk.file")


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")  # never twice: the key is of this file alone
