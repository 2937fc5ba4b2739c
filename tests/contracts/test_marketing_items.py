"""The data model is the cost model: what is written often stays within one write unit (1 KB)."""

from datetime import timedelta

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import CAP_RING, coupon_count_key, owned_coupon_key, send_key, shopper_key
from chalicelib.adapters.dynamodb.sends import DynamoOutbox
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.campaigns import Admission, CapRing, Reason, Send, SendState
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.ids import digest
from chalicelib.coupons import AmountOff, Issue, Terms
from chalicelib.privacy import Channel
from tests.support.coupons import NOON, dynamo_shop, twenty_off, use
from tests.support.stores import Store

SHOPPER = "0f8fad5b-d9cb-469f-a165-70867728950e"
KILOBYTE = 1_024


def size_of(item: Item | None) -> int:
    """An item's size as DynamoDB bills it: names and values, UTF-8."""
    assert item is not None
    return sum(
        len(name) + (len(value.encode()) if isinstance(value, str) else len(str(value)) // 2 + 2)
        for name, value in item.items()
    )


def test_a_coupon_a_send_and_a_ring_take_one_unit_each(store: Store) -> None:
    shop = dynamo_shop(store)
    table = Table(store.client, store.names.shoppers)
    outbox = DynamoOutbox(table, shop.ledger, shop.ledger._transactions)  # type: ignore[arg-type, attr-defined]
    terms = Terms("双十一老客回归专享满减礼券", AmountOff(2_000), 10_000)
    coupon = shop.coupons.create(twenty_off(coupon_id="double-eleven-recall-2026", terms=terms))
    occurrence = to_rfc3339(NOON)
    send_id = digest("recall", "message", SHOPPER, occurrence)
    issue = Issue(send_id, "campaign", "双十一老客召回：好久不见", "campaign/double-eleven-recall-2026")
    owned = shop.coupons.prepare(coupon, SHOPPER, issue)
    send = Send(
        send_id=send_id,
        campaign_id="double-eleven-recall-2026",
        run_id=digest("run"),
        occurrence=NOON,
        shopper_id=SHOPPER,
        channel=Channel.EMAIL,
        state=SendState.PENDING,
        reason=Reason.PASSED,
        decided_at=NOON,
        issue_id=owned.issue_id,
    )
    ring = CapRing(SHOPPER, tuple(NOON - timedelta(days=7 * week) for week in range(12, 0, -1)), 12)
    table.put({**shopper_key(SHOPPER, CAP_RING), "v": 12})
    outbox.admit(Admission(send, ring.with_send(NOON), coupon, owned))
    claimed = send.claimed(NOON, timedelta(minutes=1))
    outbox.move(claimed)
    outbox.move(claimed.sent(NOON, "0100018c-1a2b-3c4d-5e6f-7a8b9c0d1e2f-000000"))
    shop.coupons.move(owned.code, use(key=digest("till"), order_id="2026112200000000001"))

    sizes = {
        "coupon": size_of(table.get(owned_coupon_key(SHOPPER, owned.issue_id))),
        "send": size_of(table.get(send_key(SHOPPER, occurrence, send_id))),
        "ring": size_of(table.get(shopper_key(SHOPPER, CAP_RING))),
        "count": size_of(table.get(coupon_count_key(SHOPPER, coupon.coupon_id))),
    }
    assert all(size <= KILOBYTE for size in sizes.values()), sizes
