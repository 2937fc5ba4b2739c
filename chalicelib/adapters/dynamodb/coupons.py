"""Templates with their stock in the marketing table."""

from collections.abc import Sequence
from typing import Final

import msgspec

from chalicelib.adapters.dynamodb.coupon_stock import stock_left
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    AUTOMATIC_COUPONS,
    BODY,
    COUPONS,
    WHOLE_BUDGET,
    automatic_coupon_key,
    budget_key,
    coupon_key,
    public_code_key,
    stock_key,
    template_change_key,
    template_history,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import Action, Transactions, delete_action, put_action, update_action
from chalicelib.coupons import (
    Change,
    Coupon,
    CouponChanged,
    CouponCodeTaken,
    CouponExists,
)

_NEW: Final = "attribute_not_exists(pk)"


class DynamoCouponTemplates:
    """``CouponTemplates`` on DynamoDB."""

    def __init__(self, table: Table, transactions: Transactions) -> None:
        self._table = table
        self._transactions = transactions

    def create(self, coupon: Coupon, change: Change | None = None) -> None:
        shards = [
            put_action(self._table, {**stock_key(coupon.coupon_id, shard), "n": part}, _NEW)
            for shard, part in enumerate(coupon.spread(coupon.stock))
        ]
        public = (
            [put_action(self._table, {**public_code_key(coupon.public_code), "c": coupon.coupon_id}, _NEW)]
            if coupon.public_code
            else []
        )
        try:
            first = put_action(self._table, _template_item(coupon), _NEW)
            listed = [self._listed(coupon)] if coupon.counts_by_itself else []
            self._transactions.run([first, *public, *shards, *listed, *self._told(change)])
        except ConditionFailed as refused:
            if public and refused.position == 1:
                raise CouponCodeTaken("公开码已被使用 (another coupon has this code)", field="public_code") from None
            raise CouponExists(f"优惠券 {coupon.coupon_id} 已存在 (a coupon with this id exists)", field="id") from None

    def get(self, coupon_id: str) -> Coupon | None:
        item = self._table.get(coupon_key(coupon_id), consistent=True)
        return _to_template(item) if item else None

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Coupon], str | None]:
        page = self._table.query(COUPONS, limit=limit, after=cursor)
        return [_to_template(item) for item in page.items], page.next_key

    def replace(self, coupon: Coupon, added_stock: int, change: Change | None = None) -> None:
        changed = put_action(self._table, _template_item(coupon), "v = :before", {":before": coupon.version - 1})
        grown = [
            update_action(self._table, stock_key(coupon.coupon_id, shard), "ADD n :more", {":more": more})
            for shard, more in enumerate(coupon.spread(added_stock))
            if more
        ]
        try:
            self._transactions.run([changed, *grown, self._listed(coupon), *self._told(change)])
        except ConditionFailed:
            raise CouponChanged("优惠券已被他人修改，请刷新后重试 (the coupon was changed in between)") from None

    def automatic(self) -> Sequence[Coupon]:
        return [_to_template(item) for item in self._table.query_all(AUTOMATIC_COUPONS)]

    def _listed(self, coupon: Coupon) -> Action:
        """Beside the others that count without a coupon, or no longer: what was there is not known, and need not be."""
        key = automatic_coupon_key(coupon.coupon_id)
        if not coupon.counts_by_itself:
            return delete_action(self._table, key)
        return put_action(self._table, {**_template_item(coupon), **key}, None)

    def _told(self, change: Change | None) -> Sequence[Action]:
        if change is None:
            return []
        key = template_change_key(change.coupon_id, change.version)
        return [put_action(self._table, {**key, BODY: msgspec.json.encode(change).decode()}, _NEW)]

    def history(self, coupon_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Change], str | None]:
        partition = template_history(coupon_id)
        page = self._table.query(partition, limit=limit, after=cursor, newest_first=True, consistent=True)
        return [msgspec.json.decode(item[BODY], type=Change) for item in page.items], page.next_key

    def left(self, coupon: Coupon) -> int:
        return stock_left(self._table, coupon)

    def with_public_code(self, code: str) -> Coupon | None:
        item = self._table.get(public_code_key(code))
        return self.get(item["c"]) if item else None

    def spent(self, coupon: Coupon, day: str) -> tuple[int, int]:
        whole, today = (
            self._table.get(budget_key(coupon.coupon_id, span), consistent=True) for span in (WHOLE_BUDGET, day)
        )
        return whole["n"] if whole else 0, today["n"] if today else 0


def _template_item(coupon: Coupon) -> Item:
    return {**coupon_key(coupon.coupon_id), "v": coupon.version, BODY: msgspec.json.encode(coupon).decode()}


def _to_template(item: Item) -> Coupon:
    return msgspec.json.decode(item[BODY], type=Coupon)
