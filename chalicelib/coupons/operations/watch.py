"""The watch over stocks and budgets: it looks at every template now and then, so that no claim has to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.core.clock import Clock
from chalicelib.coupons.model import Coupon, CouponStatus
from chalicelib.coupons.operations.alerts import Alert, Levels, alerts_of
from chalicelib.coupons.ports import AlertBell, CouponAlerts, CouponTemplates

_PAGE: Final = 100
_TIME: Final = timedelta(seconds=15)
"""Of the minute between two looks; what is not reached in it comes first in the next."""


class Watch:
    """Alerts on stocks and budgets that run out."""

    def __init__(
        self, templates: CouponTemplates, alerts: CouponAlerts, bell: AlertBell, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._templates = templates
        self._alerts = alerts
        self._bell = bell
        self._clock = clock
        self._zone = zone

    def look(self) -> int:
        """Look at every template that gives coupons; record, once, each threshold that is passed, and ring for it: how
        many times it rang.

        A process that dies between the record and the bell leaves the record unrung: the next look rings.
        """
        rung, now = 0, self._clock.now()
        until, cursor = now + _TIME, self._alerts.goes_on_at()
        began_at = cursor
        while True:
            page, cursor = self._templates.list(_PAGE, cursor)
            rung += self._watch([coupon for coupon in page if _gives(coupon, now)], now)
            if cursor is None or self._clock.now() >= until:
                break
        if cursor != began_at:
            self._alerts.go_on_at(cursor)
        return rung

    def list(self, coupon_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Alert], str | None]:
        """What was told of a template, and where to go on."""
        return self._alerts.list(coupon_id, limit, cursor)

    def _watch(self, coupons: Sequence[Coupon], now: datetime) -> int:
        day = now.astimezone(self._zone).date().isoformat()
        levels = self._alerts.levels(coupons, day)
        suspects = [coupon for coupon in coupons if self._new(coupon, levels[coupon.coupon_id], now)]
        return sum(self._tell(coupon.coupon_id, day, now) for coupon in suspects)

    def _new(self, coupon: Coupon, levels: Levels, now: datetime) -> Sequence[Alert]:
        alerts = list(alerts_of(coupon, levels, now))
        rung = self._alerts.rung(coupon.coupon_id, [each.alert_id for each in alerts]) if alerts else frozenset()
        return [alert for alert in alerts if alert.alert_id not in rung]

    def _tell(self, coupon_id: str, day: str, now: datetime) -> int:
        # A look may see a stock that was topped up and a shard from before: what is told is read surely, size first.
        coupon = self._templates.get(coupon_id)
        if coupon is None or not _gives(coupon, now):
            return 0
        levels = self._alerts.levels([coupon], day, surely=True)
        new = self._new(coupon, levels[coupon_id], now)
        for alert in new:
            recorded = self._alerts.record(alert)
            self._bell.ring(recorded, coupon.terms.name)
            self._alerts.set_rung(recorded)
        return len(new)


def _gives(coupon: Coupon, now: datetime) -> bool:
    # A paused template's coupons go on spending its budget.
    has_ended = coupon.validity.ends_at is not None and coupon.validity.ends_at <= now
    return coupon.status is not CouponStatus.ARCHIVED and not has_ended
