"""Nothing that was accepted is lost and nothing counts twice, wherever a process dies; what cannot be used is kept."""

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.memory.webhooks import MemoryDeliveries
from chalicelib.webhooks import Delivery, PayloadInvalid, Scheme, SourceInvalid, Status, read_mapping
from tests.support.webhooks import STORY, Dying, HookShop, payload, profile_of, tell


@pytest.mark.parametrize("is_after", [False, True])
def test_a_process_may_die_between_any_two_writes(is_after: bool) -> None:
    for at in range(60):
        shop = HookShop()
        calls = itertools.count()
        for name in ("_deliveries", "_door", "_shelf", "_failures"):
            setattr(shop.webhooks, name, Dying(getattr(shop.webhooks, name), calls, at, is_after))
        tell(shop, STORY)
        assert profile_of(shop) == (1, 42_850, 1), at
        assert shop.catalog.get("501").title == "双人帐篷"
        assert not any(shop.deliveries._waiting.values()), at
        assert shop.shop.failures.list(10)[0] == []
        if next(calls) <= at:
            return
    raise AssertionError("the story takes more calls than were tried")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(STORY), max_size=6), st.permutations(STORY))
def test_any_order_and_any_repetition_leads_to_the_same_profile(
    repeats: list[tuple[Scheme, str, str]], story: list[tuple[Scheme, str, str]]
) -> None:
    shop = HookShop()
    tell(shop, [*repeats, *story])
    assert profile_of(shop) == (1, 42_850, 1)


def test_an_unknown_topic_is_ignored_and_kept_with_its_reason() -> None:
    shop = HookShop()
    receipt = shop.send(Scheme.SHOPIFY, "shopify_customer", "carts/update")
    assert (receipt.status, receipt.reason) == (Status.IGNORED, "nothing here is made of 'carts/update'")
    (failure,) = shop.shop.failures.list(10)[0]
    assert (failure.source, failure.reason) == ("webhooks", receipt.reason)


def test_what_is_kept_or_waits_holds_no_address_in_clear() -> None:
    shop = HookShop()
    shop.send(Scheme.SHOPIFY, "shopify_customer", "carts/update")
    shop.send(Scheme.SHOPIFY, payload("shopify_refund").replace("杯子碎了".encode(), b"13800138000"), "refunds/create")
    held = repr([shop.shop.failures.list(10)[0], shop.deliveries._waiting])
    assert "13800138000" not in held
    assert "example.com" not in held


def test_a_payload_that_cannot_be_read_is_kept_and_comes_back_once_its_mapping_is_mended() -> None:
    shop = HookShop()
    mapping = {"topic": {"path": "kind"}, "topics": {"sale": [{"track": "Order Completed", "message": "no"}]}}
    shop.sources.put(Scheme.STANDARD, Scheme.STANDARD, mapping=mapping)
    body = b'{"kind": "sale", "no": null, "number": "1", "buyer": "u-1", "sum": "8.80"}'
    assert shop.send(Scheme.STANDARD, body).status is Status.KEPT
    (failure,) = shop.shop.failures.list(10)[0]
    with pytest.raises(PayloadInvalid):
        shop.webhooks.replay(failure)
    mapping["topics"] = {
        "sale": [
            {
                "track": "Order Completed",
                "message": {"text": "sale-{number}"},
                "user": "buyer",
                "properties": {"object": {"order_id": "number", "total": "sum"}},
            }
        ]
    }
    shop.sources.put(Scheme.STANDARD, Scheme.STANDARD, mapping=mapping)
    shop.webhooks.replay(failure)
    shop.webhooks.replay(failure)
    (event,) = shop.record()
    assert (event.name, event.shopper_id, event.properties["total"]) == ("Order Completed", "u-1", "8.80")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"not json",
        b'{"id": {}}',
        b'{"id": 1, "processed_at": "yesterday", "financial_status": "paid", "customer": {"id": 1}}',
        b'{"id": 1, "processed_at": "1900-01-01T00:00:00Z", "financial_status": "paid", "customer": {"id": 1}}',
        b'{"id": 1, "created_at": 1e300, "financial_status": "paid", "customer": {"id": 1}}',
        b'{"id": 1, "total_price": "many", "financial_status": "paid", "customer": {"id": 1}}',
        b"[" * 5000,
    ],
)
def test_a_signed_body_that_makes_no_sense_is_kept_or_means_nothing_and_is_never_an_error_of_ours(body: bytes) -> None:
    shop = HookShop()
    assert shop.send(Scheme.SHOPIFY, body, "orders/paid").status in (Status.KEPT, Status.ACCEPTED)
    assert shop.record() == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**12) | st.text(max_size=5) | st.sampled_from(["1.5", "2026-11-01"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "customer", "refunds", "line_items", "transactions", "variants", "title", "msg", "total"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None)
@given(
    json_values,
    st.sampled_from(["orders/paid", "orders/updated", "refunds/create", "products/update", "customers/update"]),
)
def test_whatever_a_platform_sends_there_is_an_answer(value: Any, topic: str) -> None:
    assert HookShop().send(Scheme.SHOPIFY, msgspec.json.encode(value), topic).status in Status


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({}, "mapping.topics.t[0]"),
        ({"track": "X", "identify": True, "message": "m"}, "mapping.topics.t[0]"),
        ({"track": "X"}, "mapping.topics.t[0].message"),
        ({"track": 1, "message": "m"}, "mapping.topics.t[0].track"),
        ({"track": "X", "message": "m", "colour": "red"}, "mapping.topics.t[0].colour"),
        ({"track": "X", "message": {"sum": {"each": 7}}}, "mapping.topics.t[0].message.sum.each"),
        ({"track": "X", "message": {"first": []}}, "mapping.topics.t[0].message.first"),
        ({"track": "X", "message": {"text": "a{b"}}, "mapping.topics.t[0].message.text"),
        ({"track": "X", "message": {"time": "a", "zone": "Mars/North"}}, "mapping.topics.t[0].message.zone"),
        ({"track": "X", "message": {"guess": "a"}}, "mapping.topics.t[0].message"),
        ({"track": "X", "message": "m", "when": [{"path": "a"}]}, "mapping.topics.t[0].when[0]"),
        ({"track": "X", "message": "m", "properties": {"object": {"a": 3}}}, "mapping.topics.t[0].properties.object.a"),
        ("nothing", "mapping.topics.t"),
    ],
)
def test_a_mapping_that_could_not_work_is_refused_at_its_node(step: Any, field: str) -> None:
    steps = step if isinstance(step, str) else [step]
    with pytest.raises(SourceInvalid) as refused:
        read_mapping({"topic": {"path": "t"}, "topics": {"t": steps}})
    assert refused.value.field == field


class Crossing(MemoryDeliveries):
    """Another delivery comes just before the first one begins to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None

    def wait(self, order_id: str, delivery: Delivery, now: datetime) -> None:
        self.meanwhile()
        super().wait(order_id, delivery, now)


def test_a_refund_that_crosses_with_its_order_does_not_wait_for_ever() -> None:
    deliveries = Crossing()
    shop = HookShop(deliveries=deliveries)
    deliveries.meanwhile = lambda: shop.send(Scheme.SHOPIFY, "shopify_order_paid", "orders/paid")
    assert shop.send(Scheme.SHOPIFY, "shopify_refund", "refunds/create").status is Status.ACCEPTED
    assert not any(deliveries._waiting.values())
    assert profile_of(shop) == (1, 42_850, 1)
