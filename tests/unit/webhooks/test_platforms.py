"""What each platform's payloads become; the payloads are this project's own, in the platforms' shapes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.core.clock import from_rfc3339
from chalicelib.events import Event
from chalicelib.webhooks import Scheme, Status
from functions.project_profiles import handler
from tests.support.shoppers import stream
from tests.support.webhooks import HookShop, payload


def told(shop: HookShop, *deliveries: tuple[Scheme, str, str]) -> list[Event]:
    for number, (scheme, name, topic) in enumerate(deliveries):
        receipt = shop.send(scheme, name, topic, delivery=f"d-{number}")
        assert receipt.status in (Status.ACCEPTED, Status.WAITING), receipt.reason
    return shop.record()


def counters(shop: HookShop, shopper_id: str) -> dict[str, int]:
    """What the profile counts once the log's stream has been projected."""
    wiring.install(shop.shop.services)
    try:
        handler.handle({"Records": stream(shop.shop.log.stream)}, None)
    finally:
        wiring.install(None)
    found: Any = shop.shop.profiles.get(shopper_id).profile.counters
    return {name: getattr(found, name) for name in ("orders", "spend", "refunds")}


PAID = {
    Scheme.SHOPIFY: ("shopify_order_paid", "orders/paid"),
    Scheme.WOOCOMMERCE: ("woocommerce_order", "order.created"),
    Scheme.YOUZAN: ("youzan_trade_paid", ""),
    Scheme.STANDARD: ("standard_order", ""),
}


@pytest.mark.parametrize(
    ("scheme", "shopper_id", "order_id", "total", "at"),
    [
        (Scheme.SHOPIFY, "7001", "450789469", "478.00", "2026-11-20T02:00:00Z"),
        (Scheme.WOOCOMMERCE, "26", "727", "129.90", "2026-11-20T02:00:04Z"),
        (Scheme.YOUZAN, "kWq1xYz588001", "E20261120105106025604163", "448.50", "2026-11-20T02:00:30Z"),
        (Scheme.STANDARD, "u-1", "o-1", "88.00", "2026-11-20T02:00:00Z"),
    ],
)
def test_a_paid_order_is_order_completed_of_its_customer(
    scheme: Scheme, shopper_id: str, order_id: str, total: str, at: str
) -> None:
    shop = HookShop()
    event = told(shop, (scheme, *PAID[scheme]))[0]
    assert (event.name, event.shopper_id, event.user_id) == ("Order Completed", shopper_id, shopper_id)
    assert (event.properties["order_id"], event.properties["total"]) == (order_id, total)
    assert event.at == from_rfc3339(at)
    assert event.properties["currency"] == "CNY"
    assert counters(shop, shopper_id) == {"orders": 1, "spend": round(float(total) * 100), "refunds": 0}


def test_the_lines_of_an_order_keep_what_search_and_taste_learn_from() -> None:
    (event,) = told(HookShop(), (Scheme.SHOPIFY, *PAID[Scheme.SHOPIFY]))
    assert event.properties["products"][0] == {
        "product_id": "501",
        "sku": "TENT-2",
        "variant_id": "9001",
        "variant": "军绿",
        "name": "双人帐篷",
        "brand": "山野",
        "price": "399.00",
        "quantity": 1,
    }
    assert event.properties["coupon"] == "DOUBLE11"
    assert event.properties["discount"] == "20.00"


def test_an_order_told_as_created_and_as_paid_is_placed_once() -> None:
    shop = HookShop()
    events = told(
        shop,
        (Scheme.SHOPIFY, "shopify_order_paid", "orders/create"),
        (Scheme.SHOPIFY, "shopify_order_paid", "orders/paid"),
    )
    assert [each.name for each in events] == ["Order Completed"]
    assert shop.shop.failures.list(10)[0] == []


@pytest.mark.parametrize(
    ("scheme", "name", "topic", "shopper_id", "spend"),
    [
        (Scheme.SHOPIFY, "shopify_refund", "refunds/create", "7001", 42_850),
        (Scheme.SHOPIFY, "shopify_order_refunded", "orders/updated", "7001", 42_850),
        (Scheme.WOOCOMMERCE, "woocommerce_order_refunded", "order.updated", "26", 10_000),
        (Scheme.YOUZAN, "youzan_refund", "", "kWq1xYz588001", 39_900),
    ],
)
def test_a_refund_takes_back_what_was_refunded_once(
    scheme: Scheme, name: str, topic: str, shopper_id: str, spend: int
) -> None:
    shop = HookShop()
    told(shop, (scheme, *PAID[scheme]), (scheme, name, topic))
    assert counters(shop, shopper_id) == {"orders": 1, "spend": spend, "refunds": 1}


def test_a_refund_told_in_two_ways_counts_once() -> None:
    shop = HookShop()
    told(
        shop,
        (Scheme.SHOPIFY, *PAID[Scheme.SHOPIFY]),
        (Scheme.SHOPIFY, "shopify_refund", "refunds/create"),
        (Scheme.SHOPIFY, "shopify_order_refunded", "orders/updated"),
    )
    assert counters(shop, "7001") == {"orders": 1, "spend": 42_850, "refunds": 1}


