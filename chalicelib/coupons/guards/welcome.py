"""Whom a coupon is for, asked when a shopper takes it: what the shop gives by hand or by a campaign is not asked."""

from datetime import datetime, tzinfo

from chalicelib.core.errors import Impossible
from chalicelib.coupons.model import Coupon
from chalicelib.coupons.offers.cart import Customer
from chalicelib.coupons.offers.eligibility import for_whom
from chalicelib.coupons.offers.reasons import WORDS, Reason
from chalicelib.coupons.terms import Audience, FirstOrder


class CouponNotForShopper(Impossible):
    """The template's audience, hours or time of claiming say no; ``reason`` is that of an offer that does not count."""

    def __init__(self, reason: Reason, words: str | None = None) -> None:
        told = words or WORDS[reason]
        super().__init__(f"不能领取：{told} (this coupon cannot be claimed: {reason})")
        self.reason = reason.value


def asks(coupon: Coupon) -> bool:
    """Whether it matters who the shopper is."""
    return coupon.terms.audience != Audience() or isinstance(coupon.terms.benefit, FirstOrder)


def require_welcome(coupon: Coupon, customer: Customer, now: datetime, zone: tzinfo) -> None:
    """Raise ``CouponNotForShopper`` unless a shopper may take the coupon now."""
    if coupon.claims_from is not None and now < coupon.claims_from:
        raise CouponNotForShopper(Reason.NOT_YET_VALID, "领取尚未开始")
    if coupon.claims_until is not None and now >= coupon.claims_until:
        raise CouponNotForShopper(Reason.EXPIRED, "领取已结束")
    local = now.astimezone(zone)
    if coupon.terms.hours and not any(hours.hold(local) for hours in coupon.terms.hours):
        raise CouponNotForShopper(Reason.OUT_OF_HOURS, "不在每日领取时段")
    reason = for_whom(coupon.terms, customer)
    if reason is not None:
        raise CouponNotForShopper(reason)
