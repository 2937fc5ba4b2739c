"""Deliveries of shop platforms: proven, read, told on as events and products, and each of them once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from chalicelib.catalog import ProductNotFound, read_product
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.failures import Failure, Failures
from chalicelib.core.ids import digest
from chalicelib.core.sealing import Sealer
from chalicelib.core.shapes import decode
from chalicelib.webhooks.mapping import PlatformMapping, Shelved, Told
from chalicelib.webhooks.model import Delivery, PayloadInvalid, Receipt, Status, WebhookSource
from chalicelib.webhooks.platforms import mapping_of
from chalicelib.webhooks.ports import Deliveries, Door, Shelf
from chalicelib.webhooks.signatures import prove
from chalicelib.webhooks.sources import WebhookSources

RECEIVING = "webhooks"
"""The source of what is kept in the failures."""


class _Kept(msgspec.Struct):
    """A delivery in the failures; the body is sealed: it has addresses in it."""

    webhook_source: str
    key: str
    topic: str
    headers: dict[str, str]
    sealed: str


@dataclass(frozen=True, slots=True)
class _Work:
    """What one delivery is to do."""

    source: WebhookSource
    delivery: Delivery
    told: Sequence[Told]
    shelved: Sequence[Shelved]

    @property
    def order_unknown(self) -> str | None:
        """The order of which the shopper must be known first."""
        return next((each.order_id for each in self.told if each.shopper_id is None and each.order_id), None)


class Webhooks:
    """Takes deliveries in. What it does is harmless to do again, and a delivery is remembered once all of it is done: so one that
    was cut off is done again when the platform repeats it, and one that was done is not."""

    def __init__(
        self,
        sources: WebhookSources,
        deliveries: Deliveries,
        door: Door,
        shelf: Shelf,
        failures: Failures,
        sealer: Sealer,
        clock: Clock,
    ) -> None:
        self._sources = sources
        self._deliveries = deliveries
        self._door = door
        self._shelf = shelf
        self._failures = failures
        self._sealer = sealer
        self._clock = clock

    def receive(self, source_id: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Take in what was sent to ``source_id``; ``headers`` have lower-case names, ``body`` is as it was sent.

        Raises ``SourceNotFound``, ``SignatureRefused``, or ``Unavailable``: then the platform shall send it again.
        """
        source = self._sources.known(source_id)
        secrets = self._sources.valid_secrets(source)
        key = prove(source.scheme, source.client_id, secrets, headers, body)
        mapping = mapping_of(source)
        if self._deliveries.is_done(source_id, key):
            return Receipt(key, Status.DUPLICATE, extra=mapping.answer)
        receipt = self._dealt_with(source, mapping, Delivery(source_id, key, mapping.telling(headers), body))
        self._deliveries.done(source_id, key, self._clock.now())
        return receipt

    def replay(self, failure: Failure) -> None:
        """Try once more what was kept under ``RECEIVING``: after its mapping was mended, say.

        Raises ``PayloadInvalid`` when it still cannot be used, and as ``receive``.
        """
        record = decode(failure.body.encode(), _Kept)
        source = self._sources.known(record.webhook_source)
        body = self._sealer.open(record.sealed).encode()
        delivery = Delivery(source.source_id, record.key, record.headers, body)
        receipt = self._dealt_with(source, mapping_of(source), delivery)
        if receipt.status in (Status.KEPT, Status.IGNORED):
            raise PayloadInvalid(receipt.reason or "it still cannot be used")

    def _dealt_with(self, source: WebhookSource, mapping: PlatformMapping, delivery: Delivery) -> Receipt:
        topic = ""
        try:
            topic, scope = mapping.read(delivery)
            if topic not in mapping.topics:
                return self._kept(mapping, delivery, topic, Status.IGNORED, f"nothing here is made of {topic[:100]!r}")
            made = [
                fact for step in mapping.topics[topic] for fact in step.of(scope, source.source_id, source.user_prefix)
            ]
            told = [fact for fact in made if isinstance(fact, Told)]
            work = _Work(source, delivery, told, [fact for fact in made if isinstance(fact, Shelved)])
            return self._done(mapping, work)
        except InvalidRequest as error:
            return self._kept(mapping, delivery, topic, Status.KEPT, error.message)

    def _done(self, mapping: PlatformMapping, work: _Work) -> Receipt:
        delivery = work.delivery
        order_id = work.order_unknown
        told: Iterable[Told] = work.told
        if order_id is not None:
            owner = self._owner_or_wait(order_id, delivery)
            if owner is None:
                reason = f"order {order_id} is not known yet: this waits for it"
                return Receipt(delivery.key, Status.WAITING, reason=reason, extra=mapping.answer)
            told = [each if each.shopper_id else Told({**each.item, "userId": owner}) for each in told]
        events = self._tell(work.source, [each for each in told if self._is_news(work.source, each)])
        for each in told:
            # Whether it was news or not: a process may have died when it had told and not noted it.
            self._note(work.source, each)
        products = sum(self._put(work.source, each) for each in work.shelved)
        if order_id is not None:
            self._deliveries.go(order_id, delivery)
        return Receipt(delivery.key, Status.ACCEPTED, events, products, extra=mapping.answer)

    def _owner_or_wait(self, order_id: str, delivery: Delivery) -> str | None:
        owner = self._deliveries.owner(delivery.source_id, order_id)
        if owner is None:
            sealed = self._sealer.seal(delivery.body.decode(), delivery.source_id)
            self._deliveries.wait(order_id, replace(delivery, body=sealed.encode()), self._clock.now())
            # The order may have come, and have looked for what waits, between the two.
            owner = self._deliveries.owner(delivery.source_id, order_id)
        return owner

    def _is_news(self, source: WebhookSource, told: Told) -> bool:
        return not (told.is_once and self._deliveries.is_done(source.source_id, told.message_id))

    def _tell(self, source: WebhookSource, told: Sequence[Told]) -> int:
        if not told:
            return 0
        results = self._door.accept_batch([each.item for each in told])
        refused = next((result.error for result in results if result.error is not None), None)
        if refused is not None:
            raise PayloadInvalid(f"an event made of it was refused: {refused.message}")
        return len(told)

    def _note(self, source: WebhookSource, told: Told) -> None:
        """Remember what was told, and go on with what waited for it."""
        now = self._clock.now()
        if told.is_once:
            self._deliveries.done(source.source_id, told.message_id, now)
        if told.order_id is not None and told.shopper_id is not None:
            self._deliveries.own(source.source_id, told.order_id, told.shopper_id, now)
            for waiting in self._deliveries.waiting(source.source_id, told.order_id):
                self._go_on(source, told.order_id, waiting)

    def _go_on(self, source: WebhookSource, order_id: str, waiting: Delivery) -> None:
        body = self._sealer.open(waiting.body.decode()).encode()
        self._dealt_with(source, mapping_of(source), replace(waiting, body=body))
        self._deliveries.go(order_id, waiting)

    def _put(self, source: WebhookSource, shelved: Shelved) -> int:
        now = self._clock.now()
        product = None if shelved.document is None else read_product(shelved.document, at="product")
        at = shelved.at or now
        if not self._deliveries.is_latest(source.source_id, shelved.product_id, at, now):
            return 0
        if product is not None:
            self._shelf.put(product)
            return 1
        try:
            self._shelf.delete(shelved.product_id)
        except ProductNotFound:
            return 0
        return 1

    def _kept(self, mapping: PlatformMapping, delivery: Delivery, topic: str, status: Status, reason: str) -> Receipt:
        sealed = self._sealer.seal(delivery.body.decode(errors="replace") or " ", delivery.source_id)
        kept = _Kept(delivery.source_id, delivery.key, topic[:200], dict(delivery.headers), sealed)
        failure_id = digest(RECEIVING, delivery.source_id, delivery.key)
        body = msgspec.json.encode(kept).decode()
        self._failures.add(Failure(failure_id, RECEIVING, reason, body, self._clock.now()))
        return Receipt(delivery.key, status, reason=reason, extra=mapping.answer)
