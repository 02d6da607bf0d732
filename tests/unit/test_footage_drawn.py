"""What residents read about requests: every status, outcome and mistake has its words in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import footage_form, footage_status, footage_told
from components.fields import Typed, area, chooser, line, radios, summary, tick
from components.footage_status import Followed
from components.markup import Html, markup
from config.jurisdiction import codes, jurisdiction
from domain.footage.deadlines import Days, Term, Track
from domain.footage.draft import Delivery, Kind
from domain.footage.handling import NOT_HELD
from domain.footage.reading import Errors, read
from domain.footage.states import Public, Resolution
from domain.footage.view import Answer, Instance, Receipt, Step, View
from domain.footage.when import Outlook
from locales import LANGUAGES, Words
from services.footage.gate import Verdict
from services.footage.uploads import FILES
from tests.unit.test_footage_draft import GOOD, GROUND, NAMES, form

DAY = date(2026, 11, 22)
BODY = {"es": "Consejo", "en": "Council"}


def view(**changed: object) -> View:
    told: dict[str, object] = {
        "folio": "AB12CD34",
        "status": Public.CLOSED,
        "resolution": Resolution.DENIED,
        "ground": "rights",
        "reason": "",
        "body": "",
        "received": DAY,
        "due": DAY,
        "overdue": True,
        "extended": True,
        "extension": "",
        "preserved_until": DAY,
        "next": Step.NOTHING,
        "may": tuple(Answer),
        "answer_by": DAY,
        "appeal_by": DAY,
        "instances": (Instance(BODY, DAY), Instance(BODY, None)),
        "question": "¿Dónde <b>fue</b>?",
        "reply": "Porque & por tanto",
        "history": ((DAY, Public.RECEIVED), (DAY, Public.CLOSED)),
        "renew_until": DAY,
    }
    return View(**told | changed)  # type: ignore[arg-type]


def drawn(words: Words, typed: Typed | None = None, done: Answer | None = None, **changed: object) -> str:
    followed = Followed(view(**changed), "CODE", "Un motivo", "America/Santiago", Html(""), typed or Typed(), done)
    return markup(footage_status.status(followed, words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_outcome_and_next_step_has_its_words(language: str) -> None:
    words = Words(language)
    for status in Public:
        text = drawn(words, status=status)
        assert text.count('aria-current="step"') == (status is not Public.WANTING)
    for resolution in Resolution:
        assert words.text(f"footage_public.resolutions.{resolution}") in drawn(words, resolution=resolution)
    for step in set(Step) - {Step.COLLECT}:
        assert words.text(f"footage_public.next.{step}") in drawn(words, next=step)
    for way in Delivery:
        assert words.text(f"footage_public.next.collect.{way}") in drawn(words, next=Step.COLLECT, way=way)
    for reason in NOT_HELD:
        assert words.text(f"letters.not_held.reasons.{reason}")[1:] in drawn(words, reason=reason)
    for answer in Answer:
        assert words.text(f"footage_public.act.done_{answer}") in drawn(words, done=answer)


def test_what_the_desk_wrote_is_text_and_nothing_more() -> None:
    text = drawn(Words("es"))
    assert "¿Dónde &lt;b&gt;fue&lt;/b&gt;?" in text
    assert "Porque &amp; por tanto" in text


def test_why_it_took_longer_and_to_whom_it_went_are_told_and_when_it_is_shown() -> None:
    text = drawn(Words("en"), extension="Many cameras to look through", body="The prosecutor")
    assert "Many cameras to look through" in text
    assert "The prosecutor" in text
    assert "Tuesday, 1 December 2026, 12:00" in drawn(Words("en"), next=Step.COLLECT, viewing=1_796_137_200)


def test_only_what_may_be_done_is_offered() -> None:
    for answer in Answer:
        text = drawn(Words("es"), may=(answer,))
        assert [one for one in Answer if f'name="act" value="{one}"' in text] == [answer]


@pytest.mark.parametrize(
    ("act", "typed", "wrong"),
    [
        ("withdraw", {}, {"sure"}),
        ("withdraw", {"sure": "yes"}, set()),
        ("answer", {"answer": "  short "}, {"answer"}),
        ("answer", {"answer": "x" * 20}, set()),
        ("answer", {"answer": "x" * 4_001}, {"answer"}),
        ("appeal", {}, {"appeal"}),
    ],
)
def test_an_act_that_lacks_something_says_what(act: str, typed: dict[str, str], wrong: set[str]) -> None:
    assert set(footage_status.wrong(act, typed, Words("en"))) == wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_receipt_outlook_gate_and_files_have_their_words(language: str) -> None:
    words = Words(language)
    for kind in Kind:
        receipt = Receipt("AB12CD34", "7K3M9QX07K3M9QX07K3M9QX0", DAY, DAY, DAY)
        assert "7K3M-9QX0-7K3M" in markup(footage_told.receipt(receipt, kind, words, None))
    assert "7K3M" not in markup(footage_told.receipt(Receipt("AB12CD34", "", DAY, None, None, True), kind, words, None))
    for outlook in Outlook:
        assert markup(footage_told.outlook(outlook, 3, words))
    for verdict in set(Verdict) - {Verdict.PASSED, Verdict.SLOW}:
        assert words.text(f"footage_form.gate.{verdict}", seconds=30)
    for code in ("many", "large", "kind", "broken"):
        assert footage_form.told_wrong(words, {"file1": f"file1.{code}"})
    assert len(footage_form.FILES) == FILES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_track_and_document_of_every_jurisdiction_has_its_words(language: str) -> None:
    words = Words(language)
    laws = [footage_told.Legal(track, "law", Term(1, days, 2)) for track in Track for days in Days]
    assert markup(footage_told.long([*laws, footage_told.Legal("preserve", "law", None)], "Chile", "1", words))
    for code in codes():
        for document in jurisdiction(code).documents:
            assert words.text(f"footage_form.document.{document}")


@given(
    st.dictionaries(
        st.sampled_from(NAMES), st.sampled_from(["", "x", "9999-12-31", "23:57", "a@b", "x" * 1100, *GOOD.values()])
    ),
    st.sampled_from(LANGUAGES),
)
def test_whatever_is_wrong_has_a_sentence(changed: dict[str, str], language: str) -> None:
    found = read(form(GOOD, **changed), GROUND)
    if isinstance(found, Errors):
        assert all(footage_form.told_wrong(Words(language), dict(found.by_field)).values())


# --- fields


WRONG = Typed({"name": ['<"Ana"> & co']}, {"name": "Write it.", "kind": "Choose."})


def test_a_field_is_tied_to_its_label_hint_and_mistake() -> None:
    text = markup(line(WRONG, "name", "Name", "As in your document", autocomplete="name"))
    assert '<label for="name">Name</label>' in text
    assert 'aria-describedby="name-hint name-wrong"' in text
    assert 'id="name-hint"' in text
    assert 'id="name-wrong"' in text
    assert 'value="&lt;&quot;Ana&quot;&gt; &amp; co"' in text


def test_what_was_typed_is_escaped_in_every_kind_of_field() -> None:
    typed = Typed({name: ["</textarea><script>"] for name in "abcd"})
    options = [("</textarea><script>", "One"), ("2", "Two")]
    parts = [
        area(typed, "a", "A"),
        chooser(typed, "b", "B", options),
        radios(typed, "c", "C", options),
        tick(typed, "d", "D"),
    ]
    assert all("<script>" not in markup(part) for part in parts)
    assert " selected" in markup(parts[1])
    assert " checked" in markup(parts[2])


def test_a_group_is_told_by_its_legend_and_reached_by_its_name() -> None:
    text = markup(radios(WRONG, "kind", "Kind", [("a", "A"), ("b", "B")]))
    assert "<legend>Kind</legend>" in text
    assert 'aria-describedby="kind-wrong"' in text
    assert text.count('id="kind"') == 1


def test_the_summary_links_to_every_field_and_is_not_there_without_mistakes() -> None:
    text = markup(summary(WRONG, "Mend this"))
    assert all(f'href="#{name}"' in text for name in WRONG.wrong)
    assert summary(Typed(), "Mend this") is None
