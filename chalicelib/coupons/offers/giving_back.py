"""The use case: an order as it was paid, and what is owed for the part of it that comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from chalicelib.core.errors import Impossible
from chalicelib.coupons.codes import CouponCodeMistyped
from chalicelib.coupons.errors import CouponNotFound
from chalicelib.coupons.offers.best import best_offer
from chalicelib.coupons.offers.cart import Candidate, Cart, Context, Customer
from chalicelib.coupons.offers.refunds import Order, Refund, RefundPolicy, refund
from chalicelib.coupons.service import Coupons
from chalicelib.coupons.terms import Audience, Terms

ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)


class PaidOtherwise(Impossible):
    """The order's offers do not give the price that is said to have been paid."""


@dataclass(frozen=True, slots=True)
class Return:
    """What comes back (pieces by line id) of a ``cart`` that cost ``paid`` with ``offers`` (codes, or ids of automatic ones);
    ``returned`` and ``refunded`` are what came and was given back before. Minor units."""

    cart: Cart
    offers: tuple[str, ...]
    paid: int
    coming_back: Mapping[str, int]
    policy: RefundPolicy
    returned: Mapping[str, int] = field(default_factory=dict)
    refunded: int = 0
    with_shipping: bool = False


class GivingBack:
    """Says what is owed. It moves no money and no coupon."""

    def __init__(self, coupons: Coupons) -> None:
        self._coupons = coupons

    def owed(self, wish: Return) -> Refund:
        """What is owed now. Raises ``CouponNotFound``, ``PaidOtherwise``, or ``InvalidRequest`` naming the field."""
        candidates = [Candidate(key, _as_counted(self._terms(key)), ANY_TIME, FOR_EVER) for key in wish.offers]
        # They counted when the order was paid: who the shopper is and what time it is are not asked again.
        context = Context(ANY_TIME, UTC, Customer(orders=0))
        offer = best_offer(wish.cart, candidates, context)
        if offer.payable != wish.paid:
            raise PaidOtherwise(f"these offers give a price of {offer.payable}, not {wish.paid}", field="paid")
        order = Order(wish.cart, offer, context, wish.returned, wish.refunded)
        return refund(order, wish.coming_back, wish.policy, with_shipping=wish.with_shipping)

    def _terms(self, key: str) -> Terms:
        try:
            return self._coupons.find(key).terms
        except (CouponNotFound, CouponCodeMistyped):
            return self._coupons.get(key).terms


def _as_counted(terms: Terms) -> Terms:
    return msgspec.structs.replace(terms, audience=Audience(), channels=(), hours=())
