"""``functions/record_events``: SQS messages into the log."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from chalicelib import wiring
from chalicelib.adapters.memory.search_log import MemoryLogNames, MemorySearchLog
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.events import Event, Outcome, encode_event
from chalicelib.privacy import Source
from chalicelib.search import Action
from chalicelib.search.log.trail import encode_search
from functions.record_events.handler import handle
from tests.support.search_log import keeping, searched
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

    def busy(one: Event, recorded_at: datetime) -> Outcome:
        if one.message_id == "m2":
            raise Unavailable("busy")
        return append(one, recorded_at)

    monkeypatch.setattr(shop.log, "append", busy)
    messages = [queue_message(encode_event(event(name)), name) for name in ("m1", "m2", "m3")]
    assert handle({"Records": messages}, None) == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    assert handle({"Records": messages[1:2]}, None) == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    assert [each.message_id for each in shop.log.stream] == ["m1", "m3"]


def test_a_logged_search_and_its_clicks_are_kept_side_by_side_however_often_they_come() -> None:
    shop = TwinShop()
    services = shop.services
    log = MemorySearchLog()
    vars(services)["record_keeping"] = keeping(log=log, names=MemoryLogNames(shop.consents, SeededRandomness("names")))
    wiring.install(services)
    search = searched("帐篷", None)
    joined = event("c1", "Product Clicked", properties={"query_id": search.query_id, "product_id": "p2", "position": 2})
    alone = event("c2", "Product Clicked", properties={"query_id": "made up", "product_id": "p2"})
    line = {"query_id": search.query_id, "product_id": "p1"}
    order = event("o1", "Order Completed", properties={"products": [line, {"product_id": "p2"}], "total": 1})
    bodies = [encode_event(joined), encode_search(search, "u1"), encode_event(alone), encode_event(order)]
    messages = [queue_message(body, str(number)) for number, body in enumerate(bodies)]
    try:
        for _ in range(2):
            assert handle({"Records": messages}, None) == {"batchItemFailures": []}
    finally:
        wiring.install(None)
    found, actions = log.of(search.query_id)
    assert found is not None
    assert found.client
    assert replace(found, client=None) == search
    assert [(each.object_id, each.action, each.position) for each in actions] == [
        ("p2", Action.CLICKED, 2),
        ("p1", Action.CONVERTED, None),
    ]
    assert [each.message_id for each in shop.log.stream] == ["c1", "c2", "o1", f"search-{search.query_id}"]


def test_who_switched_personalisation_off_is_nobody_in_the_log_from_then_on() -> None:
    shop = TwinShop()
    services, log = shop.services, MemorySearchLog()
    vars(services)["record_keeping"] = keeping(log=log, names=MemoryLogNames(shop.consents, SeededRandomness("names")))
    wiring.install(services)
    before, after, again = (searched("帐篷", None, after=each * 60) for each in range(3))
    try:
        handle({"Records": [queue_message(encode_search(before, "u1"))]}, None)
        shop.privacy.set_personalisation("u1", is_on=False, source=Source("app"))
        handle({"Records": [queue_message(encode_search(after, "u1"))]}, None)
        shop.privacy.set_personalisation("u1", is_on=True, source=Source("app"))
        handle({"Records": [queue_message(encode_search(again, "u1"))]}, None)
    finally:
        wiring.install(None)
    clients = [found.client for each in (before, after, again) if (found := log.of(each.query_id)[0])]
    assert clients[0]
    assert clients == [clients[0], None, clients[0]]
    assert "u1" not in clients[0]


def test_a_search_that_cannot_be_read_is_set_aside(shop: TwinShop) -> None:
    assert handle({"Records": [queue_message('{"logged_search": 7}')]}, None) == {"batchItemFailures": []}
    assert len(shop.failures.list(10)[0]) == 1


def test_each_recorded_event_is_counted_once_under_its_name(shop: TwinShop) -> None:
    bodies = [encode_event(event("m1")), encode_event(event("m2", "直播观看")), encode_event(event("m1")), "nonsense"]
    messages = [queue_message(body, str(number)) for number, body in enumerate(bodies)]
    for _ in range(2):
        handle({"Records": messages}, None)
    counted = {each.name: (each.count, each.is_known) for each in shop.event_names.of_last(1)}
    assert counted == {"Product Viewed": (1, True), "直播观看": (1, False)}


def test_counting_holds_no_event_up(shop: TwinShop, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(day: object, counts: object) -> None:
        raise Unavailable("busy")

    monkeypatch.setattr(shop.tallies, "add", busy)
    assert handle({"Records": [queue_message(encode_event(event()))]}, None) == {"batchItemFailures": []}
    assert len(shop.log.stream) == 1
