"""Dates as people write them become instants of the right clock, or a reason why not."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.importing.understanding.dates import (
    DAY_ONLY,
    HOUR,
    MINUTE,
    MONTH,
    read_clock,
    read_moment,
    to_local,
    to_utc,
)
from data_access.importing.understanding.profile import from_mapping
from tests.rows import clean

ZONES = ["UTC", "America/Santiago", "America/Mexico_City", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia"]


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2021-03-04", "dmy", ("2021-03-04 00:00:00", DAY_ONLY)),
        ("2021-03-04 05:06:07", "dmy", ("2021-03-04 05:06:07", MINUTE)),
        ("2021-03-04T05:06", "dmy", ("2021-03-04 05:06:00", MINUTE)),
        ("2021/3/4 05", "dmy", ("2021-03-04 05:00:00", HOUR)),
        ("2021-03-04T05:06:07.123Z", "dmy", ("2021-03-04 05:06:07", MINUTE)),
        ("03/04/2021", "dmy", ("2021-04-03 00:00:00", DAY_ONLY)),
        ("03/04/2021", "mdy", ("2021-03-04 00:00:00", DAY_ONLY)),
        ("10/12/2017 07:14:00 PM", "mdy", ("2017-10-12 19:14:00", MINUTE)),
        ("10/12/2017 12:14:00 AM", "mdy", ("2017-10-12 00:14:00", MINUTE)),
        ("01-02-2021 7:05 p. m.", "dmy", ("2021-02-01 19:05:00", MINUTE)),
        ("20210304", "dmy", ("2021-03-04 00:00:00", DAY_ONLY)),
        ("2016-07", "dmy", ("2016-07-01 00:00:00", MONTH)),
        ("44259", "dmy", ("2021-03-04 00:00:00", DAY_ONLY)),
        ("44259.5", "dmy", ("2021-03-04 12:00:00", MINUTE)),
        ("2021-03-04 25:00", "dmy", ("2021-03-04 00:00:00", DAY_ONLY)),
    ],
)
def test_a_date_is_read_in_the_form_it_has(text: str, order: str, expected: tuple[str, int]) -> None:
    found = read_moment(text, order)
    assert found is not None
    shown = datetime.fromtimestamp(found.day * 86_400 + found.clock, UTC)
    assert (shown.strftime("%Y-%m-%d %H:%M:%S"), found.precision) == expected


@pytest.mark.parametrize(
    "text",
    ["30/02/2020", "2021-13-01", "0001-01-01", "9999-12-31", "31/04/2021", "yesterday", "12/2021", "2021", "1/1/21"],
)
def test_a_day_that_no_calendar_has_is_no_date(text: str) -> None:
    assert read_moment(text) is None


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2021-01-01 10:00Z", 0),
        ("2021-01-01 10:00+00", 0),
        ("2021-01-01T10:00:00-0530", -19_800),
        ("2021-01-01 10:00", None),
    ],
)
def test_an_offset_is_read_where_one_is_written(text: str, offset: int | None) -> None:
    found = read_moment(text)
    assert found is not None
    assert found.offset == offset


@pytest.mark.parametrize(
    ("text", "seconds", "precision"),
    [
        ("06:30:00:00", 23_400, MINUTE),
        ("2359", 86_340, MINUTE),
        ("930", 34_200, MINUTE),
        ("9", 32_400, HOUR),
        ("24:00", 0, DAY_ONLY),
        ("13:00 PM", 0, DAY_ONLY),
        ("noon", 0, DAY_ONLY),
    ],
)
def test_a_time_of_day_is_read_and_a_wrong_one_leaves_the_day(text: str, seconds: int, precision: int) -> None:
    assert read_clock(text)[:2] == (seconds, precision)


@given(st.datetimes(datetime(1981, 1, 1), datetime(2100, 1, 1)), st.sampled_from(ZONES))
def test_local_time_becomes_utc_as_the_standard_library_says(moment: datetime, zone: str) -> None:
    moment = moment.replace(microsecond=0)
    seconds = int(moment.replace(tzinfo=UTC).timestamp())
    expected = int(moment.replace(tzinfo=ZoneInfo(zone)).timestamp())
    assert to_utc(np.array([seconds]), zone)[0] == expected
    shown = datetime.fromtimestamp(expected, ZoneInfo(zone)).replace(tzinfo=UTC).timestamp()
    assert to_local(np.array([expected]), zone)[0] == int(shown)


def test_a_time_that_comes_twice_is_the_first_and_one_that_is_skipped_does_not_stop_the_file() -> None:
    found = clean(
        from_mapping({"type": "type", "when": "datetime"}, zone="America/Santiago"),
        {"type": ["Hurto"] * 3, "when": ["2022-04-02 23:30", "2022-09-11 00:30", "2022-09-11 12:00"]},
    )
    utc = [datetime.fromtimestamp(at, UTC).isoformat() for at in found.rows["occurred_from"]]
    assert utc == ["2022-04-03T02:30:00+00:00", "2022-09-11T04:30:00+00:00", "2022-09-11T15:00:00+00:00"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "date_missing"),
        ("-", "date_missing"),
        ("30/02/2020", "date_impossible"),
        ("0001-01-01", "date_impossible"),
        ("1899-12-30", "date_impossible"),
        ("2099-01-01", "date_future"),
    ],
)
def test_a_row_without_a_usable_date_is_rejected_with_its_reason(text: str | None, reason: str) -> None:
    found = clean(
        from_mapping({"type": "type", "when": "date"}), {"type": ["Hurto", "Hurto"], "when": [text, "2021-01-01"]}
    )
    assert found.rejects == [(0, reason, {"column": "when", "value": "" if text in (None, "-") else text})]
    assert found.rows["position"].tolist() == [1]


def test_a_window_that_ends_before_it_begins_is_rejected() -> None:
    profile = from_mapping({"type": "type", "a": "datetime", "b": "end"})
    found = clean(profile, {"type": ["Hurto"], "a": ["2021-01-02 10:00"], "b": ["2021-01-01 10:00"]})
    assert [reason for _, reason, _ in found.rejects] == ["date_reversed"]


def test_default_times_tell_the_day_alone() -> None:
    profile = from_mapping(
        {"type": "type", "d": "date", "t": "time"}, zone="America/Lima", unknown_times=["00:00", "12:00:00"]
    )
    times = ["00:00", "12:00:00", "12:01", None]
    rows = clean(profile, {"type": ["Hurto"] * 4, "d": ["2021-05-06"] * 4, "t": times}).rows
    assert rows["precision"].tolist() == ["day", "day", "minute", "day"]
    midnight = int(datetime(2021, 5, 6, tzinfo=ZoneInfo("America/Lima")).timestamp())
    assert rows["occurred_from"].tolist() == [midnight, midnight, midnight + 43_260, midnight]
