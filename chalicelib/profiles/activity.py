"""What a shopper did, reduced to what a profile learns from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.profiles.habits import Device, Place
from chalicelib.profiles.orders import OrderStep


class Deed(StrEnum):
    """The behaviours that a profile tells apart. ``SEEN`` is any event that has no meaning of its own yet.

    ``REMINDED`` is the shop's: a coupon of the shopper's ends. ``UNUSABLE`` is one that no projection could use: it is noted
    as missed and changes nothing else.
    """

    SEEN = "seen"
    VIEWED = "viewed"
    CLICKED = "clicked"
    SEARCHED = "searched"
    WISHED = "wished"
    ADDED_TO_CART = "added_to_cart"
    AT_CART = "at_cart"
    REVIEWED = "reviewed"
    ORDERED = "ordered"
    ORDER_REVISED = "order_revised"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    IDENTIFIED = "identified"
    REMINDED = "reminded"
    UNUSABLE = "unusable"


ORDER_STEPS: Mapping[Deed, OrderStep] = {
    Deed.ORDERED: OrderStep.PLACED,
    Deed.ORDER_REVISED: OrderStep.REVISED,
    Deed.REFUNDED: OrderStep.REFUNDED,
    Deed.CANCELLED: OrderStep.CANCELLED,
}
"""The behaviours that are about an order."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a product that was touched. ``category_path`` goes from general to special; ``price`` is fen.
    ``size`` is the one chosen (``鞋 42``); ``sizes`` are those there are, by whatever may name the choice of one."""

    brand: str | None = None
    category_path: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    price: int | None = None
    size: str | None = None
    sizes: Mapping[str, str] = field(default_factory=dict)

    def or_else(self, other: "Facts") -> "Facts":
        """These facts, with what is missing taken from ``other``."""
        return Facts(
            self.brand or other.brand,
            self.category_path or other.category_path,
            self.tags or other.tags,
            other.price if self.price is None else self.price,
            self.size or other.size,
            self.sizes or other.sizes,
        )

    def chosen(self, choices: Iterable[str]) -> "Facts":
        """These facts, with the size that the first telling one of ``choices`` means: the catalogue knows better than an
        event's own words."""
        known = next((self.sizes[each] for each in choices if each in self.sizes), None)
        return replace(self, size=known or self.size)


@dataclass(frozen=True, slots=True)
class Touched:
    """A product that an activity was about; the id is None when the event did not name it. ``choices`` are the words the
    event has for the variant that was taken: a SKU's id, a size, a part of 黑色/XL."""

    product_id: str | None
    facts: Facts = Facts()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """One event of one shopper.

    ``sequence`` is its place in the log's stream (40 digits, so that texts compare as numbers do), ``at`` the event
    time, ``received_at`` when the shop got it (None: as it happened), ``key`` a short digest of its id. ``amount`` and
    ``discount`` are fen, for orders and refunds, None when unknown. ``traits`` come with ``IDENTIFIED`` only,
    ``words`` with ``SEARCHED``, ``stars`` (1 to 5) with ``REVIEWED``; ``dwell_seconds`` is how long a page was open,
    ``place`` where the shopper was; ``until`` is when the coupon ends that the shopper was ``REMINDED`` of.
    ``is_known`` says that it came under a user id, not under an anonymous one.
    """

    sequence: str
    deed: Deed
    at: datetime
    touched: tuple[Touched, ...] = ()
    amount: int | None = None
    traits: Mapping[str, Any] | None = None
    received_at: datetime | None = None
    key: str = ""
    order_id: str | None = None
    refund_id: str | None = None
    discount: int | None = None
    words: str | None = None
    device: Device | None = None
    dwell_seconds: int | None = None
    stars: int | None = None
    is_known: bool = False
    place: Place | None = None
    until: datetime | None = None

    @property
    def name(self) -> str:
        """Tells this event from the others of its shopper."""
        return self.key or self.sequence.lstrip("0")

    @property
    def order(self) -> str | None:
        """The order it is about: an order or refund without a number is one of its own."""
        return (self.order_id or f"~{self.name}") if self.deed in ORDER_STEPS else None

    def set_aside(self) -> "Activity":
        """What is left of this event when it cannot be applied."""
        return Activity(self.sequence, Deed.UNUSABLE, self.at, received_at=self.received_at, key=self.key)

    def with_facts(self, known: Mapping[str, Facts]) -> "Activity":
        """This activity, with what the event left out of its products taken from ``known`` (by product id)."""
        completed = tuple(
            replace(each, facts=each.facts.or_else(known[each.product_id]).chosen(each.choices))
            if each.product_id is not None and each.product_id in known
            else each
            for each in self.touched
        )
        return replace(self, touched=completed)

    def with_interests(self, understood: Mapping[str, Facts]) -> "Activity":
        """This activity, with what its words mean (by the words) as something touched."""
        if self.words is None or self.words not in understood:
            return self
        return replace(self, touched=(*self.touched, Touched(None, understood[self.words])))


def sequence_text(number: str) -> str:
    """A stream's sequence number (decimal digits) as text that sorts like the number."""
    return number.zfill(40)
