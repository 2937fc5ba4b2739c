"""The rules at the door: which there are, and what each does when it says no."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.core.errors import Conflict, Impossible
from chalicelib.coupons.guards.marks import Mark
from chalicelib.coupons.terms import require

MAX_PACES: Final = 10
MAX_SECONDS: Final = 7 * 86_400
_RULE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Mode(StrEnum):
    """What a rule does: nothing, only say what it would have done, or refuse."""

    OFF = "off"
    SHADOW = "shadow"
    ENFORCE = "enforce"


class GuardReason(StrEnum):
    """Why the door refuses; each but ``velocity`` is a rule with a mode of its own."""

    DEVICE_LIMIT = "device_limit"
    ADDRESS_LIMIT = "address_limit"
    PAYMENT_LIMIT = "payment_limit"
    REFERRER_LIMIT = "referrer_limit"
    SELF_REFERRAL = "self_referral"
    REFERRAL_CIRCLE = "referral_circle"
    MARK_MISSING = "mark_missing"
    VELOCITY = "velocity"


SINGLE: Final = tuple(reason for reason in GuardReason if reason is not GuardReason.VELOCITY)


class Verb(StrEnum):
    """What is attempted at the door."""

    CLAIM = "claim"
    REDEEM = "redeem"


class CouponRefused(Conflict):
    """The door refused; ``reason`` says why to the shop. The message, which may reach the shopper, does not."""

    def __init__(self, reason: GuardReason, rule: str | None = None) -> None:
        super().__init__(
            "暂时无法领取或使用该优惠券，如有疑问请联系客服 (this coupon cannot be had or used at present)"
        )
        self.why, self.reason = reason, reason.value
        self.rule = rule or reason.value


class ReferrerNeeded(Impossible):
    """The coupon is for those whom somebody brought, and nobody was named."""


class GuardsChanged(Conflict):
    """Somebody else changed the rules in between."""


@dataclass(frozen=True, slots=True)
class Pace:
    """At most ``most`` attempts at ``on`` for one mark in ``seconds``, over all templates: windows that stand still, so that
    up to twice as many may fall into as long a time across their border."""

    rule_id: str
    per: Mark
    most: int
    seconds: int
    mode: Mode = Mode.SHADOW
    on: Verb = Verb.CLAIM

    def check(self, at: str) -> None:
        """Raises ``InvalidRequest`` naming the field below ``at``."""
        require(_RULE.fullmatch(self.rule_id) is not None, f"{at}.id", "must have 1 to 40 of a-z, 0-9 and -")
        require(0 < self.most <= 1_000_000, f"{at}.most", "must be between 1 and 1000000")
        require(0 < self.seconds <= MAX_SECONDS, f"{at}.seconds", f"must be between 1 and {MAX_SECONDS}")

    def window(self, now: datetime) -> tuple[int, int]:
        """The number of the window, and when it ends (Unix time)."""
        number = int(now.timestamp()) // self.seconds
        return number, (number + 1) * self.seconds


SHIPPED: Final = (
    Pace("device-hour", Mark.DEVICE, 10, 3_600),
    Pace("address-day", Mark.ADDRESS, 10, 86_400),
    Pace("ip-ten-minutes", Mark.IP, 100, 600),
)


@dataclass(frozen=True, slots=True)
class Guards:
    """All rules; what is not said is in shadow."""

    modes: Mapping[GuardReason, Mode] = field(default_factory=dict)
    paces: tuple[Pace, ...] = SHIPPED
    version: int = 0

    def __post_init__(self) -> None:
        require(len(self.paces) <= MAX_PACES, "velocity", f"has more than {MAX_PACES} rules")
        for position, pace in enumerate(self.paces):
            pace.check(f"velocity[{position}]")
        require(len({pace.rule_id for pace in self.paces}) == len(self.paces), "velocity", "names an id twice")

    def mode(self, reason: GuardReason) -> Mode:
        """The mode of a single rule."""
        return self.modes.get(reason, Mode.SHADOW)


@dataclass(frozen=True, slots=True)
class Hit:
    """That ``rule`` refused an attempt, or (``mode`` shadow) would have."""

    at: datetime
    reason: GuardReason
    rule: str
    mode: Mode
    verb: Verb
    coupon_id: str
    shopper_id: str
