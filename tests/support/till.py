"""The till for tests: a shop's coupons, a catalogue that knows nothing, and a customer that nobody knows more of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.adapters.dynamodb.coupon_ledger import DynamoCouponLedger
from chalicelib.adapters.dynamodb.coupon_orders import DynamoOrderHolds
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.coupon_orders import MemoryOrderHolds
from chalicelib.adapters.memory.coupons import MemoryCouponLedger
from chalicelib.coupons import Coupon, OneId, OwnedCoupon, Terms, Validity
from chalicelib.coupons.offers import BestOffers, Cart, Customer, Filler, Goods, Question, Wanted
from chalicelib.coupons.till import Checkout, OrderHolds, Purchase, Till
from tests.support.coupons import NOON, Shop, twenty_off, wish
from tests.support.stores import Store


@dataclass
class Assortment:
    """Knows of each product what ``goods`` says."""

    goods: dict[str, Goods]

    def of(self, product_ids: Sequence[str]) -> Mapping[str, Goods]:
        return {each: self.goods[each] for each in product_ids if each in self.goods}


class Customers:
    """Everybody is ``customer``."""

    def __init__(self) -> None:
        self.customer = Customer()

    def of(self, shopper_id: str) -> Customer:
        return self.customer


class NoFillers:
    """Nothing to fill a cart up with."""

    def at_least(
        self, price: int, terms: Terms, without: Collection[str], limit: int, now: datetime
    ) -> Sequence[Filler]:
        return ()

    def below(self, price: int, terms: Terms, without: Collection[str], limit: int, now: datetime) -> Sequence[Filler]:
        return ()


@dataclass(frozen=True)
class TillShop:
    """A shop and its till."""

    shop: Shop
    till: Till
    checkout: Checkout
    offers: BestOffers
    assortment: Assortment
    customers: Customers

    def template(self, coupon_id: str, terms: Terms, **more: Any) -> Coupon:
        stock = more.pop("stock", 100)
        return self.shop.coupons.create(
            twenty_off(coupon_id=coupon_id, terms=terms, stock=stock, per_shopper=None, **more)
        )

    def given(self, coupon_id: str, shopper: str = "li", key: str = "key-1", source: str = "") -> OwnedCoupon:
        return self.shop.coupons.issue(coupon_id, shopper, wish(key, source or f"campaign/{coupon_id}"))

    def sell(self, cart: Cart) -> Question:
        """The cart as a till sends it; the catalogue learns what its lines are."""
        for line in cart.lines:
            self.assortment.goods[line.product_id] = Goods(line.price, line.category_path, line.brand, line.tags)
        lines = tuple(
            Wanted(line.line_id, line.product_id, line.quantity, line.sku_id, line.price, line.shop, line.grams)
            for line in cart.lines
        )
        return Question(lines, currency=cart.currency, shipping=cart.shipping, region=cart.region)


def till_on(shop: Shop, holds: OrderHolds) -> TillShop:
    assortment, customers = Assortment({}), Customers()
    zone = ZoneInfo("Asia/Shanghai")
    offers = BestOffers(shop.coupons, assortment, customers, NoFillers(), shop.clock, zone, shop.desk)
    till = Till(shop.coupons, offers, OneId(), shop.clock)
    checkout = Checkout(shop.coupons, shop.ledger, holds, till, shop.clock)
    return TillShop(shop, till, checkout, offers, assortment, customers)


def memory_till(shop: Shop) -> TillShop:
    assert isinstance(shop.ledger, MemoryCouponLedger)
    return till_on(shop, MemoryOrderHolds(shop.ledger))


def dynamo_till(shop: Shop, store: Store, client: Any = None) -> TillShop:
    assert isinstance(shop.ledger, DynamoCouponLedger)
    return till_on(shop, DynamoOrderHolds(Table(client or store.client, store.names.marketing), shop.ledger))


def purchase(question: Question, *beside: str, asked: str = "cart-1", shopper: str | None = None) -> Purchase:
    return Purchase(question, beside, asked, shopper)


def for_a_week(terms: Terms) -> Coupon:
    return replace(twenty_off(), terms=terms, validity=Validity(valid_days=7), created_at=NOON)
