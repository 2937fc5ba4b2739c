"""What a shopper did, reduced to what a profile learns from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class Deed(StrEnum):
    """The behaviours that a profile tells apart. ``SEEN`` is any event that has no meaning of its own yet."""

    SEEN = "seen"
    VIEWED = "viewed"
    CLICKED = "clicked"
    SEARCHED = "searched"
    WISHED = "wished"
    ADDED_TO_CART = "added_to_cart"
    AT_CART = "at_cart"
    ORDERED = "ordered"
    REFUNDED = "refunded"
    IDENTIFIED = "identified"


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
    time. ``amount`` is fen, for orders and refunds, None when unknown. ``traits`` come with ``IDENTIFIED`` only.
    """

    sequence: str
    deed: Deed
    at: datetime
    touched: tuple[Touched, ...] = ()
    amount: int | None = None
    traits: Mapping[str, Any] | None = None

    def with_facts(self, known: Mapping[str, Facts]) -> "Activity":
        """This activity, with what the event left out of its products taken from ``known`` (by product id)."""
        completed = tuple(
            replace(each, facts=each.facts.or_else(known[each.product_id]).chosen(each.choices))
            if each.product_id is not None and each.product_id in known
            else each
            for each in self.touched
        )
        return replace(self, touched=completed)


def sequence_text(number: str) -> str:
    """A stream's sequence number (decimal digits) as text that sorts like the number."""
    return number.zfill(40)
