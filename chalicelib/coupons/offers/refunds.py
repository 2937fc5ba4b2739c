"""What a shopper is owed when a part of an order comes back, by a policy that the shop states.

| policy | what happens to the discount | and to shipping, while something is kept |
| keep | it stays whole with what is kept: the shopper is owed the listed price of what comes back | as it was |
| proportional | it goes with the goods as it was allocated: the shopper is owed what these pieces cost them | as it was |
| re_evaluate | the same offers are worked out again for what is kept: a tier that is no longer reached is lost | so is 包邮 |

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
    """What is owed for ``coming_back`` (pieces by line id). Shipping is given back with the last piece, ``with_shipping`` only;
    where offers are worked out again, shipping that is no longer free is taken from what is owed.

    Raises ``InvalidRequest`` naming the line when more comes back than was kept, or what was given back before when it is more
    than was paid.
    """
    paid = order.offer.payable
    require(0 <= order.refunded <= paid, "refunded_before", f"must be between 0 and {paid}, which was paid")
    kept = _kept(order, coming_back)
    is_all = not any(kept.values())
    goods, shipping = _PAYABLE[policy](order, kept) if not is_all else (0, order.offer.shipping_payable)
    payable = goods + (0 if is_all and with_shipping else shipping)
    owed = max(0, order.offer.payable - order.refunded - payable)
    listed = sum(line.price * kept[line.line_id] for line in order.cart.lines)
    fee = 0 if is_all and with_shipping else order.cart.shipping
    remaining = max(0, listed + fee - payable)
    return Refund(owed, order.offer.payable - order.refunded - owed, max(0, order.offer.saved - remaining))


def _kept(order: Order, coming_back: Mapping[str, int]) -> dict[str, int]:
    """The pieces that stay, by line id. What came back before may be nothing of a line, what comes back now may not."""
    kept = {line.line_id: line.quantity for line in order.cart.lines}
    for name, returned, least in (("returned_before", order.returned, 0), ("returned", coming_back, 1)):
        for line_id, pieces in returned.items():
            field = f"{name}.{line_id}"
            require(line_id in kept, field, "is no line of the order")
            require(kept[line_id] >= least, field, "came back before, whole")
            require(least <= pieces <= kept[line_id], field, f"must be between {least} and {kept[line_id]}")
            kept[line_id] -= pieces
    return kept


def _keeping(order: Order, kept: Mapping[str, int]) -> tuple[int, int]:
    """What the goods that are kept cost, and shipping."""
    listed = sum(line.price * kept[line.line_id] for line in order.cart.lines)
    return max(0, listed - _saved_on_goods(order)), order.offer.shipping_payable


def _proportional(order: Order, kept: Mapping[str, int]) -> tuple[int, int]:
    """What is kept costs its share of the line, rounded up: the shares of one line's returns never sum beyond it."""
    quantities = {line.line_id: line.quantity for line in order.cart.lines}
    goods = sum(-(-line.payable * kept[line.line_id] // quantities[line.line_id]) for line in order.offer.lines)
    return goods, order.offer.shipping_payable


def _worked_out_again(order: Order, kept: Mapping[str, int]) -> tuple[int, int]:
    lines = tuple(replace(line, quantity=kept[line.line_id]) for line in order.cart.lines if kept[line.line_id])
    again: Sequence[Candidate] = [each.candidate for each in order.offer.applied]
    offer = best_offer(replace(order.cart, lines=lines), again, order.context)
    return sum(line.payable for line in offer.lines), offer.shipping_payable


def _saved_on_goods(order: Order) -> int:
    return sum(line.amount - line.payable for line in order.offer.lines)


_PAYABLE = {
    RefundPolicy.KEEP: _keeping,
    RefundPolicy.PROPORTIONAL: _proportional,
    RefundPolicy.RE_EVALUATE: _worked_out_again,
}
