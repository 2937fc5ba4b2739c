"""Offers that look at single pieces: the n-th, one for nothing, three for a price. Pieces stand by falling price, in whole
groups; the last of a group are its cheapest, which is the best that a shopper could arrange."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

from chalicelib.coupons.terms import FULL, shares_of

Chosen = Callable[[Sequence[int]], Sequence[int]]
"""Some amounts of a cart's."""


def choosing(positions: Sequence[int]) -> Chosen:
    """The amounts at ``positions``, at C's speed: the search asks thousands of times."""
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda amounts: [amounts[position] for position in positions]


def pieces_of(amounts: Sequence[int], by_quantity: Mapping[int, Chosen]) -> list[int]:
    """The prices of the pieces of some lines (chosen by how many pieces they have), falling. An amount that its quantity does
    not divide makes pieces a fen apart: ``(amount + k) // quantity`` for each piece k, which sums to the amount (Hermite)."""
    prices: list[int] = []
    for quantity, of in by_quantity.items():
        chosen = of(amounts)
        if quantity == 1:
            prices += chosen
            continue
        for piece in range(quantity):
            prices += [(amount + piece) // quantity for amount in chosen]
    prices.sort(reverse=True)
    return prices


def cheapest_of_groups(prices: Sequence[int], group: int, last: int, times: int | None, basis_points: int) -> int:
    """The share of the ``last`` pieces of each full group of falling ``prices``."""
    end = groups_in(prices, group, times) * group
    chosen = [price for offset in range(group - last, group) for price in prices[offset:end:group]]
    return sum(chosen) if basis_points == FULL else sum(shares_of(chosen, basis_points))


def above_price(prices: Sequence[int], group: int, price: int, times: int | None) -> int:
    """What full groups of falling ``prices`` cost above ``price`` each. Groups fall too: those above stand first."""
    groups = groups_in(prices, group, times)
    dearer = bisect_left(range(groups), True, key=lambda at: sum(prices[at * group : (at + 1) * group]) <= price)
    return sum(prices[: dearer * group]) - dearer * price


def sets_above_price(parts: Sequence[tuple[Sequence[int], int]], price: int, times: int | None) -> int:
    """What sets cost above ``price`` each. A part has its falling prices, and how many of them belong to a set."""
    sets = min(groups_in(prices, quantity, times) for prices, quantity in parts)
    costs = (sum(sum(prices[at * quantity : (at + 1) * quantity]) for prices, quantity in parts) for at in range(sets))
    return sum(max(0, cost - price) for cost in costs)


def groups_in(prices: Sequence[int], group: int, times: int | None) -> int:
    """How many full groups count."""
    full = len(prices) // group
    return full if times is None else min(full, times)
