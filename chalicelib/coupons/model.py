"""A coupon template as a shop knows it: what is promised, how many there are, and to whom it may be given.

All money is integer minor units (fen for CNY) of the coupon's currency; all times are UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.core.clock import to_rfc3339
from chalicelib.coupons.codes import require_prefix, require_public
from chalicelib.coupons.errors import (
    CouponArchived,
    CouponBudgetSpent,
    CouponDailyLimitReached,
    CouponExpired,
    CouponLimitReached,
    CouponPaused,
    CouponSoldOut,
)
from chalicelib.coupons.ledger import BY_HAND, Entry, Movement, OwnedCoupon, issue_id_of
from chalicelib.coupons.terms import CouponKind, Terms, Validity, require
from chalicelib.coupons.terms.checks import require_names

MAX_STOCK: Final = 1_000_000_000
MAX_STOCK_SHARDS: Final = 50
MAX_BUDGET: Final = 1_000_000_000_000
MAX_ALERTS: Final = 5
MAX_REMIND_HOURS: Final = 30 * 24
MAX_REPORT_SEGMENTS: Final = 10
"""Each makes the counters larger, which are billed whole: decision 0034 has the figures."""


_NO_IDS: Final = (".", "..", "report")


class CouponStatus(StrEnum):
    """Whether a template is being given out, not now, or never again; what shoppers own stays valid in any case."""

    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Coupon:
    """A template. ``stock`` is how many may ever be issued, spread over ``stock_shards``.

    A shopper is given at most ``per_shopper`` ever and ``per_shopper_per_day`` on a day of the shop; the discounts of its
    coupons, held and taken, come to at most ``budget`` in all and ``budget_per_day``. None is unlimited. ``code_prefix``
    begins every code; whoever knows ``public_code`` may claim one. ``alert_below`` are the percentages of the stock at which
    somebody is told (0: when it is sold out), ``remind_hours`` how long before its end an unused coupon's shopper is.

    ``per_device``, ``per_address``, ``per_payment`` and ``per_referrer`` bound its coupons by the marks they are tied to;
    with ``referral`` a claim names who brought the shopper. Shoppers claim from ``claims_from`` until ``claims_until``.
    Its report tells ``report_segments`` apart (None: those of its audience and the shop's oldest, see ``counted_segments``).
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
    alert_below: tuple[int, ...] = (10, 0)
    remind_hours: int | None = None
    per_device: int | None = None
    per_address: int | None = None
    per_payment: int | None = None
    referral: bool = False
    per_referrer: int | None = None
    claims_from: datetime | None = None
    claims_until: datetime | None = None
    report_segments: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        require(0 < len(self.coupon_id) <= 128, "id", "must have 1 to 128 characters")
        require(
            self.coupon_id not in _NO_IDS, "id", f"must be none of {', '.join(_NO_IDS)}: no address would lead to it"
        )
        require(0 <= self.stock <= MAX_STOCK, "stock", f"must be between 0 and {MAX_STOCK}")
        require(0 < self.stock_shards <= MAX_STOCK_SHARDS, "stock_shards", f"must be between 1 and {MAX_STOCK_SHARDS}")
        for name, most, bound in (
            ("per_shopper", self.per_shopper, MAX_STOCK),
            ("per_shopper_per_day", self.per_shopper_per_day, MAX_STOCK),
            ("per_device", self.per_device, MAX_STOCK),
            ("per_address", self.per_address, MAX_STOCK),
            ("per_payment", self.per_payment, MAX_STOCK),
            ("per_referrer", self.per_referrer, MAX_STOCK),
            ("budget", self.budget, MAX_BUDGET),
            ("budget_per_day", self.budget_per_day, MAX_BUDGET),
        ):
            require(most is None or 0 < most <= bound, name, f"must be between 1 and {bound}")
        fits = len(self.alert_below) <= MAX_ALERTS and all(0 <= each < 100 for each in self.alert_below)
        fits = fits and len(set(self.alert_below)) == len(self.alert_below)
        require(fits, "alert_below", f"must be at most {MAX_ALERTS} percentages between 0 and 99, each once")
        hours = self.remind_hours
        require(
            hours is None or 0 < hours <= MAX_REMIND_HOURS, "remind_hours", f"must be between 1 and {MAX_REMIND_HOURS}"
        )
        require(self.per_referrer is None or self.referral, "per_referrer", "needs referral: true beside it")
        if self.claims_from and self.claims_until:
            require(self.claims_from < self.claims_until, "claims_until", "must be later than claims_from")
        told = self.report_segments or ()
        require_names(told, "report_segments")
        require(
            len(told) == len(set(told)) <= MAX_REPORT_SEGMENTS,
            "report_segments",
            f"must be at most {MAX_REPORT_SEGMENTS} segments, each once",
        )
        require_prefix(self.code_prefix)
        require_public(self.public_code)
        if self.terms.is_automatic:
            self._require_uncounted()

    def _require_uncounted(self) -> None:
        """Stock and budgets are moved by coupons: what counts without one would never end."""
        is_flash = self.terms.kind is CouponKind.FLASH_SALE
        require(not is_flash, "is_automatic", "does not go with a flash sale, whose stock is taken by coupons")
        for name, budget in (("budget", self.budget), ("budget_per_day", self.budget_per_day)):
            require(budget is None, name, "does not go with is_automatic: only coupons are counted")

    @property
    def counts_by_itself(self) -> bool:
        """Whether it counts on every order without a coupon, now: automatic, and neither paused nor archived."""
        return self.terms.is_automatic and self.status is CouponStatus.ACTIVE

    def counted_segments(self, known: Sequence[str]) -> tuple[str, ...]:
        """Which of the ``known`` segments, the oldest first, its report tells apart. Which they are does not depend on who is
        in them, so that no segment is counted by half."""
        if self.report_segments is not None:
            return tuple(each for each in self.report_segments if each in known)
        return tuple(sorted(known, key=lambda each: each not in self.terms.audience.segments)[:MAX_REPORT_SEGMENTS])

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
        return CouponBudgetSpent(
            f"优惠券“{self.terms.name}”{period}预算不足，暂时无法使用 (too little is left of {span} budget of this coupon)"
        )

    def require_kept(self) -> None:
        """Raise ``CouponArchived`` when the template is out of use for good."""
        if self.status is CouponStatus.ARCHIVED:
            raise CouponArchived(f"优惠券“{self.terms.name}”已归档，不再发放 (this coupon is archived)")

    def remind_at(self, issued_at: datetime, expires_at: datetime) -> datetime | None:
        """When the shopper of a coupon is reminded that it ends, never in the first half of its time; None: not at all."""
        if self.remind_hours is None:
            return None
        middle = issued_at + (expires_at - issued_at) / 2
        return max(middle, expires_at - timedelta(hours=self.remind_hours))

    def issued_to(self, shopper_id: str, issue: "Issue", code: str, now: datetime, day: str) -> OwnedCoupon:
        """The coupon this shopper would own. Raises ``CouponArchived``, ``CouponPaused`` or ``CouponExpired``."""
        self.require_kept()
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
