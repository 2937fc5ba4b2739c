"""Remembered answers in the marketing table; DynamoDB's TTL forgets them after a day and a bit."""

from datetime import datetime, timedelta

from chalicelib.adapters.dynamodb.keys import TTL, idempotency_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.idempotency import Remembered

REMEMBERED_FOR = timedelta(hours=48)
CLAIM_DIES_AFTER = timedelta(seconds=60)


class DynamoIdempotencyRecords:
    """``IdempotencyRecords`` on DynamoDB. TTL runs late, so age is also judged here."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, key: str, digest: str, now: datetime) -> Remembered | None:
        item = {
            **idempotency_key(key),
            "digest": digest,
            "at": to_rfc3339(now),
            TTL: int((now + REMEMBERED_FOR).timestamp()),
        }
        free = "attribute_not_exists(pk) OR #ttl < :now OR (attribute_not_exists(answer) AND #at < :dead AND digest = :digest)"
        values = {
            ":now": int(now.timestamp()),
            ":dead": to_rfc3339(now - CLAIM_DIES_AFTER),
            ":digest": digest,
        }
        try:
            self._table.put(item, free, values, {"#ttl": TTL, "#at": "at"})
        except ConditionFailed as refused:
            known = refused.existing or {}
            return Remembered(known.get("digest", ""), known.get("answer"), known.get("status", 200))
        return None

    def finish(self, key: str, digest: str, status: int, answer: str, now: datetime) -> None:
        self._table.update(
            idempotency_key(key),
            "SET answer = :answer, #status = :status, digest = :digest, #at = :at, #ttl = :ttl",
            {
                ":answer": answer,
                ":status": status,
                ":digest": digest,
                ":at": to_rfc3339(now),
                ":ttl": int((now + REMEMBERED_FOR).timestamp()),
            },
            names={"#status": "status", "#at": "at", "#ttl": TTL},
        )

    def forget(self, key: str, digest: str) -> None:
        try:
            self._table.delete(
                idempotency_key(key), "digest = :digest AND attribute_not_exists(answer)", {":digest": digest}
            )
        except ConditionFailed:
            return
