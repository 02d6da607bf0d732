"""Another house says who somebody is: everything that an answer must be before it is believed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.errors import DomainError
from domain.identity import Identified
from services import identity
from tests.provider import OTHER, Directory, directory

BACK = "http://127.0.0.1/identity/back"


@pytest.fixture
def house() -> Iterator[Directory]:
    identity._told.cache_clear()
    with directory() as found:
        yield found


def identified(house: Directory, **told: str) -> Identified:
    """Who comes back, with `told` over what the browser brings."""
    url, asked = identity.ask(house.provider, BACK)
    return identity.answered(house.provider, asked, house.come_back(url) | told, BACK)


def test_whom_the_provider_knows_is_told_with_what_it_says_of_them(house: Directory) -> None:
    house.person = {"name": "Rosa Pardo"}
    found = identified(house)
    assert (found.issuer, found.subject) == (house.provider.issuer, "person-7")
    assert found.claims["name"] == "Rosa Pardo"


def test_the_question_holds_nothing_that_another_could_use(house: Directory) -> None:
    url, asked = identity.ask(house.provider, BACK)
    question = parse_qs(urlsplit(url).query)
    assert question["code_challenge_method"] == ["S256"]
    assert question["response_type"] == ["code"]
    assert question["prompt"] == ["login"]
    assert asked.verifier not in url
    assert house.provider.secret not in url
    again = identity.ask(house.provider, BACK)[1]
    assert not {asked.state, asked.nonce, asked.verifier} & {again.state, again.nonce, again.verifier}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"state": "another"}, "identity.other"),
        ({"state": ""}, "identity.other"),
        ({"iss": "https://elsewhere.example"}, "identity.other"),
        ({"code": ""}, "identity.refused"),
        ({"code": "guessed"}, "identity.unreachable"),
    ],
)
def test_what_the_browser_brings_is_not_believed(house: Directory, told: dict[str, str], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        identified(house, **told)
    assert refused.value.code == code


def test_who_says_no_there_is_told_so(house: Directory) -> None:
    house.refuses = True
    with pytest.raises(DomainError) as refused:
        identified(house)
    assert refused.value.code == "identity.refused"


def test_who_never_asked_comes_back_for_nothing(house: Directory) -> None:
    url, _ = identity.ask(house.provider, BACK)
    with pytest.raises(DomainError) as refused:
        identity.answered(house.provider, None, house.come_back(url), BACK)
    assert refused.value.code == "identity.other"


def test_a_code_is_good_once_and_for_who_asked(house: Directory) -> None:
    url, asked = identity.ask(house.provider, BACK)
    told = house.come_back(url)
    with pytest.raises(DomainError):
        identity.answered(house.provider, replace(asked, verifier="x" * 64), told, BACK)
    told = house.come_back(url)
    identity.answered(house.provider, asked, told, BACK)
    with pytest.raises(DomainError):
        identity.answered(house.provider, asked, told, BACK)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another portal"},
        {"aud": ["atalaya", "another"]},  # and no word of for whom it was made
        {"aud": ["atalaya", "another"], "azp": "another"},
        {"nonce": "of another question"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
)
def test_a_token_that_is_not_right_in_everything_is_refused(house: Directory, claims: dict[str, Any]) -> None:
    house.claims = claims
    with pytest.raises(identity.Unreachable):
        identified(house)


def test_what_another_key_signed_is_refused(house: Directory) -> None:
    house.key = OTHER
    with pytest.raises(identity.Unreachable):
        identified(house)


def test_what_is_said_of_another_person_is_refused(house: Directory) -> None:
    house.person = {"sub": "somebody else"}
    with pytest.raises(identity.Unreachable):
        identified(house)


@pytest.mark.parametrize(
    "house_says", [{"issuer": "https://elsewhere.example"}, {"token_endpoint": "http://127.0.0.1:1"}]
)
def test_a_provider_that_is_not_itself_or_not_there_is_told(house: Directory, house_says: dict[str, Any]) -> None:
    house.house = house_says
    with pytest.raises(identity.Unreachable):
        identified(house)


def test_a_provider_that_does_not_answer_is_told_before_anybody_is_sent_there(house: Directory) -> None:
    gone = replace(house.provider, issuer="http://127.0.0.1:1")
    with pytest.raises(identity.Unreachable):
        identity.ask(gone, BACK)
