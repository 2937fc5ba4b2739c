"""In-memory twins of the ports of ``webhooks``."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.core.clock import whole_milliseconds
from chalicelib.webhooks.model import Delivery, WebhookSource


class MemoryWebhookSources:
    """``Sources`` in a dictionary."""

    def __init__(self) -> None:
        self._sources: dict[str, WebhookSource] = {}

    def get(self, source_id: str) -> WebhookSource | None:
        return self._sources.get(source_id)

    def put(self, source: WebhookSource) -> None:
        self._sources[source.source_id] = source

    def delete(self, source_id: str) -> bool:
        return self._sources.pop(source_id, None) is not None

    def all(self) -> Sequence[WebhookSource]:
        return [self._sources[source_id] for source_id in sorted(self._sources)]


class MemoryDeliveries:
    """``Deliveries`` in dictionaries; nothing expires."""

    def __init__(self) -> None:
        self._done: set[tuple[str, str]] = set()
        self._owners: dict[tuple[str, str], str] = {}
        self._waiting: dict[tuple[str, str], dict[str, Delivery]] = {}
        self._latest: dict[tuple[str, str], datetime] = {}

    def is_done(self, source_id: str, key: str) -> bool:
        return (source_id, key) in self._done

    def done(self, source_id: str, key: str, now: datetime) -> None:
        self._done.add((source_id, key))

    def owner(self, source_id: str, order_id: str) -> str | None:
        return self._owners.get((source_id, order_id))

    def own(self, source_id: str, order_id: str, shopper_id: str, now: datetime) -> None:
        self._owners[source_id, order_id] = shopper_id

    def wait(self, order_id: str, delivery: Delivery, now: datetime) -> None:
        self._waiting.setdefault((delivery.source_id, order_id), {})[delivery.key] = delivery

    def waiting(self, source_id: str, order_id: str) -> Sequence[Delivery]:
        waiting = self._waiting.get((source_id, order_id), {})
        return [waiting[key] for key in sorted(waiting)]

    def go(self, order_id: str, delivery: Delivery) -> None:
        self._waiting.get((delivery.source_id, order_id), {}).pop(delivery.key, None)

    def is_latest(self, source_id: str, thing_id: str, at: datetime, now: datetime) -> bool:
        at = whole_milliseconds(at)
        if at < self._latest.get((source_id, thing_id), at):
            return False
        self._latest[source_id, thing_id] = at
        return True
