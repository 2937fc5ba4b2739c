"""``functions/record_events``: SQS messages into the log."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from chalicelib import wiring
from chalicelib.adapters.memory.search_log import MemoryPopularities, MemoryQueryLines, MemorySearchLog
from chalicelib.core.errors import Unavailable
from chalicelib.events import Event, Outcome, encode_event
from chalicelib.search import Action, RecordKeeping
from chalicelib.search.log.trail import encode_search
from functions.record_events.handler import handle
from tests.support.search_log import searched
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


def test_a_logged_search_and_its_clicks_are_kept_side_by_side_however_often_they_come() -> None:
    shop = TwinShop()
    services = shop.services
    log = MemorySearchLog()
    vars(services)["record_keeping"] = RecordKeeping(log, MemoryQueryLines(), MemoryPopularities(), ZoneInfo("UTC"))
    wiring.install(services)
    search = searched("帐篷", "u1")
    joined = event("c1", "Product Clicked", properties={"query_id": search.query_id, "product_id": "p2", "position": 2})
    alone = event("c2", "Product Clicked", properties={"query_id": "made up", "product_id": "p2"})
    bodies = [encode_event(joined), encode_search(search), encode_event(alone)]
    messages = [queue_message(body, str(number)) for number, body in enumerate(bodies)]
    try:
        for _ in range(2):
            assert handle({"Records": messages}, None) == {"batchItemFailures": []}
    finally:
        wiring.install(None)
    found, actions = log.of(search.query_id)
    assert found == search
    assert [(each.object_id, each.action, each.position) for each in actions] == [("p2", Action.CLICKED, 2)]
    assert actions[0].client == search.client
    assert [each.message_id for each in shop.log.stream] == ["c1", "c2"]


def test_a_search_that_cannot_be_read_is_set_aside(shop: TwinShop) -> None:
    assert handle({"Records": [queue_message('{"logged_search": 7}')]}, None) == {"batchItemFailures": []}
    assert len(shop.failures.list(10)[0]) == 1
