"""A coupon template as a shop knows it: what is promised, how many there are, and to whom it may be given.

All money is integer minor units (fen for CNY) of the coupon's currency; all times are UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.core.clock import to_rfc3339
from chalicelib.coupons.codes import require_prefix, require_public
from chalicelib.coupons.errors import (
    CouponBudgetSpent,
    CouponDailyLimitReached,
    CouponExpired,
    CouponLimitReached,
    CouponPaused,
    CouponSoldOut,
)
from chalicelib.coupons.ledger import BY_HAND, Entry, Movement, OwnedCoupon, issue_id_of
from chalicelib.coupons.terms import Terms, Validity, require

MAX_STOCK: Final = 1_000_000_000
MAX_STOCK_SHARDS: Final = 50
MAX_BUDGET: Final = 1_000_000_000_000


class CouponStatus(StrEnum):
    """Whether a template is being given out; what shoppers own already stays valid either way."""

    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Coupon:
    """A template. ``stock`` is how many may ever be issued, spread over ``stock_shards``.

    A shopper is given at most ``per_shopper`` ever and ``per_shopper_per_day`` on a day of the shop; the discounts of its
    coupons, held and taken, come to at most ``budget`` in all and ``budget_per_day``. None is unlimited. ``code_prefix``
    begins every code; whoever knows ``public_code`` may claim one.
    """

    coupon_id: str
    terms: Terms
    validity: Validity
    stock: int
    stock_shards: int
    created_at: datetime
    per_shopper: int | None = 1
    status: CouponStatus = CouponStatus.ACTIVE
    version: int = 1
    per_shopper_per_day: int | None = None
    budget: int | None = None
    budget_per_day: int | None = None
    code_prefix: str = ""
    public_code: str | None = None

    def __post_init__(self) -> None:
        require(0 < len(self.coupon_id) <= 128, "id", "must have 1 to 128 characters")
        require(0 <= self.stock <= MAX_STOCK, "stock", f"must be between 0 and {MAX_STOCK}")
        require(0 < self.stock_shards <= MAX_STOCK_SHARDS, "stock_shards", f"must be between 1 and {MAX_STOCK_SHARDS}")
        for name, most, bound in (
            ("per_shopper", self.per_shopper, MAX_STOCK),
            ("per_shopper_per_day", self.per_shopper_per_day, MAX_STOCK),
            ("budget", self.budget, MAX_BUDGET),
            ("budget_per_day", self.budget_per_day, MAX_BUDGET),
        ):
            require(most is None or 0 < most <= bound, name, f"must be between 1 and {bound}")
        require_prefix(self.code_prefix)
        require_public(self.public_code)

    def spread(self, stock: int) -> list[int]:
        """``stock`` in as many parts as there are shards: equal ones, the first take the remainder."""
        part, remainder = divmod(stock, self.stock_shards)
        return [part + (1 if shard < remainder else 0) for shard in range(self.stock_shards)]

    def sold_out(self) -> CouponSoldOut:
        """The refusal when nothing is left."""
        return CouponSoldOut(f"优惠券“{self.terms.name}”已发完 (this coupon is sold out)")

    def limit_reached(self) -> CouponLimitReached:
        """The refusal when a shopper owns ``per_shopper`` already."""
        limit = self.per_shopper
        return CouponLimitReached(f"每人限领 {limit} 张 (a shopper may own {limit} of this coupon)")

    def daily_limit_reached(self) -> CouponDailyLimitReached:
        """The refusal when a shopper was given ``per_shopper_per_day`` today."""
        limit = self.per_shopper_per_day
        return CouponDailyLimitReached(f"每人每天限领 {limit} 张 (a shopper may be given {limit} of this coupon a day)")

    def budget_spent(self, *, today: bool) -> CouponBudgetSpent:
        """The refusal when a discount would go over ``budget``, or over ``budget_per_day``."""
        period = "今日" if today else ""
        span = "today's" if today else "the"
        return CouponBudgetSpent(f"优惠券“{self.terms.name}”{period}预算已用完 ({span} budget of this coupon is spent)")

    def issued_to(self, shopper_id: str, issue: "Issue", code: str, now: datetime, day: str) -> OwnedCoupon:
        """The coupon this shopper would own. Raises ``CouponPaused`` or ``CouponExpired``."""
        if self.status is CouponStatus.PAUSED:
            raise CouponPaused(f"优惠券“{self.terms.name}”已暂停发放 (this coupon is paused)")
        usable_from, expires_at = self.validity.window(now)
        if expires_at <= now:
            raise CouponExpired(f"优惠券“{self.terms.name}”活动已结束 (this coupon ended at {to_rfc3339(expires_at)})")
        entry = Entry(issue.movement, now, issue.actor, issue.reason, issue.key)
        return OwnedCoupon(
            issue_id=issue_id_of(self.coupon_id, shopper_id, issue.key),
            code=code,
            coupon_id=self.coupon_id,
            shopper_id=shopper_id,
            terms=self.terms,
            usable_from=usable_from,
            expires_at=expires_at,
            entries=(entry,),
            issued_day=day,
            source=issue.source,
        )


@dataclass(frozen=True, slots=True)
class Issue:
    """A wish to give a coupon (or a shopper's, to claim one): repeating it with the same ``key`` gives the first one.

    ``source`` is counted in reports.
    """

    key: str
    actor: str
    reason: str
    source: str = BY_HAND
    movement: Movement = Movement.ISSUED
