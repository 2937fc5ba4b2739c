"""Offers that look at single pieces: the n-th, one for nothing, three for a price. Pieces stand by falling price, in whole
groups; the last of a group are its cheapest, which is the best that a shopper could arrange."""

from collections.abc import Sequence

from chalicelib.coupons.terms import FULL, BundlePrice, BuyGet, NthItem, share_of


def pieces_of(amounts: Sequence[int], quantities: Sequence[int]) -> list[int]:
    """The prices of the pieces of some lines, falling; an amount that its quantity does not divide makes pieces a fen apart."""
    prices: list[int] = []
    for amount, quantity in zip(amounts, quantities, strict=True):
        if quantity == 1:
            prices.append(amount)
            continue
        price, dearer = divmod(amount, quantity)
        prices += [price + 1] * dearer + [price] * (quantity - dearer)
    prices.sort(reverse=True)
    return prices


def piece_benefit(benefit: NthItem | BuyGet | BundlePrice, prices: Sequence[int]) -> int:
    """What is taken off pieces of these falling prices (minor units)."""
    match benefit:
        case NthItem(nth, basis_points, times):
            return _cheapest(prices, nth, 1, times, basis_points)
        case BuyGet(buy, get, times):
            return _cheapest(prices, buy + get, get, times, FULL)
        case BundlePrice(quantity, price, times):
            end = _end(prices, quantity, times)
            bundles = (sum(prices[start : start + quantity]) for start in range(0, end, quantity))
            return sum(max(0, together - price) for together in bundles)


def _cheapest(prices: Sequence[int], group: int, last: int, times: int | None, basis_points: int) -> int:
    """The share of the ``last`` pieces of each full group."""
    end = _end(prices, group, times)
    chosen = [price for offset in range(group - last, group) for price in prices[offset:end:group]]
    return sum(chosen) if basis_points == FULL else sum([share_of(price, basis_points) for price in chosen])


def _end(prices: Sequence[int], group: int, times: int | None) -> int:
    """How many pieces stand in groups that count."""
    full = len(prices) // group
    return (full if times is None else min(full, times)) * group
