"""What may be asked of an owned coupon, and when it is granted. A wish repeated under its key is the same wish."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from chalicelib.core.clock import to_rfc3339
from chalicelib.core.money import format_yuan
from chalicelib.coupons.baskets import Basket
from chalicelib.coupons.errors import (
    CouponAlreadyRedeemed,
    CouponExpired,
    CouponNotRedeemed,
    CouponNotReserved,
    CouponNotYetValid,
    CouponReserved,
    CouponVoided,
    RefundTooLarge,
)
from chalicelib.coupons.ledger import CouponState, Entry, Movement, OwnedCoupon, Standing
from chalicelib.coupons.takings import Asking, require_order, taking
from chalicelib.coupons.terms import require

MAX_RESERVED_SECONDS: Final = 7 * 86_400


class Wish(Protocol):
    """One movement that somebody asks for."""

    @property
    def key(self) -> str: ...

    def entry(self, owned: OwnedCoupon, now: datetime, day: str) -> Entry:
        """The entry that grants it to a coupon on which no reservation has lapsed, or the refusal."""
        ...

    def made(self, entry: Entry) -> bool:
        """Whether ``entry`` is what this wish once made."""
        ...


@dataclass(frozen=True, slots=True)
class Reserve:
    """Hold a coupon, and the money of its budget, for an order of ``amount`` that is not paid yet.

    What it takes off is told by the terms where the amount tells all; by ``basket``, worked out on the cart ``asked``; or,
    ``unchecked``, by ``discount``.
    """

    order_id: str
    amount: int | None
    key: str
    actor: str
    seconds: int = 900
    discount: int | None = None
    unchecked: bool = False
    basket: Basket | None = None
    asked: str | None = None

    def __post_init__(self) -> None:
        require_order(self)
        require(0 < self.seconds <= MAX_RESERVED_SECONDS, "seconds", f"must be between 1 and {MAX_RESERVED_SECONDS}")

    def entry(self, owned: OwnedCoupon, now: datetime, day: str) -> Entry:
        """Raises ``CouponReserved``, and what ``Redeem`` raises."""
        if owned.state is CouponState.RESERVED:
            raise _reserved(owned, self.order_id)
        _require_usable(owned, now)
        amount, discount = taking(owned.terms, self)
        return Entry(
            Movement.RESERVED,
            now,
            self.actor,
            "订单占用",
            self.key,
            self.order_id,
            amount,
            discount,
            now + timedelta(seconds=self.seconds),
            day,
            basket=self.basket,
            asked=self.asked,
            unchecked=self.unchecked,
        )

    def made(self, entry: Entry) -> bool:
        return entry.movement is Movement.RESERVED and _is_same(self, entry)


@dataclass(frozen=True, slots=True)
class Redeem:
    """Use a coupon for an order of ``amount``; one that is reserved only for the order that reserved it.

    All as in ``Reserve``; what says nothing else keeps what was reserved.
    """

    order_id: str
    amount: int | None
    key: str
    actor: str
    discount: int | None = None
    unchecked: bool = False
    basket: Basket | None = None
    asked: str | None = None

    def __post_init__(self) -> None:
        require_order(self)

    def entry(self, owned: OwnedCoupon, now: datetime, day: str) -> Entry:
        """Raises ``CouponAlreadyRedeemed``, ``CouponReserved``, ``CouponVoided``, ``CouponNotYetValid``, ``CouponExpired``,
        or what ``taking`` raises."""
        standing = owned.standing
        if standing.state is CouponState.RESERVED:
            if standing.order_id != self.order_id:
                raise _reserved(owned)
            # Whoever reserved in time may pay a little later.
            kept = (standing.amount, standing.discount) if self._keeps(standing) else None
            amount, discount = kept or taking(owned.terms, self)
        else:
            _require_usable(owned, now)
            self._require_held(owned)
            amount, discount = taking(owned.terms, self)
        return Entry(
            Movement.REDEEMED,
            now,
            self.actor,
            "用于订单",
            self.key,
            self.order_id,
            amount,
            discount,
            day=standing.day or day,
            basket=self.basket,
            asked=self.asked,
            unchecked=self.unchecked,
        )

    def _require_held(self, owned: OwnedCoupon) -> None:
        """Raise ``CouponNotReserved`` when this means to pay for a reservation that is over."""
        last = owned.entries[-1]
        is_over = last.movement in (Movement.LAPSED, Movement.RELEASED) and last.order_id == self.order_id
        if is_over and self.amount is None and self.basket is None:
            raise CouponNotReserved("该订单的占用已结束 (this order's reservation is over: send amount or cart)")

    def _keeps(self, reserved: Standing) -> bool:
        same = self.amount in (None, reserved.amount) and self.discount in (None, reserved.discount)
        return same and self.basket is None

    def made(self, entry: Entry) -> bool:
        return entry.movement is Movement.REDEEMED and _is_same(self, entry)


@dataclass(frozen=True, slots=True)
class Release:
    """Let a reserved coupon go: the order did not come about."""

    order_id: str
    key: str
    actor: str
    reason: str = "订单取消"

    def entry(self, owned: OwnedCoupon, now: datetime, day: str) -> Entry:
        """Raises ``CouponNotReserved``, or ``CouponReserved`` when it is for another order."""
        if owned.state is not CouponState.RESERVED:
            raise CouponNotReserved("该优惠券没有被占用 (this coupon is not reserved)")
        if owned.standing.order_id != self.order_id:
            raise _reserved(owned)
        return Entry(Movement.RELEASED, now, self.actor, self.reason, self.key, self.order_id)

    def made(self, entry: Entry) -> bool:
        return (entry.movement, entry.order_id) == (Movement.RELEASED, self.order_id)


@dataclass(frozen=True, slots=True)
class Refund:
    """Give back ``discount`` of what a redeemed coupon took off (None: all that is left of it).

    ``returns``: once all of it is given back, the shopper may use the coupon again, until it expires.
    """

    order_id: str
    key: str
    actor: str
    discount: int | None = None
    returns: bool = False
    reason: str = "退款"

    def __post_init__(self) -> None:
        require(0 < len(self.order_id) <= 128, "order_id", "must have 1 to 128 characters")
        require(self.discount is None or self.discount > 0, "discount", "must be positive")

    def entry(self, owned: OwnedCoupon, now: datetime, day: str) -> Entry:
        """Raises ``CouponNotRedeemed`` (for this order), or ``RefundTooLarge``."""
        standing = owned.standing
        if not standing.is_used or standing.order_id != self.order_id:
            raise CouponNotRedeemed("该优惠券没有用于此订单，或已全部退回 (nothing of this order is left to refund)")
        discount = standing.held if self.discount is None else self.discount
        if discount > standing.held:
            raise RefundTooLarge(
                f"最多可退回 {format_yuan(standing.held)} (at most {standing.held} of the discount is left)",
                field="discount",
            )
        return Entry(
            Movement.REFUNDED,
            now,
            self.actor,
            self.reason,
            self.key,
            self.order_id,
            discount=discount,
            returns=self.returns,
        )

    def made(self, entry: Entry) -> bool:
        # None meant all that was left then.
        same = entry.returned is None and self.discount in (None, entry.discount)
        return same and (entry.movement, entry.order_id) == (Movement.REFUNDED, self.order_id)


@dataclass(frozen=True, slots=True)
class Void:
    """Take an unused coupon away; ``returns`` gives it back to the stock and to the shopper's limit."""

    key: str
    actor: str
    reason: str
    returns: bool = False

    def entry(self, owned: OwnedCoupon, now: datetime, day: str) -> Entry:
        """Raises ``CouponVoided`` or ``CouponAlreadyRedeemed``. A reservation ends with the coupon."""
        if owned.state not in (CouponState.ISSUED, CouponState.RESERVED):
            raise _over(owned)
        # The day tells whether the shopper's count of a day still is that of the coupon's own.
        day_of = day if self.returns else None
        return Entry(Movement.VOIDED, now, self.actor, self.reason, self.key, day=day_of, returns=self.returns)

    def made(self, entry: Entry) -> bool:
        return (entry.movement, entry.returns) == (Movement.VOIDED, self.returns)


