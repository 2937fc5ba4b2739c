"""What somebody is told of a template that runs out: once for each threshold of the size its stock or budget has."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from chalicelib.coupons.model import Coupon

BUDGET_SPENT_AT: Final = (80, 90, 100)
"""Percent of a budget at which somebody is told."""


class AlertKind(StrEnum):
    """The names of the events."""

    STOCK_LOW = "Coupon Stock Low"
    SOLD_OUT = "Coupon Sold Out"
    BUDGET_LOW = "Coupon Budget Low"
    BUDGET_SPENT = "Coupon Budget Spent"


@dataclass(frozen=True, slots=True)
class Levels:
    """What is left of a template's stock, and what is held or taken of its budgets (fen), in all and on ``day``."""

    left: int
    spent: int
    spent_today: int
    day: str


@dataclass(frozen=True, slots=True)
class Alert:
    """``now`` of ``size`` pieces are left, or fen spent, at or past ``percent`` of it; ``day`` for a budget of that day.

    ``alert_id`` is the same for the same threshold of the same size: a stock topped up has another.
    """

    alert_id: str
    coupon_id: str
    kind: AlertKind
    percent: int
    now: int
    size: int
    at: datetime
    day: str | None = None

    def in_words(self, name: str) -> str:
        """The alert as a marketer reads it."""
        match self.kind:
            case AlertKind.SOLD_OUT:
                return f"优惠券“{name}”已发完（共 {self.size} 张）"
            case AlertKind.STOCK_LOW:
                return f"优惠券“{name}”库存降至 {self.percent}% 以内：还剩 {self.now} 张，共 {self.size} 张"
            case _:
                period = f"{self.day} 当日" if self.day else ""
                spent, size = self.now / 100, self.size / 100
                return f"优惠券“{name}”{period}预算已用 {self.percent}%：{spent:.2f} 元，共 {size:.2f} 元"


def alerts_of(coupon: Coupon, levels: Levels, at: datetime) -> Iterator[Alert]:
    """Every threshold that a template is at or past."""
    yield from _of_stock(coupon, levels.left, at)
    if coupon.budget is not None:
        yield from _of_budget(coupon, levels.spent, coupon.budget, None, at)
    if coupon.budget_per_day is not None:
        yield from _of_budget(coupon, levels.spent_today, coupon.budget_per_day, levels.day, at)


def _of_stock(coupon: Coupon, left: int, at: datetime) -> Iterator[Alert]:
    for percent in coupon.alert_below:
        # A template without stock never sold anything: nothing ran out.
        if coupon.stock and left * 100 <= coupon.stock * percent:
            kind = AlertKind.STOCK_LOW if percent else AlertKind.SOLD_OUT
            alert_id = f"stock#{coupon.stock:010d}#{percent:03d}"
            yield Alert(alert_id, coupon.coupon_id, kind, percent, left, coupon.stock, at)


def _of_budget(coupon: Coupon, spent: int, budget: int, day: str | None, at: datetime) -> Iterator[Alert]:
    for percent in BUDGET_SPENT_AT:
        if spent * 100 >= budget * percent:
            kind = AlertKind.BUDGET_SPENT if percent == 100 else AlertKind.BUDGET_LOW
            alert_id = f"budget#{day or 'all'}#{budget:013d}#{percent:03d}"
            yield Alert(alert_id, coupon.coupon_id, kind, percent, spent, budget, at, day)
