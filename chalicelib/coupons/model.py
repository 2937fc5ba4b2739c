"""A coupon as a shop knows it: a template with stock, and the coupons that shoppers own, each with its ledger.

All money is integer minor units (fen for CNY) of the coupon's currency; all times are UTC.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.core.clock import to_rfc3339
from chalicelib.core.ids import digest
from chalicelib.coupons.errors import (
    CouponAlreadyRedeemed,
    CouponExpired,
    CouponLimitReached,
    CouponNotYetValid,
    CouponPaused,
    CouponSoldOut,
)
from chalicelib.coupons.terms import Terms, Validity, require

MAX_STOCK: Final = 1_000_000_000
MAX_STOCK_SHARDS: Final = 50
BY_HAND: Final = "hand"
"""The source of a coupon that no campaign gave."""


class CouponKind(StrEnum):
    """What a coupon does to an order."""

    AMOUNT_OFF = "amount_off"


class CouponStatus(StrEnum):
    """Whether a template is being given out; what shoppers own already stays valid either way."""

    ACTIVE = "active"
    PAUSED = "paused"


class CouponState(StrEnum):
    """Where an owned coupon is in its life. Expiry is a matter of time, not of a write."""

    ISSUED = "issued"
    REDEEMED = "redeemed"


@dataclass(frozen=True, slots=True)
class Coupon:
    """A template. ``stock`` is how many may ever be issued, spread over ``stock_shards``; ``per_shopper`` None is unlimited."""

    coupon_id: str
    terms: Terms
    validity: Validity
    stock: int
    stock_shards: int
    created_at: datetime
    per_shopper: int | None = 1
    kind: CouponKind = CouponKind.AMOUNT_OFF
    status: CouponStatus = CouponStatus.ACTIVE
    version: int = 1

    def __post_init__(self) -> None:
        require(0 < len(self.coupon_id) <= 128, "id", "must have 1 to 128 characters")
        require(0 <= self.stock <= MAX_STOCK, "stock", f"must be between 0 and {MAX_STOCK}")
        require(0 < self.stock_shards <= MAX_STOCK_SHARDS, "stock_shards", f"must be between 1 and {MAX_STOCK_SHARDS}")
        require(self.per_shopper is None or 0 < self.per_shopper <= MAX_STOCK, "per_shopper", "must be positive")

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

    def issued_to(self, shopper_id: str, issue: "Issue", code: str, now: datetime) -> "OwnedCoupon":
        """The coupon this shopper would own. Raises ``CouponPaused`` or ``CouponExpired``."""
        if self.status is CouponStatus.PAUSED:
            raise CouponPaused(f"优惠券“{self.terms.name}”已暂停发放 (this coupon is paused)")
        usable_from, expires_at = self.validity.window(now)
        if expires_at <= now:
            raise CouponExpired(f"优惠券“{self.terms.name}”活动已结束 (this coupon ended at {to_rfc3339(expires_at)})")
        entry = Entry(Movement.ISSUED, now, issue.actor, issue.reason, issue.key)
        return OwnedCoupon(
            issue_id=issue_id_of(self.coupon_id, shopper_id, issue.key),
            code=code,
            coupon_id=self.coupon_id,
            shopper_id=shopper_id,
            terms=self.terms,
            usable_from=usable_from,
            expires_at=expires_at,
            entries=(entry,),
            source=issue.source,
        )


@dataclass(frozen=True, slots=True)
class Issue:
    """A wish to give a coupon: repeating it with the same ``key`` gives the first one. ``source`` is counted in reports."""

    key: str
    actor: str
    reason: str
    source: str = BY_HAND


class Movement(StrEnum):
    """What an entry of the ledger records."""

    ISSUED = "issued"
    REDEEMED = "redeemed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of one coupon: when, who, why, under which idempotency key, and for which order of what amount."""

    movement: Movement
    at: datetime
    actor: str
    reason: str
    key: str
    order_id: str | None = None
    amount: int | None = None
    discount: int | None = None


@dataclass(frozen=True, slots=True)
class Redeem:
    """A wish to use a coupon for an order of ``amount``; repeating it with the same ``key`` gives the first answer."""

    order_id: str
    amount: int
    key: str
    actor: str

    def __post_init__(self) -> None:
        require(0 < len(self.order_id) <= 128, "order_id", "must have 1 to 128 characters")
        require(0 <= self.amount <= MAX_STOCK * 100, "amount", "must not be negative, nor beyond any order")


@dataclass(frozen=True, slots=True)
class OwnedCoupon:
    """One coupon of one shopper. ``entries`` is its ledger, oldest first; ``version`` rises with every movement."""

    issue_id: str
    code: str
    coupon_id: str
    shopper_id: str
    terms: Terms
    usable_from: datetime
    expires_at: datetime
    entries: tuple[Entry, ...]
    state: CouponState = CouponState.ISSUED
    source: str = BY_HAND
    version: int = 1

    @property
    def redemption(self) -> Entry | None:
        """The entry of its use, or None."""
        return next((entry for entry in self.entries if entry.movement is Movement.REDEEMED), None)

    def is_answer_to(self, wish: Redeem) -> bool:
        """Whether this coupon was redeemed by this very wish."""
        used = self.redemption
        return used is not None and (used.key, used.order_id, used.amount) == (wish.key, wish.order_id, wish.amount)

    def redeemed(self, wish: Redeem, now: datetime) -> "OwnedCoupon":
        """The coupon after its use. Raises ``CouponAlreadyRedeemed``, ``CouponNotYetValid``, ``CouponExpired`` or
        ``BelowMinimumSpend``."""
        used = self.redemption
        if used is not None:
            raise CouponAlreadyRedeemed(
                f"该优惠券已使用，不能重复使用 (this coupon was redeemed at {to_rfc3339(used.at)} and works once)"
            )
        if now < self.usable_from:
            raise CouponNotYetValid(f"优惠券尚未生效 (this coupon is valid from {to_rfc3339(self.usable_from)})")
        if now >= self.expires_at:
            raise CouponExpired(f"优惠券已过期 (this coupon expired at {to_rfc3339(self.expires_at)})")
        discount = self.terms.discount_on(wish.amount)
        entry = Entry(Movement.REDEEMED, now, wish.actor, "用于订单", wish.key, wish.order_id, wish.amount, discount)
        return replace(self, state=CouponState.REDEEMED, entries=(*self.entries, entry), version=self.version + 1)


@dataclass(frozen=True, slots=True)
class Redemptions:
    """How many coupons of one source were redeemed, and what they took off (minor units)."""

    count: int = 0
    discount: int = 0


def issue_id_of(coupon_id: str, shopper_id: str, key: str) -> str:
    """The id of an issue: the same wish always has the same."""
    return digest(coupon_id, shopper_id, key)
