"""One coupon to each of many shoppers, one after the other, each accounted for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chalicelib.core.errors import Unavailable, ZhaohuiError
from chalicelib.coupons.ledger import OwnedCoupon

MAX_SHOPPERS: Final = 100


class Fate(StrEnum):
    """What became of one shopper's coupon. ``LATER``: time was up, or the store was busy; ask again."""

    ISSUED = "issued"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one shopper's coupon, and why it was refused."""

    shopper_id: str
    fate: Fate
    owned: OwnedCoupon | None = None
    refusal: ZhaohuiError | None = None


def hand_out(
    shoppers: Sequence[str], give: Callable[[str], OwnedCoupon], is_over: Callable[[], bool]
) -> Sequence[Handed]:
    """Call ``give`` for each of ``shoppers`` until ``is_over``."""
    return [Handed(each, Fate.LATER) if is_over() else _handed(each, give) for each in shoppers]


def _handed(shopper_id: str, give: Callable[[str], OwnedCoupon]) -> Handed:
    try:
        return Handed(shopper_id, Fate.ISSUED, give(shopper_id))
    except Unavailable as busy:
        return Handed(shopper_id, Fate.LATER, refusal=busy)
    except ZhaohuiError as refusal:
        return Handed(shopper_id, Fate.REFUSED, refusal=refusal)
