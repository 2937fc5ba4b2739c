"""What coupons need from outside."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.coupons.model import Coupon, OwnedCoupon, Redemptions


class CouponTemplates(Protocol):
    """The store of templates, each with its stock."""

    def create(self, coupon: Coupon) -> None:
        """Store a new template and its stock. Raises ``CouponExists``."""
        ...

    def get(self, coupon_id: str) -> Coupon | None: ...

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Coupon], str | None]: ...

    def replace(self, coupon: Coupon, added_stock: int) -> None:
        """Store ``coupon``, whose version is one above the stored one, and add to its stock. Raises ``CouponChanged``."""
        ...

    def left(self, coupon: Coupon) -> int:
        """How many may still be issued."""
        ...


class CouponLedger(Protocol):
    """The store of owned coupons. Every movement is one write (or transaction) that happens whole or not at all."""

    def issue(self, coupon: Coupon, owned: OwnedCoupon) -> OwnedCoupon:
        """Take one from the stock, count it for the shopper and store it; the first one, as it is now, when ``issue_id`` exists.

        Raises ``CouponSoldOut``, ``CouponLimitReached``, or ``Unavailable`` after losing to others too often.
        """
        ...

    def get(self, shopper_id: str, issue_id: str) -> OwnedCoupon | None: ...

    def find(self, code: str) -> OwnedCoupon | None:
        """The coupon with that code, as it is now."""
        ...

    def redeem(self, owned: OwnedCoupon) -> None:
        """Store a redeemed coupon and count it for its source.

        Raises ``CouponChanged`` unless the stored version is one below.
        """
        ...

    def owned_by(
        self, shopper_id: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[OwnedCoupon], str | None]: ...

    def redeemed_from(self, source: str) -> Redemptions: ...
