"""What each kind takes off what is left, made ready for one cart."""

from collections.abc import Callable, Sequence

from chalicelib.coupons.offers.cart import Cart
from chalicelib.coupons.offers.left import Left, Selection
from chalicelib.coupons.offers.pieces import above_price, cheapest_of_groups, pieces_of, sets_above_price
from chalicelib.coupons.offers.places import BOUGHT, GIVEN, name_of
from chalicelib.coupons.terms import (
    FULL,
    Benefit,
    BundlePrice,
    BuyGet,
    FlashSale,
    MemberPrice,
    NthItem,
    amount_benefit,
    share_of,
)

Parts = Callable[[Left, Left], Sequence[int] | int]
"""What is taken off what is left, judged on what was left when the level began: by line, or the sum."""


def amounts_off(benefit: Benefit, goods: Selection) -> Parts:
    """Kinds that look at what goods come to."""
    off, total = amount_benefit(benefit), goods.total
    return lambda left, base: off(total(base), total(left))


def pieces_off(benefit: NthItem | BuyGet | BundlePrice, goods: Selection) -> Parts:
    """Kinds that look at the pieces of some goods. What one of two equal offers worked out serves the other."""

    def parts(left: Left, base: Left) -> int:
        found = left.worked.get(parts)
        if found is None:
            found = left.worked[parts] = off_pieces(benefit, goods.pieces(left))
        return found

    return parts


def sets_off(benefit: BuyGet | BundlePrice, places: Sequence[Selection]) -> Parts:
    """Kinds that put pieces of several places together."""
    if isinstance(benefit, BuyGet):
        return _given_off(benefit, places[BOUGHT], places[GIVEN])
    quantities = [part.quantity for part in benefit.parts]

    def parts(left: Left, base: Left) -> int:
        pieces = [place.pieces(left) for place in places]
        return sets_above_price(list(zip(pieces, quantities, strict=True)), benefit.price, benefit.times)

    return parts


def prices_off(benefit: MemberPrice | FlashSale, cart: Cart, taken: Sequence[int]) -> Parts:
    """Kinds that have a price for a piece."""
    rows = [(at, cart.lines[at].quantity, price_for(benefit, cart, at) or 0) for at in taken]
    most = benefit.per_order if isinstance(benefit, FlashSale) else None
    share = benefit.basis_points if isinstance(benefit, MemberPrice) else 0
    return lambda left, base: [_lowered(left[at], quantity, price, most, share) for at, quantity, price in rows]


def price_for(benefit: MemberPrice | FlashSale, cart: Cart, position: int) -> int | None:
    """The offer's price of a line; None when it has none, 0 for a share."""
    name = name_of(benefit, cart.lines[position])
    if name is not None:
        return benefit.prices[name]
    return 0 if isinstance(benefit, MemberPrice) and benefit.basis_points else None


def off_pieces(benefit: NthItem | BuyGet | BundlePrice, prices: Sequence[int]) -> int:
    """What a kind that looks at the pieces of one scope takes off pieces of these falling prices."""
    match benefit:
        case NthItem(nth, basis_points, times):
            return cheapest_of_groups(prices, nth, 1, times, basis_points)
        case BuyGet(buy, get, times):
            return cheapest_of_groups(prices, buy + get, get, times, FULL)
        case BundlePrice(quantity, price, times):
            return above_price(prices, quantity, price, times)


def _given_off(benefit: BuyGet, bought: Selection, given: Selection) -> Parts:
    rounds = sum(bought.quantities) // benefit.buy
    count = benefit.get * (rounds if benefit.times is None else min(rounds, benefit.times))

    def parts(left: Left, base: Left) -> int:
        return sum(given.pieces(left)[-count:]) if count else 0

    return parts


def _lowered(amount: int, quantity: int, price: int, most: int | None, share: int) -> int:
    """What a price, or without one a share, takes off the dearest ``most`` pieces of a line."""
    if not price:
        return share_of(amount, share)
    if most is None or most >= quantity:
        return max(0, amount - price * quantity)
    return sum([max(0, each - price) for each in pieces_of([amount], {quantity: list})[:most]])
