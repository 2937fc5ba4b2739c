"""Coupons that end soon, told to the rest of the shop through the events queue."""

from collections.abc import Sequence
from typing import Final

from chalicelib.core.clock import to_rfc3339, whole_milliseconds
from chalicelib.core.ids import digest
from chalicelib.coupons import OwnedCoupon, Reminder
from chalicelib.events import Call, Event, EventQueue

COUPON_EXPIRING: Final = "Coupon Expiring"


class EventReminders:
    """``ReminderPost`` as events of the shopper; the issue's id makes a repetition a duplicate."""

    def __init__(self, queue: EventQueue) -> None:
        self._queue = queue

    def send(self, reminders: Sequence[tuple[Reminder, OwnedCoupon]]) -> None:
        if reminders:
            self._queue.send([_event(reminder, owned) for reminder, owned in reminders])


def _event(reminder: Reminder, owned: OwnedCoupon) -> Event:
    at = whole_milliseconds(reminder.at)
    return Event(
        message_id=digest("coupon-expiring", owned.issue_id),
        shopper_id=owned.shopper_id,
        call=Call.TRACK,
        name=COUPON_EXPIRING,
        at=at,
        is_time_given=True,
        received_at=at,
        # Not its code: whoever reads events could use it.
        properties={
            "coupon_id": owned.coupon_id,
            "coupon_name": owned.terms.name,
            "expires_at": to_rfc3339(owned.expires_at),
        },
    )
