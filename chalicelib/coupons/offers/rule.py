"""An offer made ready for one cart: how much it takes off what is left, and from which lines.

What is left of a cart is a list of amounts: one per line, the shipping fee last. A rule takes more (never less) off more: each of
its steps rises with every amount. The search for the best offer rests on that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from operator import itemgetter
from typing import Final

from chalicelib.coupons.offers.cart import Candidate, Cart
from chalicelib.coupons.offers.eligibility import goods_of
from chalicelib.coupons.offers.pieces import piece_benefit, pieces_of
from chalicelib.coupons.offers.reasons import Reason
from chalicelib.coupons.terms import (
    Benefit,
    BundlePrice,
    BuyGet,
    FlashSale,
    FreeShipping,
    Gift,
    MemberPrice,
    NthItem,
    PercentOff,
    allocated,
    amount_benefit,
    share_of,
)

Amounts = Sequence[int]


class Stage(IntEnum):
    """In which order kinds count: prices, pieces, the order, its shipping."""

    PRICE = 0
    PIECES = 1
    ORDER = 2
    SHIPPING = 3


_STAGE_GROUPS: Final = {Stage.PRICE: "price", Stage.PIECES: "pieces", Stage.ORDER: "coupon", Stage.SHIPPING: "shipping"}


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """An offer for one cart. ``judged`` are the lines its conditions look at, ``taken`` those it takes from.

    ``parts(left, base)`` are the amounts taken from ``taken``, or their sum to be allocated, if the conditions hold.
    ``judged_amount`` sums ``judged``; ``missing_pieces`` is above 0 where there are too few. ``worth`` is that of its gift.
    """

    candidate: Candidate
    stage: Stage
    judged: tuple[int, ...]
    taken: tuple[int, ...]
    parts: Callable[[Amounts, Amounts], Sequence[int] | int]
    judged_amount: Callable[[Amounts], int]
    minimum_spend: int
    missing_pieces: int
    worth: int = 0

    @property
    def level(self) -> tuple[int, int]:
        """Rules of a smaller level count before; those of one level are judged on the same amounts."""
        return self.stage, self.candidate.terms.priority

    @property
    def group(self) -> str:
        """Of one group at most one counts: on an order, or (prices, pieces) on a line."""
        return self.candidate.terms.group or _STAGE_GROUPS[self.stage]

    def unmet(self, base: Amounts) -> Reason | None:
        """Which condition ``base`` does not meet."""
        if self.minimum_spend and self.judged_amount(base) < self.minimum_spend:
            return Reason.BELOW_MINIMUM_SPEND
        return Reason.BELOW_MINIMUM_QUANTITY if self.missing_pieces > 0 else None

    def saving(self, left: Amounts, base: Amounts) -> int:
        """What the rule takes off ``left`` in all, its conditions judged on ``base``."""
        if self.unmet(base) is not None:
            return 0
        parts = self.parts(left, base)
        return parts if isinstance(parts, int) else sum(parts)

    def shares(self, left: Amounts, base: Amounts) -> Sequence[int]:
        """The same line by line, as ``taken`` stands."""
        parts = self.parts(left, base)
        if not isinstance(parts, int):
            return parts
        return allocated(parts, [left[position] for position in self.taken])

    def is_given(self, base: Amounts) -> bool:
        """Whether its gift is given."""
        return self.worth > 0 and self.unmet(base) is None

    def clashes(self, other: "Rule") -> bool:
        """Whether the two must not count together."""
        if self.candidate.terms.is_exclusive or other.candidate.terms.is_exclusive:
            return True
        if self.group != other.group:
            return False
        per_line = self.stage <= Stage.PIECES and other.stage <= Stage.PIECES
        return not per_line or not set(self.taken).isdisjoint(other.taken)


def rule_of(candidate: Candidate, cart: Cart) -> Rule:
    """The offer for this cart; it was asked before whether it may count at all."""
    benefit = candidate.terms.benefit
    judged = goods_of(candidate.terms, cart)
    total = _summing(judged)
    match benefit:
        case MemberPrice() | FlashSale():
            taken = tuple(each for each in judged if _price_for(benefit, cart, each) is not None)
            return _rule(candidate, cart, Stage.PRICE, judged, taken, _prices(benefit, cart, taken), total)
        case NthItem() | BuyGet() | BundlePrice():
            return _rule(candidate, cart, Stage.PIECES, judged, judged, _pieces(benefit, cart, judged), total)
        case FreeShipping(cap=cap):
            fee = len(cart.lines)
            most = cart.shipping if cap is None else cap
            return _rule(candidate, cart, Stage.SHIPPING, judged, (fee,), lambda left, _: min(left[fee], most), total)
        case Gift(quantity=quantity, worth=worth):
            # Even a gift whose worth nobody said is better than none.
            return _rule(candidate, cart, Stage.ORDER, judged, (), lambda *_: 0, total, worth * quantity + 1)
    return _rule(candidate, cart, Stage.ORDER, judged, judged, _amounts(benefit, total), total)


def _rule(
    candidate: Candidate,
    cart: Cart,
    stage: Stage,
    judged: tuple[int, ...],
    taken: tuple[int, ...],
    parts: Callable[[Amounts, Amounts], Sequence[int] | int],
    total: Callable[[Amounts], int],
    worth: int = 0,
) -> Rule:
    terms = candidate.terms
    missing = terms.minimum_quantity - sum(cart.lines[position].quantity for position in judged)
    return Rule(candidate, stage, judged, taken, parts, total, terms.minimum_spend, missing, worth)


def _summing(positions: Sequence[int]) -> Callable[[Amounts], int]:
    """The sum of some amounts, at C's speed: the search asks for it thousands of times."""
    if len(positions) == 1:
        return itemgetter(positions[0])
    chosen = itemgetter(*positions)
    return lambda amounts: sum(chosen(amounts))


