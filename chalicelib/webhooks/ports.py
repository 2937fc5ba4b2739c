"""What webhooks need from outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.catalog import Product
from chalicelib.events import Result
from chalicelib.webhooks.model import Delivery, WebhookSource


class Sources(Protocol):
    """The store of webhook sources: a handful."""

    def get(self, source_id: str) -> WebhookSource | None: ...
    def put(self, source: WebhookSource) -> None: ...
    def delete(self, source_id: str) -> bool:
        """Whether it was there."""
        ...

    def all(self) -> Sequence[WebhookSource]: ...


class Deliveries(Protocol):
    """What sources delivered, so that a repeat is known and a refund finds its order. All reads are of the present."""

    def is_done(self, source_id: str, key: str) -> bool:
        """Whether that delivery was dealt with before."""
        ...

    def done(self, source_id: str, key: str, now: datetime) -> None:
        """Remember that it was; again changes nothing."""
        ...

    def owner(self, source_id: str, order_id: str) -> str | None:
        """The shopper who placed an order."""
        ...

    def own(self, source_id: str, order_id: str, shopper_id: str, now: datetime) -> None:
        """Remember who placed an order."""
        ...

    def wait(self, order_id: str, delivery: Delivery, now: datetime) -> None:
        """Keep a delivery (its body sealed) until its order is known."""
        ...

    def waiting(self, source_id: str, order_id: str) -> Sequence[Delivery]:
        """What waits for an order."""
        ...

    def go(self, order_id: str, delivery: Delivery) -> None:
        """Forget a delivery that waited."""
        ...

    def is_latest(self, source_id: str, thing_id: str, at: datetime, now: datetime) -> bool:
        """Whether nothing later than ``at`` was told of a thing before; from now on, what is earlier is not."""
        ...


class Door(Protocol):
    """Takes events in, as Segment's calls (the events capability)."""

    def accept_batch(self, items: Sequence[object]) -> Sequence[Result]: ...


class Shelf(Protocol):
    """Keeps products (the catalogue)."""

    def put(self, product: Product) -> bool: ...
    def delete(self, product_id: str) -> None:
        """Raises ``NotFound``."""
        ...