@pytest.mark.parametrize(
    ("scheme", "name", "topic", "shopper_id"),
    [
        (Scheme.SHOPIFY, "shopify_order_cancelled", "orders/cancelled", "7001"),
        (Scheme.WOOCOMMERCE, "woocommerce_order_cancelled", "order.updated", "26"),
        (Scheme.YOUZAN, "youzan_trade_closed", "", "kWq1xYz588001"),
    ],
)
def test_a_cancelled_order_counts_for_nothing(scheme: Scheme, name: str, topic: str, shopper_id: str) -> None:
    shop = HookShop()
    events = told(shop, (scheme, *PAID[scheme]), (scheme, name, topic))
    assert events[-1].name == "Order Cancelled"
    assert counters(shop, shopper_id)["orders"] == 0


@pytest.mark.parametrize(
    ("name", "topic"), [("shopify_refund", "refunds/create"), ("youzan_refund", ""), ("youzan_trade_closed", "")]
)
def test_what_comes_before_its_order_waits_for_it(name: str, topic: str) -> None:
    shop = HookShop()
    scheme = Scheme(name.partition("_")[0])
    receipt = shop.send(scheme, name, topic)
    assert receipt.status is Status.WAITING
    assert shop.send(scheme, name, topic).status is Status.DUPLICATE
    assert shop.record() == []
    events = told(shop, (scheme, *PAID[scheme]))
    assert len(events) == 2
    assert len({each.shopper_id for each in events}) == 1
    assert not any(shop.deliveries._waiting.values())


@pytest.mark.parametrize(
    ("scheme", "name", "topic", "shopper_id"),
    [
        (Scheme.SHOPIFY, "shopify_customer", "customers/update", "7001"),
        (Scheme.WOOCOMMERCE, "woocommerce_customer", "customer.updated", "26"),
        (Scheme.YOUZAN, "youzan_customer", "", "kWq1xYz588001"),
    ],
)
def test_a_customer_is_identified(scheme: Scheme, name: str, topic: str, shopper_id: str) -> None:
    (event,) = told(HookShop(), (scheme, name, topic))
    assert (event.call, event.shopper_id) == ("identify", shopper_id)
    assert event.traits["phone"] == "13800138000"
    assert event.traits["city"].startswith("杭州")


@pytest.mark.parametrize(
    ("scheme", "name", "topic", "product_id", "price", "stock"),
    [
        (Scheme.SHOPIFY, "shopify_product", "products/update", "501", 38_900, 7),
        (Scheme.WOOCOMMERCE, "woocommerce_product", "product.updated", "93", 12_990, 4),
        (Scheme.YOUZAN, "youzan_item", "", "501", 39_900, 7),
    ],
)
def test_a_product_is_put_into_the_catalogue(
    scheme: Scheme, name: str, topic: str, product_id: str, price: int, stock: int
) -> None:
    shop = HookShop()
    assert shop.send(scheme, name, topic).products == 1
    product = shop.catalog.get(product_id)
    assert (product.price, product.stock, product.is_on_sale) == (price, stock, True)


def test_a_product_of_before_does_not_replace_a_later_one_and_a_deleted_one_is_gone() -> None:
    shop = HookShop()
    shop.send(Scheme.STANDARD, _product("新", "2026-11-20T00:00:00Z"), delivery="1")
    late = shop.send(Scheme.STANDARD, _product("旧", "2026-11-19T00:00:00Z"), delivery="2")
    assert (late.status, late.products) == (Status.ACCEPTED, 0)
    assert shop.catalog.get("p-9").title == "新"
    gone = b'{"type": "product.deleted", "timestamp": "2026-11-21T00:00:00Z", "data": {"id": "p-9"}}'
    assert shop.send(Scheme.STANDARD, gone, delivery="3").products == 1
    assert shop.products.get("p-9") is None
    assert shop.send(Scheme.STANDARD, gone, delivery="4").products == 0


def _product(title: str, at: str) -> bytes:
    document = {"id": "p-9", "title": title, "price": 100}
    return json.dumps({"type": "product.updated", "timestamp": at, "data": document}).encode()


def test_a_guests_order_is_of_an_anonymous_shopper_of_its_own() -> None:
    shop = HookShop()
    body = payload("woocommerce_order").replace(b'"customer_id": 26', b'"customer_id": 0')
    shop.send(Scheme.WOOCOMMERCE, body, "order.created")
    event = shop.record()[0]
    assert (event.user_id, event.anonymous_id) == (None, "order-727")


def test_a_prefix_keeps_a_platforms_customers_apart_from_the_shops() -> None:
    shop = HookShop()
    shop.sources.put(Scheme.SHOPIFY, Scheme.SHOPIFY, user_prefix="shopify:")
    (event,) = told(shop, (Scheme.SHOPIFY, *PAID[Scheme.SHOPIFY]))
    assert event.shopper_id == "shopify:7001"


def test_standard_webhooks_carry_events_in_segments_shape_too() -> None:
    shop = HookShop()
    body = (
        b'{"type": "track", "timestamp": "2026-11-20T02:00:00Z", "data":'
        b' {"messageId": "m-1", "event": "Product Viewed", "userId": "u-1", "properties": {"product_id": "p-1"}}}'
    )
    assert shop.send(Scheme.STANDARD, body).events == 1
    (event,) = shop.record()
    assert (event.name, event.shopper_id, event.at) == ("Product Viewed", "u-1", datetime(2026, 11, 20, 2, tzinfo=UTC))
    assert event.message_id == "standard:m-1"


def test_youzan_reads_its_own_success_in_the_answer() -> None:
    receipt = HookShop().send(Scheme.YOUZAN, "youzan_trade_paid")
    assert dict(receipt.extra) == {"code": 0, "msg": "success"}
