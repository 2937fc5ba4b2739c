"""What becomes of a wish: granted, refused because the coupon is worn out, or answered as it was the first time."""

from datetime import datetime
from typing import Final

from chalicelib.coupons.errors import CouponKeyReused, CouponWornOut
from chalicelib.coupons.ledger import CouponState, Entry, Movement, OwnedCoupon
from chalicelib.coupons.wishes import Wish

MAX_MOVEMENTS: Final = 40
"""Of one coupon, after which it is not reserved again: its ledger is one item, which stays a few KB."""
MAX_ENTRIES: Final = 200
"""After which it is not used again either, and of a use only all that is left is given back."""


def granted(wish: Wish, owned: OwnedCoupon, now: datetime, day: str) -> OwnedCoupon:
    """The coupon after ``wish``. Raises why not, or ``CouponWornOut``."""
    moved = owned.moved(wish.entry(owned, now, day))
    # The way out of a use stays open, however worn the coupon is.
    is_worn = owned.version >= MAX_MOVEMENTS and moved.state is CouponState.RESERVED
    if is_worn or (owned.version >= MAX_ENTRIES and owned.state is CouponState.ISSUED and not moved.is_settled):
        raise CouponWornOut("该优惠券操作过于频繁 (this coupon was moved too often to be used again)")
    if owned.version >= MAX_ENTRIES and not moved.is_settled:
        raise worn_by_refunds()
    return moved


def worn_by_refunds() -> CouponWornOut:
    """The refusal of a further part."""
    return CouponWornOut(
        "该券退款次数过多，请一次退回余下部分 (too many parts were refunded: give back all that is left)"
    )


def given_by(first: OwnedCoupon, movement: Movement) -> OwnedCoupon:
    """What a wish gave under its key the first time, as it was given. Raises ``CouponKeyReused`` unless that wish was such a
    ``movement``."""
    if first.entries[0].movement is not movement:
        raise _reused()
    return first.as_issued()


def answered(wish: Wish, owned: OwnedCoupon) -> OwnedCoupon | None:
    """What ``wish`` was answered the first time, or None. Raises ``CouponKeyReused`` when its key made something else."""
    first = owned.first(wish.key)
    if first is not None and not wish.made(first.entries[-1]):
        raise _reused()
    return first


def _reused() -> CouponKeyReused:
    return CouponKeyReused("同一幂等键已用于另一请求 (this Idempotency-Key came before with another request)")


def lapsed(owned: OwnedCoupon, now: datetime) -> OwnedCoupon:
    """The coupon after its reservation, whose time is over, was let go."""
    key = f"lapse-{owned.version}"
    return owned.moved(Entry(Movement.LAPSED, now, "clock", "占用超时", key, owned.standing.order_id))
