"""In-memory twins of the stores of the rules at the door."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons.guards import Guards, GuardsChanged, Hit, Mark, Pace


class MemoryGuardRules:
    """``GuardRules`` in a field."""

    def __init__(self) -> None:
        self._guards: Guards | None = None

    def load(self) -> Guards | None:
        return self._guards

    def store(self, guards: Guards) -> None:
        before = self._guards.version if self._guards else 0
        if guards.version != before + 1:
            raise GuardsChanged("the rules were changed in between")
        self._guards = guards


class MemoryGuardRecords:
    """``GuardRecords`` in dictionaries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paces: Counter[tuple[str, str, int]] = Counter()
        self._seen: set[tuple[str, Mark, str]] = set()
        self._hits: dict[str, Hit] = {}

    def keep_pace(self, pace: Pace, mark: str, now: datetime, *, enforced: bool) -> bool:
        key = pace.rule_id, mark, pace.window(now)[0]
        with self._lock:
            if enforced and self._paces[key] >= pace.most:
                return False
            self._paces[key] += 1
            return self._paces[key] <= pace.most

    def seen(self, ids: Sequence[str]) -> frozenset[tuple[Mark, str]]:
        return frozenset((mark, told) for shopper, mark, told in list(self._seen) if shopper in ids)

    def see(self, shopper_id: str, marks: Mapping[Mark, str], now: datetime) -> None:
        self._seen |= {(shopper_id, mark, told) for mark, told in marks.items()}

    def note(self, hit: Hit) -> None:
        self._hits[f"{to_rfc3339(hit.at)}#{hit.rule}#{hit.verb}#{hit.coupon_id}#{hit.shopper_id}"] = hit

    def hits(self, now: datetime, limit: int, cursor: str | None = None) -> tuple[Sequence[Hit], str | None]:
        if cursor is not None and cursor not in self._hits:
            raise InvalidRequest("cursor is none that this list gave", field="cursor")
        recent = [key for key, hit in self._hits.items() if hit.at > now - timedelta(days=30)]
        keys = [key for key in sorted(recent, reverse=True) if cursor is None or key < cursor]
        page = keys[:limit]
        return [self._hits[key] for key in page], page[-1] if len(page) == limit else None
