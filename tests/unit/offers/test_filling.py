"""Products that bring a cart to the next tier."""

from collections.abc import Collection, Sequence
from datetime import datetime

import pytest

from chalicelib.coupons import AmountOff, Terms
from chalicelib.coupons.offers import Filler, NextTier
from chalicelib.coupons.offers.filling import fillings
from chalicelib.coupons.terms import Place
from tests.support.coupons import NOON
from tests.support.offers import offer


class Shelf:
    """Products at some prices, and what was asked for."""

    def __init__(self, *prices: int) -> None:
        self.products = [Filler(f"p{price}", "货", price) for price in sorted(prices)]
        self.asked: list[Terms] = []

    def at_least(
        self, price: int, terms: Terms, without: Collection[str], limit: int, now: datetime
    ) -> Sequence[Filler]:
        self.asked.append(terms)
        return [each for each in self.products if each.price >= price and each.product_id not in without][:limit]

    def below(self, price: int, terms: Terms, without: Collection[str], limit: int, now: datetime) -> Sequence[Filler]:
        return [each for each in reversed(self.products) if each.price < price][:limit]


def tier(amount: int, pieces: int = 0, wanted: tuple[Place, ...] = ()) -> NextTier:
    return NextTier(offer("k", AmountOff(4_000)), 4_000, amount=amount, pieces=pieces, wanted=wanted)


@pytest.mark.parametrize(
    ("prices", "amount", "found"),
    [
        ((2_000, 2_400, 3_900, 5_000), 2_350, [("p2400", 50), ("p3900", 1_550)]),
        # Nothing is dear enough: the two that exceed by the least; one may be bought twice.
        ((900, 1_500, 2_000), 2_350, [("p1500 p900", 50)]),
        ((1_200,), 2_350, [("p1200 p1200", 50)]),
        ((1_000,), 2_350, []),
        # One is dear enough, but over by more than is missing.
        ((900, 1_500, 9_900), 2_350, [("p1500 p900", 50), ("p9900", 7_550)]),
        ((), 2_350, []),
    ],
)
def test_one_product_or_two_reach_a_tier(prices: tuple[int, ...], amount: int, found: list[tuple[str, int]]) -> None:
    ways = fillings(tier(amount), Shelf(*prices), set(), 2, NOON)
    assert [(" ".join(one.product_id for one in each.products), each.exceeds_by) for each in ways] == found
    assert all(each.price == sum(one.price for one in each.products) for each in ways)


def test_pieces_are_looked_for_where_they_are_missing() -> None:
    shelf, lamps = Shelf(900, 1_500), (Place(tags=("灯",)),)
    assert [each.products[0].product_id for each in fillings(tier(0, 1, lamps), shelf, set(), 3, NOON)] == [
        "p900",
        "p1500",
    ]
    assert shelf.asked[0].scope == lamps
