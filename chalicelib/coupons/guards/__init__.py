"""The door: who may take a coupon and use it, whom to be wary of, and what is only watched."""

from chalicelib.coupons.guards.attempts import Attempt
from chalicelib.coupons.guards.book import GuardBook
from chalicelib.coupons.guards.door import Door, UseGuard
from chalicelib.coupons.guards.doorkeeper import Doorkeeper
from chalicelib.coupons.guards.marks import Mark, Marks
from chalicelib.coupons.guards.ports import Claimant, Claimants, GuardRecords, GuardRules
from chalicelib.coupons.guards.rules import (
    SHIPPED,
    SINGLE,
    CouponRefused,
    GuardReason,
    Guards,
    GuardsChanged,
    Hit,
    Mode,
    Pace,
    ReferrerNeeded,
    Verb,
)
from chalicelib.coupons.guards.welcome import CouponNotForShopper, asks

__all__ = [
    "SHIPPED",
    "SINGLE",
    "Attempt",
    "Claimant",
    "Claimants",
    "CouponNotForShopper",
    "CouponRefused",
    "Door",
    "Doorkeeper",
    "GuardBook",
    "GuardReason",
    "GuardRecords",
    "GuardRules",
    "Guards",
    "GuardsChanged",
    "Hit",
    "Mark",
    "Marks",
    "Mode",
    "Pace",
    "ReferrerNeeded",
    "UseGuard",
    "Verb",
    "asks",
]
