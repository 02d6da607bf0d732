"""The JSON twin and the table: the South Precinct exact in both, for those who may, by session or token."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient

from data_access.store import Store
from domain.audit import Wanted
from domain.people import PERMISSIONS, SYSTEM, Permission, Role
from services import accounts, audit
from tests.adoption import DAY, SOUTH, TOTAL, south
from tests.pages.conftest import SignIn

TWIN, TABLE = "/api/v1/adoption", "/export/adoption.csv"
TOLD = ("precinct", "name", "registered", "population", "target", "missing", "compliance_percent", "reports")


def test_the_twin_tells_the_south_precinct_to_the_last_digit(sqlite_store: Store, signed_in: SignIn) -> None:
    south(sqlite_store)
    found = signed_in(Role.ANALYST).get(TWIN).json
    assert [tuple(row[key] for key in TOLD) for row in found["rows"]] == [
        (*row[:6], float(row[6]), row[7]) for row in SOUTH
    ]
    total = found["total"]
    keys = ("registered", "population", "target", "missing", "compliance_percent", "reports")
    assert tuple(total[key] for key in keys) == (*TOTAL[:4], float(TOTAL[4]), TOTAL[5])
    assert found["day"] == DAY.isoformat()
    assert found["rows"][0]["outlook"]["arrival"] == "short"
    assert found["populations"][0] == {
        "precinct": "",
        "population": 850000,
        "population_year": None,
        "population_source": "The programme's text",
    }


@pytest.mark.parametrize(("language", "dialect"), [("es", ""), ("en", ""), ("es", "&for=spreadsheet")])
def test_the_table_tells_the_same(sqlite_store: Store, signed_in: SignIn, language: str, dialect: str) -> None:
    south(sqlite_store)
    answer = signed_in(Role.INSPECTOR).get(f"{TABLE}?lang={language}{dialect}")
    assert answer.mimetype == "text/csv"
    assert f"{DAY.isoformat()}.csv" in answer.headers["Content-Disposition"]
    separator, comma = (";", ",") if dialect else (",", ".")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=separator))
    told = [tuple(row[key] for key in TOLD) for row in rows if row["part"] == "precinct"]
    assert told == [(*map(str, row[:6]), row[6].replace(".", comma), str(row[7])) for row in SOUTH]
    (total,) = (row for row in rows if row["part"] == "total")
    assert (total["registered"], total["target"], total["missing"]) == ("18029", "83191", "65162")
    assert total["compliance_percent"] == TOTAL[4].replace(".", comma)
    assert sum(row["part"] == "about" for row in rows) == 3


def test_the_taking_of_the_table_is_on_the_record(sqlite_store: Store, signed_in: SignIn) -> None:
    south(sqlite_store)
    signed_in(Role.ANALYST).get(TABLE).get_data()
    events, _ = audit.read(sqlite_store, SYSTEM, Wanted())
    assert ("export.adoption", DAY.isoformat()) in {(event.action, event.object) for event in events}


def test_a_commander_gets_every_row_and_one_outlook(sqlite_store: Store, signed_in: SignIn) -> None:
    south(sqlite_store)
    found = signed_in(Role.COMMANDER, precincts=("la-pintana",)).get(TWIN).json
    assert len(found["rows"]) == 7
    assert [row["precinct"] for row in found["rows"] if "outlook" in row] == ["la-pintana"]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("address", [TWIN, TABLE])
def test_only_those_who_may(sqlite_store: Store, signed_in: SignIn, role: Role, address: str) -> None:
    south(sqlite_store)
    permitted = Permission.ADOPTION in PERMISSIONS[role]
    assert signed_in(role).get(address).status_code == (200 if permitted else 403)


def test_a_token_opens_the_twin(sqlite_store: Store, client: FlaskClient) -> None:
    south(sqlite_store)
    accounts.add(sqlite_store, SYSTEM, "p@ciudad.cl", [Role.OPERATOR], password="cuatro palabras sin nexo")
    secret = accounts.make_token(sqlite_store, SYSTEM, "p@ciudad.cl", 1)
    assert client.get(TWIN).status_code == 401
    assert client.get(TWIN, headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_days_without_data_and_nothing_at_all_are_told(sqlite_store: Store, signed_in: SignIn) -> None:
    browser = signed_in(Role.ANALYST)
    assert browser.get(TWIN).status_code == 404
    south(sqlite_store)
    assert browser.get(f"{TWIN}?day=2031-01-01").status_code == 400
    assert browser.get(f"{TWIN}?day=never").status_code == 200
