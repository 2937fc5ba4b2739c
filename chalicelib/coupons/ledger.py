"""An owned coupon and its ledger: entries are all there is, and where the coupon stands is read off them.

All money is integer minor units (fen for CNY) of the coupon's currency; all times are UTC, ``day`` is a day of the shop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.core.ids import digest
from chalicelib.coupons.baskets import Basket
from chalicelib.coupons.terms import Terms

BY_HAND: Final = "hand"
"""The source of a coupon that no campaign gave."""


class CouponState(StrEnum):
    """Where an owned coupon is in its life. Expiry is a matter of time, not of a write."""

    ISSUED = "issued"
    RESERVED = "reserved"
    REDEEMED = "redeemed"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    VOIDED = "voided"


class Movement(StrEnum):
    """What an entry of the ledger records. ``LAPSED`` is a reservation whose time was over."""

    ISSUED = "issued"
    CLAIMED = "claimed"
    RESERVED = "reserved"
    RELEASED = "released"
    LAPSED = "lapsed"
    REDEEMED = "redeemed"
    REFUNDED = "refunded"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of one coupon: when, who, why, under which idempotency key, and for which order of what amount.

    ``discount`` is what was taken off (or, refunded, given back); ``until`` ends a reservation; ``day`` is the shop's day
    whose budget the money is counted on. ``returns``: the coupon may be used again after a refund; a voided one goes
    back to the stock. ``basket`` is what ``discount`` was worked out on, ``asked`` stands for the cart as it was sent;
    ``unchecked``: a till answered for the discount itself. ``returned`` are the pieces (by line id) that came back,
    ``keeps``: others of the coupon's goods stayed. ``ties`` are the marks that it tied the coupon to (``Tie.text``).
    """

    movement: Movement
    at: datetime
    actor: str
    reason: str
    key: str
    order_id: str | None = None
    amount: int | None = None
    discount: int | None = None
    until: datetime | None = None
    day: str | None = None
    returns: bool = False
    basket: Basket | None = None
    asked: str | None = None
    unchecked: bool = False
    returned: Mapping[str, int] | None = None
    keeps: bool = False
    ties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What the entries of a coupon come to. ``discount`` is held for, or was taken off, ``order_id``, on ``day``'s budget;
    ``returned`` are all pieces that came back of that order's ``basket``."""

    state: CouponState = CouponState.ISSUED
    order_id: str | None = None
    amount: int = 0
    discount: int = 0
    refunded: int = 0
    until: datetime | None = None
    day: str | None = None
    basket: Basket | None = None
    asked: str | None = None
    returned: Mapping[str, int] = field(default_factory=dict)

    @property
    def held(self) -> int:
        """The money of a budget that this coupon holds."""
        return self.discount - self.refunded

    @property
    def is_used(self) -> bool:
        return self.state in (CouponState.REDEEMED, CouponState.PARTIALLY_REFUNDED)

    def after(self, entry: Entry) -> "Standing":
        """Where the coupon stands after one more entry."""
        match entry.movement:
            case Movement.RESERVED | Movement.REDEEMED:
                return self._taken(entry)
            case Movement.REFUNDED:
                return self._refunded(entry)
            case Movement.VOIDED:
                return Standing(CouponState.VOIDED)
            case _:
                return Standing()

    def _taken(self, entry: Entry) -> "Standing":
        # A reservation took the money: what is paid for it later stays on that day's budget.
        was_reserved = self.state is CouponState.RESERVED
        day = self.day if was_reserved else entry.day
        state = CouponState.RESERVED if entry.movement is Movement.RESERVED else CouponState.REDEEMED
        keeps = was_reserved and (entry.amount, entry.discount) == (self.amount, self.discount)
        basket, asked = entry.basket or (self.basket if keeps else None), entry.asked or (self.asked if keeps else None)
        amount, discount = entry.amount or 0, entry.discount or 0
        return Standing(state, entry.order_id, amount, discount, 0, entry.until, day, basket, asked)

    def _refunded(self, entry: Entry) -> "Standing":
        refunded, returned = self.refunded + (entry.discount or 0), dict(self.returned)
        for line_id, pieces in (entry.returned or {}).items():
            returned[line_id] = returned.get(line_id, 0) + pieces
        # Where nothing was taken off (a gift), the goods that stay tell whether it is over.
        if refunded < self.discount or (entry.keeps and not self.discount):
            return replace(self, state=CouponState.PARTIALLY_REFUNDED, refunded=refunded, returned=returned)
        if entry.returns:
            return Standing()
        return replace(self, state=CouponState.REFUNDED, refunded=refunded, returned=returned)


@dataclass(frozen=True, slots=True)
class Shift:
    """How one movement moves the balances beside it: money held on the budgets (of ``day``), uses and money of the source."""

    held: int
    day: str | None
    uses: int
    used: int


