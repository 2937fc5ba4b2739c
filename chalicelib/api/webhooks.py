"""Webhooks of shop platforms, and who may send them. The signature over the body is the key: no other is asked for."""

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.request import Request
from chalicelib.api.routing import PUBLIC, route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.webhooks import Scheme, WebhookSource

blueprint = Blueprint(__name__)
MAX_BYTES = 250_000
"""What is kept of a delivery, sealed, must go into one item."""


class SourceBody(msgspec.Struct, forbid_unknown_fields=True):
    """A source as it is sent; see docs/webhooks.md."""

    scheme: Scheme
    secret: str | None = None
    client_id: str = ""
    user_prefix: Annotated[str, msgspec.Meta(max_length=32)] = ""
    mapping: dict[str, Any] | None = None


class RotationBody(msgspec.Struct, forbid_unknown_fields=True):
    """A new secret (made here when it is left out); the one before stays valid for ``overlap_hours``."""

    secret: str | None = None
    overlap_hours: Annotated[int, msgspec.Meta(ge=0, le=720)] = 24


@route(blueprint, "POST", "/v1/webhooks/{source}", scope=PUBLIC)
def receive_webhook(request: Request, source: str) -> dict[str, Any]:
    receipt = wiring.services().webhooks.receive(source, request.headers, request.bytes(MAX_BYTES))
    answer: dict[str, Any] = {
        "status": receipt.status,
        "delivery": receipt.key,
        "events": receipt.events,
        "products": receipt.products,
    }
    return answer | ({"reason": receipt.reason} if receipt.reason else {}) | dict(receipt.extra)


@route(blueprint, "PUT", "/v1/webhook-sources/{source}", scope=Scope.ADMIN)
def put_webhook_source(request: Request, source: str) -> Answer:
    body = request.json(SourceBody)
    stored, made = wiring.services().webhook_sources.put(
        source,
        body.scheme,
        secret=body.secret,
        client_id=body.client_id,
        user_prefix=body.user_prefix,
        mapping=body.mapping,
    )
    return Answer(_shown(stored, made))


@route(blueprint, "POST", "/v1/webhook-sources/{source}/rotate", scope=Scope.ADMIN)
def rotate_webhook_secret(request: Request, source: str) -> dict[str, Any]:
    body = request.json(RotationBody) if request.body.strip() else RotationBody()
    overlap = timedelta(hours=body.overlap_hours)
    return _shown(*wiring.services().webhook_sources.rotate(source, body.secret, overlap))


@route(blueprint, "GET", "/v1/webhook-sources", scope=Scope.ADMIN)
def list_webhook_sources(request: Request) -> dict[str, Any]:
    return {"items": [_shown(each) for each in wiring.services().webhook_sources.all()], "next_cursor": None}


@route(blueprint, "GET", "/v1/webhook-sources/{source}", scope=Scope.ADMIN)
def get_webhook_source(request: Request, source: str) -> dict[str, Any]:
    return _shown(wiring.services().webhook_sources.get(source))


@route(blueprint, "DELETE", "/v1/webhook-sources/{source}", scope=Scope.ADMIN)
def delete_webhook_source(request: Request, source: str) -> dict[str, Any]:
    wiring.services().webhook_sources.delete(source)
    return {"source": source, "deleted": True}


def _shown(source: WebhookSource, made: str | None = None) -> dict[str, Any]:
    """A source without its secrets, but for one that was just made."""
    answer: dict[str, Any] = {
        "source": source.source_id,
        "scheme": source.scheme,
        "client_id": source.client_id,
        "user_prefix": source.user_prefix,
        "mapping": source.mapping,
        "secrets": [
            {
                "ends_with": secret.hint,
                "since": to_rfc3339(secret.since),
                "until": to_rfc3339(secret.until) if secret.until else None,
            }
            for secret in source.secrets
        ],
    }
    return answer | ({"secret": made} if made else {})
