"""Codes made ahead, their batches, and wrong guesses, in the marketing table.

Units: a page of 90 codes 184 write units and 2 per shard it takes from, once; a claim of one 5 (7, 9 with limits); a
wrong guess 1.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from chalicelib.adapters.dynamodb.coupon_counters import stock_tally_action
from chalicelib.adapters.dynamodb.coupon_items import from_owned_item, to_owned_item
from chalicelib.adapters.dynamodb.coupon_ledger import DynamoCouponLedger
from chalicelib.adapters.dynamodb.coupon_passages import refusal_of
from chalicelib.adapters.dynamodb.coupon_stock import shards_of
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    LIST_PK,
    LIST_SK,
    PK,
    SK,
    TTL,
    batch_list,
    code_batch_key,
    code_page_key,
    guess_key,
    owned_coupon_key,
    voucher_key,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import Action, Transactions, put_action, update_action
from chalicelib.core.errors import Unavailable
from chalicelib.coupons import (
    FREE,
    CodeBatch,
    CodePage,
    Coupon,
    CouponCodeClaimed,
    CouponSoldOut,
    OwnedCoupon,
    Passage,
    Voucher,
)

_NEW: Final = "attribute_not_exists(pk)"
_TRIES: Final = 16
_GUESSES_KEPT_FOR: Final = timedelta(days=1)
_MAX_SHARDS_OF_A_PAGE: Final = 9
"""What is left of a transaction's 100 actions beside 90 codes and the page."""


class DynamoCouponCodes:
    """``CouponCodes`` on DynamoDB."""

    def __init__(
        self, shoppers: Table, marketing: Table, ledger: DynamoCouponLedger, transactions: Transactions
    ) -> None:
        self._shoppers = shoppers
        self._marketing = marketing
        self._ledger = ledger
        self._transactions = transactions

    def open(self, batch: CodeBatch) -> CodeBatch:
        item = {
            **code_batch_key(batch.coupon_id, batch.batch_id),
            LIST_PK: batch_list(batch.coupon_id),
            LIST_SK: batch.batch_id,
            BODY: msgspec.json.encode(batch).decode(),
        }
        try:
            self._marketing.put(item, _NEW)
        except ConditionFailed:
            return self.batch(batch.coupon_id, batch.batch_id) or batch
        return batch

    def batch(self, coupon_id: str, batch_id: str) -> CodeBatch | None:
        item = self._marketing.get(code_batch_key(coupon_id, batch_id), consistent=True)
        return msgspec.json.decode(item[BODY], type=CodeBatch) if item else None

    def page(self, batch: CodeBatch, number: int) -> CodePage | None:
        return self._page_at(code_page_key(batch.coupon_id, batch.batch_id, number))

    def _page_at(self, key: Mapping[str, str]) -> CodePage | None:
        item = self._marketing.get(key, consistent=True)
        return msgspec.json.decode(item[BODY], type=CodePage) if item else None

    def add(self, coupon: Coupon, page: CodePage) -> CodePage:
        key = code_page_key(page.coupon_id, page.batch_id, page.number)
        stored = put_action(self._marketing, {**key, BODY: msgspec.json.encode(page).decode()}, _NEW)
        vouchers = [
            put_action(self._marketing, {**voucher_key(code), "c": page.coupon_id, "q": page.batch_id}, _NEW)
            for code in page.codes
        ]
        for _ in range(_TRIES):
            known = self._page_at(key)
            if known is not None:
                return known
            try:
                self._transactions.run([stored, *self._taken(coupon, len(page.codes)), *vouchers])
            except ConditionFailed:
                continue
            except CouponSoldOut:
                # What is gone may have gone to this very page, meanwhile.
                known = self._page_at(key)
                if known is None:
                    raise
                return known
            return page
        raise Unavailable("库存正忙，请稍后再试 (others are taking this stock, try again)")

    def _taken(self, coupon: Coupon, wanted: int) -> Sequence[Action]:
        """``wanted`` from as few shards as have them. Raises ``CouponSoldOut``."""
        actions: list[Action] = []
        for item in sorted(shards_of(self._marketing, coupon), key=lambda item: -item["n"])[:_MAX_SHARDS_OF_A_PAGE]:
            part = min(wanted, item["n"])
            if part > 0:
                values = {":part": part}
                key = {PK: item[PK], SK: item[SK]}
                taken = "SET n = n - :part ADD m :part"
                actions.append(update_action(self._marketing, key, taken, values, "n >= :part"))
                wanted -= part
        if wanted:
            raise coupon.sold_out()
        return actions

    def voucher(self, code: str) -> Voucher | None:
        item = self._marketing.get(voucher_key(code), consistent=True)
        return Voucher(code, item["c"], item["q"], item.get("s")) if item else None

    def claim(self, coupon: Coupon, owned: OwnedCoupon, passage: Passage = FREE) -> OwnedCoupon:
        values = {":shopper": owned.shopper_id}
        mine = update_action(
            self._marketing, voucher_key(owned.code), "SET s = :shopper", values, "attribute_not_exists(s)"
        )
        kept = put_action(self._shoppers, to_owned_item(owned), _NEW)
        limits = self._ledger.limits(coupon, owned, passage)
        try:
            counts = [action for action, _ in limits]
            counted = stock_tally_action(self._marketing, coupon, owned, self._ledger.zone)
            self._transactions.run([mine, kept, *counts, *self._ledger.reminders(coupon, owned), counted])
        except ConditionFailed as refused:
            if refused.position >= 2:
                raise refusal_of(refused, limits[refused.position - 2][1]) from None
            first = self._shoppers.get(owned_coupon_key(owned.shopper_id, owned.issue_id), consistent=True)
            if first is None:
                raise CouponCodeClaimed("该券码已被领取 (somebody else has this code)", field="code") from None
            return from_owned_item(first)
        return owned

    def wrong_guesses(self, who: str, hour: str) -> int:
        item = self._marketing.get(guess_key(who, hour), consistent=True)
        return item["n"] if item else 0

    def count_wrong_guess(self, who: str, hour: str) -> None:
        ends = int((datetime.fromisoformat(f"{hour}:00:00+00:00") + _GUESSES_KEPT_FOR).timestamp())
        values = {":one": 1, ":ends": ends}
        self._marketing.update(guess_key(who, hour), "ADD n :one SET #ttl = :ends", values, names={"#ttl": TTL})
