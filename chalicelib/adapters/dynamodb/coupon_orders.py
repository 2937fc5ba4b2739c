"""What orders reserved, and several coupons moved in one transaction.

Units: what each coupon's movement costs alone, a budget or a count that they share only once, and 2 for the order.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from chalicelib.adapters.dynamodb.coupon_ledger import DynamoCouponLedger
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import BODY, TTL, order_hold_key
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.transactions import Refusable, put_action
from chalicelib.coupons import CouponChanged
from chalicelib.coupons.till import Move, OrderHold

_KEPT_FOR: Final = timedelta(days=30)
_NEW: Final = "attribute_not_exists(pk)"


class DynamoOrderHolds:
    """``OrderHolds`` on DynamoDB."""

    def __init__(self, marketing: Table, ledger: DynamoCouponLedger) -> None:
        self._marketing = marketing
        self._ledger = ledger

    def get(self, order_id: str) -> OrderHold | None:
        item = self._marketing.get(order_hold_key(order_id), consistent=True)
        return msgspec.json.decode(item[BODY], type=OrderHold) if item else None

    def move(self, moves: Sequence[Move], hold: OrderHold | None = None) -> None:
        # The order comes first: a reservation that was stored already is told by it.
        order = [self._stored(hold)] if hold else []
        counts = [each for coupon, _, passage in moves for each in self._ledger.counting(coupon, passage)]
        self._ledger.run([*order, *self._ledger.moving([(coupon, owned) for coupon, owned, _ in moves]), *counts])

    def _stored(self, hold: OrderHold) -> Refusable:
        is_first = hold.version == 1
        condition = _NEW if is_first else "v = :before"
        put = put_action(self._marketing, _item(hold), condition, None if is_first else {":before": hold.version - 1})
        return put, CouponChanged("订单刚刚被更改 (the order was changed in between)")


def _item(hold: OrderHold) -> Item:
    return {
        **order_hold_key(hold.order_id),
        "v": hold.version,
        TTL: int((hold.until + _KEPT_FOR).timestamp()),
        BODY: msgspec.json.encode(hold).decode(),
    }
