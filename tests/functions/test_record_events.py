"""``functions/record_events``: SQS messages into the log."""

from collections.abc import Iterator

import pytest

from chalicelib import wiring
from chalicelib.core.errors import Unavailable
from chalicelib.events import Event, Outcome, encode_event
from functions.record_events.handler import handle
from tests.support.shoppers import NOW, TwinShop, event, queue_message


@pytest.fixture
def shop() -> Iterator[TwinShop]:
    made = TwinShop()
    wiring.install(made.services)
    yield made
    wiring.install(None)


def test_each_message_is_recorded_and_a_redelivered_one_changes_nothing(shop: TwinShop) -> None:
    messages = [queue_message(encode_event(event(name)), name) for name in ("m1", "m2", "m1")]
    assert handle({"Records": messages}, None) == {"batchItemFailures": []}
    assert handle({"Records": messages}, None) == {"batchItemFailures": []}
    assert [each.message_id for each in shop.log.stream] == ["m1", "m2"]


@pytest.mark.parametrize("body", ["", "{}", "not json", "[]", '{"message_id": 1}'])
def test_an_unreadable_message_is_set_aside_with_its_reason_and_holds_nothing_up(shop: TwinShop, body: str) -> None:
    messages = [queue_message(body, "bad"), queue_message(encode_event(event()), "good")]
    for _ in range(2):
        assert handle({"Records": messages}, None) == {"batchItemFailures": []}
    (failure,) = shop.failures.list(10)[0]
    assert (failure.source, failure.body, failure.failed_at) == ("record_events", body, NOW)
    assert failure.reason
    assert len(shop.log.stream) == 1


def test_only_what_the_store_was_too_busy_for_comes_again(shop: TwinShop, monkeypatch: pytest.MonkeyPatch) -> None:
    append = shop.log.append

    def busy(one: Event) -> Outcome:
        if one.message_id == "m2":
            raise Unavailable("busy")
        return append(one)

    monkeypatch.setattr(shop.log, "append", busy)
    messages = [queue_message(encode_event(event(name)), name) for name in ("m1", "m2", "m3")]
    assert handle({"Records": messages}, None) == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    assert handle({"Records": messages[1:2]}, None) == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    assert [each.message_id for each in shop.log.stream] == ["m1", "m3"]
