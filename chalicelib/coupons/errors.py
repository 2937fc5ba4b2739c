"""Why a coupon cannot be issued or redeemed. Shoppers and marketers read these, hence both languages."""

from chalicelib.core.errors import Conflict, Impossible, InvalidRequest, NotFound, TooManyRequests


class CouponNotFound(NotFound):
    """There is no template with this id, or no owned coupon with this code."""


class CouponExists(Conflict):
    """A template with this id was created before."""


class CouponChanged(Conflict):
    """Somebody else changed the coupon in between."""


class CouponPaused(Conflict):
    """The template is not being given out at present."""


class CouponArchived(Conflict):
    """The template is out of use for good."""


class CouponSoldOut(Conflict):
    """The stock is used up."""


class CouponLimitReached(Conflict):
    """This shopper owns as many as the template allows."""


class CouponDailyLimitReached(Conflict):
    """This shopper was given as many today as the template allows."""


class CouponBudgetSpent(Conflict):
    """The money that the template may cost, in all or today, is spent or held by reservations."""


class CouponReserved(Conflict):
    """Another order holds the coupon."""


class CouponNotReserved(Conflict):
    """There is no reservation to let go."""


class CouponNotRedeemed(Conflict):
    """Nothing of this order is left to give back."""


class CouponVoided(Conflict):
    """The coupon was taken away."""


class CouponWornOut(Conflict):
    """The coupon was reserved and let go too often."""


class CouponKeyReused(Conflict):
    """The same idempotency key made something else of this coupon."""


class CouponCodeClaimed(Conflict):
    """Somebody else has this code."""


class CouponCodeTaken(Conflict):
    """Another coupon has this public code."""


class RefundTooLarge(Impossible):
    """More than what is left of the discount."""


class BudgetFixed(Impossible):
    """A budget cannot come to, or go from, a template that is there already: what was spent before was not counted."""


class PublicCodeUnfit(InvalidRequest):
    """The text cannot be a public code."""


class TooManyWrongCodes(TooManyRequests):
    """Whoever asks sent too many codes that do not exist."""


class CouponAlreadyRedeemed(Conflict):
    """The coupon was used before, for another order or under another key."""


class CouponExpired(Impossible):
    """The coupon's time, or the template's, is over."""


class CouponNotYetValid(Impossible):
    """The coupon's time has not begun."""


class BelowMinimumSpend(Impossible):
    """The order is smaller than the coupon asks for."""
