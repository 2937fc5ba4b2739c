"""What somebody buys: how much, how often, at which prices, and how content they are with it. Money is fen."""

from datetime import date

from chalicelib.profiles.affinity import Kind
from chalicelib.profiles.days import day_of
from chalicelib.profiles.dimensions.model import Dimension, Finding, Known, Rule, Source, share_of, sureness
from chalicelib.profiles.dimensions.tendencies import falls_out, interested_at, most, part_name, weights

WINDOW = 90
FREQUENCIES = ((6, "frequent"), (2, "regular"), (1, "rare"))
"""Orders of the last ``WINDOW`` days from which on a frequency is called so."""
MOST_NAMED = 3
HALF_SURE_AFTER = 3
LEAST_LOOKS = 5
SENSITIVE, INDIFFERENT = 0.6, 0.2
"""Shares of orders with a discount (of looks at reduced goods, for who has not ordered)."""
CONTENT, DISCONTENT = 4.0, 2.5
"""Stars; an order that came back counts as one star, one that stayed as four."""
WEEKEND = (5, 6)


def spend(known: Known) -> Finding:
    return Finding(known.profile.counters.spend, 1.0, known.latest("last_order"))


def orders(known: Known) -> Finding:
    return Finding(known.profile.counters.orders, 1.0, known.latest("last_order"))


def order_frequency(known: Known) -> Finding | None:
    counters = known.profile.counters
    if not counters.orders:
        return None
    today = day_of(known.now, known.zone)
    count = known.profile.days.within(WINDOW, today).orders
    value = next((name for least, name in FREQUENCIES if count >= least), "lapsed")
    return Finding(value, sureness(counters.orders, 1), known.latest("last_order"))


def order_falls_out(known: Known) -> date | None:
    """The next day on which a day with orders is no longer among the last ones."""
    days = [day for day, counts in known.profile.days.counts.items() if counts.orders]
    return falls_out(days, WINDOW, known.today)


def average_order(known: Known) -> Finding | None:
    counters = known.profile.counters
    if not counters.orders:
        return None
    return Finding(counters.spend // counters.orders, sureness(counters.orders, 1), known.latest("last_order"))


def price_band(known: Known) -> Finding | None:
    return _favourite(known, Kind.PRICE_BAND)


def discount_sensitivity(known: Known) -> Finding | None:
    counters, habits = known.profile.counters, known.profile.habits
    if counters.orders:
        return _sensitive(known, counters.discounted, counters.orders, 1.0)
    return _sensitive(known, habits.bargains, habits.looks, 0.5) if habits.looks >= LEAST_LOOKS else None


def preferred_categories(known: Known) -> Finding | None:
    return _preferred(known, Kind.CATEGORY)


def preferred_brands(known: Known) -> Finding | None:
    return _preferred(known, Kind.BRAND)


def satisfaction(known: Known) -> Finding | None:
    counters, habits = known.profile.counters, known.profile.habits
    judged = habits.ratings + counters.orders + counters.refunds
    if not judged or not (habits.ratings or counters.orders > 1 or counters.refunds):
        return None
    stars = (habits.stars + 4 * counters.orders + counters.refunds) / judged
    value = "satisfied" if stars >= CONTENT else "dissatisfied" if stars < DISCONTENT else "neutral"
    return Finding(value, sureness(judged, HALF_SURE_AFTER), known.latest("last_seen"))


def purchase_hours(known: Known) -> Finding | None:
    parts = known.profile.habits.buy_parts
    found = most(parts)
    if found is None:
        return None
    place, share = found
    return Finding(part_name(place), share * sureness(sum(parts), HALF_SURE_AFTER), known.latest("last_order"))


def purchase_day(known: Known) -> Finding | None:
    days = known.profile.habits.buy_days
    total = sum(days)
    if total <= 0:
        return None
    weekend = share_of(sum(days[day] for day in WEEKEND), total)
    # Two of seven days are a weekend: half of the orders on them are many.
    value, share = ("weekend", weekend) if weekend >= 0.5 else ("weekday", 1 - weekend)
    return Finding(value, share * sureness(total, HALF_SURE_AFTER), known.latest("last_order"))


def _favourite(known: Known, kind: Kind) -> Finding | None:
    liked = weights(known, kind)
    if not liked:
        return None
    name, weight = next(iter(liked.items()))
    share = share_of(weight, sum(liked.values()))
    return Finding(name, share * sureness(known.profile.learnt, HALF_SURE_AFTER), interested_at(known))


def _preferred(known: Known, kind: Kind) -> Finding | None:
    names = tuple(weights(known, kind))[:MOST_NAMED]
    return Finding(names, sureness(known.profile.learnt, HALF_SURE_AFTER), interested_at(known)) if names else None


def _sensitive(known: Known, part: int, whole: int, at_most: float) -> Finding:
    share = share_of(part, whole)
    value = "high" if share >= SENSITIVE else "low" if share < INDIFFERENT else "middle"
    return Finding(value, at_most * sureness(whole, HALF_SURE_AFTER), interested_at(known))


_COMPUTED = (
    ("spend", "sum_of_orders", spend),
    ("orders", "count_of_orders", orders),
    ("order_frequency", "orders_of_90_days", order_frequency),
    ("average_order", "spend_by_orders", average_order),
    ("price_band", "heaviest_price_band", price_band),
    ("discount_sensitivity", "discounted_share", discount_sensitivity),
    ("preferred_categories", "heaviest_categories", preferred_categories),
    ("preferred_brands", "heaviest_brands", preferred_brands),
    ("satisfaction", "stars_and_refunds", satisfaction),
    ("purchase_hours", "busiest_purchase_hours", purchase_hours),
    ("purchase_day", "weekend_or_weekday", purchase_day),
)
RULES = tuple(Rule(Dimension.CONSUMPTION, name, rule, Source.COMPUTED, judge) for name, rule, judge in _COMPUTED)
