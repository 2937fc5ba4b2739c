"""Clients whose clock is wrong."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.events import EventInvalid, Outcome, Status
from chalicelib.events.segment import read_call
from chalicelib.events.skew import MOST, TOLERATED, corrected
from tests.support.shoppers import NOW, TwinShop

HOUR = timedelta(hours=1)


def item(told_at: datetime, **changes: Any) -> dict[str, Any]:
    plain = {"type": "track", "event": "Product Viewed", "userId": "u1", "messageId": "m1"}
    return plain | {"timestamp": told_at.isoformat()} | changes


def test_an_event_of_a_fast_clock_is_set_back_and_keeps_what_was_said() -> None:
    event = read_call(item(NOW + HOUR - timedelta(minutes=5)), NOW, "fresh", sent_at=NOW + HOUR).event
    assert (event.at, event.original_at) == (NOW - timedelta(minutes=5), NOW + HOUR - timedelta(minutes=5))
    assert event.told_at == event.original_at


def test_an_event_of_a_slow_clock_is_set_forward() -> None:
    event = read_call(item(NOW - 9 * HOUR), NOW, "fresh", sent_at=NOW - 8 * HOUR).event
    assert event.at == NOW - HOUR


@pytest.mark.parametrize("ahead", [timedelta(0), TOLERATED, -TOLERATED, MOST + timedelta(seconds=1), -30 * MOST])
def test_a_small_or_incredible_difference_is_left_alone(ahead: timedelta) -> None:
    event = read_call(item(NOW - HOUR), NOW, "fresh", sent_at=NOW + ahead).event
    assert (event.at, event.original_at) == (NOW - HOUR, None)


def test_a_time_far_ahead_is_taken_when_the_clock_explains_it_and_refused_otherwise() -> None:
    far = NOW + timedelta(hours=23)
    assert read_call(item(far + 2 * HOUR), NOW, "fresh", sent_at=far).event.at == NOW + 2 * HOUR
    with pytest.raises(EventInvalid) as refused:
        read_call(item(far + 2 * HOUR), NOW, "fresh", sent_at=NOW)
    assert refused.value.field == "timestamp"
    with pytest.raises(EventInvalid):
        read_call(item(NOW - timedelta(days=3653), timestamp="2016-11-20T09:00:00Z"), NOW, "fresh", sent_at=NOW + HOUR)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
@pytest.mark.parametrize("name", ["timestamp", "originalTimestamp"])
def test_the_ends_of_the_calendar_are_refused(text: str, name: str) -> None:
    with pytest.raises(EventInvalid) as refused:
        read_call(item(NOW) | {name: text}, NOW, "fresh", sent_at=NOW - HOUR)
    assert refused.value.field == name


def test_what_somebody_before_us_corrected_is_not_corrected_again() -> None:
    told = item(NOW - HOUR, originalTimestamp=(NOW - 3 * HOUR).isoformat())
    event = read_call(told, NOW, "fresh", sent_at=NOW - 2 * HOUR).event
    assert (event.at, event.original_at) == (NOW - HOUR, NOW - 3 * HOUR)


def test_an_original_time_alone_is_the_time() -> None:
    told = item(NOW, originalTimestamp=(NOW - 3 * HOUR).isoformat(), timestamp=None)
    assert read_call(told, NOW, "fresh", sent_at=NOW - 2 * HOUR).event.at == NOW - HOUR


def test_an_event_without_a_time_is_not_corrected() -> None:
    event = read_call(item(NOW, timestamp=None), NOW, "fresh", sent_at=NOW - HOUR).event
    assert (event.at, event.original_at, event.is_time_given) == (NOW, None, False)


def test_a_batch_says_once_when_it_was_sent_and_an_event_may_say_it_itself() -> None:
    shop = TwinShop()
    told = [item(NOW, messageId="m1"), item(NOW, messageId="m2", sentAt=(NOW + 2 * HOUR).isoformat())]
    shop.events.accept_batch(told, (NOW + HOUR).isoformat())
    assert [each.at for each in shop.queue.drain()] == [NOW - HOUR, NOW - 2 * HOUR]
    shop.events.accept_batch(told, (NOW + HOUR).isoformat(), is_import=True)
    assert [each.at for each in shop.queue.drain()] == [NOW, NOW]


@pytest.mark.parametrize("sent_at", [None, 7, "yesterday", "2026-11-22T08:00:00", {}, "x" * 1000])
def test_what_is_no_time_corrects_nothing(sent_at: object) -> None:
    shop = TwinShop()
    (result,) = shop.events.accept_batch([item(NOW - HOUR, sentAt=sent_at)], sent_at)
    assert result.status is Status.ACCEPTED
    assert shop.queue.drain()[0].at == NOW - HOUR


@given(
    skew=st.timedeltas(-2 * MOST, 2 * MOST),
    told=st.timedeltas(timedelta(days=-40), timedelta(0)),
    delays=st.lists(st.timedeltas(timedelta(0), timedelta(hours=20)), min_size=2, max_size=4),
    lags=st.lists(st.timedeltas(timedelta(0), timedelta(seconds=40)), min_size=4, max_size=4),
)
@settings(max_examples=40, deadline=None)
def test_however_often_a_clock_that_is_wrong_retries_it_is_one_event(
    skew: timedelta, told: timedelta, delays: list[timedelta], lags: list[timedelta]
) -> None:
    shop = TwinShop()
    retry = item(NOW + told + skew)
    outcomes = []
    for delay, lag in zip(sorted(delays), lags, strict=False):
        shop.clock.advance(NOW + delay + lag - shop.clock.now())
        if shop.events.accept_batch([retry], (NOW + delay + skew).isoformat())[0].status is Status.ACCEPTED:
            outcomes += [shop.events.record(each) for each in shop.queue.drain()]
    assert outcomes[1:] == [Outcome.DUPLICATE] * len(outcomes[1:])
    assert len(shop.log.stream) <= 1


def test_a_correction_follows_segments_formula() -> None:
    assert corrected(NOW, NOW + HOUR, NOW) == NOW - HOUR
    assert corrected(NOW, None, NOW) == NOW
