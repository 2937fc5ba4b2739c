"""Which lines of a cart an offer looks at: its scope, the goods it gives, the parts of its set."""

from typing import Final

import msgspec

from chalicelib.coupons.offers.cart import Cart, Line
from chalicelib.coupons.offers.eligibility import goods_of, in_one
from chalicelib.coupons.terms import Benefit, BundlePrice, BuyGet, FlashSale, MemberPrice, Part, Place, Terms

BOUGHT: Final = 0
GIVEN: Final = 1


def parts_of(terms: Terms, cart: Cart) -> list[tuple[int, ...]]:
    """The positions of the lines of each part of an offer: of a set its parts, of 买A送B what is bought and what is given, of any
    other its scope. A line belongs to the first part it fits."""
    benefit = terms.benefit
    goods = goods_of(terms, cart)
    match benefit:
        case BundlePrice(parts=parts) if parts:
            owners = {at: part_of(benefit, cart.lines[at]) for at in goods}
            return [tuple(at for at in goods if owners[at] == number) for number in range(len(parts))]
        case BuyGet(get_scope=places) if places:
            given = tuple(
                at for at, line in enumerate(cart.lines) if in_one(places, line) and not in_one(terms.exclude, line)
            )
            return [tuple(at for at in goods if at not in given), given]
    return [goods]


def part_of(benefit: Benefit, line: Line) -> int | None:
    """The part of the set a line belongs to, or whether it is given; None of others."""
    match benefit:
        case BundlePrice(parts=parts) if parts:
            return next((number for number, part in enumerate(parts) if in_one((part,), line)), None)
        case BuyGet(get_scope=places) if places:
            return GIVEN if in_one(places, line) else BOUGHT
    return None


def name_of(benefit: Benefit, line: Line) -> str | None:
    """By which name an offer knows a line beyond its scope: the SKU or product whose price it tells (a SKU's own first), or the
    part of a set (``#0``); None when it knows none."""
    if isinstance(benefit, MemberPrice | FlashSale):
        names = (line.sku_id, line.product_id)
        return next((name for name in names if name is not None and name in benefit.prices), None)
    part = part_of(benefit, line)
    return None if part is None else _part_name(part)


def by_names(benefit: Benefit) -> Benefit:
    """The benefit for lines whose product is called by ``name_of``: where an order is kept without its goods' brands and tags."""
    match benefit:
        case BundlePrice(parts=parts) if parts:
            named = tuple(Part(products=(_part_name(at),), quantity=part.quantity) for at, part in enumerate(parts))
            return msgspec.structs.replace(benefit, parts=named)
        case BuyGet(get_scope=places) if places:
            return msgspec.structs.replace(benefit, get_scope=(Place(products=(_part_name(GIVEN),)),))
    return benefit


def _part_name(part: int) -> str:
    return f"#{part}"
