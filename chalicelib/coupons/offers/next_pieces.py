"""How many pieces are missing until an offer that looks at pieces counts once more."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.coupons.offers.left import Left
from chalicelib.coupons.offers.pieces import groups_in, sets_above_price
from chalicelib.coupons.offers.places import BOUGHT, GIVEN
from chalicelib.coupons.offers.rule import Rule
from chalicelib.coupons.offers.taking import off_pieces
from chalicelib.coupons.terms import BundlePrice, BuyGet, NthItem, Place

Prices = list[int]


@dataclass(frozen=True, slots=True)
class Pieces:
    """``missing`` pieces, of ``wanted`` (of the offer's scope when it names nothing). ``saves`` is what the offer then takes off
    in all if they cost as much as the cheapest of their kind in the cart; None when there is none."""

    missing: int
    saves: int | None
    wanted: tuple[Place, ...] = ()


def next_pieces(rule: Rule, base: Left) -> Pieces | None:
    """What completes a group, a set or a gift that the cart has begun; None when nothing is begun, or no more count."""
    match rule.candidate.terms.benefit:
        case BundlePrice(parts=parts) as benefit if parts:
            return _of_a_set(benefit, [place.pieces(base) for place in rule.places])
        case BuyGet(get_scope=places) as benefit if places:
            return _of_a_gift(benefit, *(place.pieces(base) for place in rule.places))
        case NthItem(nth, _, times) as nth_item:
            return _of_a_group(nth_item, rule.selection.pieces(base), nth, times)
        case BuyGet(buy, get, times) as buy_get:
            return _of_a_group(buy_get, rule.selection.pieces(base), buy + get, times)
        case BundlePrice(quantity, _, times) as bundle:
            return _of_a_group(bundle, rule.selection.pieces(base), quantity, times)
    return None


def _of_a_group(
    benefit: NthItem | BuyGet | BundlePrice, prices: Prices, group: int, times: int | None
) -> Pieces | None:
    begun = len(prices) % group
    if not begun or len(prices) // group == times:
        return None
    missing = group - begun
    return Pieces(missing, off_pieces(benefit, prices + prices[-1:] * missing))


def _of_a_set(benefit: BundlePrice, prices: Sequence[Prices]) -> Pieces | None:
    quantities = [part.quantity for part in benefit.parts]
    sets = min(groups_in(each, quantity, None) for each, quantity in zip(prices, quantities, strict=True))
    wanted = [(sets + 1) * quantity - len(each) for each, quantity in zip(prices, quantities, strict=True)]
    is_begun = any(more < quantity for more, quantity in zip(wanted, quantities, strict=True))
    if not is_begun or sets == benefit.times:
        return None
    filled = [each + each[-1:] * max(0, more) for each, more in zip(prices, wanted, strict=True)]
    saves = sets_above_price(list(zip(filled, quantities, strict=True)), benefit.price, benefit.times)
    return Pieces(
        sum(max(0, more) for more in wanted),
        saves if all(prices) else None,
        tuple(part for part, more in zip(benefit.parts, wanted, strict=True) if more > 0),
    )


def _of_a_gift(benefit: BuyGet, *prices: Prices) -> Pieces | None:
    bought, given = prices[BOUGHT], prices[GIVEN]
    rounds = groups_in(bought, benefit.buy, benefit.times)
    free = rounds * benefit.get
    if len(given) < free:
        return Pieces(
            free - len(given), sum(given) + given[-1] * (free - len(given)) if given else None, benefit.get_scope
        )
    begun = len(bought) % benefit.buy
    if len(given) == free or rounds == benefit.times or not begun:
        return None
    return Pieces(benefit.buy - begun, sum(given[-(free + benefit.get) :]))
