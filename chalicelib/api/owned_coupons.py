"""Coupons that shoppers own, over HTTP: issue, claim, reserve, redeem, release, refund, void, and codes made ahead."""

from typing import Annotated, Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.coupon_handouts import handed_out
from chalicelib.api.coupon_views import order_view, owned_view, time_view
from chalicelib.api.csv_answer import csv_answer
from chalicelib.api.marks import MarksBody, read_marks
from chalicelib.api.purchases import OrderBody, ReserveBody, checked_purchase
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.sources import across
from chalicelib.core.access import Scope
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import new_id
from chalicelib.coupons import (
    MAX_SHOPPERS,
    CodeBatch,
    Issue,
    OwnedCoupon,
    Redeem,
    Refund,
    Release,
    Reserve,
    Void,
    Wish,
)
from chalicelib.coupons.guards import UseGuard
from chalicelib.coupons.offers import RefundPolicy
from chalicelib.coupons.till import PartReturn

blueprint = Blueprint(__name__)

_ADMIN = "admin"
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Reason = Annotated[str, msgspec.Meta(max_length=200)]


class IssueBody(msgspec.Struct, forbid_unknown_fields=True):
    """To whom, and why: one ``shopper``, or many ``shoppers``. These have one coupon each for the same ``batch``, however
    often it is sent; without a ``batch`` for the same ``Idempotency-Key``."""

    shopper: Name | None = None
    shoppers: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=MAX_SHOPPERS)] | None = None
    batch: Name | None = None
    reason: Reason = "人工发放"


class ClaimBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who takes it, who referred them, and what tells the attempt from others."""

    shopper: Name
    referrer: Name | None = None
    marks: MarksBody | None = None


class ClaimCodeBody(ClaimBody, forbid_unknown_fields=True):
    """The same by a code. A wrong one is held against ``client`` (whoever typed), else the shopper."""

    client: Name | None = None


class ReleaseBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which order did not come about."""

    order_id: str
    reason: Reason = "订单取消"


class RefundBody(msgspec.Struct, forbid_unknown_fields=True):
    """How much of the discount goes back (fen; nothing said: all that is left), or with which ``returned`` pieces by line id
    and by which ``policy``; and whether the coupon does."""

    order_id: str
    discount: int | None = None
    returned: Annotated[dict[str, int], msgspec.Meta(max_length=200)] | None = None
    policy: RefundPolicy = RefundPolicy.PROPORTIONAL
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
    if (body.shopper is None) == (body.shoppers is None):
        raise InvalidRequest("shopper or shoppers is needed, and not both", field="shopper")
    issue = Issue(body.batch or _key(request), _ADMIN, body.reason)

    def give(shopper: str) -> OwnedCoupon:
        return wiring.services().coupons.issue(coupon_id, shopper, issue)

    if body.shopper is None:
        return handed_out(coupon_id, body.shoppers or (), give, owned_view)
    return Answer(owned_view(give(body.shopper)), 201)


@route(blueprint, "POST", "/v1/coupons/{coupon_id}/claim", scope=Scope.ADMIN)
def claim_coupon(request: Request, coupon_id: str) -> Answer:
    body = request.json(ClaimBody)
    marks = read_marks(body.marks)
    owned = wiring.services().door.claim(coupon_id, body.shopper, _key(request), marks, body.referrer)
    return Answer(owned_view(owned), 201)


@route(blueprint, "POST", "/v1/coupon-codes/{code}/claim", scope=Scope.ADMIN)
def claim_code(request: Request, code: str) -> Answer:
    body = request.json(ClaimCodeBody)
    marks = read_marks(body.marks)
    owned = wiring.services().door.claim_code(code, body.shopper, _key(request), marks, body.referrer, body.client)
    return Answer(owned_view(owned), 201)


@route(blueprint, "GET", "/v1/coupon-codes/{code}", scope=Scope.ADMIN)
def get_owned_coupon(request: Request, code: str) -> dict[str, Any]:
    return owned_view(wiring.services().coupons.find(code))


@route(blueprint, "POST", "/v1/coupon-codes/{code}/reserve", scope=Scope.ADMIN)
def reserve_coupon(request: Request, code: str) -> dict[str, Any]:
    body = request.json(ReserveBody)
    key, is_unchecked = _key(request), body.unchecked
    wish = Reserve(body.order_id, body.amount, key, _ADMIN, body.seconds, body.discount, is_unchecked)
    return order_view(_use(code, wish, body))


