"""Why a coupon cannot be issued or redeemed. Shoppers and marketers read these, hence both languages."""

from chalicelib.core.errors import Conflict, Impossible, NotFound


class CouponNotFound(NotFound):
    """There is no template with this id, or no owned coupon with this code."""


class CouponExists(Conflict):
    """A template with this id was created before."""


class CouponChanged(Conflict):
    """Somebody else changed the coupon in between."""


class CouponPaused(Conflict):
    """The template is not being given out at present."""


class CouponSoldOut(Conflict):
    """The stock is used up."""


class CouponLimitReached(Conflict):
    """This shopper owns as many as the template allows."""


class CouponAlreadyRedeemed(Conflict):
    """The coupon was used before, for another order or under another key."""


class CouponExpired(Impossible):
    """The coupon's time, or the template's, is over."""


class CouponNotYetValid(Impossible):
    """The coupon's time has not begun."""


class BelowMinimumSpend(Impossible):
    """The order is smaller than the coupon asks for."""
