"""What was told of stocks and budgets, and the levels that are looked at.

Units: a look reads every shard (0.5) and budget (0.5) of a template, consistently twice that; an alert is one write, one
in ``lists`` and one when it rang.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    LIST_PK,
    LIST_SK,
    PK,
    SK,
    WATCH,
    WHOLE_BUDGET,
    alert_key,
    alerts_partition,
    budget_key,
    stock_key,
    stock_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.clock import to_rfc3339
from chalicelib.coupons import Alert, Coupon, Levels

_RUNG: Final = "r"


class DynamoCouponAlerts:
    """``CouponAlerts`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def levels(self, coupons: Sequence[Coupon], day: str, *, surely: bool = False) -> Mapping[str, Levels]:
        keys = [key for coupon in coupons for key in _keys(coupon, day)]
        items = {(item[PK], item[SK]): item for item in self._table.get_many(keys, consistent=surely)}
        return {coupon.coupon_id: self._levels(coupon, day, items, surely=surely) for coupon in coupons}

    def _levels(self, coupon: Coupon, day: str, items: Mapping[tuple[str, str], Item], *, surely: bool) -> Levels:
        def number(key: Mapping[str, str]) -> int:
            found: int = items.get((key[PK], key[SK]), {}).get("n", 0)
            return found

        left = 0
        for shard in range(coupon.stock_shards):
            key = stock_key(coupon.coupon_id, shard)
            has_blocks = items.get((key[PK], key[SK]), {}).get("l", 0) > 0
            left += self._with_blocks(coupon, shard, surely=surely) if has_blocks else number(key)
        spent, today = (number(budget_key(coupon.coupon_id, span)) for span in (WHOLE_BUDGET, day))
        return Levels(left, spent, today, day)

    def _with_blocks(self, coupon: Coupon, shard: int, *, surely: bool) -> int:
        partition = stock_partition(coupon.coupon_id, shard)
        return sum(item["n"] for item in self._table.query_all(partition, consistent=surely))

    def rung(self, coupon_id: str, alert_ids: Sequence[str]) -> frozenset[str]:
        items = self._table.get_many([alert_key(coupon_id, each) for each in alert_ids], consistent=True)
        return frozenset(item[SK] for item in items if _RUNG in item)

    def record(self, alert: Alert) -> Alert:
        item = {
            **alert_key(alert.coupon_id, alert.alert_id),
            LIST_PK: alerts_partition(alert.coupon_id),
            LIST_SK: _place(alert),
            BODY: msgspec.json.encode(alert).decode(),
        }
        try:
            self._table.put(item, "attribute_not_exists(pk)")
        except ConditionFailed as refused:
            return _to_alert(refused.existing) if refused.existing else alert
        return alert

    def set_rung(self, alert: Alert) -> None:
        self._table.update(alert_key(alert.coupon_id, alert.alert_id), f"SET {_RUNG} = :one", {":one": 1})

    def list(self, coupon_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Alert], str | None]:
        partition = alerts_partition(coupon_id)
        after = None
        if cursor is not None:
            after = {**alert_key(coupon_id, cursor.partition("#")[2]), LIST_PK: partition, LIST_SK: cursor}
        places, last = self._table.query_list(partition, limit=limit, after=after, newest_first=True)
        items = {item[SK]: item for item in self._table.get_many([{PK: each[PK], SK: each[SK]} for each in places])}
        return [_to_alert(items[each[SK]]) for each in places if each[SK] in items], last[LIST_SK] if last else None

    def goes_on_at(self) -> str | None:
        item = self._table.get(WATCH, consistent=True)
        cursor: str | None = item.get("c") if item else None
        return cursor

    def go_on_at(self, cursor: str | None) -> None:
        self._table.put({**WATCH, **({"c": cursor} if cursor else {})})


def _keys(coupon: Coupon, day: str) -> list[dict[str, str]]:
    shards = [stock_key(coupon.coupon_id, shard) for shard in range(coupon.stock_shards)]
    spans = ((WHOLE_BUDGET, coupon.budget), (day, coupon.budget_per_day))
    return [*shards, *(budget_key(coupon.coupon_id, span) for span, budget in spans if budget is not None)]


def _place(alert: Alert) -> str:
    return f"{to_rfc3339(alert.at)}#{alert.alert_id}"


def _to_alert(item: Mapping[str, Any]) -> Alert:
    return msgspec.json.decode(item[BODY], type=Alert)
