"""In-memory twin of what orders reserved."""

from collections import Counter
from collections.abc import Sequence

from chalicelib.adapters.memory.coupons import MemoryCouponLedger
from chalicelib.coupons import CouponChanged
from chalicelib.coupons.till import Move, OrderHold


class MemoryOrderHolds:
    """``OrderHolds`` in a dictionary, beside the ledger's twin."""

    def __init__(self, ledger: MemoryCouponLedger) -> None:
        self._ledger = ledger
        self._holds: dict[str, OrderHold] = {}

    def get(self, order_id: str) -> OrderHold | None:
        return self._holds.get(order_id)

    def move(self, moves: Sequence[Move], hold: OrderHold | None = None) -> None:
        with self._ledger.templates.lock:
            self._require(moves, hold)
            for coupon, owned, passage in moves:
                self._ledger.move(coupon, owned, passage)
            if hold is not None:
                self._holds[hold.order_id] = hold

    def _require(self, moves: Sequence[Move], hold: OrderHold | None) -> None:
        """Raise whatever any of them would be refused with, before one is made."""
        known = self._holds.get(hold.order_id) if hold else None
        if hold is not None and hold.version != (known.version + 1 if known else 1):
            raise CouponChanged("the order was changed in between")
        money: Counter[tuple[str, str]] = Counter()
        for coupon, owned, passage in moves:
            stored = self._ledger.get(owned.shopper_id, owned.issue_id)
            if stored is None or stored.version != owned.version - 1:
                raise CouponChanged("the coupon was changed in between")
            self._ledger.passages.check(coupon.coupon_id, passage)
            shift = owned.last_shift
            for span, budget in (("all", coupon.budget), (shift.day or "", coupon.budget_per_day)):
                money[coupon.coupon_id, span] += shift.held
                held = money[coupon.coupon_id, span]
                if (
                    budget is not None
                    and held > 0
                    and self._ledger.templates.money[coupon.coupon_id, span] + held > budget
                ):
                    raise coupon.budget_spent(today=span != "all")
