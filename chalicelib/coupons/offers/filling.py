"""Products that bring a cart to the next tier (凑单): one that is dear enough, or two that are so together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from chalicelib.core.errors import Unavailable
from chalicelib.coupons.offers.offer import NextTier
from chalicelib.coupons.offers.ports import Filler, Fillers

_TO_PAIR: Final = 40
"""Products below what is missing of which pairs are made."""


@dataclass(frozen=True, slots=True)
class Filling:
    """Products to add (two of the same stand twice), what they cost, and by how much that is over what is missing."""

    products: tuple[Filler, ...]
    price: int
    exceeds_by: int


def fillings(
    tier: NextTier, fillers: Fillers, without: Collection[str], limit: int, now: datetime
) -> tuple[Filling, ...]:
    """Up to ``limit`` ways to reach a tier, the cheapest first; none while search does not answer.

    Single products; with them the nearest pair of cheaper ones where none is dear enough, or each is over by more than is
    missing.
    """
    terms = tier.candidate.terms
    if tier.wanted:
        terms = msgspec.structs.replace(terms, scope=tier.wanted)
    try:
        single = fillers.at_least(max(tier.amount, 1), terms, without, limit, now)
        found = [_filling((each,), tier.amount) for each in single]
        if tier.amount and (not found or found[0].exceeds_by > tier.amount):
            found += _nearest_pair(fillers.below(tier.amount, terms, without, _TO_PAIR, now), tier.amount)
    except Unavailable:
        # The price is what the till asked for; what else one could buy may be missing.
        return ()
    return tuple(sorted(found, key=lambda each: (each.price, len(each.products)))[:limit])


def _nearest_pair(products: Sequence[Filler], amount: int) -> list[Filling]:
    """The two that together are over ``amount`` by the least; one may be bought twice."""
    pairs = ((one, two) for at, one in enumerate(products) for two in products[at:])
    enough = [pair for pair in pairs if pair[0].price + pair[1].price >= amount]
    nearest = min(enough, key=lambda pair: (pair[0].price + pair[1].price, pair[0] is pair[1]), default=None)
    return [_filling(nearest, amount)] if nearest else []


def _filling(products: tuple[Filler, ...], amount: int) -> Filling:
    price = sum(each.price for each in products)
    return Filling(products, price, max(0, price - amount) if amount else 0)
