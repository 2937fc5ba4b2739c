"""What a shopper is owed when a part of an order comes back, by a policy that the shop states.

| policy | what happens to the discount |
| keep | it stays whole with what is kept: the shopper is owed the listed price of what comes back |
| proportional | it goes with the goods as it was allocated: the shopper is owed what these pieces cost them |
| re_evaluate | the same offers are worked out again for what is kept: a tier that is no longer reached is lost |

In all of them a shopper is never owed more than was paid and not yet given back, and never pays more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.coupons.offers.best import best_offer
from chalicelib.coupons.offers.cart import Candidate, Cart, Context
from chalicelib.coupons.offers.offer import Offer
from chalicelib.coupons.terms import require


class RefundPolicy(StrEnum):
    """How a part of an order is given back."""

    KEEP = "keep"
    PROPORTIONAL = "proportional"
    RE_EVALUATE = "re_evaluate"


@dataclass(frozen=True, slots=True)
class Order:
    """What was bought: the cart, the offers that counted, and how each line was priced; ``refunded`` was given back before, for
    ``returned`` pieces by line id. ``context`` is that of the purchase."""

    cart: Cart
    offer: Offer
    context: Context
    returned: Mapping[str, int]
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class Refund:
    """``amount`` is given back now; ``payable`` is what the pieces that stay cost; ``lost`` is what of the discount is gone."""

    amount: int
    payable: int
    lost: int


def refund(
    order: Order, coming_back: Mapping[str, int], policy: RefundPolicy, *, with_shipping: bool = False
) -> Refund:
    """What is owed for ``coming_back`` (pieces by line id). Shipping is given back with the last piece, ``with_shipping`` only.

    Raises ``InvalidRequest`` naming the line when more comes back than was kept.
    """
    kept = _kept(order, coming_back)
    is_all = not any(kept.values())
    shipping = 0 if is_all and with_shipping else order.offer.shipping_payable
    payable = shipping + _PAYABLE[policy](order, kept)
    owed = max(0, order.offer.payable - order.refunded - payable)
    listed = sum(line.price * kept[line.line_id] for line in order.cart.lines)
    fee = 0 if is_all and with_shipping else order.cart.shipping
    remaining = max(0, listed + fee - payable)
    return Refund(owed, order.offer.payable - order.refunded - owed, max(0, order.offer.saved - remaining))


def _kept(order: Order, coming_back: Mapping[str, int]) -> dict[str, int]:
    kept = {line.line_id: line.quantity - order.returned.get(line.line_id, 0) for line in order.cart.lines}
    for line_id, pieces in coming_back.items():
        field = f"returned.{line_id}"
        require(line_id in kept, field, "is no line of the order")
        require(0 < pieces <= kept[line_id], field, f"must be between 1 and {kept[line_id]}")
        kept[line_id] -= pieces
    return kept


def _keeping(order: Order, kept: Mapping[str, int]) -> int:
    listed = sum(line.price * kept[line.line_id] for line in order.cart.lines)
    return max(0, listed - _saved_on_goods(order)) if any(kept.values()) else 0


def _proportional(order: Order, kept: Mapping[str, int]) -> int:
    """What is kept costs its share of the line, rounded up: the shares of one line's returns never sum beyond it."""
    quantities = {line.line_id: line.quantity for line in order.cart.lines}
    return sum(-(-line.payable * kept[line.line_id] // quantities[line.line_id]) for line in order.offer.lines)


def _worked_out_again(order: Order, kept: Mapping[str, int]) -> int:
    if not any(kept.values()):
        return 0
    lines = tuple(replace(line, quantity=kept[line.line_id]) for line in order.cart.lines if kept[line.line_id])
    again: Sequence[Candidate] = [each.candidate for each in order.offer.applied]
    offer = best_offer(replace(order.cart, lines=lines), again, order.context)
    return sum(line.payable for line in offer.lines)


def _saved_on_goods(order: Order) -> int:
    return sum(line.amount - line.payable for line in order.offer.lines)


_PAYABLE = {
    RefundPolicy.KEEP: _keeping,
    RefundPolicy.PROPORTIONAL: _proportional,
    RefundPolicy.RE_EVALUATE: _worked_out_again,
}
