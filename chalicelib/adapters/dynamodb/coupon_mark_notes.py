"""What marks count, found by a scan, and the notes of a check that are summed mark by mark.

Units: 0.5 read units per 4 KB of all of the marketing table, and of the shoppers' table where referrers are counted (an index of
marks by template would cost each claim a unit a mark); 1 write unit for each count and for each tie of a coupon, and 0.5 read
units per 4 KB of them. The notes of a check expire with it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    PK,
    SK,
    TTL,
    kind_and_mark,
    mark_count_key,
    mark_note_key,
    mark_partition,
    referrer_count_key,
    shopper_partition,
)
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.ids import digest
from chalicelib.coupons import Check, CountedMarks, MarkKind, MarkNote, Tie
from chalicelib.coupons.books.mark_counts import balance_of

KEPT_FOR: Final = timedelta(days=1)
_LOOKED_AT: Final = 500
_PAGE: Final = 500
_MARKS, _REFERRERS = "m", "r"


class CouponMarkNotes:
    """Counts of marks as notes, and notes as items."""

    def __init__(self, shoppers: Table, marketing: Table) -> None:
        self._shoppers = shoppers
        self._marketing = marketing

    def counted(self, coupon_id: str, kinds: frozenset[MarkKind], cursor: str | None) -> CountedMarks:
        """The next counts of those kinds: of marks, then of referrers."""
        has_referrers, has_marks = MarkKind.REFERRER in kinds, bool(kinds - {MarkKind.REFERRER})
        where, start = _MARKS if has_marks else _REFERRERS, None
        if cursor:
            where, *behind = msgspec.json.decode(cursor, type=list[str])
            start = dict(zip((PK, SK), behind, strict=True)) if behind else None
        table, wanted = self._marketing, mark_count_key("", "", coupon_id)[SK]
        only, values = "sk = :sk AND begins_with(pk, :pk)", {":sk": wanted, ":pk": mark_partition("", "")[:-1]}
        if where == _REFERRERS:
            table, values = self._shoppers, {":sk": referrer_count_key("", coupon_id)[SK], ":pk": shopper_partition("")}
        items, last = table.scan_page(start, _LOOKED_AT, only=(only, values))
        ties = [_tie(where, item) for item in items]
        counts = [
            MarkNote(balance_of(tie), actual=item["n"])
            for tie, item in zip(ties, items, strict=True)
            if tie.kind in kinds
        ]
        behind = [where, last[PK], last[SK]] if last else [_REFERRERS] if where == _MARKS and has_referrers else []
        return CountedMarks(counts, _LOOKED_AT if last else len(items), _cursor(behind))

    def note(self, check: Check, notes: Sequence[MarkNote]) -> None:
        expires = int((check.began + KEPT_FOR).timestamp())
        self._marketing.put_many([{**_key(check, note), **_body(note), TTL: expires} for note in notes])

    def noted(self, check: Check, cursor: str | None) -> tuple[Sequence[MarkNote], str | None]:
        page = self._marketing.query(_key(check, MarkNote(""))[PK], limit=_PAGE, after=cursor, consistent=True)
        return [_note(item) for item in page.items], page.next_key


def _tie(where: str, item: Item) -> Tie:
    if where == _REFERRERS:
        return Tie(MarkKind.REFERRER, item[PK][len(shopper_partition("")) :])
    kind, mark = kind_and_mark(item[PK])
    return Tie(MarkKind(kind), mark)


def _cursor(behind: list[str]) -> str | None:
    return msgspec.json.encode(behind).decode() if behind else None


def _key(check: Check, note: MarkNote) -> dict[str, str]:
    # The count itself comes before the coupons that it counts.
    of = digest(note.of) if note.of else ""
    return mark_note_key(check.coupon.coupon_id, check.check_id, digest(note.balance), of)


def _body(note: MarkNote) -> dict[str, Any]:
    return {"m": note.balance, "n": [note.actual, note.sure, note.more, note.less]}


def _note(item: Item) -> MarkNote:
    return MarkNote(item["m"], "", *item["n"])
