"""The best offer for a cart, and what is owed when a part of an order comes back, over HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.coupons.offers import (
    Answer,
    Applied,
    Customer,
    Filling,
    NextTier,
    Offer,
    Question,
    RefundPolicy,
    Return,
    Wanted,
)
from chalicelib.coupons.terms import Benefit, Gift

blueprint = Blueprint(__name__)

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Amount = Annotated[int, msgspec.Meta(ge=0)]


class LineBody(msgspec.Struct, forbid_unknown_fields=True):
    """One line; ``price`` of one piece in fen, the catalogue's when it is left out. ``grams`` is the weight of one piece."""

    product_id: Text
    quantity: Annotated[int, msgspec.Meta(ge=1)] = 1
    id: Text | None = None
    sku: Text | None = None
    price: Amount | None = None
    shop: Text | None = None
    grams: Amount = 0


class CartBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is bought, and where it goes."""

    lines: list[LineBody]
    currency: str = "CNY"
    shipping: Amount = 0
    region: str | None = None


class CustomerBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the till knows of the shopper beyond the profile."""

    orders: Amount | None = None
    levels: list[Text] = []
    segments: list[Text] = []
    tags: list[Text] = []


class BestBody(msgspec.Struct, forbid_unknown_fields=True):
    """A cart and who asks: the coupons compared are the shopper's own, those of ``coupons`` and what is automatic."""

    cart: CartBody
    shopper: Text | None = None
    coupons: Annotated[list[Text], msgspec.Meta(max_length=50)] = []
    channel: Text | None = None
    customer: CustomerBody = msgspec.field(default_factory=CustomerBody)
    suggestions: Annotated[int, msgspec.Meta(ge=0, le=10)] = 3


class TypedBody(BestBody, forbid_unknown_fields=True):
    """The same, and whoever typed ``coupons``: wrong codes are held against ``client``, else the shopper, else all who are not
    named. Not a part of ``BestBody``, which stands for the cart of a reservation."""

    client: Text | None = None


@route(blueprint, "POST", "/v1/offers/best", scope=Scope.ADMIN)
def find_best_offer(request: Request) -> dict[str, Any]:
    services = wiring.services()
    body = request.json(TypedBody)
    owners = services.profiles.sources_of(body.shopper) if body.shopper is not None else ()
    question = replace(question_of(body, owners), client=body.client)
    return _view(services.best_offers.best(question, body.suggestions))


class RefundBody(msgspec.Struct, forbid_unknown_fields=True):
    """The order as it was paid (lines with their prices, the offers that counted), and the pieces that come back by line id."""

    cart: CartBody
    paid: Amount
    returned: dict[str, int]
    policy: RefundPolicy
    offers: Annotated[list[Text], msgspec.Meta(max_length=50)] = []
    returned_before: dict[str, Amount] = {}
    refunded_before: Amount = 0
    with_shipping: bool = False


@route(blueprint, "POST", "/v1/offers/refunds", scope=Scope.ADMIN)
def find_refund(request: Request) -> dict[str, Any]:
    services = wiring.services()
    body = request.json(RefundBody)
    wish = Return(
        cart=services.best_offers.cart(question_of(BestBody(body.cart), ())),
        offers=tuple(body.offers),
        paid=body.paid,
        coming_back=body.returned,
        policy=body.policy,
        returned=body.returned_before,
        refunded=body.refunded_before,
        with_shipping=body.with_shipping,
    )
    back = services.giving_back.owed(wish)
    return {"amount": back.amount, "payable": back.payable, "discount_lost": back.lost, "currency": wish.cart.currency}


def question_of(body: BestBody, owners: tuple[str, ...]) -> Question:
    """A cart as it was sent, and who asks."""
    told = body.customer
    return Question(
        lines=tuple(
            Wanted(
                each.id or str(position), each.product_id, each.quantity, each.sku, each.price, each.shop, each.grams
            )
            for position, each in enumerate(body.cart.lines)
        ),
        owners=owners,
        codes=tuple(body.coupons),
        currency=body.cart.currency,
        shipping=body.cart.shipping,
        region=body.cart.region,
        channel=body.channel,
        told=Customer(told.orders, frozenset(told.levels), frozenset(told.segments), frozenset(told.tags)),
    )


def _view(answer: Answer) -> dict[str, Any]:
    offer = answer.offer
    return {
        "currency": offer.currency,
        "goods": offer.goods,
        "shipping": offer.shipping,
        "saved": offer.saved,
        "payable": offer.payable,
        "shipping_payable": offer.shipping_payable,
        "applied": [_applied(each) for each in offer.applied],
        "lines": _lines(offer),
        "not_applied": [
            *(
                {"offer": each.candidate.key, "name": each.candidate.terms.name, **_reason(each.reason, each.message)}
                for each in offer.not_applied
            ),
            *(
                {"offer": each.code, "name": each.name, **_reason(each.reason, each.message)}
                for each in answer.unusable
            ),
        ],
        "next_tiers": [_tier(each, answer.fillers.get(each.candidate.key, ())) for each in offer.next_tiers],
        "is_exact": answer.is_exact,
        "at_most_missed": answer.at_most_missed,
        "left_out": offer.left_out,
        "note": answer.note,
    }


def _applied(each: Applied) -> dict[str, Any]:
    terms = each.candidate.terms
    return {
        "offer": each.candidate.key,
        "name": terms.name,
        "kind": terms.kind,
        "automatic": terms.is_automatic,
        "saved": each.saved,
        "by_line": dict(each.by_line),
        "on_shipping": each.on_shipping,
        "gift": _gift(terms.benefit),
    }


def _gift(benefit: Benefit) -> dict[str, Any] | None:
    """What is put beside the goods for nothing: no line of the cart has it."""
    return {"sku": benefit.sku, "quantity": benefit.quantity} if isinstance(benefit, Gift) else None


def _lines(offer: Offer) -> list[dict[str, Any]]:
    return [
        {"id": line.line_id, "amount": line.amount, "payable": line.payable, "discounts": dict(line.discounts)}
        for line in offer.lines
    ]


def _reason(code: str, message: str) -> Mapping[str, str]:
    return {"reason": code, "message": message}


def _tier(tier: NextTier, fillings: Sequence[Filling]) -> dict[str, Any]:
    return {
        "offer": tier.candidate.key,
        "name": tier.candidate.terms.name,
        "missing_amount": tier.amount,
        "missing_quantity": tier.pieces,
        "saves": tier.saves,
        "gain": tier.gain,
        "message": tier.message,
        "suggestions": [_filling(each) for each in fillings if len(each.products) == 1],
        "together": [_filling(each) for each in fillings if len(each.products) > 1],
    }


def _filling(filling: Filling) -> dict[str, Any]:
    products = [
        {"product_id": each.product_id, "title": each.title, "price": each.price, "image": each.image}
        for each in filling.products
    ]
    about = {"price": filling.price, "exceeds_by": filling.exceeds_by}
    return {**products[0], **about} if len(products) == 1 else {"products": products, **about}
