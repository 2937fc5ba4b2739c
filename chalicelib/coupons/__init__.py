"""Owns coupon templates, their stock, and the ledger of every coupon a shopper owns."""

from chalicelib.coupons.codes import CouponCodeMistyped, draw_code, read_code
from chalicelib.coupons.errors import (
    BelowMinimumSpend,
    CouponAlreadyRedeemed,
    CouponChanged,
    CouponExists,
    CouponExpired,
    CouponLimitReached,
    CouponNotFound,
    CouponNotYetValid,
    CouponPaused,
    CouponSoldOut,
)
from chalicelib.coupons.model import (
    BY_HAND,
    Coupon,
    CouponKind,
    CouponState,
    CouponStatus,
    Entry,
    Issue,
    Movement,
    OwnedCoupon,
    Redeem,
    Redemptions,
)
from chalicelib.coupons.ports import CouponLedger, CouponTemplates
from chalicelib.coupons.service import Coupons, StockCannotShrink
from chalicelib.coupons.terms import Terms, Validity

__all__ = [
    "BY_HAND",
    "BelowMinimumSpend",
    "Coupon",
    "CouponAlreadyRedeemed",
    "CouponChanged",
    "CouponCodeMistyped",
    "CouponExists",
    "CouponExpired",
    "CouponKind",
    "CouponLedger",
    "CouponLimitReached",
    "CouponNotFound",
    "CouponNotYetValid",
    "CouponPaused",
    "CouponSoldOut",
    "CouponState",
    "CouponStatus",
    "CouponTemplates",
    "Coupons",
    "Entry",
    "Issue",
    "Movement",
    "OwnedCoupon",
    "Redeem",
    "Redemptions",
    "StockCannotShrink",
    "Terms",
    "Validity",
    "draw_code",
    "read_code",
]
