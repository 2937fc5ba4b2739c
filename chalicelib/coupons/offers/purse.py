"""What a shopper has in hand: which of their coupons may count on a cart, and why the others cannot."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.coupons.ledger import CouponState, OwnedCoupon
from chalicelib.coupons.offers.cart import Candidate
from chalicelib.coupons.offers.reasons import WORDS, Reason
from chalicelib.coupons.service import Coupons

MOST_READ: Final = 2_000
"""Coupons of one shopper that are read for one cart, spent ones among them."""
_A_PAGE: Final = 500
_OPEN: Final = frozenset({CouponState.ISSUED, CouponState.RESERVED})


@dataclass(frozen=True, slots=True)
class Purse:
    """A shopper's coupons by code, spent ones too. ``is_whole``: there are no more than these."""

    coupons: Mapping[str, OwnedCoupon]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Unusable:
    """A coupon that could not even be compared, and why. ``name`` is None unless it is known to be the asker's own."""

    code: str
    reason: Reason
    name: str | None = None

    @property
    def message(self) -> str:
        """The reason in Chinese."""
        return WORDS[self.reason]


def purse_of(coupons: Coupons, owners: Sequence[str]) -> Purse:
    """The coupons under every id of a shopper, up to ``MOST_READ`` of them; may lag a moment."""
    found: dict[str, OwnedCoupon] = {}
    for owner in owners:
        cursor: str | None = None
        while True:
            room = MOST_READ - len(found)
            # One more than there is room for tells whether there are more.
            page, cursor = coupons.owned_by(owner, min(_A_PAGE, room + 1), cursor)
            found |= {each.code: each for each in page[:room]}
            if len(page) > room:
                return Purse(found, is_whole=False)
            if cursor is None:
                break
    return Purse(found)


def open_ones(purse: Purse, typed: Collection[str], now: datetime) -> dict[str, OwnedCoupon]:
    """What may still count, whoever holds it now, and what is among the ``typed`` codes in whatever state."""
    return {code: owned for code, owned in purse.coupons.items() if code in typed or owned.state_at(now) in _OPEN}


def usable(
    coupons: Mapping[str, OwnedCoupon], owners: Sequence[str], now: datetime
) -> tuple[list[Candidate], list[Unusable]]:
    """Those that may be compared for the shopper of ``owners`` (none: for whoever has the codes), and those that may not."""
    candidates, unusable = [], []
    for code, owned in coupons.items():
        reason = _spent(owned, owners, now)
        if reason is None:
            candidates.append(Candidate(code, owned.terms, owned.usable_from, owned.expires_at))
        else:
            name = owned.terms.name if owned.shopper_id in owners else None
            unusable.append(Unusable(code, reason, name))
    return candidates, unusable


def _spent(owned: OwnedCoupon, owners: Sequence[str], now: datetime) -> Reason | None:
    """Why a coupon is not this shopper's to use, whatever the cart."""
    if owners and owned.shopper_id not in owners:
        return Reason.NOT_OWNED
    match owned.state_at(now):
        case CouponState.ISSUED | CouponState.EXPIRED:
            return None
        case CouponState.RESERVED:
            return Reason.RESERVED
        case CouponState.VOIDED:
            return Reason.VOIDED
        case _:
            return Reason.ALREADY_USED
