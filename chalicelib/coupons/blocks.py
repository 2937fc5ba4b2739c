"""The use cases of blocks of stock: a worker takes one, issues from it, gives back what is left."""

from datetime import timedelta
from typing import Final

from chalicelib.core.clock import Clock
from chalicelib.core.ids import digest
from chalicelib.coupons.errors import CouponNotFound
from chalicelib.coupons.model import Coupon
from chalicelib.coupons.ports import CouponStock, CouponTemplates
from chalicelib.coupons.stock import MAX_LEASE_SECONDS, Lease
from chalicelib.coupons.terms import require

_RETURN_PAGE: Final = 100


class Blocks:
    """Leases of a coupon's stock."""

    def __init__(self, stock: CouponStock, templates: CouponTemplates, clock: Clock) -> None:
        self._stock = stock
        self._templates = templates
        self._clock = clock

    def lease(self, coupon_id: str, size: int, seconds: int, key: str) -> tuple[Coupon, Lease]:
        """A block of at most ``size``, for ``seconds``; the same ``key`` gets the same block.

        Raises ``CouponNotFound`` or ``CouponSoldOut``.
        """
        require(0 < seconds <= MAX_LEASE_SECONDS, "seconds", f"must be between 1 and {MAX_LEASE_SECONDS}")
        coupon = self._templates.get(coupon_id)
        if coupon is None:
            raise CouponNotFound(f"没有这种优惠券 (there is no coupon {coupon_id[:128]!r})")
        until = self._clock.now() + timedelta(seconds=seconds)
        return coupon, self._stock.lease(coupon, Lease(digest("lease", coupon_id, key), coupon_id, size, until))

    def give_back(self, lease: Lease) -> int:
        """Put what is left of a block back: how many."""
        return self._stock.give_back(lease)

    def return_due(self) -> int:
        """Bring back what is left of every block whose time is over: how many coupons."""
        return sum(self._stock.give_back(lease) for lease in self._stock.due(self._clock.now(), _RETURN_PAGE))
