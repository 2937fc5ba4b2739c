"""What a coupon promises, as a document: kinds, goods, shoppers, times, and the rounding of money."""

from chalicelib.coupons.terms.benefits import (
    BY_KIND,
    AmountOff,
    Benefit,
    CouponKind,
    Deposit,
    Every,
    FirstOrder,
    FlashSale,
    FreeShipping,
    Gift,
    MemberPrice,
    PercentOff,
    Tier,
    Tiers,
    kind_of,
)
from chalicelib.coupons.terms.checks import FULL, MAX_VALUE, require, require_currency
from chalicelib.coupons.terms.conditions import LEVEL_SEPARATOR, MAX_VALID_DAYS, Audience, Hours, Place, Validity
from chalicelib.coupons.terms.mall import from_mall
from chalicelib.coupons.terms.piece_kinds import BundlePrice, BuyGet, NthItem, Part
from chalicelib.coupons.terms.rounding import allocated, share_of, shares_of
from chalicelib.coupons.terms.terms import CartNeeded, Terms, amount_benefit
from chalicelib.coupons.terms.wording import in_words

__all__ = [
    "BY_KIND",
    "FULL",
    "LEVEL_SEPARATOR",
    "MAX_VALID_DAYS",
    "MAX_VALUE",
    "AmountOff",
    "Audience",
    "Benefit",
    "BundlePrice",
    "BuyGet",
    "CartNeeded",
    "CouponKind",
    "Deposit",
    "Every",
    "FirstOrder",
    "FlashSale",
    "FreeShipping",
    "Gift",
    "Hours",
    "MemberPrice",
    "NthItem",
    "Part",
    "PercentOff",
    "Place",
    "Terms",
    "Tier",
    "Tiers",
    "Validity",
    "allocated",
    "amount_benefit",
    "from_mall",
    "in_words",
    "kind_of",
    "require",
    "require_currency",
    "share_of",
    "shares_of",
]
