"""How often each kind of event came, in the marketing table: one item a day and shard, one attribute a kind."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from chalicelib.adapters.dynamodb.keys import TTL, tally_key, tally_partition
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.ids import shard_of
from chalicelib.events.names import OTHERS, is_in_catalogue

MOST_KINDS: Final = 200
"""Unknown kinds that one item tells apart: an item is written whole for each batch, and names may be made up by anybody."""


class DynamoNameTallies:
    """``NameTallies`` on DynamoDB. A day has ``shards`` items, so that no single one is every batch's."""

    def __init__(self, table: Table, retention_days: int, shards: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)
        self._shards = shards
        self._seen: dict[tuple[date, int], frozenset[str]] = {}

    def add(self, day: date, counts: Mapping[str, int]) -> None:
        shard = shard_of(repr(sorted(counts.items())), self._shards)
        added = bounded(counts, self._seen.get((day, shard), frozenset()))
        places = {f"#{number}": kind for number, kind in enumerate(added)}
        values = {f":{number}": count for number, count in enumerate(added.values())}
        written = self._table.update(
            tally_key(day.isoformat(), shard),
            f"SET #ttl = :ttl ADD {', '.join(f'{place} :{place[1:]}' for place in places)}",
            {**values, ":ttl": self._expiry(day)},
            names={**places, "#ttl": TTL},
        )
        # Only what this day holds already: a container that counts for weeks must not grow.
        self._seen = {(day, number): kinds for (held, number), kinds in self._seen.items() if held == day}
        self._seen[day, shard] = frozenset(_sums(written))

    def of(self, day: date) -> Mapping[str, int]:
        sums: dict[str, int] = {}
        for item in self._table.query_all(tally_partition(day.isoformat())):
            for kind, count in _sums(item).items():
                sums[kind] = sums.get(kind, 0) + count
        return sums

    def _expiry(self, day: date) -> int:
        return int((datetime.combine(day, time.max, UTC) + self._retention).timestamp())


def bounded(counts: Mapping[str, int], seen: frozenset[str]) -> dict[str, int]:
    """``counts`` with kinds that would be too many, beside those ``seen`` already, added up as others."""
    room = MOST_KINDS - sum(not is_in_catalogue(kind) for kind in seen)
    kept: dict[str, int] = {}
    for kind, count in counts.items():
        if kind not in seen and not is_in_catalogue(kind):
            room -= 1
            kind = kind if room >= 0 else f"{kind.partition(':')[0]}:{OTHERS}"
        kept[kind] = kept.get(kind, 0) + count
    return kept


def _sums(item: Mapping[str, object]) -> dict[str, int]:
    return {name: count for name, count in item.items() if ":" in name and isinstance(count, int)}
