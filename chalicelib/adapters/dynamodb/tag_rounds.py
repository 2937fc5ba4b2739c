"""Rounds of the tags over all shoppers, in the shoppers' own table: its stream brings them to the worker, page after page.

Every stored page makes a stream record, and the record makes the worker do the next page. Units: a write is about 80 bytes for
each tag that somebody carries, 8 for the shipped ones; a page reads 0.5 for each 4 KB it looks at.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from chalicelib.adapters.dynamodb.items import Item, to_item
from chalicelib.adapters.dynamodb.keys import BODY, PK, TAG_ROUNDS, tag_round_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.profiles.tags.rounds import Round, RoundStatus

KEPT_FOR = timedelta(days=60)


class DynamoRoundRecords:
    """``RoundRecords`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, new: Round) -> bool:
        return self._store(new, "attribute_not_exists(pk)", {})

    def get(self, round_id: str) -> Round | None:
        item = self._table.get(tag_round_key(round_id), consistent=True)
        return _to_round(item) if item else None

    def replace(self, before: Round, after: Round) -> bool:
        values = {":before": before.page, ":running": RoundStatus.RUNNING.value}
        return self._store(after, "page = :before AND st = :running", values)

    def latest(self, limit: int) -> Sequence[Round]:
        page = self._table.query(TAG_ROUNDS, limit=limit, newest_first=True, consistent=True)
        return [_to_round(item) for item in page.items]

    def _store(self, round_: Round, condition: str, values: Mapping[str, Any]) -> bool:
        changed = {
            ":page": round_.page,
            ":st": round_.status.value,
            ":b": msgspec.json.encode(round_).decode(),
            ":ttl": int((round_.started_at + KEPT_FOR).timestamp()),
            **values,
        }
        expression = "SET page = :page, st = :st, b = :b, #ttl = :ttl"
        try:
            self._table.update(tag_round_key(round_.round_id), expression, changed, condition, {"#ttl": "ttl"})
        except ConditionFailed:
            return False
        return True


def read_round_step(record: Mapping[str, Any]) -> tuple[str, int] | None:
    """The round and the page that a record of the shoppers table's stream asks for, if any."""
    if record["dynamodb"]["Keys"][PK].get("S") != TAG_ROUNDS:
        return None
    image = to_item(record["dynamodb"].get("NewImage", {}))
    if BODY not in image:
        return None
    found = _to_round(image)
    return (found.round_id, found.page) if found.is_running else None


def _to_round(item: Item) -> Round:
    return msgspec.json.decode(item[BODY], type=Round)