@dataclass(frozen=True, slots=True)
class OwnedCoupon:
    """One coupon of one shopper. ``entries`` is its ledger, oldest first; ``issued_day`` the shop's day it was given on.

    ``voucher`` says that its code was made ahead, in a batch, and its stock taken then; ``stage`` is the lifecycle stage, and
    ``segments`` are the segments, that its shopper was in when it was given, by which reports count it for good (empty: not
    known, or not to be used).
    """

    issue_id: str
    code: str
    coupon_id: str
    shopper_id: str
    terms: Terms
    usable_from: datetime
    expires_at: datetime
    entries: tuple[Entry, ...]
    issued_day: str
    source: str = BY_HAND
    voucher: bool = False
    stage: str = ""
    segments: tuple[str, ...] = ()

    @property
    def version(self) -> int:
        """Rises with every movement."""
        return len(self.entries)

    @property
    def standing(self) -> Standing:
        """Where the coupon stands after its last movement, whatever the time is."""
        return _standing(self.entries)

    @property
    def state(self) -> CouponState:
        return self.standing.state

    def state_at(self, now: datetime) -> CouponState:
        """The state as a shopper sees it: a reservation may have lapsed, a coupon expired."""
        standing = self.standing
        is_open = standing.state is CouponState.ISSUED or self.has_lapsed(now)
        if not is_open:
            return standing.state
        return CouponState.EXPIRED if self.expires_at <= now else CouponState.ISSUED

    def has_lapsed(self, now: datetime) -> bool:
        """Whether a reservation holds it whose time is over."""
        standing = self.standing
        return standing.state is CouponState.RESERVED and standing.until is not None and standing.until <= now

    @property
    def redemption(self) -> Entry | None:
        """The entry of its last use, or None when it is not (or no longer) used."""
        if self.state not in (CouponState.REDEEMED, CouponState.PARTIALLY_REFUNDED, CouponState.REFUNDED):
            return None
        return next(entry for entry in reversed(self.entries) if entry.movement is Movement.REDEEMED)

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is held or taken (any more)."""
        return self.state not in (CouponState.RESERVED, CouponState.REDEEMED, CouponState.PARTIALLY_REFUNDED)

    @property
    def was_reserved(self) -> bool:
        """Whether a reservation ended with the last movement."""
        return self.state is not CouponState.RESERVED and _standing(self.entries[:-1]).state is CouponState.RESERVED

    @property
    def standing_before(self) -> Standing:
        """Where the coupon stood before its last movement."""
        return _standing(self.entries[:-1])

    @property
    def went_back(self) -> bool:
        """Whether it was voided back to the stock."""
        last = self.entries[-1]
        return last.movement is Movement.VOIDED and last.returns

    def moved(self, entry: Entry) -> "OwnedCoupon":
        """The coupon with one more entry. It keeps one basket: a later one takes the place of those before."""
        before = self.entries
        if entry.basket is not None:
            before = tuple(replace(each, basket=None) if each.basket else each for each in before)
        return replace(self, entries=(*before, entry))

    def first(self, key: str) -> "OwnedCoupon | None":
        """The coupon as it was after the movement under ``key`` (the answer that was given then), or None."""
        for count, entry in enumerate(self.entries[1:], start=2):
            if entry.key == key:
                return self.up_to(count)
        return None

    def up_to(self, count: int) -> "OwnedCoupon":
        """The coupon as it was after its first ``count`` movements."""
        return replace(self, entries=self.entries[:count])

    @property
    def ties(self) -> tuple[str, ...]:
        """Every mark it is tied to (``Tie.text``)."""
        return tuple(tie for entry in self.entries for tie in entry.ties)

    def tied(self, ties: Sequence[str]) -> "OwnedCoupon":
        """The coupon whose last movement tied it to ``ties`` as well."""
        last = self.entries[-1]
        return replace(self, entries=(*self.entries[:-1], replace(last, ties=(*last.ties, *ties)))) if ties else self

    def as_issued(self) -> "OwnedCoupon":
        """The coupon as it was given."""
        return replace(self, entries=self.entries[:1])

    @property
    def last_shift(self) -> Shift:
        """How the last movement moves the balances."""
        before, after = self.standing_before, self.standing
        return Shift(
            held=after.held - before.held,
            day=before.day or after.day,
            uses=after.is_used - before.is_used,
            used=_used(after) - _used(before),
        )


def _used(standing: Standing) -> int:
    return standing.held if standing.is_used else 0


def _standing(entries: Sequence[Entry]) -> Standing:
    standing = Standing()
    for entry in entries:
        standing = standing.after(entry)
    return standing


@dataclass(frozen=True, slots=True)
class Redemptions:
    """How many coupons of one source are redeemed and not wholly refunded, and what they took off (minor units)."""

    count: int = 0
    discount: int = 0


def issue_id_of(coupon_id: str, shopper_id: str, key: str) -> str:
    """The id of an issue: the same wish always has the same."""
    return digest(coupon_id, shopper_id, key)
