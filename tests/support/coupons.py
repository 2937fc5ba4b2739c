"""Coupons for tests: a template with plain defaults, and the capability on any pair of stores."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.adapters.dynamodb.coupon_books import DynamoCouponBooks
from chalicelib.adapters.dynamodb.coupon_codes import DynamoCouponCodes
from chalicelib.adapters.dynamodb.coupon_ledger import DynamoCouponLedger
from chalicelib.adapters.dynamodb.coupon_stock import DynamoCouponStock
from chalicelib.adapters.dynamodb.coupon_tallies import DynamoCouponTallies
from chalicelib.adapters.dynamodb.coupons import DynamoCouponTemplates
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.transactions import Transactions
from chalicelib.adapters.memory.coupon_books import MemoryCouponBooks, MemoryCouponTallies
from chalicelib.adapters.memory.coupon_codes import MemoryCouponCodes
from chalicelib.adapters.memory.coupons import MemoryCouponLedger, MemoryCouponStock, MemoryCouponTemplates
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SecureRandomness
from chalicelib.coupons import (
    AmountOff,
    Blocks,
    Bookkeeping,
    CodeDesk,
    Coupon,
    CouponBooks,
    CouponCodes,
    CouponLedger,
    CouponReports,
    Coupons,
    CouponStock,
    CouponTallies,
    CouponTemplates,
    Issue,
    Recipient,
    Redeem,
    Refund,
    Release,
    Reserve,
    Terms,
    Validity,
    Void,
)
from tests.support.stores import Store

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


class ByLetter:
    """``Recipients`` by the first letter of a name."""

    def of(self, coupon: Coupon, shopper_id: str) -> Recipient:
        known = {"a": Recipient("active", ("vip", "north")), "d": Recipient("dormant", ("vip",))}
        return known.get(shopper_id[0], Recipient())


@dataclass(frozen=True)
class Shop:
    """The capability, its stores and its clock."""

    coupons: Coupons
    templates: CouponTemplates
    ledger: CouponLedger
    clock: MovableClock
    blocks: Blocks
    desk: CodeDesk
    reports: CouponReports
    tallies: CouponTallies
    bookkeeping: Bookkeeping
    books: CouponBooks


def twenty_off(**changes: Any) -> Coupon:
    """¥20 off from ¥100 on, valid for 7 days."""
    coupon = Coupon(
        coupon_id="welcome-back",
        terms=Terms("回归礼券", AmountOff(2_000), minimum_spend=10_000),
        validity=Validity(valid_days=7),
        stock=10,
        stock_shards=4,
        created_at=NOON,
    )
    return replace(coupon, **changes)


def memory_shop(clock: MovableClock | None = None) -> Shop:
    templates = MemoryCouponTemplates()
    ledger = MemoryCouponLedger(templates)
    codes = MemoryCouponCodes(ledger)
    books = MemoryCouponTallies(ledger), MemoryCouponBooks(ledger, codes)
    return make_shop(templates, ledger, MemoryCouponStock(templates), codes, *books, clock=clock)


def dynamo_shop(store: Store, client: Any = None, clock: MovableClock | None = None) -> Shop:
    """On ``store``, through ``client`` if it is another one than the store's."""
    client = client or store.client
    shoppers, marketing = Table(client, store.names.shoppers), Table(client, store.names.marketing)
    transactions = Transactions(client, SecureRandomness())
    ledger = DynamoCouponLedger(shoppers, marketing, transactions)
    return make_shop(
        DynamoCouponTemplates(marketing, transactions),
        ledger,
        DynamoCouponStock(marketing, transactions),
        DynamoCouponCodes(shoppers, marketing, ledger, transactions),
        DynamoCouponTallies(marketing, transactions),
        DynamoCouponBooks(shoppers, marketing, transactions),
        clock=clock,
    )


def make_shop(
    templates: CouponTemplates,
    ledger: CouponLedger,
    stock: CouponStock,
    codes: CouponCodes,
    tallies: CouponTallies,
    books: CouponBooks,
    clock: MovableClock | None = None,
) -> Shop:
    clock = clock or MovableClock(NOON)
    coupons = Coupons(templates, ledger, clock, SecureRandomness())
    desk = CodeDesk(coupons, templates, codes, clock, SecureRandomness())
    reports = CouponReports(tallies, templates, clock)
    bookkeeping = Bookkeeping(books, clock, SecureRandomness())
    blocks = Blocks(stock, templates, clock)
    return Shop(coupons, templates, ledger, clock, blocks, desk, reports, tallies, bookkeeping, books)


def wish(key: str = "key-1", source: str = "hand") -> Issue:
    return Issue(key, "admin", "补偿", source)


def use(order_id: str = "order-1", amount: int = 12_000, key: str = "redeem-1") -> Redeem:
    return Redeem(order_id, amount, key, "admin")


def hold(order_id: str = "order-1", amount: int = 12_000, key: str = "reserve-1", seconds: int = 900) -> Reserve:
    return Reserve(order_id, amount, key, "admin", seconds)


def let_go(order_id: str = "order-1", key: str = "release-1") -> Release:
    return Release(order_id, key, "admin")


def refund(discount: int | None = None, *, key: str = "refund-1", returns: bool = False) -> Refund:
    return Refund("order-1", key, "admin", discount, returns)


def void(key: str = "void-1", *, returns: bool = False) -> Void:
    return Void(key, "admin", "发错了", returns)
