"""In-memory twin of the list of reminders."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.adapters.memory.coupons import MemoryCouponLedger
from chalicelib.coupons import OwnedCoupon, Reminder


class MemoryCouponReminders:
    """``CouponReminders`` beside the ledger's twin."""

    def __init__(self, ledger: MemoryCouponLedger) -> None:
        self._ledger = ledger

    def due(self, now: datetime, limit: int) -> Sequence[tuple[Reminder, OwnedCoupon]]:
        listed = sorted((at, key) for key, at in self._ledger.reminders.items() if at <= now)[:limit]
        owned = {key: self._ledger.get(*key) for _, key in listed}
        return [(Reminder(*key, at), each) for at, key in listed if (each := owned[key]) is not None]

    def done(self, reminder: Reminder) -> None:
        self._ledger.reminders.pop((reminder.shopper_id, reminder.issue_id), None)

    def put_off(self, reminder: Reminder, until: datetime) -> None:
        key = reminder.shopper_id, reminder.issue_id
        if key in self._ledger.reminders:
            self._ledger.reminders[key] = until
