"""Time that can be moved, and texts that sort as instants do."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.clock import MovableClock, from_rfc3339, to_rfc3339

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(instants, instants)
def test_written_instants_sort_as_they_happened(one: datetime, other: datetime) -> None:
    written = to_rfc3339(one) <= to_rfc3339(other)
    assert written or one > other


@given(instants)
def test_an_instant_survives_to_the_millisecond(instant: datetime) -> None:
    assert abs(from_rfc3339(to_rfc3339(instant)) - instant) < timedelta(milliseconds=1)


def test_an_instant_of_another_zone_is_written_in_utc() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert to_rfc3339(datetime(2026, 11, 11, 0, 0, tzinfo=shanghai)) == "2026-11-10T16:00:00.000Z"


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        from_rfc3339("2026-11-11T00:00:00")


def test_a_movable_clock_stands_until_it_is_moved() -> None:
    clock = MovableClock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.now() == clock.now()
    assert clock.advance(timedelta(days=3)) == datetime(2026, 1, 4, tzinfo=UTC)
