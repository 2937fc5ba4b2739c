"""The use case of reminders: the list of due dates, swept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from chalicelib.core.clock import Clock
from chalicelib.coupons.ledger import CouponState, OwnedCoupon
from chalicelib.coupons.operations.reminders import Reminder
from chalicelib.coupons.ports import CouponReminders, ReminderPost

_PAGE: Final = 100
_TIME: Final = timedelta(seconds=20)
"""Of the minute between two sweeps; what is not reached in it waits for the next."""


class Reminding:
    """Tells the shop which shoppers' coupons end soon."""

    def __init__(self, reminders: CouponReminders, post: ReminderPost, clock: Clock) -> None:
        self._reminders = reminders
        self._post = post
        self._clock = clock

    def send_due(self) -> int:
        """Send every reminder that is due: how many. A coupon that was used, voided or is over sends none; one that an
        order holds is looked at again when its reservation ends.

        They are sent before they leave the list: a process that dies in between sends them again under the same names.
        """
        sent, now = 0, self._clock.now()
        until = now + _TIME
        while due := self._reminders.due(now, _PAGE):
            sent += self._sweep(due, now)
            if self._clock.now() >= until:
                break
        return sent

    def _sweep(self, due: Sequence[tuple[Reminder, OwnedCoupon]], now: datetime) -> int:
        waiting = [(reminder, owned) for reminder, owned in due if owned.state_at(now) is CouponState.ISSUED]
        self._post.send(waiting)
        for reminder, owned in due:
            held_until = owned.standing.until
            if held_until is not None and owned.state_at(now) is CouponState.RESERVED:
                self._reminders.put_off(reminder, held_until)
            else:
                self._reminders.done(reminder)
        return len(waiting)
