"""Which passwords are guessed first, and how a long list of leaked ones is asked."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha1
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.passwords import COMMON, common
from config.settings import BadSettings, Settings
from data_access import breached
from domain.errors import Invalid
from services import passwords


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "contraseña2026", "qwertyuiop12", "Passw0rd2026!", "P@$$w0rd.2026", "CONTRASENA 2026"),
        *(
            "ｐａｓｓｗｏｒｄ１２３４",
            "holaholahola2",
            "abcabcabcabc",
            "012345678901",
            "98765432109876",
            "1q2w3e4r5t6y",
        ),
        *("asdfghjklñ12", "poiuytrewq2026", "Seguridad-2026", "abril2026mayo", "Seguridad-2026", "teamo.teamo.x"),
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid, match=r"password\.easy"):
        passwords.check(password, "ana@ciudad.cl")


@pytest.mark.parametrize(
    "password",
    ["atalaya123456", "mi perro AnaSoto", "mi perro soto", "ana.soto+casa9", "en temuco llueve", "T3MUCO llueve"],
)
def test_what_holds_a_name_of_the_person_the_city_or_the_portal_is_refused(password: str) -> None:
    with pytest.raises(Invalid, match=r"password\.own"):
        passwords.check(password, "ana.soto@ciudad.cl", "Ana Soto", "Temuco")


@pytest.mark.parametrize(
    "password",
    [
        *("cuatro palabras sin nexo", "elefante verde", "correct horse battery", "831945720183", "xk7pq-2mfrt-ab"),
        *("mañana canasta rueda", "ocho ocho lagartijas"),
    ],
)
def test_other_passwords_are_left_to_whoever_chooses_them(password: str) -> None:
    passwords.check(password, "ana@ciudad.cl", "Ana Li", "Temuco")


def test_a_password_that_was_made_is_none_that_is_refused() -> None:
    for _ in range(200):
        passwords.check(passwords.made(), "ana@ciudad.cl")


@given(st.text(min_size=12, max_size=128))
def test_whatever_is_typed_is_judged(password: str) -> None:
    with suppress(Invalid):
        passwords.check(password, "ana@ciudad.cl", password[:3], password[3:6])


def test_the_list_names_each_word_once() -> None:
    lines = [line for line in COMMON.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) == len(common())
    assert min(map(len, common())) >= 4


# --- those that leaked -----------------------------------------------------------------------------------------


def listed(path: Path, words: list[str], end: str = "\r\n") -> Path:
    found = sorted(sha1(word.encode(), usedforsecurity=False).hexdigest().upper() for word in words)
    path.write_text("".join(f"{one}:{number}{end}" for number, one in enumerate(found)), newline="")
    return path


@given(st.lists(st.text("abc", max_size=4), unique=True, max_size=60), st.text("abc", max_size=4), st.booleans())
def test_a_password_is_found_where_it_is_and_nowhere_else(words: list[str], word: str, unix: bool) -> None:
    with TemporaryDirectory() as folder:
        path = listed(Path(folder) / "sha1.txt", words, "\n" if unix else "\r\n")
        assert breached.leaked(path, word) is (word in words)
        assert all(breached.leaked(path, one) for one in words)


def test_one_that_leaked_is_refused(tmp_path: Path) -> None:
    path = listed(tmp_path / "sha1.txt", ["elefante verde", "otra cosa", "x"])
    assert breached.fits(path)
    with pytest.raises(Invalid, match=r"password\.leaked"):
        passwords.check("elefante verde", "ana@ciudad.cl", leaked=path)
    passwords.check("elefante morado", "ana@ciudad.cl", leaked=path)


def test_a_setting_that_names_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("elefante verde\n")
    assert not breached.fits(tmp_path / "words.txt")
    with pytest.raises(BadSettings, match="ATALAYA_BREACHED"):
        Settings.from_environment({"ATALAYA_HOME": str(tmp_path), "ATALAYA_BREACHED": str(tmp_path / "none.txt")})
