"""Coupons for tests: a template with plain defaults, and the capability on any pair of stores."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.adapters.dynamodb.coupons import DynamoCouponLedger, DynamoCouponTemplates
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.transactions import Transactions
from chalicelib.adapters.memory.coupons import MemoryCouponLedger, MemoryCouponTemplates
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SeededRandomness
from chalicelib.coupons import Coupon, CouponLedger, Coupons, CouponTemplates, Issue, Redeem, Terms, Validity
from tests.support.stores import Store

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


@dataclass(frozen=True)
class Shop:
    """The capability, its stores and its clock."""

    coupons: Coupons
    templates: CouponTemplates
    ledger: CouponLedger
    clock: MovableClock


def twenty_off(**changes: Any) -> Coupon:
    """¥20 off from ¥100 on, valid for 7 days."""
    coupon = Coupon(
        coupon_id="welcome-back",
        terms=Terms("回归礼券", value=2_000, minimum_spend=10_000),
        validity=Validity(valid_days=7),
        stock=10,
        stock_shards=4,
        created_at=NOON,
    )
    return replace(coupon, **changes)


def memory_shop() -> Shop:
    templates = MemoryCouponTemplates()
    return _shop(templates, MemoryCouponLedger(templates))


def dynamo_shop(store: Store) -> Shop:
    shoppers, marketing = Table(store.client, store.names.shoppers), Table(store.client, store.names.marketing)
    transactions = Transactions(store.client, SeededRandomness("transactions"))
    return _shop(DynamoCouponTemplates(marketing, transactions), DynamoCouponLedger(shoppers, marketing, transactions))


def _shop(templates: CouponTemplates, ledger: CouponLedger) -> Shop:
    clock = MovableClock(NOON)
    return Shop(Coupons(templates, ledger, clock, SeededRandomness("codes")), templates, ledger, clock)


def wish(key: str = "key-1", source: str = "hand") -> Issue:
    return Issue(key, "admin", "补偿", source)


def use(order_id: str = "order-1", amount: int = 12_000, key: str = "redeem-1") -> Redeem:
    return Redeem(order_id, amount, key, "admin")
