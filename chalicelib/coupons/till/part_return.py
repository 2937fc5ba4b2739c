"""The wish to give back what a coupon took off pieces that come back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.coupons.ledger import Entry, Movement, OwnedCoupon
from chalicelib.coupons.offers import RefundPolicy
from chalicelib.coupons.terms import require
from chalicelib.coupons.till.giving_back import PiecesUnknown, required_pieces, stays
from chalicelib.coupons.wishes import Refund


@dataclass(frozen=True, slots=True)
class PartReturn:
    """``returned`` pieces (by line id) come back: the discount goes back with them as ``policy`` says, all of it with the
    last piece that the coupon is for, and the coupon too, if ``returns``."""

    order_id: str
    key: str
    actor: str
    returned: Mapping[str, int]
    policy: RefundPolicy
    returns: bool = False
    reason: str = "退货"

    def __post_init__(self) -> None:
        require(bool(self.returned), "returned", "names no piece")
        for line_id, pieces in self.returned.items():
            require(pieces > 0, f"returned.{line_id}", "must be positive")

    def entry(self, owned: OwnedCoupon, now: datetime, day: str) -> Entry:
        """Raises ``CouponNotRedeemed`` (for this order), ``PiecesUnknown``, or ``InvalidRequest`` naming the line."""
        # All that is left is asked for; whether anything is, and for whom, is the plain refund's business.
        whole = Refund(self.order_id, self.key, self.actor, None, self.returns, self.reason).entry(owned, now, day)
        standing = owned.standing
        if standing.basket is None:
            raise PiecesUnknown("核销时没有购物车明细 (this coupon was redeemed without a cart)", field="returned")
        back = required_pieces(standing.basket, standing.returned, self.returned)
        left = stays(owned.terms, standing.basket, back, standing.discount, self.policy)
        # What was given back by hand counts; nothing is ever taken back again.
        amount = max(0, standing.held - left)
        keeps = not standing.basket.is_all_back(back)
        return replace(whole, discount=amount, returned=dict(self.returned), keeps=keeps, asked=self.policy.value)

    def made(self, entry: Entry) -> bool:
        told = (entry.movement, entry.order_id, entry.returned, entry.asked)
        return told == (Movement.REFUNDED, self.order_id, dict(self.returned), self.policy.value)
