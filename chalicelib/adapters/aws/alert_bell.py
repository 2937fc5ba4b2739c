"""Alerts on coupons as lines of the log from which CloudWatch counts a metric: alarms stand on it (``infra/app.yaml``)."""

from typing import Final

from chalicelib.core.telemetry import count
from chalicelib.coupons import Alert, AlertKind

METRICS: Final = {
    AlertKind.STOCK_LOW: "CouponStockLow",
    AlertKind.SOLD_OUT: "CouponSoldOut",
    AlertKind.BUDGET_LOW: "CouponBudgetLow",
    AlertKind.BUDGET_SPENT: "CouponBudgetSpent",
}


class MetricBell:
    """``AlertBell`` on CloudWatch's embedded metric format."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    def ring(self, alert: Alert, name: str) -> None:
        about = {"coupon_id": alert.coupon_id, "percent": alert.percent, "day": alert.day}
        count(METRICS[alert.kind], self._stage, alert.in_words(name), {"event": alert.kind.value, **about})
