"""All offers of an order at once, over HTTP: reserved, redeemed or released together, or none of them."""

from typing import Annotated, Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.coupon_views import owned_view, parts_view, time_view
from chalicelib.api.marks import read_marks
from chalicelib.api.purchases import BuyingBody, Name, purchase_of
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import new_id
from chalicelib.coupons.till import Order

blueprint = Blueprint(__name__)

_ADMIN = "admin"
OrderId = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class ReserveOffersBody(BuyingBody, forbid_unknown_fields=True, kw_only=True):
    """The offers of an order: codes of coupons, ids of automatic ones. All of them count together, or none is held."""

    offers: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=30)]
    seconds: int = 900


class RedeemOffersBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which order is paid."""

    order_id: OrderId


class ReleaseOffersBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which order did not come about."""

    order_id: OrderId
    reason: Annotated[str, msgspec.Meta(max_length=200)] = "订单取消"


@route(blueprint, "POST", "/v1/offers/reserve", scope=Scope.ADMIN)
def reserve_offers(request: Request) -> dict[str, Any]:
    services, body, key = wiring.services(), request.json(ReserveOffersBody), _key(request)
    purchase = purchase_of(body, body.offers) if body.cart is not None else None
    if purchase is None:
        raise InvalidRequest("the cart is needed", field="cart")

    def reserve() -> Order:
        return services.door.using(
            read_marks(body.marks),
            lambda guard: services.checkout.reserve(
                body.order_id, body.offers, purchase, key, _ADMIN, body.seconds, guard
            ),
        )

    return _view(services.code_desk.guarded(body.guesser, reserve))


@route(blueprint, "POST", "/v1/offers/redeem", scope=Scope.ADMIN)
def redeem_offers(request: Request) -> dict[str, Any]:
    body = request.json(RedeemOffersBody)
    return _view(wiring.services().checkout.redeem(body.order_id, _key(request), _ADMIN))


@route(blueprint, "POST", "/v1/offers/release", scope=Scope.ADMIN)
def release_offers(request: Request) -> dict[str, Any]:
    body = request.json(ReleaseOffersBody)
    return _view(wiring.services().checkout.release(body.order_id, _key(request), _ADMIN, body.reason))


def _key(request: Request) -> str:
    """Without an ``Idempotency-Key`` every request is a wish of its own."""
    return request.idempotency_key or new_id(wiring.services().randomness)


def _view(order: Order) -> dict[str, Any]:
    hold = order.hold
    coupons = [
        {
            "offer": owned.code,
            "automatic": False,
            "discount": owned.standing.discount,
            **parts_view(owned.standing.basket),
            "coupon": owned_view(owned),
        }
        for owned in order.coupons
    ]
    automatic = [{"offer": name, "automatic": True, "discount": saved} for name, saved in hold.automatic.items()]
    return {
        "order_id": hold.order_id,
        "amount": hold.amount,
        "saved": hold.saved,
        "payable": hold.amount - hold.saved,
        "currency": order.coupons[0].terms.currency,
        "reserved_until": time_view(hold.until),
        "offers": [*coupons, *automatic],
    }
