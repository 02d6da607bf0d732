"""From microdata to shares: codes as the profile says, files of four kinds, and what is refused."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.survey import Sample, share
from data_access import microdata
from data_access.microdata import Profile
from domain.errors import Invalid, NotFound
from domain.surveys import Estimate, Topic, Unit, Worth

PROFILE = """
survey = "City survey"
year = 2025
stratum = "s"
cluster = "c"
[weights]
person = "w"
[places]
all = "The city"
column = "p"
precincts = true
[places.names]
north = "North"
[codes.mood]
yes = [1, 2]
no = [3]
missing = [88]
[[question]]
topic = "feeling"
item = "unsafe_night"
unit = "person"
column = "q"
codes = "mood"
"""


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    path = tmp_path / "city.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return microdata.profile(str(path))


def rows(count: int = 120) -> pd.DataFrame:
    number = np.arange(count)
    return pd.DataFrame(
        {
            "s": number % 2,
            "c": number // 6,
            "w": 1.0 + number % 3,
            "p": np.where(number % 4 == 0, "south", "north"),
            "q": np.where(number % 11 == 0, 88, np.where(number % 5 < 2, 1 + number % 2, 3)).astype(float),
            "name": "somebody",
        }
    )


def read(path: Path, profile: Profile) -> list[Estimate]:
    return list(microdata.estimates(path, profile))


def save(table: pd.DataFrame, path: Path) -> Path:
    match path.suffix:
        case ".csv":
            table.to_csv(path, index=False)
        case ".parquet":
            table.to_parquet(path)
        case _:
            table.to_stata(path, write_index=False)
    return path


def test_every_format_gives_the_same_shares(profile: Profile, tmp_path: Path) -> None:
    found = [read(save(rows(), tmp_path / f"m{ending}"), profile) for ending in (".csv", ".parquet", ".dta")]
    assert found[0] == found[1] == found[2]
    assert [(estimate.precinct, estimate.place) for estimate in found[0]] == [
        ("", "The city"),
        ("north", "North"),
        ("south", "south"),
    ]


def test_codes_mean_what_the_profile_says(profile: Profile, tmp_path: Path) -> None:
    table = rows()
    everybody, north, south = read(save(table, tmp_path / "m.csv"), profile)
    answered = table[table.q != 88]
    assert everybody.answers == len(answered)
    assert everybody.share == pytest.approx(answered.w[answered.q < 3].sum() / answered.w.sum())
    assert (north.answers or 0) + (south.answers or 0) == len(answered)
    yes = np.where(table.q == 88, np.nan, table.q < 3)
    known = share(Sample.of(table.w, table.s, table.c), yes, np.asarray(table.p == "north"))
    assert known is not None
    assert (north.share, north.low, north.high) == pytest.approx((known.share, known.low, known.high))


def test_an_empty_cell_is_a_question_that_was_not_put(profile: Profile, tmp_path: Path) -> None:
    table = rows()
    table.loc[table.index % 2 == 0, "q"] = np.nan
    everybody, *_ = read(save(table, tmp_path / "m.csv"), profile)
    assert everybody.answers == int(((table.q == 1) | (table.q == 2) | (table.q == 3)).sum())


def test_too_few_answers_leave_the_share_empty(profile: Profile, tmp_path: Path) -> None:
    *_, south = read(save(rows(100), tmp_path / "m.csv"), profile)
    assert (south.share, south.low, south.worth) == (None, None, Worth.NONE)
    assert south.answers is not None
    assert 0 < south.answers < 30


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda table: table.assign(q=7), "surveys.code_unknown"),
        (lambda table: table.assign(w=-1), "surveys.weight"),
        (lambda table: table.assign(w=np.where(table.index == 3, np.nan, 1)), "surveys.weight"),
        (lambda table: table.drop(columns="c"), "surveys.column"),
    ],
)
def test_what_cannot_be_right_is_refused(profile: Profile, tmp_path: Path, change: object, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        read(save(change(rows()), tmp_path / "m.csv"), profile)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "held", "code"),
    [
        ("m.sav", b"", "surveys.format"),
        ("m.parquet", b"no parquet", "surveys.unreadable"),
        ("m.rds", b"no rds", "surveys.unreadable"),
        ("m.dta", b"no stata", "surveys.unreadable"),
        ("m.csv", b"", "surveys.unreadable"),
        ("m.csv", b"\xff\xfe\xfa", "surveys.unreadable"),
    ],
)
def test_what_is_no_such_file_is_refused(profile: Profile, tmp_path: Path, name: str, held: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(held)
    with pytest.raises(Invalid, match=code):
        read(tmp_path / name, profile)


def test_a_file_that_is_not_there_is_told(profile: Profile, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"surveys\.file"):
        read(tmp_path / "none.csv", profile)


@pytest.mark.parametrize(("told", "code"), [("survey = ", "surveys.profile"), ("survey = 'x'", "surveys.profile")])
def test_a_broken_profile_is_refused(tmp_path: Path, told: str, code: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(told, encoding="utf-8")
    with pytest.raises(Invalid, match=code):
        microdata.profile(str(path))
    with pytest.raises(NotFound, match=r"surveys\.profile_unknown"):
        microdata.profile("no-such")


def test_the_table_has_nobody_in_it(profile: Profile, tmp_path: Path) -> None:
    out = io.StringIO()
    assert microdata.write(read(save(rows(), tmp_path / "m.csv"), profile), out) == 3
    lines = out.getvalue().splitlines()
    assert lines[0] == ",".join(microdata.COLUMNS)
    assert lines[1].startswith("City survey,2025,feeling,unsafe_night,,The city,person,0.")
    assert "somebody" not in out.getvalue()


def test_the_profiles_that_come_along_can_be_read() -> None:
    assert {name: known.asks_who_reported for name, known in microdata.profiles().items()} == {"enusc-2024": False}


# --- the real survey -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def enusc(shared_data: Path) -> Path:
    return shared_data / "chile-enusc-2024" / "enusc_1_select_desc.RDS"


@pytest.fixture(scope="module")
def real(enusc: Path) -> dict[tuple[str, str, str], Estimate]:
    known = microdata.profile("enusc-2024")
    return {(told.item, told.unit, told.place): told for told in microdata.estimates(enusc, known)}


CHILE = "Chile, zonas urbanas"


def test_the_real_survey_is_read_whole(enusc: Path) -> None:
    table = microdata._rds(enusc)
    assert len(table) == 24_472
    assert table["fact_pers_reg"].sum() == pytest.approx(13_190_452, abs=0.5)
    assert table["enc_region"].nunique() == 16


# As the makers of the survey published them in August 2025, in percent to one decimal.
@pytest.mark.parametrize(
    ("item", "unit", "published"),
    [
        ("any", Unit.HOUSEHOLD, 38.5),
        ("violent", Unit.HOUSEHOLD, 8.5),
        ("any", Unit.PERSON, 28.0),
        ("more_crime_country", Unit.PERSON, 87.7),
        ("more_crime_commune", Unit.PERSON, 74.5),
        ("more_crime_neighbourhood", Unit.PERSON, 50.8),
    ],
)
def test_the_real_survey_says_what_was_published(
    real: dict[tuple[str, str, str], Estimate], item: str, unit: Unit, published: float
) -> None:
    told = real[item, unit, CHILE]
    assert told.share is not None
    assert round(100 * told.share, 1) == published
    assert told.worth is Worth.SOUND


def test_a_region_is_what_a_plain_weighted_mean_says(enusc: Path, real: dict[tuple[str, str, str], Estimate]) -> None:
    table = microdata._rds(enusc)
    maule = table[(table.enc_region == "7") & table.emper_p_inseg_oscuro_1.isin([1, 2, 3, 4])]
    weights = maule.fact_pers_reg
    told = real["unsafe_night", Unit.PERSON, "Maule"]
    assert told.share == pytest.approx(weights[maule.emper_p_inseg_oscuro_1 <= 2].sum() / weights.sum())
    assert told.answers == len(maule)
    assert told.low is not None
    assert told.high is not None
    assert told.low < told.share < told.high  # type: ignore[operator]


def test_the_real_survey_asks_nobody_who_reported(real: dict[tuple[str, str, str], Estimate]) -> None:
    assert {told.topic for told in real.values()} == {Topic.VICTIM, Topic.FEELING, Topic.INCIVILITY}
    assert len(real) == 26 * 17
