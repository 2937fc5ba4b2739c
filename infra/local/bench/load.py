"""Events to measure with: Segment's calls of shoppers of whom the k-th comes 1/k as often as the first (Zipf), each mostly
faithful to a taste. Always the same ones."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from chalicelib.core.clock import to_rfc3339

Call = dict[str, Any]
NAMES = ["Product Viewed"] * 12 + ["Products Searched"] * 5 + ["Product Added"] * 2 + ["Order Completed"]
TASTES = [
    ("山野", "户外 > 露营 > 帐篷", 399, "帐篷"),
    ("云织", "女装 > 裙装 > 连衣裙", 259, "连衣裙"),
    ("晨雾", "食品 > 咖啡 > 手冲", 88, "手冲壶"),
    ("青禾", "家居 > 灯具 > 台灯", 129, "台灯"),
    ("小岛", "母婴 > 童装 > 外套", 179, "儿童外套"),
    ("极光", "数码 > 耳机 > 降噪耳机", 699, "降噪耳机"),
]
FAITHFUL = 0.8
PRODUCTS = 500
_AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
_CONTEXT = {"library": {"name": "analytics-node", "version": "3.1.0"}, "userAgent": _AGENT}


def calls(count: int, shoppers: int, start: datetime, gap: timedelta) -> Iterator[Call]:
    """``count`` track calls from ``start`` on, ``gap`` apart."""
    drawn = random.Random(7)
    weights = [1 / rank for rank in range(1, shoppers + 1)]
    for number in range(count):
        if number % 1000 == 0:
            who = iter(drawn.choices(range(shoppers), weights, k=1000))
        shopper = next(who)
        yield _call(drawn, number, shopper, start + number * gap)


def batches(of: Iterator[Call], size: int) -> Iterator[list[Call]]:
    """The same calls, ``size`` at a time."""
    while batch := list(islice(of, size)):
        yield batch


def _call(drawn: random.Random, number: int, shopper: int, at: datetime) -> Call:
    taste = shopper % len(TASTES) if drawn.random() < FAITHFUL else drawn.randrange(len(TASTES))
    brand, category, price, word = TASTES[taste]
    name = drawn.choice(NAMES)
    product = {
        "product_id": f"p{drawn.randrange(PRODUCTS)}",
        "name": f"{brand}{word}",
        "brand": brand,
        "category": category,
        "price": price,
    }
    properties: dict[str, Any] = product
    if name == "Products Searched":
        properties = {"query": word}
    elif name == "Order Completed":
        properties = {"order_id": f"o{number}", "total": price, "currency": "CNY", "products": [product]}
    return {
        "type": "track",
        "messageId": f"{number:08x}-4b6f-4d11-9a0c-0305e82c3301",
        "userId": f"shopper-{shopper}",
        "event": name,
        "timestamp": to_rfc3339(at),
        "properties": properties,
        "context": _CONTEXT,
    }