def _require_usable(owned: OwnedCoupon, now: datetime) -> None:
    """Raise why an unreserved coupon cannot be used now."""
    if owned.state is not CouponState.ISSUED:
        raise _over(owned)
    if now < owned.usable_from:
        raise CouponNotYetValid(f"优惠券尚未生效 (this coupon is valid from {to_rfc3339(owned.usable_from)})")
    if now >= owned.expires_at:
        raise CouponExpired(f"优惠券已过期 (this coupon expired at {to_rfc3339(owned.expires_at)})")


def _is_same(asking: Asking, entry: Entry) -> bool:
    """Whether ``entry`` was made by the same request. What was not said is not asked: a cart may come to something else."""
    told = (asking.order_id, asking.asked, asking.unchecked)
    same = told == (entry.order_id, entry.asked, entry.unchecked)
    return same and asking.amount in (None, entry.amount) and asking.discount in (None, entry.discount)


def _over(owned: OwnedCoupon) -> CouponVoided | CouponAlreadyRedeemed:
    if owned.state is CouponState.VOIDED:
        return CouponVoided("优惠券已作废 (this coupon was voided)")
    used = owned.redemption
    at = to_rfc3339(used.at) if used else "?"
    return CouponAlreadyRedeemed(f"该优惠券已使用，不能重复使用 (this coupon was redeemed at {at} and works once)")


def _reserved(owned: OwnedCoupon, order_id: str | None = None) -> CouponReserved:
    """The refusal of a coupon that an order holds, which may be the one that asks."""
    standing = owned.standing
    until = to_rfc3339(standing.until) if standing.until else "?"
    if standing.order_id == order_id:
        return CouponReserved(
            f"本订单已占用该优惠券，请先释放 (this order holds the coupon until {until}: release it first)"
        )
    return CouponReserved(f"优惠券正被另一订单占用 (another order holds this coupon until {until})")
