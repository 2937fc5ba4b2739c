"""Everything that is written of a template, read for a check of its balances, and the counters put right.

Units: a check scans the shoppers' table once (0.5 read units per 4 KB of all of it; eventually consistent, which suffices for
entries that have settled), and reads who owns something of the template (1 per 4 KB) consistently. An index of coupons by
template would cost each claim a write unit, for a repair that is rare. A step writes its state: 1 per KB.
"""

import base64
import zlib
from collections.abc import Sequence
from typing import Final

import msgspec

from chalicelib.adapters.dynamodb.coupon_corrections import CouponCorrections
from chalicelib.adapters.dynamodb.coupon_items import from_owned_item, is_coupon
from chalicelib.adapters.dynamodb.coupon_mark_notes import KEPT_FOR, CouponMarkNotes
from chalicelib.adapters.dynamodb.coupon_passages import CouponPassages
from chalicelib.adapters.dynamodb.coupon_tallies import DynamoCouponTallies
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    COUPON_COUNT_PREFIX,
    COUPON_DAY_PREFIX,
    COUPON_PREFIX,
    HOLD_PREFIX,
    LEASE_PREFIX,
    PK,
    SK,
    STOCK,
    TTL,
    batch_list,
    books_key,
    budget_key,
    code_batch_key,
    coupon_key,
    shopper_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import Transactions
from chalicelib.core.errors import Unavailable
from chalicelib.coupons import (
    Balances,
    Check,
    CodeBatch,
    CountedMarks,
    Coupon,
    CouponChanged,
    Difference,
    MarkKind,
    MarkNote,
    ShopperBooks,
    Stretch,
)
from chalicelib.coupons.books import reconciling as names
from chalicelib.coupons.books.mark_counts import tie_in

_LOOKS: Final = 5
_LOOKED_AT: Final = 500
_SPAN: Final = (COUPON_DAY_PREFIX, COUPON_COUNT_PREFIX[0] + "$")
"""From the counts of days through holds and coupons to the counts: one query."""
_CONCERNS: Final = (
    "(begins_with(sk, :coupon) AND contains(b, :id)) OR begins_with(sk, :hold)"
    " OR ((begins_with(sk, :count) OR begins_with(sk, :day)) AND contains(sk, :suffix))"
)


