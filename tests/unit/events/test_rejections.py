"""What the door refuses is kept, without plain personal data, and can come back."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.core.errors import InvalidRequest, Unavailable
from chalicelib.core.failures import Failure
from chalicelib.events import Status
from chalicelib.events.rejections import MOST_BYTES, MOST_ENTRIES, SOURCE
from tests.support.shoppers import NOW, TwinShop

TOMORROW_AFTER = (NOW + timedelta(days=2)).isoformat()


def item(message_id: str | None = "m1", **changes: Any) -> dict[str, Any]:
    plain = {"type": "track", "event": "Product Viewed", "userId": "u1", "messageId": message_id}
    return plain | {"timestamp": "2026-11-22T07:00:00Z"} | changes


def entries(failure: Failure) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = msgspec.json.decode(failure.body)["rejected"]
    return found


def test_the_rejected_of_a_batch_are_kept_together_with_their_reasons() -> None:
    shop = TwinShop()
    shop.events.accept_batch([item("m1"), item("m2", event=None), 7, item("m3", timestamp=TOMORROW_AFTER)])
    (failure,) = shop.failures.list(10)[0]
    assert (failure.source, failure.failed_at) == (SOURCE, NOW)
    assert failure.reason.startswith("3 events of a batch were refused; the first: batch[1].event is required")
    assert [(each["index"], each["field"]) for each in entries(failure)] == [
        (1, "batch[1].event"),
        (2, "batch[2]"),
        (3, "batch[3].timestamp"),
    ]
    assert [each["item"] and each["item"]["messageId"] for each in entries(failure)] == ["m2", None, "m3"]


def test_the_same_batch_again_is_the_same_failure() -> None:
    shop = TwinShop()
    for _ in range(3):
        shop.events.accept_batch([item(event=None), "x"])
        shop.clock.advance(timedelta(minutes=1))
    assert len(shop.failures.list(10)[0]) == 1


def test_a_batch_without_rejected_events_leaves_nothing() -> None:
    shop = TwinShop()
    shop.events.accept_batch([item()])
    assert not shop.failures.list(10)[0]


def test_personal_values_and_addresses_of_devices_are_not_kept_in_plain() -> None:
    shop = TwinShop()
    secrets = {"phone": "13800138000", "收货地址": "西湖区文三路 1 号", "note": "lin@example.com"}
    about = {"ip": "203.0.113.9", "traits": {"email": "lin@example.com"}, "device": {"id": "B5372DB0", "type": "ios"}}
    shop.events.accept_batch([item(event=None, properties={"deep": [secrets]}, traits=secrets, context=about)])
    (failure,) = shop.failures.list(10)[0]
    for plain in (*secrets.values(), "203.0.113.9", "B5372DB0"):
        assert plain not in failure.body + failure.reason
    assert '"type":"ios"' in failure.body


def test_what_is_too_large_is_named_and_not_kept() -> None:
    shop = TwinShop()
    shop.events.accept_batch([item("big", properties={"text": "字" * 11_000})])
    big = [item(f"m{number}", event=None, properties={"text": "字" * 3_000}) for number in range(40)]
    shop.events.accept_batch(big)
    many, one = sorted(shop.failures.list(10)[0], key=lambda each: -len(each.body))
    assert [each["item"] for each in entries(one)] == [None]
    assert len(many.body.encode()) < 1.2 * MOST_BYTES
    assert len(entries(many)) == 40
    assert 0 < sum(each["item"] is not None for each in entries(many)) < 40


def test_a_thousand_refusals_still_fit_into_one_item() -> None:
    shop = TwinShop()
    shop.events.accept_batch([item(f"m{number}", timestamp="字" * 64, type="track") for number in range(1000)])
    (failure,) = shop.failures.list(10)[0]
    assert len(failure.body.encode()) < 350_000
    assert (len(entries(failure)), msgspec.json.decode(failure.body)["more"]) == (MOST_ENTRIES, 1000 - MOST_ENTRIES)


def test_nothing_can_be_nested_too_deeply_to_be_refused() -> None:
    shop = TwinShop()
    deep: Any = {}
    for _ in range(3_000):
        deep = {"a": deep}
    assert shop.events.accept_batch([item(properties=deep)])[0].status is Status.REJECTED
    assert [each["item"] for each in entries(shop.failures.list(10)[0][0])] == [None]


def test_a_store_that_cannot_keep_them_refuses_the_batch_so_that_it_comes_again() -> None:
    class BusyFailures:
        def add(self, failure: Failure) -> None:
            raise Unavailable("busy")

    shop = TwinShop()
    shop.events._rejections._failures = BusyFailures()  # type: ignore[assignment]
    with pytest.raises(Unavailable):
        shop.events.accept_batch([item(), item("m2", event=None)])
    assert not shop.queue.drain()


def test_a_rejected_event_is_taken_back_once_nothing_speaks_against_it() -> None:
    shop = TwinShop()
    shop.events.accept_batch(
        [item(timestamp=TOMORROW_AFTER, traits={"phone": "13800138000"}), item(None, timestamp=TOMORROW_AFTER)]
    )
    (failure,) = shop.failures.list(10)[0]
    with pytest.raises(InvalidRequest, match="ahead"):
        shop.events.take_back(failure.body)
    assert not shop.queue.drain()
    shop.clock.advance(timedelta(days=1))
    for _ in range(2):
        shop.events.take_back(failure.body)
    taken = shop.queue.drain()
    assert taken[0].traits["phone"].startswith("sealed:v1:")
    assert [shop.events.record(each).value for each in taken] == ["recorded", "recorded", "duplicate", "duplicate"]


def test_an_id_that_is_an_address_lies_sealed_and_goes_back_as_it_was() -> None:
    shop = TwinShop()
    shop.events.accept_batch([item(userId="lin@example.com", timestamp=TOMORROW_AFTER)])
    (failure,) = shop.failures.list(10)[0]
    assert "lin@example.com" not in failure.body + failure.reason
    shop.clock.advance(timedelta(days=2))
    shop.events.take_back(failure.body)
    assert [each.shopper_id for each in shop.queue.drain()] == ["lin@example.com"]


def test_of_several_those_that_may_go_back_do() -> None:
    shop = TwinShop()
    shop.events.accept_batch([item("m1", event=None), item("m2", timestamp=TOMORROW_AFTER)])
    shop.clock.advance(timedelta(days=2))
    with pytest.raises(InvalidRequest, match="event is required"):
        shop.events.take_back(shop.failures.list(10)[0][0].body)
    assert [each.message_id for each in shop.queue.drain()] == ["m2"]


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"rejected":[{"item":null}]}', '{"rejected":7}'])
def test_a_body_without_events_cannot_be_taken_back(body: str) -> None:
    with pytest.raises(InvalidRequest):
        TwinShop().events.take_back(body)
