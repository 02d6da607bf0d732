"""Open data, and what anybody may want to know of this site."""

from __future__ import annotations

from typing import Any

from components import public_data, public_texts
from config.jurisdiction import jurisdiction
from services import published
from web import public, session


@public.page("/data", label="public.data.nav", described="public.data.described", order=12, group="figures", first=True)
@public.released("data")
def data(visit: public.Visit) -> public.Answer:
    """Every release to download; told to machines as DCAT."""
    releases = session.releases()
    drawn = public_data.page(
        published.editions(releases), published.titles(releases, visit.words.language), visit.words
    )
    contact = session.settings().contact
    return public.Answer(drawn, data=public_data.catalogue(session.edition(), visit.root, contact, visit.words))


@public.page("/privacy", label="public.privacy.nav", described="public.privacy.described", order=40)
def privacy(visit: public.Visit) -> Any:
    identity = () if session.settings().resident_provider is None else ("identity",)
    return public_texts.text("privacy", ("never", "how", "apart", "visit", "request", *identity, "rights"), visit.words)


@public.page("/accessibility", label="public.accessibility.nav", described="public.accessibility.described", order=41)
def accessibility(visit: public.Visit) -> Any:
    return public_texts.text("accessibility", ("works", "limits", "other", "fails"), visit.words)


@public.page("/appeals", label="public.appeals.nav", described="public.appeals.described", order=42)
def appeals(visit: public.Visit) -> Any:
    law, language = jurisdiction(session.settings().jurisdiction), visit.words.language
    beyond = [public_texts.Beyond(one.track, one.body[language], one.term, one.silence) for one in law.appeals]
    return public_texts.appeals(law.help[language], beyond, visit.words)
