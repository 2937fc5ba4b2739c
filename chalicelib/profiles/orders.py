"""An order as its events tell it, in whatever order they come, and what it gives to the profile of who placed it.

What is stored is what was said; what it gives is computed from all that was said. So an event that comes late, twice or
before the order itself leads to the same end, and what a cancellation or refund takes back is what was given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.core.ids import Randomness
from chalicelib.profiles.affinity import Lesson

_VERSION_DIGITS = 8
MAX_REFUNDS = 50
"""Refunds told apart in one order; what comes after them is counted under the last name."""


class OrderStep(StrEnum):
    """What an event says of an order."""

    PLACED = "placed"
    REVISED = "revised"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Basket:
    """What was ordered, by one event: ``amount`` and ``discount`` are fen (None: not said), ``key`` names the event.

    ``lessons`` is what its products teach, empty for a shopper who is not personalised.
    """

    at: datetime
    key: str
    amount: int | None = None
    discount: int | None = None
    lessons: tuple[Lesson, ...] = ()


@dataclass(frozen=True, slots=True)
class Gift:
    """What an order gives to a profile. Money is fen: ``spend`` is what stays with the shop, ``refunded`` what went back."""

    at: datetime | None = None
    orders: int = 0
    spend: int = 0
    refunds: int = 0
    refunded: int = 0
    cancellations: int = 0
    discounted: int = 0
    discount: int = 0
    lessons: tuple[Lesson, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """All that was said of one order. A refund without an amount (None) gives everything back."""

    order_id: str
    placed: Basket | None = None
    revised: Basket | None = None
    refunds: Mapping[str, int | None] = field(default_factory=dict)
    cancelled_at: datetime | None = None

    def after(self, step: OrderStep, basket: Basket, refund_id: str | None = None) -> "Order":
        """This order after one more event. States only move forward: nothing said before is taken back."""
        match step:
            case OrderStep.PLACED:
                earlier = self.placed is not None and (self.placed.at, self.placed.key) <= (basket.at, basket.key)
                return self if earlier else replace(self, placed=basket)
            case OrderStep.REVISED:
                newer = self.revised is not None and (self.revised.at, self.revised.key) >= (basket.at, basket.key)
                return self if newer else replace(self, revised=basket)
            case OrderStep.REFUNDED:
                return self._refunded(refund_id or basket.key, basket.amount)
            case OrderStep.CANCELLED:
                at = basket.at if self.cancelled_at is None else min(self.cancelled_at, basket.at)
                return replace(self, cancelled_at=at)

    def gift(self) -> Gift:
        """What this order gives: nothing but the notes of its refunds when it was never placed, is cancelled, or was
        paid back whole.
        """
        given_back = sum(amount for amount in self.refunds.values() if amount is not None)
        notes = Gift(refunds=len(self.refunds), cancellations=int(self.cancelled_at is not None))
        if self.placed is None:
            return replace(notes, refunded=given_back)
        notes = replace(notes, at=self.placed.at)
        basket = self._basket(self.placed)
        paid = basket.amount or 0
        is_whole = None in self.refunds.values() or (paid > 0 and given_back >= paid)
        if self.cancelled_at is not None or is_whole:
            return replace(notes, refunded=paid)
        back = min(given_back, paid)
        discount = basket.discount or 0
        return replace(
            notes,
            orders=1,
            spend=paid - back,
            refunded=back,
            discounted=int(discount > 0),
            discount=discount,
            lessons=basket.lessons,
        )

    def together_with(self, other: "Order") -> "Order":
        """What was said of one order under two ids."""
        order = self
        for step, basket in ((OrderStep.PLACED, other.placed), (OrderStep.REVISED, other.revised)):
            if basket is not None:
                order = order.after(step, basket)
        for refund_id in sorted(other.refunds):
            order = order._refunded(refund_id, other.refunds[refund_id])
        instants = [each for each in (self.cancelled_at, other.cancelled_at) if each is not None]
        return replace(order, cancelled_at=min(instants, default=None))

    def _basket(self, placed: Basket) -> Basket:
        revised = self.revised
        if revised is None:
            return placed
        return replace(
            placed,
            amount=placed.amount if revised.amount is None else revised.amount,
            discount=placed.discount if revised.discount is None else revised.discount,
            lessons=revised.lessons or placed.lessons,
        )

    def _refunded(self, refund_id: str, amount: int | None) -> "Order":
        name = refund_id if refund_id in self.refunds or len(self.refunds) < MAX_REFUNDS else max(self.refunds)
        known = self.refunds.get(name, 0)
        # The same refund told twice with two amounts: the larger one, whichever came first.
        larger = None if known is None or amount is None else max(known, amount)
        return replace(self, refunds={**self.refunds, name: larger})


def generation_of(version: int, randomness: Randomness) -> str:
    """A name for the orders that the profile of ``version`` reads; later versions' names sort behind it."""
    return f"{version:0{_VERSION_DIGITS}x}{randomness.token_bytes(4).hex()}"


def is_older_generation(one: str, other: str) -> bool:
    """Whether ``one`` was made for an earlier version of the profile than ``other``."""
    return one[:_VERSION_DIGITS] < other[:_VERSION_DIGITS]
