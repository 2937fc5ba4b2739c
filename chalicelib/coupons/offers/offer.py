"""The answer: what a cart costs with the best offers, line by line, and why the others do not count."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.coupons.offers.cart import Candidate
from chalicelib.coupons.offers.reasons import WORDS, Reason
from chalicelib.coupons.terms import Place


@dataclass(frozen=True, slots=True)
class Applied:
    """An offer that counts: ``saved`` in all, of which on each line (by id) and on shipping."""

    candidate: Candidate
    saved: int
    by_line: Mapping[str, int]
    on_shipping: int = 0


@dataclass(frozen=True, slots=True)
class NotApplied:
    """An offer that does not count, and why."""

    candidate: Candidate
    reason: Reason

    @property
    def message(self) -> str:
        """The reason in Chinese."""
        return WORDS[self.reason]


@dataclass(frozen=True, slots=True)
class NextTier:
    """What is missing until an offer saves more: ``amount`` of goods in scope, or ``pieces`` of them, of ``wanted`` if it names
    some. ``saves`` is what the offer then takes off in all (0 when nobody can say), ``gain`` that less what it replaces."""

    candidate: Candidate
    saves: int
    amount: int = 0
    pieces: int = 0
    message: str = ""
    gain: int = 0
    wanted: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class LinePrice:
    """A line before and after: ``discounts`` (by offer key) sum to ``amount - payable``."""

    line_id: str
    amount: int
    payable: int
    discounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Offer:
    """The best price. ``applied`` stand in the order in which they count. ``at_most_missed`` is 0 when no other choice or order
    of the candidates is cheaper; else no other is cheaper by more than that.

    ``payable`` = goods + shipping - ``saved`` = the sum of the lines' payable + ``shipping_payable``. Minor units.
    """

    currency: str
    goods: int
    shipping: int
    saved: int
    payable: int
    shipping_payable: int
    lines: tuple[LinePrice, ...]
    applied: tuple[Applied, ...]
    not_applied: tuple[NotApplied, ...]
    next_tiers: tuple[NextTier, ...]
    at_most_missed: int = 0

    @property
    def left_out(self) -> int:
        """How many candidates that might have counted were too many to be searched among."""
        return sum(each.reason is Reason.TOO_MANY for each in self.not_applied)

    @property
    def is_exact(self) -> bool:
        """Whether this is known to be the lowest price."""
        return self.at_most_missed == 0 and not self.left_out
