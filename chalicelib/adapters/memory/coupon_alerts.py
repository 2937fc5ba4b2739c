"""In-memory twin of the store of alerts."""

from collections.abc import Mapping, Sequence

from chalicelib.adapters.memory.coupons import MemoryCouponTemplates
from chalicelib.core.clock import to_rfc3339
from chalicelib.coupons import Alert, Coupon, Levels


class MemoryCouponAlerts:
    """``CouponAlerts`` beside the templates' twin."""

    def __init__(self, templates: MemoryCouponTemplates) -> None:
        self._templates = templates
        self._alerts: dict[tuple[str, str], Alert] = {}
        self._rung: set[tuple[str, str]] = set()
        self._cursor: str | None = None

    def levels(self, coupons: Sequence[Coupon], day: str, *, surely: bool = False) -> Mapping[str, Levels]:
        return {
            each.coupon_id: Levels(self._templates.left(each), *self._templates.spent(each, day), day)
            for each in coupons
        }

    def rung(self, coupon_id: str, alert_ids: Sequence[str]) -> frozenset[str]:
        return frozenset(each for each in alert_ids if (coupon_id, each) in self._rung)

    def record(self, alert: Alert) -> Alert:
        return self._alerts.setdefault((alert.coupon_id, alert.alert_id), alert)

    def set_rung(self, alert: Alert) -> None:
        self._rung.add((alert.coupon_id, alert.alert_id))

    def list(self, coupon_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Alert], str | None]:
        places = {f"{to_rfc3339(each.at)}#{each.alert_id}": each for each in self._alerts.values()}
        mine = sorted((place for place, each in places.items() if each.coupon_id == coupon_id), reverse=True)
        after = [place for place in mine if cursor is None or place < cursor]
        return [places[place] for place in after[:limit]], after[limit - 1] if len(after) > limit else None

    def goes_on_at(self) -> str | None:
        return self._cursor

    def go_on_at(self, cursor: str | None) -> None:
        self._cursor = cursor
