"""What coupons need from outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.coupons.batches import CodeBatch, CodePage, Voucher
from chalicelib.coupons.ledger import OwnedCoupon, Redemptions
from chalicelib.coupons.model import Coupon
from chalicelib.coupons.stock import Lease


class CouponTemplates(Protocol):
    """The store of templates, each with its stock and its public code."""

    def create(self, coupon: Coupon) -> None:
        """Store a new template and its stock. Raises ``CouponExists`` or ``CouponCodeTaken``."""
        ...

    def get(self, coupon_id: str) -> Coupon | None: ...

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Coupon], str | None]: ...

    def replace(self, coupon: Coupon, added_stock: int) -> None:
        """Store ``coupon``, whose version is one above the stored one, and add to its stock. Raises ``CouponChanged``."""
        ...

    def left(self, coupon: Coupon) -> int:
        """How many may still be issued, those in leased blocks with them."""
        ...

    def with_public_code(self, code: str) -> Coupon | None: ...

    def spent(self, coupon: Coupon, day: str) -> tuple[int, int]:
        """The money that is held or taken of its budget in all, and of that of ``day``."""
        ...


class CouponLedger(Protocol):
    """The store of owned coupons. Every movement is one write (or transaction) that happens whole or not at all."""

    def issue(self, coupon: Coupon, owned: OwnedCoupon, lease: Lease | None = None) -> OwnedCoupon:
        """Take one from the stock (``lease`` first), count it for the shopper and store it; the first one, as it is now,
        when ``issue_id`` exists.

        Raises ``CouponSoldOut``, ``CouponLimitReached``, ``CouponDailyLimitReached``, or ``Unavailable`` after losing to
        others too often.
        """
        ...

    def get(self, shopper_id: str, issue_id: str) -> OwnedCoupon | None: ...

    def find(self, code: str) -> OwnedCoupon | None:
        """The coupon with that code, as it is now."""
        ...

    def move(self, coupon: Coupon, owned: OwnedCoupon) -> None:
        """Store ``owned`` with its last entry, and move the balances by its ``last_shift``.

        Raises ``CouponChanged`` unless the stored version is one below, ``CouponBudgetSpent``.
        """
        ...

    def owned_by(
        self, shopper_id: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[OwnedCoupon], str | None]: ...

    def redeemed_from(self, source: str) -> Redemptions: ...

    def due(self, now: datetime, limit: int) -> Sequence[OwnedCoupon]:
        """Coupons whose reservation was to end by ``now``, the oldest first in each shard; ``limit`` of each."""
        ...


class CouponStock(Protocol):
    """Blocks of stock leased to workers, so that they do not meet at the shards."""

    def lease(self, coupon: Coupon, lease: Lease) -> Lease:
        """Move up to ``lease.size`` from one shard into a block; the block as it is when it was leased before.

        Raises ``CouponSoldOut``.
        """
        ...

    def give_back(self, lease: Lease) -> int:
        """Put what is left of the block back to its shard: how many; 0 when it went back before."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[Lease]:
        """Leases that were to end by ``now``; ``limit`` of each shard."""
        ...


class CouponCodes(Protocol):
    """Codes made ahead, in batches, and the count of wrong guesses."""

    def open(self, batch: CodeBatch) -> CodeBatch:
        """Store a new batch; the first one when its id exists."""
        ...

    def batch(self, coupon_id: str, batch_id: str) -> CodeBatch | None: ...

    def page(self, batch: CodeBatch, number: int) -> CodePage | None: ...

    def add(self, coupon: Coupon, page: CodePage) -> CodePage:
        """Store the codes of a page and take as many from the stock; the first page when its number exists.

        Raises ``CouponSoldOut`` when less is left.
        """
        ...

    def voucher(self, code: str) -> Voucher | None: ...

    def claim(self, coupon: Coupon, owned: OwnedCoupon) -> OwnedCoupon:
        """Give the code ``owned.code``, made ahead, to its shopper; the first one when this very issue was stored before.

        Raises ``CouponCodeClaimed``, ``CouponLimitReached``, ``CouponDailyLimitReached``.
        """
        ...

    def wrong_guesses(self, who: str, hour: str) -> int: ...

    def count_wrong_guess(self, who: str, hour: str) -> None: ...
