"""What was done to a template: who, when, what, why, and how it stood behind it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.coupons.model import Coupon, CouponStatus
from chalicelib.coupons.terms import require

BY_ADMIN: Final = "admin"


class Act(StrEnum):
    """What is done to a template."""

    CREATED = "created"
    REPLACED = "replaced"
    PAUSED = "paused"
    RESUMED = "resumed"
    TOPPED_UP = "topped_up"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class TopUp:
    """More of what a template may give: pieces, and fen of its budgets."""

    stock: int = 0
    budget: int = 0
    budget_per_day: int = 0

    def __post_init__(self) -> None:
        parts = {"stock": self.stock, "budget": self.budget, "budget_per_day": self.budget_per_day}
        for name, more in parts.items():
            require(more >= 0, name, "must not be negative: nothing is taken away")
        require(any(parts.values()), "stock", "or budget, or budget_per_day is needed")


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a template's history. ``version`` is that of the template it made; ``added`` is what a top-up brought.

    ``status``, ``stock`` and the budgets are as they stood behind it.
    """

    coupon_id: str
    version: int
    act: Act
    at: datetime
    actor: str
    reason: str
    key: str
    status: CouponStatus
    stock: int
    budget: int | None
    budget_per_day: int | None
    added: TopUp | None = None


def change_of(
    coupon: Coupon,
    act: Act,
    at: datetime,
    key: str,
    *,
    actor: str = BY_ADMIN,
    reason: str = "",
    added: TopUp | None = None,
) -> Change:
    """The entry that says how ``coupon`` came to stand as it does."""
    return Change(
        coupon.coupon_id,
        coupon.version,
        act,
        at,
        actor,
        reason,
        key,
        coupon.status,
        coupon.stock,
        coupon.budget,
        coupon.budget_per_day,
        added,
    )
