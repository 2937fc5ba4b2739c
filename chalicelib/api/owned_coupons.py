"""Coupons that shoppers own, over HTTP: issue, claim, reserve, redeem, release, refund, void, and codes made ahead."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.coupon_terms import terms_view
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.sources import across
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import new_id
from chalicelib.coupons import (
    CodeBatch,
    Entry,
    Issue,
    Movement,
    OwnedCoupon,
    Redeem,
    Refund,
    Release,
    Reserve,
    Void,
    Wish,
)

blueprint = Blueprint(__name__)

_ADMIN = "admin"
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Reason = Annotated[str, msgspec.Meta(max_length=200)]


class IssueBody(msgspec.Struct, forbid_unknown_fields=True):
    """To whom, and why."""

    shopper: Name
    reason: Reason = "人工发放"


class ClaimBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who takes it."""

    shopper: Name


class OrderBody(msgspec.Struct, forbid_unknown_fields=True):
    """For which order, of what amount in fen; ``discount`` is what the offer on its cart came to. Wrong codes are held
    against ``client``: whoever typed."""

    order_id: str
    amount: int
    discount: int | None = None
    client: Name | None = None


class ReserveBody(OrderBody, forbid_unknown_fields=True):
    """The same, for so many seconds."""

    seconds: int = 900


class ReleaseBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which order did not come about."""

    order_id: str
    reason: Reason = "订单取消"


class RefundBody(msgspec.Struct, forbid_unknown_fields=True):
    """How much of the discount goes back (fen; nothing said: all that is left), and whether the coupon does."""

    order_id: str
    discount: int | None = None
    returns: bool = False
    reason: Reason = "退款"


class VoidBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why; ``returns``: back to the stock."""

    reason: Reason
    returns: bool = False


class BatchBody(msgspec.Struct, forbid_unknown_fields=True):
    """How many codes."""

    count: int


@route(blueprint, "POST", "/v1/coupons/{coupon_id}/issue", scope=Scope.ADMIN)
def issue_coupon(request: Request, coupon_id: str) -> Answer:
    body = request.json(IssueBody)
    issue = Issue(_key(request), _ADMIN, body.reason)
    return Answer(_view(wiring.services().coupons.issue(coupon_id, body.shopper, issue)), 201)


@route(blueprint, "POST", "/v1/coupons/{coupon_id}/claim", scope=Scope.ADMIN)
def claim_coupon(request: Request, coupon_id: str) -> Answer:
    body = request.json(ClaimBody)
    issue = Issue(_key(request), "shopper", "领取", movement=Movement.CLAIMED)
    return Answer(_view(wiring.services().coupons.issue(coupon_id, body.shopper, issue)), 201)


@route(blueprint, "POST", "/v1/coupon-codes/{code}/claim", scope=Scope.ADMIN)
def claim_code(request: Request, code: str) -> Answer:
    body = request.json(ClaimBody)
    return Answer(_view(wiring.services().code_desk.claim(code, body.shopper, _key(request))), 201)


@route(blueprint, "GET", "/v1/coupon-codes/{code}", scope=Scope.ADMIN)
def get_owned_coupon(request: Request, code: str) -> dict[str, Any]:
    return _view(wiring.services().coupons.find(code))


@route(blueprint, "POST", "/v1/coupon-codes/{code}/reserve", scope=Scope.ADMIN)
def reserve_coupon(request: Request, code: str) -> dict[str, Any]:
    body = request.json(ReserveBody)
    wish = Reserve(body.order_id, body.amount, _key(request), _ADMIN, body.seconds, body.discount)
    return _order_view(_move(code, wish, body.client))


@route(blueprint, "POST", "/v1/coupon-codes/{code}/redeem", scope=Scope.ADMIN)
def redeem_coupon(request: Request, code: str) -> dict[str, Any]:
    body = request.json(OrderBody)
    wish = Redeem(body.order_id, body.amount, _key(request), _ADMIN, body.discount)
    return _order_view(_move(code, wish, body.client))


@route(blueprint, "POST", "/v1/coupon-codes/{code}/release", scope=Scope.ADMIN)
def release_coupon(request: Request, code: str) -> dict[str, Any]:
    body = request.json(ReleaseBody)
    return _view(_move(code, Release(body.order_id, _key(request), _ADMIN, body.reason)))


