"""Sends and cap rings in their shoppers' partitions.

Units: a decision not to send 1; an admission is one transaction of the send and the ring (4), with a coupon of stock,
coupon and its list entry, and the shopper's count besides (11); claiming and finishing a send 1 each.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from chalicelib.adapters.dynamodb.coupon_ledger import DynamoCouponLedger
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    CAP_RING,
    SEND_PREFIX,
    SK,
    TTL,
    send_key,
    shopper_key,
    shopper_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import Action, Transactions, put_action
from chalicelib.campaigns import Admission, AlreadyDecided, CapRing, CapRingMoved, Send, SendMoved
from chalicelib.core.clock import to_rfc3339
from chalicelib.coupons import CouponSoldOut

_NEW = "attribute_not_exists(pk)"
_SEND_POSITION = 0
_RING_POSITION = 1
_STOCK_POSITION = 2
KEPT_FOR = timedelta(days=400)
"""Far longer than any message may stay in a queue, or any cap can look back; long enough to compare with last year."""


class DynamoOutbox:
    """``Outbox`` on DynamoDB."""

    def __init__(self, table: Table, ledger: DynamoCouponLedger, transactions: Transactions) -> None:
        self._table = table
        self._ledger = ledger
        self._transactions = transactions

    def find(self, shopper_id: str, occurrence: datetime, send_id: str) -> Send | None:
        item = self._table.get(send_key(shopper_id, to_rfc3339(occurrence), send_id), consistent=True)
        return _to_send(item) if item else None

    def decide(self, send: Send) -> Send:
        try:
            self._table.put(_send_item(send), _NEW)
        except ConditionFailed as refused:
            return _to_send(refused.existing) if refused.existing else send
        return send

    def ring_of(self, shopper_id: str) -> CapRing:
        item = self._table.get(shopper_key(shopper_id, CAP_RING), consistent=True)
        return msgspec.json.decode(item[BODY], type=CapRing) if item else CapRing(shopper_id)

    def admit(self, admission: Admission) -> None:
        try:
            self._admit(admission)
        except ConditionFailed as refused:
            if refused.position == _SEND_POSITION:
                raise AlreadyDecided("there is a decision on this send already") from None
            if refused.position == _RING_POSITION:
                raise CapRingMoved("this shopper was sent something in between") from None
            raise
        except CouponSoldOut:
            # Where nothing is left to take, no transaction was tried that would have told.
            if self.find(admission.send.shopper_id, admission.send.occurrence, admission.send.send_id):
                raise AlreadyDecided("there is a decision on this send already") from None
            raise

    def _admit(self, admission: Admission) -> None:
        coupon, owned, passage = admission.coupon, admission.owned, admission.passage
        first = self._send_and_ring(admission)
        if coupon is None or owned is None:
            return self._transactions.run(first)
        return self._ledger.take_from_stock(
            coupon,
            owned,
            lambda place: self._transactions.run([*first, *self._ledger.issue_actions(coupon, owned, place, passage)]),
            stock_position=_STOCK_POSITION,
            passage=passage,
        )

    def _send_and_ring(self, admission: Admission) -> list[Action]:
        ring = admission.ring
        item = {
            **shopper_key(ring.shopper_id, CAP_RING),
            "v": ring.version,
            BODY: msgspec.json.encode(ring).decode(),
        }
        moved = (
            put_action(self._table, item, _NEW)
            if ring.version == 1
            else put_action(self._table, item, "v = :before", {":before": ring.version - 1})
        )
        return [put_action(self._table, _send_item(admission.send), _NEW), moved]

    def move(self, send: Send) -> None:
        try:
            self._table.put(_send_item(send), "v = :before", {":before": send.version - 1})
        except ConditionFailed:
            raise SendMoved("this send was moved in between") from None

    def decisions(
        self, shopper_id: str, campaign_id: str | None, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[Send], str | None]:
        found: list[tuple[str, Send]] = []
        while len(found) <= limit:
            # One more than wanted tells whether there is another page; caps keep a shopper's sends few.
            page = self._table.query(
                shopper_partition(shopper_id), prefix=SEND_PREFIX, limit=limit + 1, after=cursor, newest_first=True
            )
            sends = [(item[SK], _to_send(item)) for item in page.items]
            found += [(place, send) for place, send in sends if campaign_id in (None, send.campaign_id)]
            cursor = page.next_key
            if cursor is None:
                break
        more = found[limit - 1][0] if len(found) > limit else None
        return [send for _, send in found[:limit]], more


def _send_item(send: Send) -> Item:
    return {
        **send_key(send.shopper_id, to_rfc3339(send.occurrence), send.send_id),
        "v": send.version,
        BODY: msgspec.json.encode(send).decode(),
        TTL: int((send.decided_at + KEPT_FOR).timestamp()),
    }


def _to_send(item: Item) -> Send:
    return msgspec.json.decode(item[BODY], type=Send)
