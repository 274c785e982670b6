"""A deadline means the same moment on every machine, and nothing else passes for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.validation.deadline import Deadline, DeadlineError, parse


@given(st.datetimes(datetime(1970, 1, 3), datetime(9999, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_it_is_the_moment_that_datetime_makes_of_it(moment: datetime, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    moment = moment.replace(second=0, microsecond=0, tzinfo=zone)
    text = moment.isoformat(timespec="minutes")
    assert parse(text).seconds == int(moment.timestamp())
    assert parse(text.replace("T", " ")).seconds == int(moment.timestamp())


def test_the_forms() -> None:
    expected = int(datetime(2026, 1, 23, 11, 0, tzinfo=UTC).timestamp())
    for text in ("2026-01-23 12:00 +01:00", "2026-01-23T12:00+01:00", "2026-01-23 12:00+01:00"):
        assert parse(text) == Deadline("2026-01-23 12:00 +01:00", expected)
    assert parse("2026-01-23T11:00Z") == Deadline("2026-01-23 11:00 UTC", expected)
    assert parse("2028-02-29 00:00 -00:30").seconds == int(datetime(2028, 2, 29, 0, 30, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-01-23", "must be a day, a time and the offset from UTC, such as '2026-01-23 12:00 +01:00'"),
        ("tomorrow", "must be a day"),
        ("23/01/2026 12:00 +01:00", "must be a day"),
        ("2026-01-23 12:00:00 +01:00", "must be a day"),
        ("2026-01-23 12:00 CET", "must be a day"),
        ("٢٠٢٦-01-23 12:00 +01:00", "must be a day"),
        ("2026-01-23 12:00", "needs the offset from UTC behind the time, such as '2026-01-23 12:00 +01:00'"),
        ("2026-02-29 12:00 +01:00", "names a day that is in no calendar: 2026-02-29"),
        ("2026-13-01 12:00 +01:00", "names a day that is in no calendar: 2026-13-01"),
        ("2026-00-10 12:00 +01:00", "names a day"),
        ("2026-01-23 24:00 +01:00", "names a time that is on no clock: 24:00; the last of a day is 23:59"),
        ("2026-01-23 12:60 +01:00", "names a time"),
        ("2026-01-23 12:00 +15:00", "names an offset that no place has: +15:00"),
        ("2026-01-23 12:00 +01:60", "names an offset that no place has: +01:60"),
    ],
)
def test_what_is_no_moment(text: str, said: str) -> None:
    with pytest.raises(DeadlineError) as raised:
        parse(text)
    assert str(raised.value).startswith(said)
