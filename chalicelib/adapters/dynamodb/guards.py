"""The rules at the door, marks seen, paces and hits.

Units: a pace 1 for each rule that has its mark; marks seen 0.5 read each, and 1 where one is new or was long unseen; a hit 1.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    GUARDS,
    SEEN_PREFIX,
    SK,
    TTL,
    hits_partition,
    mark_partition,
    pace_key,
    seen_key,
    shopper_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import digest, shard_of
from chalicelib.coupons.guards import Guards, GuardsChanged, Hit, Mark, Pace

PLACES: Final = 16
KEPT_DAYS: Final = 30
_SEEN_FOR: Final = timedelta(days=180)
_SEEN_ANEW: Final = timedelta(days=30)
_AFTER_A_WINDOW: Final = 3_600
_WITHIN: Final = "attribute_not_exists(n) OR n < :most"


class DynamoGuardRules:
    """``GuardRules`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def load(self) -> Guards | None:
        item = self._table.get(GUARDS, consistent=True)
        return msgspec.json.decode(item[BODY], type=Guards) if item else None

    def store(self, guards: Guards) -> None:
        item = {**GUARDS, "v": guards.version, BODY: msgspec.json.encode(guards).decode()}
        before = guards.version - 1
        condition = "v = :before" if before else "attribute_not_exists(pk)"
        try:
            self._table.put(item, condition, {":before": before} if before else None)
        except ConditionFailed:
            raise GuardsChanged("规则已被他人修改，请刷新后重试 (the rules were changed in between)") from None


class DynamoGuardRecords:
    """``GuardRecords`` on DynamoDB."""

    def __init__(self, shoppers: Table, marketing: Table) -> None:
        self._shoppers = shoppers
        self._marketing = marketing

    def keep_pace(self, pace: Pace, mark: str, now: datetime, *, enforced: bool) -> bool:
        number, ends = pace.window(now)
        is_shopper = pace.per is Mark.SHOPPER
        table = self._shoppers if is_shopper else self._marketing
        partition = shopper_partition(mark) if is_shopper else mark_partition(pace.per, mark)
        values = {":one": 1, ":ends": ends + _AFTER_A_WINDOW} | ({":most": pace.most} if enforced else {})
        try:
            item = table.update(
                pace_key(partition, pace.rule_id, number),
                "ADD n :one SET #ttl = :ends",
                values,
                _WITHIN if enforced else None,
                {"#ttl": TTL},
            )
        except ConditionFailed:
            return False
        count: int = item["n"]
        return count <= pace.most

    def seen(self, ids: Sequence[str]) -> frozenset[tuple[Mark, str]]:
        items = [item for each in ids for item in self._shoppers.query_all(shopper_partition(each), prefix=SEEN_PREFIX)]
        return frozenset((Mark(item[SK].split("#")[1]), item["d"]) for item in items)

    def see(self, shopper_id: str, marks: Mapping[Mark, str], now: datetime) -> None:
        keys = {mark: seen_key(shopper_id, mark, shard_of(told, PLACES)) for mark, told in marks.items()}
        known = {item[SK]: item for item in self._shoppers.get_many(list(keys.values()))}
        for mark, key in keys.items():
            if not _is_fresh(known.get(key[SK]), marks[mark], now):
                self._shoppers.put({**key, "d": marks[mark], TTL: int((now + _SEEN_FOR).timestamp())})

    def note(self, hit: Hit) -> None:
        at = to_rfc3339(hit.at)
        name = digest(hit.rule, hit.verb, hit.coupon_id, hit.shopper_id)
        self._marketing.put(
            {
                "pk": hits_partition(at[:10]),
                SK: f"{at}#{name}",
                BODY: msgspec.json.encode(hit).decode(),
                TTL: int((hit.at + timedelta(days=KEPT_DAYS)).timestamp()),
            }
        )

    def hits(self, now: datetime, limit: int, cursor: str | None = None) -> tuple[Sequence[Hit], str | None]:
        first = now.date() - timedelta(days=KEPT_DAYS)
        day = min(_day_of(cursor), now.date()) if cursor else now.date()
        after, found = cursor, list[Hit]()
        while day >= first:
            page = self._marketing.query(
                hits_partition(day.isoformat()), limit=limit - len(found), after=after, newest_first=True
            )
            found += [msgspec.json.decode(item[BODY], type=Hit) for item in page.items]
            if len(found) == limit:
                return found, page.items[-1][SK]
            after, day = None, day - timedelta(days=1)
        return found, None


def _is_fresh(item: Item | None, told: str, now: datetime) -> bool:
    return item is not None and item["d"] == told and item[TTL] > (now + _SEEN_FOR - _SEEN_ANEW).timestamp()


def _day_of(cursor: str) -> date:
    try:
        return date.fromisoformat(cursor[:10])
    except ValueError:
        raise InvalidRequest("cursor is none that this list gave", field="cursor") from None
