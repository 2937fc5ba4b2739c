"""In-memory twins of the ports of ``core``."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.access import ApiKey
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.failures import Failure
from chalicelib.core.idempotency import Remembered

CLAIM_DIES_AFTER = timedelta(seconds=60)
REMEMBERED_FOR = timedelta(hours=48)


class MemoryApiKeys:
    """``ApiKeys`` in a dictionary."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    def find(self, key_hash: str) -> ApiKey | None:
        return self._keys.get(key_hash)

    def put(self, key: ApiKey) -> None:
        self._keys[key.key_hash] = key

    def all(self) -> list[ApiKey]:
        return [self._keys[key_hash] for key_hash in sorted(self._keys)]


class MemoryIdempotencyRecords:
    """``IdempotencyRecords`` in a dictionary."""

    def __init__(self) -> None:
        self._records: dict[str, tuple[datetime, Remembered]] = {}

    def begin(self, key: str, digest: str, now: datetime) -> Remembered | None:
        if key in self._records:
            at, known = self._records[key]
            abandoned = known.answer is None and known.digest == digest and now - at > CLAIM_DIES_AFTER
            if not abandoned and now - at <= REMEMBERED_FOR:
                return known
        self._records[key] = (now, Remembered(digest, None))
        return None

    def finish(self, key: str, digest: str, status: int, answer: str, now: datetime) -> None:
        self._records[key] = (now, Remembered(digest, answer, status))

    def forget(self, key: str, digest: str) -> None:
        known = self._records.get(key)
        if known and known[1].digest == digest and known[1].answer is None:
            del self._records[key]


class MemoryFailures:
    """``Failures`` in a dictionary."""

    def __init__(self) -> None:
        self._failures: dict[str, Failure] = {}

    def add(self, failure: Failure) -> None:
        self._failures.setdefault(failure.failure_id, failure)

    def get(self, failure_id: str) -> Failure | None:
        return self._failures.get(failure_id)

    def mark_replayed(self, failure_id: str, at: datetime) -> None:
        if failure_id in self._failures:
            self._failures[failure_id] = replace(self._failures[failure_id], replayed_at=at)

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Failure], str | None]:
        by_time = {f"{to_rfc3339(each.failed_at)}#{each.failure_id}": each for each in self._failures.values()}
        keys = sorted((key for key in by_time if cursor is None or key < cursor), reverse=True)
        more = keys[limit - 1] if len(keys) > limit else None
        return [by_time[key] for key in keys[:limit]], more
