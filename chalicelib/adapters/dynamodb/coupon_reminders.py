"""Due dates of reminders, beside the coupons they are about.

Units: a due date comes with the issue (2 in its transaction, 1 in ``lists``); swept, 1 and 1 in ``lists``.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from chalicelib.adapters.dynamodb.coupon_items import from_owned_item
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    LIST_PK,
    LIST_SK,
    PK,
    due_place,
    due_through,
    owned_coupon_key,
    reminder_key,
    reminder_list,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.clock import from_rfc3339, to_rfc3339
from chalicelib.core.ids import shard_of
from chalicelib.coupons import OwnedCoupon, Reminder

_SHARDS: Final = 4


class DynamoCouponReminders:
    """``CouponReminders`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, now: datetime, limit: int) -> Sequence[tuple[Reminder, OwnedCoupon]]:
        found: list[tuple[Reminder, OwnedCoupon]] = []
        for shard in range(_SHARDS):
            places, _ = self._table.query_list(reminder_list(shard), limit=limit, up_to=due_through(to_rfc3339(now)))
            found += self._with_coupons([_to_reminder(place) for place in places], now)
        return found

    def _with_coupons(self, listed: Sequence[Reminder], now: datetime) -> Sequence[tuple[Reminder, OwnedCoupon]]:
        # The index may lag: what was swept or put off a moment ago may still be listed.
        there = self._table.get_many([reminder_key(each.shopper_id, each.issue_id) for each in listed], consistent=True)
        reminders = [each for each in map(_to_reminder, there) if each.at <= now]
        keys = [owned_coupon_key(each.shopper_id, each.issue_id) for each in reminders]
        items = self._table.get_many(keys, consistent=True)
        owned = {(each.shopper_id, each.issue_id): each for each in map(from_owned_item, items)}
        return [(each, owned[key]) for each in reminders if (key := (each.shopper_id, each.issue_id)) in owned]

    def done(self, reminder: Reminder) -> None:
        self._table.delete(reminder_key(reminder.shopper_id, reminder.issue_id))

    def put_off(self, reminder: Reminder, until: datetime) -> None:
        item = reminder_item(Reminder(reminder.shopper_id, reminder.issue_id, until))
        try:
            self._table.put(item, "attribute_exists(pk)")
        except ConditionFailed:
            # Another sweep took it off the list.
            return


def reminder_item(reminder: Reminder) -> Item:
    """The due date on its list."""
    return {
        **reminder_key(reminder.shopper_id, reminder.issue_id),
        LIST_PK: reminder_list(shard_of(reminder.issue_id, _SHARDS)),
        LIST_SK: due_place(to_rfc3339(reminder.at), reminder.issue_id),
    }


def _to_reminder(item: Item) -> Reminder:
    at, _, issue_id = item[LIST_SK].partition("#")
    return Reminder(item[PK][2:], issue_id, from_rfc3339(at))