class DynamoCouponBooks:
    """``CouponBooks`` on DynamoDB."""

    def __init__(self, shoppers: Table, marketing: Table, transactions: Transactions) -> None:
        self._shoppers = shoppers
        self._marketing = marketing
        self._tallies = DynamoCouponTallies(marketing, transactions)
        self._passages = CouponPassages(shoppers, marketing)
        self._corrections = CouponCorrections(shoppers, marketing, transactions)
        self._marks = CouponMarkNotes(shoppers, marketing)

    def balances(self, coupon_id: str) -> Balances | None:
        for _ in range(_LOOKS):
            coupon = self._template(coupon_id)
            if coupon is None:
                return None
            counts, stock = self._tallies.stood(coupon)
            actual = _stock(stock) | self._money(coupon_id)
            actual |= {names.report(cell): value for cell, value in counts.cells.items()}
            actual |= {names.unused(day): value for day, value in counts.unused.items()}
            # Restocked meanwhile: template and shards would be of two moments.
            if self._template(coupon_id) == coupon:
                return Balances(coupon, actual, actual[names.CODES])
        raise Unavailable("优惠券正在修改，请稍后再试 (the template is being changed, try again)")

    def _template(self, coupon_id: str) -> Coupon | None:
        item = self._marketing.get(coupon_key(coupon_id), consistent=True)
        return msgspec.json.decode(item[BODY], type=Coupon) if item else None

    def _money(self, coupon_id: str) -> dict[str, int]:
        items = self._marketing.query_all(budget_key(coupon_id, "")[PK], consistent=True)
        return {names.budget(item[SK]): item["n"] for item in items}

    def codes_made(self, coupon: Coupon) -> int:
        made, after = 0, None
        while True:
            places, after = self._marketing.query_list(batch_list(coupon.coupon_id), after=after)
            made += sum(self._made(place[PK]) for place in places)
            if after is None:
                return made

    def _made(self, partition: str) -> int:
        batch: CodeBatch | None = None
        made = 0
        # The batch sorts before its pages.
        for item in self._marketing.query_all(partition, consistent=True):
            if item[SK] == code_batch_key("", "")[SK]:
                batch = msgspec.json.decode(item[BODY], type=CodeBatch)
            elif batch is not None:
                made += batch.size_of(int(item[SK][2:]))
        return made

    def walk(self, coupon_id: str, cursor: str | None) -> Stretch:
        values = {
            ":coupon": COUPON_PREFIX,
            ":id": f'"c":{msgspec.json.encode(coupon_id).decode()}',
            ":hold": HOLD_PREFIX,
            ":count": COUPON_COUNT_PREFIX,
            ":day": COUPON_DAY_PREFIX,
            ":suffix": f"#{coupon_id}",
        }
        start = dict(zip((PK, SK), msgspec.json.decode(cursor), strict=True)) if cursor else None
        items, last = self._shoppers.scan_page(start, _LOOKED_AT, only=(_CONCERNS, values))
        shoppers = dict.fromkeys(item[PK][len(shopper_partition("")) :] for item in items)
        behind = msgspec.json.encode([last[PK], last[SK]]).decode() if last else None
        return Stretch([*shoppers], _LOOKED_AT if last else len(items), behind)

    def shopper(self, coupon_id: str, shopper_id: str) -> ShopperBooks:
        items = list(self._shoppers.query_all(shopper_partition(shopper_id), span=_SPAN, consistent=True))
        coupons = [from_owned_item(item) for item in items if item[SK].startswith(COUPON_PREFIX) and is_coupon(item)]
        counts = {item[SK]: item["n"] for item in items if "n" in item}
        ever = counts.get(COUPON_COUNT_PREFIX + coupon_id)
        days = {
            day: count
            for day, name, count in (
                (*key[len(COUPON_DAY_PREFIX) :].split("#", 1), count)
                for key, count in counts.items()
                if key.startswith(COUPON_DAY_PREFIX)
            )
            if name == coupon_id
        }
        holds = frozenset(item[SK][len(HOLD_PREFIX) :] for item in items if item[SK].startswith(HOLD_PREFIX))
        mine = [each for each in coupons if each.coupon_id == coupon_id]
        others = frozenset(each.issue_id for each in coupons if each.coupon_id != coupon_id)
        return ShopperBooks(shopper_id, mine, ever, days, holds, others)

    def counted_marks(self, coupon_id: str, kinds: frozenset[MarkKind], cursor: str | None) -> CountedMarks:
        return self._marks.counted(coupon_id, kinds, cursor)

    def note(self, check: Check, notes: Sequence[MarkNote]) -> None:
        self._marks.note(check, notes)

    def noted(self, check: Check, cursor: str | None) -> tuple[Sequence[MarkNote], str | None]:
        return self._marks.noted(check, cursor)

    def correct(self, coupon: Coupon, difference: Difference) -> bool:
        return self._corrections.correct(coupon, difference, self._now)

    def _now(self, coupon: Coupon, balance: str) -> int:
        tie = tie_in(balance)
        if tie is not None:
            table, key = self._passages.place(coupon.coupon_id, tie)
            count: int = (table.get(key, consistent=True) or {"n": 0})["n"]
            return count
        kind, _, rest = balance.partition(":")
        if kind == "shopper":
            return self.shopper(coupon.coupon_id, rest).ever or 0
        if kind == "shopper_day":
            day, _, shopper_id = rest.partition(":")
            return self.shopper(coupon.coupon_id, shopper_id).days.get(day, 0)
        if kind == "hold":
            issue_id, _, shopper_id = rest.partition(":")
            return int(issue_id in self.shopper(coupon.coupon_id, shopper_id).holds)
        balances = self.balances(coupon.coupon_id)
        return balances.actual.get(balance, 0) if balances else 0

    def save(self, check: Check) -> None:
        body = base64.b85encode(zlib.compress(msgspec.json.encode(check))).decode()
        key = books_key(check.coupon.coupon_id, check.check_id)
        item = {**key, "v": check.version, BODY: body, TTL: int((check.began + KEPT_FOR).timestamp())}
        try:
            if check.version == 1:
                self._marketing.put(item, "attribute_not_exists(pk)")
            else:
                self._marketing.put(item, "v = :before", {":before": check.version - 1})
        except ConditionFailed:
            raise CouponChanged("另一请求正在进行这次核对 (another request took this step of the check)") from None

    def check(self, coupon_id: str, check_id: str) -> Check | None:
        item = self._marketing.get(books_key(coupon_id, check_id), consistent=True)
        return msgspec.json.decode(zlib.decompress(base64.b85decode(item[BODY])), type=Check) if item else None


def _stock(items: list[Item]) -> dict[str, int]:
    """What the counters of stock come to."""
    actual = {names.STOCK: 0, names.CODES: 0}
    for item in items:
        actual[names.STOCK] += item["n"]
        if item[SK] == STOCK:
            actual[names.CODES] += item.get("m", 0)
            name = names.blocks(int(item[PK].rpartition("#")[2]))
            mine = sum(other[PK] == item[PK] and other[SK].startswith(LEASE_PREFIX) for other in items)
            # How many the shard counts beyond those that are there: none.
            actual[name] = item.get("l", 0) - mine
    return actual