def is_share(rule: Rule) -> bool:
    """Whether the rule takes a share of what is left, which is best taken early."""
    return isinstance(rule.candidate.terms.benefit, PercentOff)


def _amounts(benefit: Benefit, total: Callable[[Amounts], int]) -> Callable[[Amounts, Amounts], int]:
    def parts(left: Amounts, base: Amounts) -> int:
        remaining = total(left)
        return amount_benefit(benefit, remaining if base is left else total(base), remaining)

    return parts


def _pieces(
    benefit: NthItem | BuyGet | BundlePrice, cart: Cart, judged: Sequence[int]
) -> Callable[[Amounts, Amounts], int]:
    quantities = [cart.lines[position].quantity for position in judged]
    known: dict[tuple[int, ...], int] = {}

    def parts(left: Amounts, base: Amounts) -> int:
        amounts = tuple([left[at] for at in judged])
        if amounts not in known:
            known[amounts] = piece_benefit(benefit, pieces_of(amounts, quantities))
        return known[amounts]

    return parts


def _price_for(benefit: MemberPrice | FlashSale, cart: Cart, position: int) -> int | None:
    """The offer's price of a line (a SKU's own before its product's); None when it has none, 0 for a share."""
    line = cart.lines[position]
    for name in (line.sku_id, line.product_id):
        if name is not None and name in benefit.prices:
            return benefit.prices[name]
    return 0 if isinstance(benefit, MemberPrice) and benefit.basis_points else None


def _prices(
    benefit: MemberPrice | FlashSale, cart: Cart, taken: Sequence[int]
) -> Callable[[Amounts, Amounts], Sequence[int]]:
    rows = [(at, cart.lines[at].quantity, _price_for(benefit, cart, at) or 0) for at in taken]
    most = benefit.per_order if isinstance(benefit, FlashSale) else None
    share = benefit.basis_points if isinstance(benefit, MemberPrice) else 0

    def parts(left: Amounts, base: Amounts) -> Sequence[int]:
        return [_lowered(left[at], quantity, price, most, share) for at, quantity, price in rows]

    return parts


def _lowered(amount: int, quantity: int, price: int, most: int | None, share: int) -> int:
    """What a price, or without one a share, takes off the dearest ``most`` pieces of a line."""
    if not price:
        return share_of(amount, share)
    if most is None or most >= quantity:
        return max(0, amount - price * quantity)
    return sum([max(0, each - price) for each in pieces_of([amount], [quantity])[:most]])
