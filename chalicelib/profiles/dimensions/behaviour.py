"""What somebody does in the shop: how often, how long, by which way, when and with what."""

from datetime import date, datetime, timedelta

from chalicelib.profiles.affinity import Kind
from chalicelib.profiles.days import day_of
from chalicelib.profiles.dimensions.model import Dimension, Finding, Known, Rule, Source, share_of, sureness
from chalicelib.profiles.dimensions.tendencies import falls_out, most, part_name, weights

WINDOW = 30
FREQUENCIES = ((15, "daily"), (8, "several_a_week"), (4, "weekly"), (1, "monthly"))
"""Active days of the last ``WINDOW`` from which on a frequency is called so; with fewer it is rare."""
SEARCH_LED = 0.3
"""Of searches and views: who searches before every second look is led by search."""
LEAST_SEEN = 3
HALF_SURE_AFTER = 5
STEPS = (("last_order", "ordered"), ("last_cart", "at_cart"), ("last_view", "viewed"), ("last_search", "searched"))
"""Of two steps at one instant the one further on."""


def visit_frequency(known: Known) -> Finding | None:
    first = known.profile.recency.first_seen
    if first is None:
        return None
    today = day_of(known.now, known.zone)
    active = known.profile.days.active(WINDOW, today)
    value = next((name for least, name in FREQUENCIES if active >= least), "rare")
    seen_for = min((known.now - first) / timedelta(days=WINDOW), 1.0)
    return Finding(value, seen_for, _window_changed(known, today))


def visit_falls_out(known: Known) -> date | None:
    """The next day on which an active day is no longer among the last ones."""
    return falls_out(known.profile.days.counts, WINDOW, known.today)


def dwell(known: Known) -> Finding | None:
    habits = known.profile.habits
    if not habits.dwells:
        return None
    average = round(habits.dwell_seconds / habits.dwells, 1)
    return Finding(average, sureness(habits.dwells, HALF_SURE_AFTER), known.latest("last_seen"))


def entry(known: Known) -> Finding | None:
    counters = known.profile.counters
    steps = counters.searches + counters.views
    if steps < LEAST_SEEN:
        return None
    value = "search" if counters.searches / steps >= SEARCH_LED else "browse"
    return Finding(value, sureness(steps, HALF_SURE_AFTER), known.latest("last_view", "last_search"))


def last_step(known: Known) -> Finding | None:
    recency = known.profile.recency
    steps = [(at, -place, name) for place, (field, name) in enumerate(STEPS) if (at := getattr(recency, field))]
    if not steps:
        return None
    at, _, name = max(steps)
    return Finding(name, 1.0, at)


def cart_rate(known: Known) -> Finding | None:
    counters = known.profile.counters
    return _rate(known, counters.carts, counters.views, "last_view", "last_cart")


def order_rate(known: Known) -> Finding | None:
    counters = known.profile.counters
    return _rate(known, counters.orders, counters.carts, "last_cart", "last_order")


def search_words(known: Known) -> Finding | None:
    words = tuple(weights(known, Kind.SEARCH_WORD))
    return Finding(words, 1.0, known.latest("last_search")) if words else None


def active_hours(known: Known) -> Finding | None:
    parts = known.profile.habits.parts
    found = most(parts)
    if found is None or sum(parts) < LEAST_SEEN:
        return None
    place, share = found
    return Finding(part_name(place), share * sureness(sum(parts), HALF_SURE_AFTER), known.latest("last_seen"))


def device(known: Known) -> Finding | None:
    devices = known.profile.habits.devices
    if not devices:
        return None
    total = sum(devices.values())
    name = max(sorted(devices), key=lambda each: devices[each])
    return Finding(str(name), share_of(devices[name], total) * sureness(total, 1), known.latest("last_seen"))


def _rate(known: Known, after: int, before: int, *steps: str) -> Finding | None:
    if before <= 0:
        return None
    return Finding(round(share_of(after, before), 3), sureness(before, HALF_SURE_AFTER), known.latest(*steps))


def _window_changed(known: Known, today: int) -> datetime:
    """The beginning of the latest day on which an active day came into the window, or fell out of it."""
    days = known.profile.days.counts
    changes = [change for day in days for change in (day, day + WINDOW) if change <= today]
    if not changes:
        return known.latest("last_seen")
    day = datetime.fromordinal(max(changes)).replace(tzinfo=known.zone)
    return day if max(changes) < today else max(day, known.latest("last_seen")) if today in days else day


_COMPUTED = (
    ("visit_frequency", "active_days", visit_frequency),
    ("dwell_seconds", "average_dwell", dwell),
    ("entry", "searches_or_views", entry),
    ("last_step", "latest_step", last_step),
    ("cart_rate", "carts_of_views", cart_rate),
    ("order_rate", "orders_of_carts", order_rate),
    ("search_words", "heaviest_words", search_words),
    ("active_hours", "busiest_hours", active_hours),
    ("device", "most_used_device", device),
)
RULES = tuple(Rule(Dimension.BEHAVIOUR, name, rule, Source.COMPUTED, judge) for name, rule, judge in _COMPUTED)
