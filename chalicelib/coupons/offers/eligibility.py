"""Whether an offer may count at all for this cart and shopper, before any sum is done."""

from collections.abc import Sequence

from chalicelib.coupons.offers.cart import Candidate, Cart, Context, Customer, Line
from chalicelib.coupons.offers.reasons import Reason
from chalicelib.coupons.terms import LEVEL_SEPARATOR, Audience, FirstOrder, FreeShipping, Place, Terms


def refusal(candidate: Candidate, cart: Cart, context: Context) -> Reason | None:
    """Why the offer cannot count whatever the sums, or None."""
    terms = candidate.terms
    if terms.currency != cart.currency:
        return Reason.CURRENCY_DIFFERS
    return (
        _timely(candidate, context)
        or for_whom(terms, context.customer)
        or (None if _is_for_some(terms, cart) else Reason.NO_GOODS_IN_SCOPE)
        or (_shipped(terms.benefit, cart) if isinstance(terms.benefit, FreeShipping) else None)
    )


def goods_of(terms: Terms, cart: Cart) -> tuple[int, ...]:
    """The positions of the lines in the scope of an offer."""
    if not terms.scope and not terms.exclude:
        return tuple(range(len(cart.lines)))
    return tuple(position for position, line in enumerate(cart.lines) if _is_meant(terms, line))


def _is_for_some(terms: Terms, cart: Cart) -> bool:
    return (not terms.scope and not terms.exclude) or any(_is_meant(terms, line) for line in cart.lines)


def _is_meant(terms: Terms, line: Line) -> bool:
    return (not terms.scope or in_one(terms.scope, line)) and not in_one(terms.exclude, line)


def _timely(candidate: Candidate, context: Context) -> Reason | None:
    terms = candidate.terms
    if context.now < candidate.usable_from:
        return Reason.NOT_YET_VALID
    if context.now >= candidate.expires_at:
        return Reason.EXPIRED
    local = context.now.astimezone(context.zone)
    if terms.hours and not any(hours.hold(local) for hours in terms.hours):
        return Reason.OUT_OF_HOURS
    return Reason.WRONG_CHANNEL if terms.channels and context.channel not in terms.channels else None


def for_whom(terms: Terms, customer: Customer) -> Reason | None:
    """Why the customer is none of those that an offer is for, or None."""
    audience: Audience = terms.audience
    if isinstance(terms.benefit, FirstOrder) and customer.orders != 0:
        return Reason.FIRST_ORDER_ONLY
    if audience.is_new and customer.orders != 0:
        return Reason.NEW_SHOPPERS_ONLY
    if audience.levels and customer.levels.isdisjoint(audience.levels):
        return Reason.WRONG_LEVEL
    if audience.segments and customer.segments.isdisjoint(audience.segments):
        return Reason.WRONG_SEGMENT
    return Reason.WRONG_TAG if audience.tags and customer.tags.isdisjoint(audience.tags) else None


def _shipped(benefit: FreeShipping, cart: Cart) -> Reason | None:
    if not cart.shipping:
        return Reason.NO_SHIPPING_FEE
    region = cart.region or ""
    if benefit.regions and not _below(region, benefit.regions):
        return Reason.WRONG_REGION
    # An unknown region may be an excluded one.
    if benefit.except_regions and (not region or _below(region, benefit.except_regions)):
        return Reason.WRONG_REGION
    return Reason.TOO_HEAVY if benefit.max_grams is not None and cart.grams > benefit.max_grams else None


def in_one(places: Sequence[Place], line: Line) -> bool:
    """Whether a line fits one of some places."""
    return any(_fits(place, line) for place in places)


def _fits(place: Place, line: Line) -> bool:
    return (
        (not place.shops or line.shop in place.shops)
        and (not place.categories or _below(LEVEL_SEPARATOR.join(line.category_path), place.categories))
        and (not place.brands or line.brand in place.brands)
        and (not place.products or line.product_id in place.products)
        and (not place.skus or line.sku_id in place.skus)
        and (not place.tags or not line.tags.isdisjoint(place.tags))
    )


def _below(path: str, tops: Sequence[str]) -> bool:
    """Whether a path is one of ``tops`` or lies below one."""
    return any(path == top or path.startswith(top + LEVEL_SEPARATOR) for top in tops)
