"""What is sealed opens with any of the keys, as what it is, and not otherwise."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.desk import sealing
from data_access.desk.sealing import Seal, read_file, write_file
from domain.errors import Stale

OLD, NEW = "the key of last year", "the key of this year"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_a_value_comes_back_as_it_went_in(value: object) -> None:
    seal = Seal((NEW,))
    assert seal.unseal("request", seal.seal("request", value)) == value


def test_nothing_of_the_value_can_be_read_and_no_two_are_alike() -> None:
    seal = Seal((NEW,))
    first, second = seal.seal("request", "Ana Soto"), seal.seal("request", "Ana Soto")
    assert b"Ana" not in first
    assert first != second


def test_a_value_opens_only_as_what_it_is_of() -> None:
    seal = Seal((NEW,))
    with pytest.raises(Stale, match=r"desk\.sealed"):
        seal.unseal("request 2", seal.seal("request 1", "Ana Soto"))


def test_a_changed_byte_is_noticed() -> None:
    seal = Seal((NEW,))
    sealed = seal.seal("request", "Ana Soto")
    with pytest.raises(Stale, match=r"desk\.sealed"):
        seal.unseal("request", sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:])


def test_every_key_decrypts_and_the_first_encrypts() -> None:
    before, both, after = Seal((OLD,)), Seal((NEW, OLD)), Seal((NEW,))
    sealed = before.seal("request", "Ana Soto")
    assert both.unseal("request", sealed) == "Ana Soto"
    with pytest.raises(Stale):
        after.unseal("request", sealed)
    assert after.unseal("request", both.renewed(sealed)) == "Ana Soto"
    assert after.unseal("request", both.seal("request", 1)) == 1


def test_a_keyed_hash_is_found_with_the_former_key_and_not_without_a_key() -> None:
    before, both = Seal((OLD,)), Seal((NEW, OLD))
    assert before.hashed("document", "12345678-5") in both.hashes("document", "12345678-5")
    assert both.hashed("document", "12345678-5") != before.hashed("document", "12345678-5")
    assert both.hashed("once", "12345678-5") != both.hashed("document", "12345678-5")


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 16, 40])
def test_a_file_comes_back_as_it_went_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(sealing, "CHUNK", 8)
    plain = bytes(range(size))
    key, digest, count = write_file(BytesIO(plain), tmp_path / "file")
    assert b"".join(read_file(tmp_path / "file", key)) == plain
    assert (digest, count) == (sealing.sha256(plain).hexdigest(), size)
    assert size < 7 or plain not in (tmp_path / "file").read_bytes()


@pytest.mark.parametrize("broken", ["cut", "empty", "swapped", "longer"])
def test_a_file_that_was_touched_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    monkeypatch.setattr(sealing, "CHUNK", 8)
    key, _, _ = write_file(BytesIO(bytes(24)), tmp_path / "file")
    whole = (tmp_path / "file").read_bytes()
    touched = {
        "cut": whole[:-24],
        "empty": b"",
        "swapped": whole[24:48] + whole[:24] + whole[48:],
        "longer": whole + whole[-24:],
    }
    (tmp_path / "file").write_bytes(touched[broken])
    with pytest.raises(Stale, match=r"desk\.file"):
        list(read_file(tmp_path / "file", key))
