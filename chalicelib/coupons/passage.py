"""What a movement takes with it through the ledger beside stock and budgets: limits over several ids of one shopper, and
counts of the marks (device, address, payment, referrer) that a coupon is tied to.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from chalicelib.core.errors import Unavailable, ZhaohuiError


class ShopperMerged(Unavailable):
    """The id was merged into another shopper's in between: the same request finds that one."""


class MarkKind(StrEnum):
    """What a coupon may be counted by. The mark of a referrer is a shopper's id, of the others a keyed digest."""

    DEVICE = "device"
    ADDRESS = "address"
    PAYMENT = "payment"
    REFERRER = "referrer"


@dataclass(frozen=True, slots=True)
class Tie:
    """That a coupon has to do with a mark. Each coupon counts once for each of its marks, until it is voided for good."""

    kind: MarkKind
    mark: str

    @property
    def text(self) -> str:
        """The tie as an entry keeps it."""
        return f"{self.kind[0]}{self.mark}"


_BY_INITIAL: Final = {kind[0]: kind for kind in MarkKind}


def tie_of(text: str) -> Tie:
    """The tie that was kept as ``text``."""
    return Tie(_BY_INITIAL[text[0]], text[1:])


@dataclass(frozen=True, slots=True)
class Count:
    """``times`` more coupons of a template for a mark. Beyond ``limit`` they are refused with ``refusal``; None only
    counts."""

    tie: Tie
    limit: int
    refusal: ZhaohuiError | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Referral:
    """That ``referrer`` brought ``shopper_id``. ``circle`` is the refusal when it was the other way round before; None
    only notes it."""

    shopper_id: str
    referrer: str
    coupon_id: str
    at: datetime
    circle: ZhaohuiError | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """``elsewhere`` and ``elsewhere_today`` are how many coupons the shopper was given under ids that were merged."""

    counts: tuple[Count, ...] = ()
    referral: Referral | None = None
    elsewhere: int = 0
    elsewhere_today: int = 0

    @property
    def ties(self) -> tuple[str, ...]:
        """What the movement's entry keeps of it."""
        return tuple(count.tie.text for count in self.counts)


FREE: Final = Passage()


class ShopperIds(Protocol):
    """Who is who."""

    def of(self, shopper_id: str) -> tuple[str, ...]:
        """Every id of the shopper as of now, the surviving one first."""
        ...


class OneId:
    """``ShopperIds`` of a shop where nobody is merged."""

    def of(self, shopper_id: str) -> tuple[str, ...]:
        return (shopper_id,)
