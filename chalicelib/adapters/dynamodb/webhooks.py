"""Webhook sources and what they delivered, in the marketing table.

Units: a delivery reads 1 (was it dealt with?) and writes 1 (it was); an order 1 more for its owner and 1 read for what waits; a
refund that names no customer reads 1 (half a KB at most each). The reads are consistent: a repeat may follow in the same second.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    TTL,
    WAITING_PREFIX,
    WEBHOOK_SOURCES,
    delivery_key,
    placed_key,
    placed_partition,
    shelved_key,
    waiting_key,
    webhook_source_key,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.clock import to_rfc3339
from chalicelib.webhooks.model import Delivery, WebhookSource

ORDERS_KEPT = timedelta(days=400)
"""How long after an order its refund still finds who placed it."""


class DynamoWebhookSources:
    """``Sources`` on DynamoDB, in one partition."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, source_id: str) -> WebhookSource | None:
        item = self._table.get(webhook_source_key(source_id), consistent=True)
        return _to_source(item) if item else None

    def put(self, source: WebhookSource) -> None:
        self._table.put({**webhook_source_key(source.source_id), BODY: msgspec.json.encode(source).decode()})

    def delete(self, source_id: str) -> bool:
        return self._table.delete(webhook_source_key(source_id)) is not None

    def all(self) -> Sequence[WebhookSource]:
        return [_to_source(item) for item in self._table.query_all(WEBHOOK_SOURCES)]


class DynamoDeliveries:
    """``Deliveries`` on DynamoDB; TTL forgets them."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def is_done(self, source_id: str, key: str) -> bool:
        return self._table.get(delivery_key(source_id, key), consistent=True) is not None

    def done(self, source_id: str, key: str, now: datetime) -> None:
        self._table.put({**delivery_key(source_id, key), TTL: int((now + self._retention).timestamp())})

    def owner(self, source_id: str, order_id: str) -> str | None:
        item = self._table.get(placed_key(source_id, order_id), consistent=True)
        return item["who"] if item else None

    def own(self, source_id: str, order_id: str, shopper_id: str, now: datetime) -> None:
        expiry = {TTL: int((now + ORDERS_KEPT).timestamp())}
        self._table.put({**placed_key(source_id, order_id), "who": shopper_id, **expiry})

    def wait(self, order_id: str, delivery: Delivery, now: datetime) -> None:
        body = msgspec.json.encode({"headers": delivery.headers, "sealed": delivery.body.decode()}).decode()
        expiry = {TTL: int((now + ORDERS_KEPT).timestamp())}
        self._table.put({**waiting_key(delivery.source_id, order_id, delivery.key), BODY: body, **expiry})

    def waiting(self, source_id: str, order_id: str) -> Sequence[Delivery]:
        items = self._table.query_all(placed_partition(source_id, order_id), prefix=WAITING_PREFIX, consistent=True)
        return [_to_delivery(source_id, item) for item in items]

    def go(self, order_id: str, delivery: Delivery) -> None:
        self._table.delete(waiting_key(delivery.source_id, order_id, delivery.key))

    def is_latest(self, source_id: str, thing_id: str, at: datetime, now: datetime) -> bool:
        try:
            self._table.update(
                shelved_key(source_id, thing_id),
                "SET #at = :at, #ttl = :ttl",
                {":at": to_rfc3339(at), ":ttl": int((now + ORDERS_KEPT).timestamp())},
                condition="attribute_not_exists(#at) OR #at <= :at",
                names={"#at": "at", "#ttl": TTL},
            )
        except ConditionFailed:
            return False
        return True


def _to_source(item: Item) -> WebhookSource:
    return msgspec.json.decode(item[BODY], type=WebhookSource)


def _to_delivery(source_id: str, item: Item) -> Delivery:
    kept = msgspec.json.decode(item[BODY])
    return Delivery(source_id, item["sk"].removeprefix(WAITING_PREFIX), kept["headers"], kept["sealed"].encode())
