"""Carts and offers for tests and measurements: plain defaults, and drawn ones."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.coupons import Terms
from chalicelib.coupons.offers import Candidate, Cart, Context, Customer, Line
from chalicelib.coupons.terms import Benefit
from infra.local.bench.carts import drawn_cart, drawn_offers
from tests.support.coupons import NOON

__all__ = ["asking", "cart", "drawn_cart", "drawn_offers", "line", "offer"]
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