@route(blueprint, "POST", "/v1/coupon-codes/{code}/refund", scope=Scope.ADMIN)
def refund_coupon(request: Request, code: str) -> dict[str, Any]:
    body = request.json(RefundBody)
    wish = Refund(body.order_id, _key(request), _ADMIN, body.discount, body.returns, body.reason)
    owned = _move(code, wish)
    return {"order_id": body.order_id, "refunded": owned.entries[-1].discount, "coupon": _view(owned)}


@route(blueprint, "POST", "/v1/coupon-codes/{code}/void", scope=Scope.ADMIN)
def void_coupon(request: Request, code: str) -> dict[str, Any]:
    body = request.json(VoidBody)
    return _view(_move(code, Void(_key(request), _ADMIN, body.reason, body.returns)))


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/coupons", scope=Scope.ADMIN)
def list_shopper_coupons(request: Request, shopper_id: str) -> dict[str, Any]:
    owned, next_cursor = across(shopper_id, wiring.services().coupons.owned_by, *request.page())
    return {"items": [_view(each) for each in owned], "next_cursor": next_cursor}


@route(blueprint, "POST", "/v1/coupons/{coupon_id}/code-batches", scope=Scope.ADMIN)
def open_code_batch(request: Request, coupon_id: str) -> Answer:
    body = request.json(BatchBody)
    return Answer(_batch_view(wiring.services().code_desk.open(coupon_id, body.count, _key(request), _ADMIN)), 201)


@route(blueprint, "PUT", "/v1/coupons/{coupon_id}/code-batches/{batch_id}/pages/{number}", scope=Scope.ADMIN)
def make_code_page(request: Request, coupon_id: str, batch_id: str, number: str) -> Answer:
    if not (number.isascii() and number.isdecimal() and len(number) <= 6):
        raise InvalidRequest("the number of a page, from 0", field="number")
    _, page = wiring.services().code_desk.page(coupon_id, batch_id, int(number))
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    if page.number == 0:
        rows.writerow(["code", "coupon_id", "batch_id"])
    rows.writerows([code, coupon_id, batch_id] for code in page.codes)
    return Answer(text.getvalue(), headers={"Content-Type": "text/csv; charset=utf-8"})


def _move(code: str, wish: Wish, client: str | None = None) -> OwnedCoupon:
    services = wiring.services()
    if client is None:
        return services.coupons.move(code, wish)
    return services.code_desk.guarded(client, lambda: services.coupons.move(code, wish))


def _key(request: Request) -> str:
    """Without an ``Idempotency-Key`` every request is a wish of its own."""
    return request.idempotency_key or new_id(wiring.services().randomness)


def _order_view(owned: OwnedCoupon) -> dict[str, Any]:
    standing = owned.standing
    return {
        "order_id": standing.order_id,
        "amount": standing.amount,
        "discount": standing.discount,
        "payable": standing.amount - standing.discount,
        "currency": owned.terms.currency,
        "reserved_until": _time(standing.until),
        "coupon": _view(owned),
    }


def _view(owned: OwnedCoupon) -> dict[str, Any]:
    return {
        "code": owned.code,
        "coupon_id": owned.coupon_id,
        "shopper": owned.shopper_id,
        **terms_view(owned.terms),
        "state": owned.state_at(wiring.services().clock.now()),
        "refunded": owned.standing.refunded,
        "usable_from": _time(owned.usable_from),
        "expires_at": _time(owned.expires_at),
        "source": owned.source,
        "entries": _entries_view(owned.entries),
    }


def _entries_view(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "movement": entry.movement,
            "at": _time(entry.at),
            "actor": entry.actor,
            "reason": entry.reason,
            "key": entry.key,
            "order_id": entry.order_id,
            "amount": entry.amount,
            "discount": entry.discount,
        }
        for entry in entries
    ]


def _batch_view(batch: CodeBatch) -> dict[str, Any]:
    return {
        "id": batch.batch_id,
        "coupon_id": batch.coupon_id,
        "count": batch.size,
        "pages": batch.pages,
        "created_at": _time(batch.created_at),
    }


def _time(instant: datetime | None) -> str | None:
    return to_rfc3339(instant) if instant else None
