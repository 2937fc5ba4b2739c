"""What an order reserved, and the store that moves several coupons at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from chalicelib.coupons.ledger import OwnedCoupon
from chalicelib.coupons.model import Coupon
from chalicelib.coupons.passage import Passage

Move = tuple[Coupon, OwnedCoupon, Passage]
"""A coupon with its last entry, its template, and what else the movement counts."""
MAX_TOGETHER: Final = 12
"""Coupons of one order: with their balances they are one transaction of at most 100 actions."""


@dataclass(frozen=True, slots=True)
class OrderHold:
    """The offers that one order reserved under ``key``: ``codes`` of coupons, what each ``automatic`` one saved by its id;
    ``amount`` before and ``saved`` by all of them (minor units). ``asked`` stands for the request."""

    order_id: str
    codes: tuple[str, ...]
    key: str
    asked: str
    amount: int
    saved: int
    until: datetime
    automatic: Mapping[str, int] = field(default_factory=dict)
    version: int = 1


class OrderHolds(Protocol):
    """The store of what orders reserved. All movements of one call happen, or none."""

    def get(self, order_id: str) -> OrderHold | None: ...

    def move(self, moves: Sequence[Move], hold: OrderHold | None = None) -> None:
        """Store each coupon with its last entry, move all balances, count what the passages do, and put ``hold`` in the
        place of the one before it. No two passages of a template count the same mark.

        Raises ``CouponChanged`` unless every stored version is one below, ``CouponBudgetSpent`` naming the template, what
        the passages refuse with.
        """
        ...
