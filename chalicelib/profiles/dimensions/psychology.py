"""Why somebody buys, as far as deeds can tell: always an inference, never sure."""

from chalicelib.profiles.affinity import Kind
from chalicelib.profiles.dimensions.consumption import satisfaction
from chalicelib.profiles.dimensions.model import Dimension, Finding, Known, Rule, Source, share_of, sureness
from chalicelib.profiles.dimensions.tendencies import interested_at, price_share, share_about, top_share

BEAUTY = ("美妆", "护肤", "彩妆", "女装", "裙", "饰品", "珠宝", "首饰", "香水", "鲜花", "装饰")
CHEAP_BELOW, DEAR_FROM = 100, 500
LEAST_LEARNT = 5
HALF_SURE_AFTER = 15
AT_MOST = 0.7
LEAST_SCORE = 0.25
"""A motive that explains less than a quarter of what is looked at explains nothing."""
NEW_IS_RARE = 2.0
"""Few goods are new: half of the looks at new ones is as much as all looks could be."""
LOYAL_ORDERS = 3
WAITING_VIEWS = 10
PLANNER_LOOKS, IMPULSIVE_LOOKS = 15, 4
"""Views and searches for each order."""
LOYAL_SHARE, CURIOUS_SHARE = 0.6, 0.35
OWN_RHYTHM = 0.5
_RHYTHMS = (("night_owl", (0, 5)), ("early_bird", (1, 2)), ("daytime", (3, 4)))
"""Parts of the day, four hours each: 0 begins at midnight."""


def motive(known: Known) -> Finding | None:
    """Value, novelty, quality or beauty: by discounts and low prices, new goods, dear goods of one brand, and categories."""
    if known.profile.learnt < LEAST_LEARNT:
        return None
    scores = sorted(motives(known).items(), key=lambda entry: (-entry[1], entry[0]))
    (name, best), (_, second) = scores[:2]
    if best < LEAST_SCORE:
        return None
    return _inferred(known, name, AT_MOST * (0.5 + (best - second) / (2 * best)), known.profile.learnt)


def motives(known: Known) -> dict[str, float]:
    """How much each motive explains, 0 to 1."""
    counters, habits = known.profile.counters, known.profile.habits
    reduced = share_of(counters.discounted + habits.bargains, counters.orders + habits.looks)
    new = share_of(habits.novelties, habits.looks)
    return {
        "value": (reduced + price_share(known, below=CHEAP_BELOW)) / 2,
        "novelty": min(NEW_IS_RARE * new, 1.0),
        "quality": price_share(known, DEAR_FROM) * (0.5 + top_share(known, Kind.BRAND) / 2),
        "beauty": share_about(known, Kind.CATEGORY, BEAUTY),
    }


def attitude(known: Known) -> Finding | None:
    """Towards the shop: loyal, content, critical, or waiting to see."""
    counters = known.profile.counters
    judged = satisfaction(known)
    if judged and judged.value == "dissatisfied":
        return _inferred(known, "critical", judged.confidence, judged.confidence * HALF_SURE_AFTER)
    if counters.orders >= LOYAL_ORDERS:
        return _inferred(known, "loyal", AT_MOST, counters.orders)
    if counters.orders:
        return _inferred(known, "content", AT_MOST, counters.orders)
    return _inferred(known, "waiting", AT_MOST, counters.views) if counters.views >= WAITING_VIEWS else None


def decision_style(known: Known) -> Finding | None:
    """A planner looks long before each order, an impulsive shopper hardly at all."""
    counters = known.profile.counters
    if counters.orders < 2:
        return None
    looks = (counters.views + counters.searches) / counters.orders
    value = "planner" if looks >= PLANNER_LOOKS else "impulsive" if looks <= IMPULSIVE_LOOKS else "balanced"
    return _inferred(known, value, AT_MOST, counters.orders)


def rhythm(known: Known) -> Finding | None:
    """A night owl, an early bird, or somebody of the daytime."""
    parts = known.profile.habits.parts
    total = sum(parts)
    if total < LEAST_LEARNT:
        return None
    shares = {name: share_of(sum(parts[part] for part in places), total) for name, places in _RHYTHMS}
    name = max(shares, key=lambda each: shares[each])
    return _inferred(known, name, shares[name], total) if shares[name] >= OWN_RHYTHM else None


def brand_attitude(known: Known) -> Finding | None:
    """Loyal to one brand, or curious for many."""
    share = top_share(known, Kind.BRAND)
    if known.profile.learnt < LEAST_LEARNT or not share:
        return None
    value = "loyal" if share >= LOYAL_SHARE else "curious" if share < CURIOUS_SHARE else "open"
    return _inferred(known, value, AT_MOST, known.profile.learnt)


def _inferred(known: Known, value: str, at_most: float, evidence: float) -> Finding:
    return Finding(value, at_most * sureness(evidence, HALF_SURE_AFTER), interested_at(known))


_INFERRED = (
    ("motive", "motive_by_deeds", motive),
    ("attitude", "attitude_by_orders", attitude),
    ("decision_style", "looks_for_each_order", decision_style),
    ("rhythm", "rhythm_by_hours", rhythm),
    ("brand_attitude", "share_of_one_brand", brand_attitude),
)
RULES = tuple(Rule(Dimension.PSYCHOLOGICAL, name, rule, Source.INFERRED, judge) for name, rule, judge in _INFERRED)
