"""What a till says of an order when it asks for coupons: the cart, who buys, where, and what else counts on it."""

from typing import Annotated, Any

import msgspec

from chalicelib.api.marks import MarksBody
from chalicelib.api.offers import BestBody, CartBody, CustomerBody, question_of
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import digest
from chalicelib.coupons.till import Purchase

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Offers = Annotated[list[Name], msgspec.Meta(max_length=30)]


class BuyingBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Who buys what, where. Wrong codes are held against ``client`` (whoever typed), the shopper or the order."""

    order_id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    cart: CartBody | None = None
    shopper: Name | None = None
    channel: Name | None = None
    customer: CustomerBody = msgspec.field(default_factory=CustomerBody)
    client: Name | None = None
    marks: MarksBody | None = None

    @property
    def guesser(self) -> str:
        """Against whom wrong codes are held."""
        return self.client or self.shopper or f"order/{self.order_id}"


class OrderBody(BuyingBody, forbid_unknown_fields=True, kw_only=True):
    """For which order. ``with`` are the other offers on it: codes, ids of automatic ones. Without a ``cart`` of what
    ``amount`` in fen; ``unchecked``: the till answers for ``discount``."""

    amount: int | None = None
    discount: int | None = None
    unchecked: bool = False
    beside: Offers = msgspec.field(name="with", default_factory=list)


class ReserveBody(OrderBody, forbid_unknown_fields=True, kw_only=True):
    """The same, for so many seconds."""

    seconds: int = 900


def purchase_of(body: BuyingBody, beside: list[str]) -> Purchase | None:
    """The purchase, None without a cart. Raises ``InvalidRequest`` for what needs one."""
    if body.cart is None:
        for name, sent in (("with", beside), ("channel", body.channel), ("shopper", body.shopper)):
            if sent:
                raise InvalidRequest(f"{name} needs the cart beside it", field="cart")
        return None
    asked = BestBody(body.cart, body.shopper, list(beside), body.channel, body.customer)
    return Purchase(question_of(asked, ()), tuple(beside), _short(asked), body.shopper)


def checked_purchase(body: OrderBody) -> Purchase | None:
    """The purchase of one coupon, None without a cart."""
    if body.cart is not None and body.unchecked:
        raise InvalidRequest("unchecked and a cart exclude each other", field="unchecked")
    return purchase_of(body, body.beside)


def _short(asked: Any) -> str:
    return digest(msgspec.json.encode(asked).decode())[:16]
