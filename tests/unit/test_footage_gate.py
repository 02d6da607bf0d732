"""The gate before filing: signed forms, a least time, work done, or a wait instead."""

from __future__ import annotations

import base64
import json

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.footage.gate import LASTING, LEAST, WAIT, Ticket, Verdict, again, judge, ticket

SECRET, NOW = "a secret of the tests", 1_790_000_000


def solved(made: Ticket) -> str:
    challenge = altcha.Challenge.from_dict(json.loads(made.challenge))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


def test_a_form_with_its_work_done_passes_after_the_least_time() -> None:
    made = ticket(SECRET, NOW)
    proof = solved(made)
    assert judge(SECRET, made.signed, proof, "", NOW + LEAST - 1).verdict is Verdict.EARLY
    judged = judge(SECRET, made.signed, proof, "", NOW + LEAST)
    assert (judged.verdict, judged.passed) == (Verdict.PASSED, True)


def test_the_work_of_one_form_does_not_pass_another() -> None:
    first, second = ticket(SECRET, NOW), ticket(SECRET, NOW)
    assert judge(SECRET, second.signed, solved(first), "", NOW + 60).verdict is Verdict.WAIT


def test_work_that_was_made_easier_is_no_work() -> None:
    made = ticket(SECRET, NOW)
    challenge = json.loads(made.challenge)
    challenge["parameters"] |= {"cost": 1, "keyPrefix": ""}
    easy = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(easy)
    assert solution is not None
    proof = altcha.Payload(easy, solution).to_base64()
    assert judge(SECRET, made.signed, proof, "", NOW + 60).verdict is Verdict.WAIT


def test_without_work_one_waits_and_then_passes_the_slow_way() -> None:
    made = ticket(SECRET, NOW)
    first = judge(SECRET, made.signed, "", "", NOW + 60)
    assert (first.verdict, first.passed) == (Verdict.WAIT, False)
    waiting = again(SECRET, made.signed, True, NOW + 60)
    assert judge(SECRET, waiting.signed, "", "", NOW + 60 + WAIT - 1).verdict is Verdict.WAIT
    last = judge(SECRET, waiting.signed, "", "", NOW + 60 + WAIT)
    assert (last.verdict, last.passed, last.once) == (Verdict.SLOW, True, first.once)


def test_a_form_keeps_its_number_and_its_time_when_something_in_it_was_wrong() -> None:
    made = ticket(SECRET, NOW)
    before = judge(SECRET, made.signed, "", "", NOW + 1)
    once_more = again(SECRET, made.signed, False, NOW + 1)
    assert judge(SECRET, once_more.signed, solved(made), "", NOW + LEAST).once == before.once


def test_a_form_that_lay_open_too_long_is_renewed_and_told_so() -> None:
    made = ticket(SECRET, NOW)
    assert judge(SECRET, made.signed, solved(made), "", NOW + LASTING + 1).verdict is Verdict.OLD
    renewed = again(SECRET, made.signed, False, NOW + LASTING + 1)
    assert judge(SECRET, renewed.signed, solved(renewed), "", NOW + LASTING + 10).passed


@pytest.mark.parametrize("signed", ["", "x", "W10.x", ticket("another secret", NOW).signed], ids=range(4))
def test_a_form_that_is_not_ours_never_passes(signed: str) -> None:
    assert judge(SECRET, signed, "", "", NOW).verdict is Verdict.FORGED
    assert again(SECRET, signed, False, NOW).signed != signed


def test_who_fills_the_hidden_field_is_no_person() -> None:
    made = ticket(SECRET, NOW)
    assert judge(SECRET, made.signed, solved(made), "https://example.org", NOW + 60).verdict is Verdict.TRAPPED


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
)


@given(st.text(max_size=60) | JSON.map(lambda value: base64.b64encode(json.dumps(value).encode()).decode()))
def test_no_proof_makes_the_gate_fail(proof: str) -> None:
    made = ticket(SECRET, NOW)
    assert not judge(SECRET, made.signed, proof, "", NOW + 60).passed


@pytest.mark.parametrize("field", ["challenge", "solution"])
@given(broken=JSON)
def test_no_broken_part_of_a_proof_makes_the_gate_fail(field: str, broken: object) -> None:
    made = ticket(SECRET, NOW)
    proof = {"challenge": json.loads(made.challenge), "solution": {"counter": 1, "derivedKey": "00"}} | {field: broken}
    encoded = base64.b64encode(json.dumps(proof).encode()).decode()
    assert not judge(SECRET, made.signed, encoded, "", NOW + 60).passed
