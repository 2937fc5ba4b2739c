"""What claims cost on DynamoDB: write units by partition key and its price list (a transaction writes each item twice, an entry
of an index once), those of refused transactions with them; and how often transactions met."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from botocore.exceptions import ClientError

from infra.local.bench.units import size_of

_WRITES = ("put_item", "update_item", "delete_item")
_TWICE = 2


class ClaimMeter:
    """A DynamoDB client that adds up what goes through it, from any number of threads."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.by_key: Counter[str] = Counter()
        self.refused = self.conflicts = self.requests = 0

    @property
    def units(self) -> int:
        """All write units."""
        return sum(self.by_key.values())

    @property
    def hottest(self) -> int:
        """The write units of the partition key that got most of them: what one partition must take."""
        return max(self.by_key.values(), default=0)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, name)

        def metered(**arguments: Any) -> Any:
            with self._lock:
                self.requests += 1
            if name == "transact_write_items":
                return self._transact(method, arguments)
            answer = method(**arguments)
            if name in _WRITES:
                self._count(arguments, 1)
            return answer

        return metered

    def _transact(self, method: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        parts = [what for action in arguments["TransactItems"] for what in action.values()]
        try:
            answer = method(**arguments)
        except ClientError as error:
            reasons = error.response.get("CancellationReasons", ())
            with self._lock:
                self.refused += 1
                self.conflicts += any(reason.get("Code") == "TransactionConflict" for reason in reasons)
            # The most that a refused transaction costs: what it would have written, but for the index.
            for what in parts:
                self._count(what, _TWICE, is_kept=False)
            raise
        for what in parts:
            self._count(what, _TWICE)
        return answer

    def _count(self, what: Mapping[str, Any], times: int, *, is_kept: bool = True) -> None:
        item = what.get("Item", {})
        key = (item or what["Key"])["pk"]["S"]
        size = ceil(size_of({name: next(iter(value.values())) for name, value in item.items()}) / 1024) or 1
        with self._lock:
            self.by_key[key] += times * size + (is_kept and "lpk" in item)
