"""Taking batches in, and recording each event once."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.events import BatchTooLong, Call, Event, EventInvalid, Outcome, QueueUnavailable, Status
from tests.support.shoppers import NOW, TwinShop, event

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=12,
)
FIELDS = [
    "type", "event", "userId", "anonymousId", "messageId", "timestamp", "properties", "traits", "context", "name", "sentAt"
]  # fmt: skip
NEAR_EVENT = st.fixed_dictionaries(
    {},
    optional={name: st.one_of(JSON, st.sampled_from(["track", "Order Completed", "u1", "2026-11-22T08:00:00Z"]))
    for name in FIELDS},
)  # fmt: skip


def item(message_id: str = "m1", **changes: Any) -> dict[str, Any]:
    plain = {"type": "track", "event": "Product Viewed", "userId": "u1", "messageId": message_id}
    return plain | {"timestamp": "2026-11-22T07:00:00Z"} | changes


@given(st.lists(st.one_of(JSON, NEAR_EVENT), max_size=6))
@settings(max_examples=150, deadline=None)
def test_a_batch_answers_for_each_item_in_order_whatever_it_holds(items: list[Any]) -> None:
    shop = TwinShop()
    results = shop.events.accept_batch(items)
    assert [result.index for result in results] == list(range(len(items)))
    queued = shop.queue.drain()
    assert len(queued) == sum(result.status is Status.ACCEPTED for result in results)
    for result in results:
        assert (result.error is not None) == (result.status is Status.REJECTED)
        if result.error:
            assert (result.error.field or "").startswith(f"batch[{result.index}]")
    for each in queued:
        assert shop.events.record(each) in list(Outcome)


def test_one_bad_event_does_not_sink_the_others() -> None:
    shop = TwinShop()
    results = shop.events.accept_batch([item("m1"), 7, item("m2", event=None), item("m3")])
    statuses = [result.status for result in results]
    assert statuses == [Status.ACCEPTED, Status.REJECTED, Status.REJECTED, Status.ACCEPTED]
    assert [each.message_id for each in shop.queue.drain()] == ["m1", "m3"]
    assert results[2].error is not None
    assert results[2].error.field == "batch[2].event"


def test_the_same_event_twice_in_a_batch_is_queued_once() -> None:
    shop = TwinShop()
    results = shop.events.accept_batch([item(), item(), item(properties={"x": 1})])
    assert [result.status for result in results] == [Status.ACCEPTED, Status.DUPLICATE, Status.REJECTED]
    assert results[2].error is not None
    assert results[2].error.code == "message_id_reused"
    assert len(shop.queue.drain()) == 1


def test_a_batch_has_an_end() -> None:
    with pytest.raises(BatchTooLong):
        TwinShop().events.accept_batch([None] * 1001)


def test_a_queue_that_does_not_take_all_refuses_the_batch() -> None:
    class BusyQueue:
        def send(self, events: Sequence[Event]) -> None:
            raise QueueUnavailable("busy")

    shop = TwinShop()
    shop.events._queue = BusyQueue()
    with pytest.raises(QueueUnavailable):
        shop.events.accept_batch([item()])


def test_a_single_call_is_refused_by_its_own_field() -> None:
    with pytest.raises(EventInvalid) as refused:
        TwinShop().events.accept({"userId": "u1"}, Call.TRACK)
    assert refused.value.field == "event"


def test_a_duplicate_changes_nothing() -> None:
    shop = TwinShop()
    assert [shop.events.record(event()), shop.events.record(event())] == [Outcome.RECORDED, Outcome.DUPLICATE]
    assert len(shop.log.stream) == 1


def test_another_body_under_the_same_id_is_kept_aside_with_the_reason() -> None:
    shop = TwinShop()
    shop.events.record(event())
    assert shop.events.record(event(properties={"x": 1})) is Outcome.CONFLICT
    shop.events.record(event(properties={"x": 1}))
    (failure,) = shop.failures.list(10)[0]
    assert (failure.source, failure.failed_at) == ("record_events", NOW)
    assert "'m1'" in failure.reason
    assert len(shop.log.stream) == 1