@route(blueprint, "POST", "/v1/coupon-codes/{code}/redeem", scope=Scope.ADMIN)
def redeem_coupon(request: Request, code: str) -> dict[str, Any]:
    body = request.json(OrderBody)
    wish = Redeem(body.order_id, body.amount, _key(request), _ADMIN, body.discount, body.unchecked)
    return order_view(_use(code, wish, body))


@route(blueprint, "POST", "/v1/coupon-codes/{code}/release", scope=Scope.ADMIN)
def release_coupon(request: Request, code: str) -> dict[str, Any]:
    body = request.json(ReleaseBody)
    return owned_view(_move(code, Release(body.order_id, _key(request), _ADMIN, body.reason)))


@route(blueprint, "POST", "/v1/coupon-codes/{code}/refund", scope=Scope.ADMIN)
def refund_coupon(request: Request, code: str) -> dict[str, Any]:
    body, key = request.json(RefundBody), _key(request)
    if body.returned is None:
        owned = _move(code, Refund(body.order_id, key, _ADMIN, body.discount, body.returns, body.reason))
        amount = owned.entries[-1].discount
    elif body.discount is None:
        wish = PartReturn(body.order_id, key, _ADMIN, body.returned, body.policy, body.returns, body.reason)
        amount, owned = wiring.services().till.give_back(code, wish)
    else:
        raise InvalidRequest("discount and returned exclude each other", field="discount")
    return {"order_id": body.order_id, "refunded": amount, "coupon": owned_view(owned)}


@route(blueprint, "POST", "/v1/coupon-codes/{code}/void", scope=Scope.ADMIN)
def void_coupon(request: Request, code: str) -> dict[str, Any]:
    body = request.json(VoidBody)
    return owned_view(_move(code, Void(_key(request), _ADMIN, body.reason, body.returns)))


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/coupons", scope=Scope.ADMIN)
def list_shopper_coupons(request: Request, shopper_id: str) -> dict[str, Any]:
    owned, next_cursor = across(shopper_id, wiring.services().coupons.owned_by, *request.page())
    return {"items": [owned_view(each) for each in owned], "next_cursor": next_cursor}


@route(blueprint, "POST", "/v1/coupons/{coupon_id}/code-batches", scope=Scope.ADMIN)
def open_code_batch(request: Request, coupon_id: str) -> Answer:
    body = request.json(BatchBody)
    return Answer(_batch_view(wiring.services().code_desk.open(coupon_id, body.count, _key(request), _ADMIN)), 201)


@route(blueprint, "PUT", "/v1/coupons/{coupon_id}/code-batches/{batch_id}/pages/{number}", scope=Scope.ADMIN)
def make_code_page(request: Request, coupon_id: str, batch_id: str, number: str) -> Answer:
    if not (number.isascii() and number.isdecimal() and len(number) <= 6):
        raise InvalidRequest("the number of a page, from 0", field="number")
    _, page = wiring.services().code_desk.page(coupon_id, batch_id, int(number))
    headings = ["code", "coupon_id", "batch_id"] if page.number == 0 else []
    # Pages are put one behind the other: no mark between them.
    return csv_answer(headings, ([code, coupon_id, batch_id] for code in page.codes), mark=False)


def _use(code: str, wish: Reserve | Redeem, body: OrderBody) -> OwnedCoupon:
    services, purchase = wiring.services(), checked_purchase(body)

    def use(guard: UseGuard) -> OwnedCoupon:
        if purchase is None:
            return services.coupons.move(code, wish, guard)
        return services.till.move(code, wish, purchase, guard)

    marks = read_marks(body.marks)
    return services.code_desk.guarded(body.guesser, lambda: services.door.using(marks, use))


def _move(code: str, wish: Wish) -> OwnedCoupon:
    return wiring.services().coupons.move(code, wish)


def _key(request: Request) -> str:
    """Without an ``Idempotency-Key`` every request is a wish of its own."""
    return request.idempotency_key or new_id(wiring.services().randomness)


def _batch_view(batch: CodeBatch) -> dict[str, Any]:
    return {
        "id": batch.batch_id,
        "coupon_id": batch.coupon_id,
        "count": batch.size,
        "pages": batch.pages,
        "created_at": time_view(batch.created_at),
    }
