"""The catalogue of a release says for machines what it is about, whom to ask and under which licence it may be used."""

from __future__ import annotations

from components.public_data import LICENCE, catalogue
from domain.release.shown import Edition
from locales import Words

BOTH = {"es": "algo", "en": "something"}
FILE = {"path": "use.csv", "bytes": 10, "sha256": "0" * 64, "media": "text/csv"}
EDITION = Edition(
    number=3,
    name="x",
    issued="2026-11-22",
    sha256="0" * 64,
    synthetic=False,
    city="Ciudad",
    zone="America/Santiago",
    title=BOTH,
    description=BOTH,
    sources=[],
    months=["2025-01", "2026-10"],
    years=["2025"],
    files=[FILE],
    changes=[],
)


def test_a_data_set_has_themes_a_licence_of_its_own_and_no_promise_of_a_rhythm() -> None:
    told = catalogue(EDITION, "https://ciudad.cl/", "datos@ciudad.cl", Words("en"))
    assert [one["@id"].rpartition("/")[2] for one in told["dcat:theme"]] == ["JUST", "GOVE"]
    assert told["dct:license"] == {"@id": LICENCE} == told["dcat:distribution"][0]["dct:license"]
    assert told["dct:accrualPeriodicity"]["@id"].endswith("/frequency/IRREG")
    assert told["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:datos@ciudad.cl"}
    assert told["dcat:contactPoint"]["@type"].partition(":")[0] in told["@context"]


def test_where_no_address_is_set_nobody_is_named_to_ask() -> None:
    assert "dcat:contactPoint" not in catalogue(EDITION, "https://ciudad.cl/", "", Words("es"))
