"""Coupons over HTTP: templates, issue, redeem, and what a shopper owns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.sources import across
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import new_id
from chalicelib.coupons import (
    Coupon,
    CouponKind,
    CouponState,
    CouponStatus,
    Entry,
    Issue,
    OwnedCoupon,
    Redeem,
    Terms,
    Validity,
)

blueprint = Blueprint(__name__)

_ACTOR = "admin"
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class CouponBody(msgspec.Struct, forbid_unknown_fields=True):
    """A template as it is sent; money in fen."""

    name: str
    value: int
    stock: int
    id: str | None = None
    kind: Literal["amount_off"] = "amount_off"
    minimum_spend: int = 0
    currency: str = "CNY"
    per_shopper: int | None = 1
    valid_days: int | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    status: Literal["active", "paused"] = "active"


class IssueBody(msgspec.Struct, forbid_unknown_fields=True):
    """To whom, and why."""

    shopper: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    reason: Annotated[str, msgspec.Meta(max_length=200)] = "人工发放"


class RedeemBody(msgspec.Struct, forbid_unknown_fields=True):
    """For which order, of what amount in fen."""

    order_id: str
    amount: int


@route(blueprint, "POST", "/v1/coupons", scope=Scope.ADMIN)
def create_coupon(request: Request) -> Answer:
    services = wiring.services()
    body = request.json(CouponBody)
    coupon = services.coupons.create(_coupon(body, body.id or new_id(services.randomness)))
    return Answer(_view(coupon) | {"left": coupon.stock}, 201)


@route(blueprint, "GET", "/v1/coupons", scope=Scope.ADMIN)
def list_coupons(request: Request) -> dict[str, Any]:
    coupons, next_cursor = wiring.services().coupons.list(*request.page())
    return {"items": [_view(coupon) for coupon in coupons], "next_cursor": next_cursor}


@route(blueprint, "GET", "/v1/coupons/{coupon_id}", scope=Scope.ADMIN)
def get_coupon(request: Request, coupon_id: str) -> dict[str, Any]:
    coupons = wiring.services().coupons
    coupon = coupons.get(coupon_id)
    return _view(coupon) | {"left": coupons.left(coupon)}


@route(blueprint, "PUT", "/v1/coupons/{coupon_id}", scope=Scope.ADMIN)
def put_coupon(request: Request, coupon_id: str) -> dict[str, Any]:
    body = request.json(CouponBody)
    if body.id not in (None, coupon_id):
        raise InvalidRequest("id differs from the one in the path", field="id")
    coupons = wiring.services().coupons
    coupon = coupons.replace(_coupon(body, coupon_id))
    return _view(coupon) | {"left": coupons.left(coupon)}


@route(blueprint, "POST", "/v1/coupons/{coupon_id}/issue", scope=Scope.ADMIN)
def issue_coupon(request: Request, coupon_id: str) -> Answer:
    services = wiring.services()
    body = request.json(IssueBody)
    issue = Issue(_key(request), _ACTOR, body.reason)
    return Answer(_owned_view(services.coupons.issue(coupon_id, body.shopper, issue), services.clock.now()), 201)


@route(blueprint, "POST", "/v1/coupon-codes/{code}/redeem", scope=Scope.ADMIN)
def redeem_coupon(request: Request, code: str) -> dict[str, Any]:
    services = wiring.services()
    body = request.json(RedeemBody)
    owned = services.coupons.redeem(code, Redeem(body.order_id, body.amount, _key(request), _ACTOR))
    used = owned.redemption
    discount = (used.discount or 0) if used else 0
    return {
        "order_id": body.order_id,
        "amount": body.amount,
        "discount": discount,
        "payable": body.amount - discount,
        "currency": owned.terms.currency,
        "coupon": _owned_view(owned, services.clock.now()),
    }


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/coupons", scope=Scope.ADMIN)
def list_shopper_coupons(request: Request, shopper_id: str) -> dict[str, Any]:
    services = wiring.services()
    owned, next_cursor = across(shopper_id, services.coupons.owned_by, *request.page())
    now = services.clock.now()
    return {"items": [_owned_view(each, now) for each in owned], "next_cursor": next_cursor}


def _key(request: Request) -> str:
    """Without an ``Idempotency-Key`` every request is a wish of its own."""
    return request.idempotency_key or new_id(wiring.services().randomness)


def _coupon(body: CouponBody, coupon_id: str) -> Coupon:
    services = wiring.services()
    return Coupon(
        coupon_id=coupon_id,
        terms=Terms(body.name, body.value, body.minimum_spend, body.currency),
        validity=Validity(body.valid_days, body.starts_at, body.ends_at),
        stock=body.stock,
        stock_shards=services.settings.stock_shards,
        created_at=services.clock.now(),
        per_shopper=body.per_shopper,
        kind=CouponKind(body.kind),
        status=CouponStatus(body.status),
    )


def _view(coupon: Coupon) -> dict[str, Any]:
    return {
        "id": coupon.coupon_id,
        "kind": coupon.kind,
        **_terms_view(coupon.terms),
        "stock": coupon.stock,
        "per_shopper": coupon.per_shopper,
        "valid_days": coupon.validity.valid_days,
        "starts_at": _time(coupon.validity.starts_at),
        "ends_at": _time(coupon.validity.ends_at),
        "status": coupon.status,
        "created_at": _time(coupon.created_at),
        "version": coupon.version,
    }


def _owned_view(owned: OwnedCoupon, now: datetime) -> dict[str, Any]:
    is_expired = owned.state is CouponState.ISSUED and owned.expires_at <= now
    return {
        "code": owned.code,
        "coupon_id": owned.coupon_id,
        "shopper": owned.shopper_id,
        **_terms_view(owned.terms),
        "state": "expired" if is_expired else owned.state,
        "usable_from": _time(owned.usable_from),
        "expires_at": _time(owned.expires_at),
        "source": owned.source,
        "entries": _entries_view(owned.entries),
    }


def _terms_view(terms: Terms) -> dict[str, Any]:
    return {
        "name": terms.name,
        "value": terms.value,
        "minimum_spend": terms.minimum_spend,
        "currency": terms.currency,
    }


def _entries_view(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "movement": entry.movement,
            "at": _time(entry.at),
            "actor": entry.actor,
            "reason": entry.reason,
            "order_id": entry.order_id,
            "amount": entry.amount,
            "discount": entry.discount,
        }
        for entry in entries
    ]


def _time(instant: datetime | None) -> str | None:
    return to_rfc3339(instant) if instant else None
