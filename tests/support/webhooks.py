"""Platforms as tests play them: they sign what they send, each in its own way."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

from chalicelib import wiring
from chalicelib.adapters.memory.data_keys import MemoryDataKeys
from chalicelib.adapters.memory.products import MemoryProducts
from chalicelib.adapters.memory.webhooks import MemoryDeliveries, MemoryWebhookSources
from chalicelib.catalog import Catalog
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.core.sealing import Sealer
from chalicelib.events import Event
from chalicelib.webhooks import Receipt, Scheme, Webhooks, WebhookSources
from functions.project_profiles import handler
from tests.support.shoppers import TwinShop, stream

PAYLOADS = Path(__file__).parents[1] / "unit" / "webhooks" / "payloads"
SECRETS = {
    Scheme.STANDARD: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    Scheme.SHOPIFY: "shpss_2f6d0b6c9e1a4d58",
    Scheme.WOOCOMMERCE: "wc-secret-2f6d0b6c9e1a",
    Scheme.YOUZAN: "a0b1c2d3e4f5061728394a5b6c7d8e9f",
}
CLIENT_ID = "b8fca94e508ac942de"


def payload(name: str) -> bytes:
    """A payload as its platform sends it; the files are this project's own."""
    return json.dumps(json.loads((PAYLOADS / f"{name}.json").read_text()), ensure_ascii=False).encode()


def signed(
    scheme: Scheme,
    body: bytes,
    topic: str = "",
    *,
    secret: str | None = None,
    delivery: str = "d-1",
    at: datetime | None = None,
) -> dict[str, str]:
    """The headers of a delivery; the library that checks Standard Webhooks reads the machine's clock."""
    secret = secret or SECRETS[scheme]
    code = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    match scheme:
        case Scheme.STANDARD:
            at = at or datetime.now(UTC)
            signature = Webhook(secret).sign(delivery, at, body.decode())
            moment = str(int(at.timestamp()))
            return {"webhook-id": delivery, "webhook-timestamp": moment, "webhook-signature": signature}
        case Scheme.SHOPIFY:
            return {"x-shopify-hmac-sha256": code, "x-shopify-topic": topic, "x-shopify-webhook-id": delivery}
        case Scheme.WOOCOMMERCE:
            return {"x-wc-webhook-signature": code, "x-wc-webhook-topic": topic, "x-wc-webhook-delivery-id": delivery}
        case Scheme.YOUZAN:
            signature = hashlib.md5(CLIENT_ID.encode() + body + secret.encode()).hexdigest()
            return {"event-sign": signature, "event-type": topic}


@dataclass
class HookShop:
    """A shop of twins that every platform may tell things to; a source is called as its scheme."""

    shop: TwinShop = field(default_factory=TwinShop)
    deliveries: Any = field(default_factory=MemoryDeliveries)
    store: Any = field(default_factory=MemoryWebhookSources)

    def __post_init__(self) -> None:
        self.sealer = Sealer(MemoryDataKeys(SeededRandomness("keys")), "webhooks")
        self.products = MemoryProducts()
        self.catalog = Catalog(self.products)
        self.sources = WebhookSources(self.store, self.sealer, self.shop.clock, SeededRandomness("hooks"), 30)
        self.names: dict[Scheme, str] = {scheme: str(scheme) for scheme in Scheme}
        for scheme in Scheme:
            client_id = CLIENT_ID if scheme is Scheme.YOUZAN else ""
            self.sources.put(scheme, scheme, secret=SECRETS[scheme], client_id=client_id)
        self.webhooks = Webhooks(
            self.sources,
            self.deliveries,
            self.shop.events,
            self.catalog,
            self.shop.failures,
            self.sealer,
            self.shop.clock,
        )

    def send(self, scheme: Scheme, body: bytes | str, topic: str = "", **options: Any) -> Receipt:
        """Deliver a body, or the payload of a name."""
        sent = payload(body) if isinstance(body, str) else body
        return self.webhooks.receive(self.names[scheme], signed(scheme, sent, topic, **options), sent)

    def rename(self, scheme: Scheme, name: str) -> None:
        """Let a platform tell things under another name."""
        self.names[scheme] = name
        client_id = CLIENT_ID if scheme is Scheme.YOUZAN else ""
        self.sources.put(name, scheme, secret=SECRETS[scheme], client_id=client_id)

    def record(self) -> list[Event]:
        """Move what waits in the queue into the log; what was recorded now."""
        before = len(self.shop.log.stream)
        for each in self.shop.queue.drain():
            self.shop.events.record(each)
        return self.shop.log.stream[before:]


class Dying:
    """An object that dies before or after its n-th call, counted over all that share ``calls``."""

    def __init__(self, real: Any, calls: Iterator[int], at: int, is_after: bool) -> None:
        self._real = real
        self._calls = calls
        self._at = at
        self._is_after = is_after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._real, name)

        def called(*arguments: Any, **options: Any) -> Any:
            is_last = next(self._calls) == self._at
            if is_last and not self._is_after:
                raise Unavailable("killed before")
            answer = method(*arguments, **options)
            if is_last:
                raise Unavailable("killed after")
            return answer

        return called


STORY = [
    (Scheme.SHOPIFY, "shopify_refund", "refunds/create"),
    (Scheme.SHOPIFY, "shopify_order_paid", "orders/create"),
    (Scheme.SHOPIFY, "shopify_order_paid", "orders/paid"),
    (Scheme.SHOPIFY, "shopify_order_refunded", "orders/updated"),
    (Scheme.SHOPIFY, "shopify_product", "products/update"),
]


def profile_of(shop: HookShop) -> tuple[int, int, int]:
    """Orders, spend and refunds of the story's shopper, once all that waits was recorded and projected."""
    shop.record()
    wiring.install(shop.shop.services)
    try:
        handler.handle({"Records": stream(shop.shop.log.stream)}, None)
    finally:
        wiring.install(None)
    found = shop.shop.profiles.get("7001").profile.counters
    return found.orders, found.spend, found.refunds


def tell(shop: HookShop, story: list[tuple[Scheme, str, str]]) -> None:
    """Each delivery until it is answered, as a platform does."""
    for scheme, name, topic in story:
        for _ in range(3):
            try:
                shop.send(scheme, name, topic)
                break
            except Unavailable:
                continue
