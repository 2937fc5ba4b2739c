"""An offer made ready for one cart: how much it takes off what is left, and from which lines.

What is left of a cart is a list of amounts: one per line, the shipping fee last. A rule takes more (never less) off more: each of
its steps rises with every amount. The search for the best offer rests on that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from chalicelib.coupons.offers.cart import Candidate, Cart
from chalicelib.coupons.offers.left import Left, Selection, Selections, kept
from chalicelib.coupons.offers.places import parts_of
from chalicelib.coupons.offers.reasons import Reason
from chalicelib.coupons.offers.taking import Parts, amounts_off, pieces_off, price_for, prices_off, sets_off
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
    Terms,
    allocated,
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
    """An offer for one cart. ``selection`` are the lines its conditions look at, ``taken`` those it takes from.

    ``parts(left, base)`` are the amounts taken from ``taken``, or their sum to be allocated, if the conditions hold.
    ``missing_pieces`` is above 0 where there are too few. ``worth`` is that of its gift, ``places`` the
    parts of what is put together. Rules of a smaller ``level`` count
    before; those of one level are judged on the same amounts. Of one ``group`` at most one counts: on an order, or (prices,
    pieces) on a line.
    """

    candidate: Candidate
    stage: Stage
    selection: Selection
    taken: tuple[int, ...]
    parts: Parts
    level: tuple[int, int]
    group: str
    minimum_spend: int
    missing_pieces: int
    worth: int = 0
    places: tuple[Selection, ...] = ()

    @property
    def judged(self) -> tuple[int, ...]:
        """The lines its conditions look at."""
        return self.selection.positions

    def judged_amount(self, base: Amounts) -> int:
        """What those lines come to."""
        return self.selection.total(kept(base))

    def unmet(self, base: Amounts) -> Reason | None:
        """Which condition ``base`` does not meet."""
        if self.minimum_spend and self.judged_amount(base) < self.minimum_spend:
            return Reason.BELOW_MINIMUM_SPEND
        return Reason.BELOW_MINIMUM_QUANTITY if self.missing_pieces > 0 else None

    def saving(self, left: Amounts, base: Amounts) -> int:
        """What the rule takes off ``left`` in all, its conditions judged on ``base``."""
        return self.saving_now(kept(left), kept(base))

    def saving_now(self, left: Left, base: Left) -> int:
        """The same, as the search asks it thousands of times."""
        if self.missing_pieces > 0 or (self.minimum_spend and self.selection.total(base) < self.minimum_spend):
            return 0
        parts = self.parts(left, base)
        return parts if isinstance(parts, int) else sum(parts)

    def shares(self, left: Amounts, base: Amounts) -> Sequence[int]:
        """The same line by line, as ``taken`` stands."""
        parts = self.parts(kept(left), kept(base))
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

    def is_same_as(self, other: "Rule") -> bool:
        """Whether the two promise the same for this cart and at most one of them can count."""
        one, two = self.candidate.terms, other.candidate.terms
        return (
            (self.level, self.group, self.taken, self.judged) == (other.level, other.group, other.taken, other.judged)
            and (one.benefit, one.minimum_spend, one.minimum_quantity, one.is_exclusive)
            == (two.benefit, two.minimum_spend, two.minimum_quantity, two.is_exclusive)
            and self.clashes(other)
        )


def rules_of(candidates: Sequence[Candidate], cart: Cart) -> list[Rule]:
    """The offers for this cart; they were asked before whether they may count at all."""
    making = _Making(cart)
    return [making.rule(each) for each in candidates]


def rule_of(candidate: Candidate, cart: Cart) -> Rule:
    """One offer for this cart."""
    return _Making(cart).rule(candidate)


def is_share(rule: Rule) -> bool:
    """Whether the rule takes a share of what is left, which is best taken early."""
    return isinstance(rule.candidate.terms.benefit, PercentOff)


class _Making:
    """Makes the rules of one cart: what several of them sum up is summed once."""

    def __init__(self, cart: Cart) -> None:
        self._cart = cart
        self._selections = Selections(cart)
        self._pieces: dict[tuple[Benefit, Selection], Parts] = {}

    def rule(self, candidate: Candidate) -> Rule:
        terms, cart = candidate.terms, self._cart
        places = tuple(self._selections.of(positions) for positions in parts_of(terms, cart))
        judged = places[0]
        match terms.benefit:
            case MemberPrice() | FlashSale() as benefit:
                taken = tuple(at for at in judged.positions if price_for(benefit, cart, at) is not None)
                return self._rule(candidate, Stage.PRICE, judged, taken, prices_off(benefit, cart, taken))
            case BundlePrice(parts=parts) as benefit if parts:
                judged = self._selections.of(tuple(sorted(at for place in places for at in place.positions)))
                return self._rule(
                    candidate, Stage.PIECES, judged, judged.positions, sets_off(benefit, places), places=places
                )
            case BuyGet(get_scope=given) as benefit if given:
                return self._rule(
                    candidate, Stage.PIECES, judged, places[1].positions, sets_off(benefit, places), places=places
                )
            case NthItem() | BuyGet() | BundlePrice() as benefit:
                parts_off = self._pieces.setdefault((benefit, judged), pieces_off(benefit, judged))
                return self._rule(candidate, Stage.PIECES, judged, judged.positions, parts_off)
            case FreeShipping(cap=cap):
                fee, most = len(cart.lines), cart.shipping if cap is None else cap
                return self._rule(candidate, Stage.SHIPPING, judged, (fee,), lambda left, _: min(left[fee], most))
            case Gift(quantity=quantity, worth=worth):
                # Even a gift whose worth nobody said is better than none.
                return self._rule(candidate, Stage.ORDER, judged, (), lambda *_: 0, worth * quantity + 1)
        return self._rule(candidate, Stage.ORDER, judged, judged.positions, amounts_off(terms.benefit, judged))

    def _rule(
        self,
        candidate: Candidate,
        stage: Stage,
        judged: Selection,
        taken: tuple[int, ...],
        parts: Parts,
        worth: int = 0,
        places: tuple[Selection, ...] = (),
    ) -> Rule:
        terms: Terms = candidate.terms
        missing = terms.minimum_quantity - sum(judged.quantities)
        level = (int(stage), terms.priority)
        group = terms.group or _STAGE_GROUPS[stage]
        return Rule(candidate, stage, judged, taken, parts, level, group, terms.minimum_spend, missing, worth, places)
