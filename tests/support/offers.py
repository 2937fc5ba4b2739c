"""Carts and offers for tests and measurements: plain defaults, and drawn ones."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.coupons import Terms
from chalicelib.coupons.offers import Candidate, Cart, Context, Customer, Line
from chalicelib.coupons.terms import Benefit, BundlePrice, BuyGet, Part, Place
from infra.local.bench.carts import drawn_cart, drawn_offers
from tests.support.coupons import NOON

__all__ = ["asking", "cart", "drawn_cart", "drawn_offers", "line", "offer", "with_sets"]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def line(line_id: str = "1", price: int = 10_000, quantity: int = 1, **more: Any) -> Line:
    return Line(line_id, more.pop("product_id", f"p{line_id}"), price, quantity, **more)


def cart(*lines: Line, **more: Any) -> Cart:
    return Cart(lines or (line(),), **more)


def offer(key: str, benefit: Benefit, **terms: Any) -> Candidate:
    named = Terms(terms.pop("name", key), benefit, **terms)
    return Candidate(key, named, NOON - timedelta(days=1), NOON + timedelta(days=7))


def asking(**customer: Any) -> Context:
    channel = customer.pop("channel", None)
    now = customer.pop("now", NOON)
    return Context(now, SHANGHAI, Customer(**customer), channel)


def with_sets(random: Random, offers: list[Candidate]) -> list[Candidate]:
    """Some of the offers made into those that put pieces of several places together."""
    return [
        replace(each, terms=msgspec.structs.replace(each.terms, benefit=_drawn_set(random), scope=()))
        if random.random() < 0.4
        else each
        for each in offers
    ]


def _drawn_set(random: Random) -> Benefit:
    brand, category = f"b{random.randrange(5)}", f"c{random.randrange(4)}"
    times = random.choice([None, 1])
    if random.random() < 0.5:
        given = random.choice([Place(brands=(brand,)), Place(categories=(category,)), Place(products=("p0", "p2"))])
        return BuyGet(random.randrange(1, 4), random.randrange(1, 3), times, (given,))
    parts = (Part(categories=(category,), quantity=random.randrange(1, 3)), Part(brands=(brand,)))
    return BundlePrice(price=random.randrange(500, 20_000), times=times, parts=parts)
