"""What reports and the check of balances need from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.coupons.books.check import Check
from chalicelib.coupons.books.mark_counts import MarkNote
from chalicelib.coupons.books.reconciling import Difference
from chalicelib.coupons.books.tallying import Counts
from chalicelib.coupons.ledger import OwnedCoupon
from chalicelib.coupons.model import Coupon
from chalicelib.coupons.passage import MarkKind


@dataclass(frozen=True, slots=True)
class Recipient:
    """By what reports tell the shopper of a coupon apart: the lifecycle ``stage`` (empty: not known, or not to be used), and
    of the ``segments`` that the coupon's report tells apart those that the shopper is in."""

    stage: str = ""
    segments: tuple[str, ...] = ()


class Recipients(Protocol):
    """Knows shoppers."""

    def of(self, coupon: Coupon, shopper_id: str) -> Recipient:
        """Who the shopper is that is given a coupon."""
        ...


class CouponTallies(Protocol):
    """What the ledger's transactions counted."""

    def counted(self, coupon: Coupon, first: str, last: str) -> Counts:
        """The figures of some days, both included, and the unused coupons whose last day is one of them."""
        ...

    def fold(self, coupon: Coupon, today: str) -> int:
        """Bring what was counted on days before ``today`` to where it stays. Repeating it, or dying in it, is harmless."""
        ...

    def folded(self) -> tuple[str, str | None]:
        """The day that templates were last folded on, and the cursor behind those that were (None: all)."""
        ...

    def set_folded(self, day: str, cursor: str | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Balances:
    """A template and its balances at one moment, under the names of ``reconciling``; ``made_ahead`` is how many of its
    stock codes took."""

    coupon: Coupon
    actual: Mapping[str, int]
    made_ahead: int


@dataclass(frozen=True, slots=True)
class ShopperBooks:
    """One shopper's coupons of a template, what they were counted as, and which of their coupons are noted as reserved.

    ``holds`` are issue ids; those that are of another template, or of none, are told by ``others``.
    """

    shopper_id: str
    owned: Sequence[OwnedCoupon]
    ever: int | None
    days: Mapping[str, int]
    holds: frozenset[str]
    others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the walk over all shoppers: who has anything to do with a template."""

    shoppers: Sequence[str]
    looked_at: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class CountedMarks:
    """A part of what the marks of a template count."""

    counts: Sequence[MarkNote]
    looked_at: int
    cursor: str | None


class CouponBooks(Protocol):
    """Everything that is written of a template, for a check of its balances."""

    def balances(self, coupon_id: str) -> Balances | None: ...

    def codes_made(self, coupon: Coupon) -> int:
        """How many codes there are in the pages of all its batches."""
        ...

    def walk(self, coupon_id: str, cursor: str | None) -> Stretch:
        """The next shoppers who may have something of it; one may come again in the next stretch."""
        ...

    def shopper(self, coupon_id: str, shopper_id: str) -> ShopperBooks:
        """Strongly consistent."""
        ...

    def counted_marks(self, coupon_id: str, kinds: frozenset[MarkKind], cursor: str | None) -> CountedMarks:
        """The next counts of marks of those kinds, as notes of no coupon."""
        ...

    def note(self, check: Check, notes: Sequence[MarkNote]) -> None:
        """Keep notes of a check for a day; one ``of`` the same takes the place of the one before."""
        ...

    def noted(self, check: Check, cursor: str | None) -> tuple[Sequence[MarkNote], str | None]:
        """Some notes of a check, those of one mark one after the other, and where to go on."""
        ...

    def correct(self, coupon: Coupon, difference: Difference) -> bool:
        """Move a balance by the difference, if it still is what it was; True also when it is right by now."""
        ...

    def save(self, check: Check) -> None:
        """Store a check whose version is one above the stored one. Raises ``CouponChanged``."""
        ...

    def check(self, coupon_id: str, check_id: str) -> Check | None: ...
