"""What a coupon promises, as a document: kinds, goods, shoppers, times, and the rounding of money."""

from chalicelib.coupons.terms.benefits import (
    BY_KIND,
    AmountOff,
    Benefit,
    BundlePrice,
    BuyGet,
    CouponKind,
    Deposit,
    Every,
    FirstOrder,
    FlashSale,
    FreeShipping,
    Gift,
    MemberPrice,
    NthItem,
    PercentOff,
    Tier,
    Tiers,
    kind_of,
)
from chalicelib.coupons.terms.checks import FULL, MAX_VALUE, require
from chalicelib.coupons.terms.conditions import LEVEL_SEPARATOR, MAX_VALID_DAYS, Audience, Hours, Place, Validity
from chalicelib.coupons.terms.mall import from_mall
from chalicelib.coupons.terms.rounding import allocated, share_of
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
    "share_of",
]
