"""How one event changes what is known: every part of it is a sum, a maximum or a union.

So the order in which events come, their being cut into batches and the place of a merge among them leave no trace, and a
recomputation from the log gives the same profile (but for what ``Affinities`` no longer keeps).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

import msgspec

from chalicelib.core.money import price_band
from chalicelib.profiles.activity import ORDER_STEPS, Activity, Deed, Facts
from chalicelib.profiles.affinity import Kind, Lesson, heaviest
from chalicelib.profiles.days import DayCounts, day_of
from chalicelib.profiles.model import Counters, Profile, Recency, Reminded, Trait, Traits
from chalicelib.profiles.observing import habits_after, search_word_of
from chalicelib.profiles.orders import Basket, Gift, Order

WEIGHTS: Mapping[Deed, float] = {
    Deed.SEARCHED: 0.5,
    Deed.VIEWED: 1.0,
    Deed.CLICKED: 1.0,
    Deed.WISHED: 2.0,
    Deed.ADDED_TO_CART: 3.0,
    Deed.ORDERED: 5.0,
    Deed.ORDER_REVISED: 5.0,
}
"""What is searched for says less than what is looked at: words are often a brand's or category's by chance."""

CHOSEN = frozenset({Deed.ADDED_TO_CART, Deed.ORDERED, Deed.ORDER_REVISED})
"""Deeds that take one size and no other; who looks at a shoe looks at all of its sizes."""
LEVEL_SHARE = 0.5
"""A parent category learns half of what its child does: 女装 says less about a taste than 连衣裙."""
MAX_TRAITS = 40
MAX_TRAIT_NAME_CHARACTERS = 64
MAX_TRAIT_BYTES = 512


@dataclass(frozen=True, slots=True)
class Standing:
    """What the fold carries from event to event. ``touched`` names the orders that an event changed."""

    profile: Profile = field(default_factory=Profile)
    traits: Traits = field(default_factory=Traits)
    orders: Mapping[str, Order] = field(default_factory=dict)
    touched: frozenset[str] = frozenset()


def folded(standing: Standing, activity: Activity, zone: tzinfo, *, is_personalised: bool) -> Standing:
    """What is known after one more event. For a shopper who was not personalised it counts orders and learns nothing."""
    if activity.deed is Deed.UNUSABLE:
        missed = standing.profile.missed.plus(frozenset({activity.name}))
        return replace(standing, profile=replace(standing.profile, missed=missed))
    if activity.deed is Deed.REMINDED:
        return replace(standing, profile=_reminded(standing.profile, activity)) if is_personalised else standing
    profile = _seen(standing.profile, activity, zone)
    if is_personalised:
        profile = _interested(profile, activity, zone)
    standing = replace(standing, profile=profile, traits=_told(standing.traits, activity))
    if activity.deed in ORDER_STEPS:
        return _ordered(standing, activity, zone, is_personalised=is_personalised)
    return standing


def _seen(profile: Profile, activity: Activity, zone: tzinfo) -> Profile:
    at, recency = activity.at, profile.recency
    return replace(
        profile,
        counters=profile.counters.plus(Counters(seen=1)),
        recency=replace(recency, first_seen=_earlier(recency.first_seen, at), last_seen=_later(recency.last_seen, at)),
        days=profile.days.seen_on(day_of(at, zone)),
        is_known=profile.is_known or activity.is_known,
    )


def _reminded(profile: Profile, activity: Activity) -> Profile:
    if activity.until is None:
        return profile
    told = Reminded(activity.at, activity.until)
    return replace(profile, reminded=_reminders_together(profile.reminded, told))


def _reminders_together(one: Reminded, other: Reminded) -> Reminded:
    return Reminded(_latest(one.at, other.at), _latest(one.until, other.until))


_COUNTED: Mapping[Deed, tuple[Counters, DayCounts]] = {
    Deed.VIEWED: (Counters(views=1), DayCounts(views=1)),
    Deed.SEARCHED: (Counters(searches=1), DayCounts(searches=1)),
    Deed.WISHED: (Counters(wishes=1), DayCounts(wishes=1)),
    Deed.ADDED_TO_CART: (Counters(carts=1), DayCounts(carts=1)),
}
_RECENT: Mapping[Deed, str] = {
    Deed.VIEWED: "last_view",
    Deed.SEARCHED: "last_search",
    Deed.ADDED_TO_CART: "last_cart",
    Deed.AT_CART: "last_cart",
}


def _interested(profile: Profile, activity: Activity, zone: tzinfo) -> Profile:
    deed, at = activity.deed, activity.at
    counters, day = _COUNTED.get(deed, (Counters(), DayCounts()))
    recency = profile.recency
    if name := _RECENT.get(deed):
        recency = replace(recency, **{name: _later(getattr(recency, name), at)})
    lessons = () if deed in ORDER_STEPS else lessons_of(activity)
    return replace(
        profile,
        counters=profile.counters.plus(counters),
        recency=recency,
        days=profile.days.plus(day_of(at, zone), day),
        habits=habits_after(profile.habits, activity, zone),
        affinities=profile.affinities.plus(lessons, at) if lessons else profile.affinities,
        learnt=profile.learnt + bool(lessons),
    )


def _ordered(standing: Standing, activity: Activity, zone: tzinfo, *, is_personalised: bool) -> Standing:
    order_id = activity.order or ""
    known = standing.orders.get(order_id, Order(order_id))
    lessons = lessons_of(activity) if is_personalised else ()
    basket = Basket(activity.at, activity.name, activity.amount, activity.discount, lessons)
    order = known.after(ORDER_STEPS[activity.deed], basket, activity.refund_id)
    profile = exchanged(standing.profile, known.gift(), order.gift(), zone)
    if activity.deed is Deed.ORDERED:
        # Whatever becomes of the order, somebody wanted to buy then.
        recency = replace(profile.recency, last_order=_later(profile.recency.last_order, activity.at))
        profile = replace(profile, recency=recency)
    touched = standing.touched | {order_id}
    return replace(standing, profile=profile, orders={**standing.orders, order_id: order}, touched=touched)


def exchanged(profile: Profile, before: Gift, after: Gift, zone: tzinfo) -> Profile:
    """The profile with what an order gives now in the place of what it gave ``before``."""
    if before == after:
        return profile
    profile = _given(profile, before, zone, -1)
    return _given(profile, after, zone, 1)


def _given(profile: Profile, gift: Gift, zone: tzinfo, sign: int) -> Profile:
    counters = Counters(
        orders=sign * gift.orders,
        spend=sign * gift.spend,
        refunds=sign * gift.refunds,
        refunded=sign * gift.refunded,
        cancellations=sign * gift.cancellations,
        discounted=sign * gift.discounted,
        discount=sign * gift.discount,
    )
    profile = replace(profile, counters=profile.counters.plus(counters))
    if gift.at is None:
        return profile
    day = DayCounts(orders=sign * gift.orders, spend=sign * gift.spend)
    affinities = profile.affinities
    if gift.lessons:
        teach = affinities.plus if sign > 0 else affinities.minus
        affinities = teach(gift.lessons, gift.at)
    return replace(
        profile,
        days=profile.days.plus(day_of(gift.at, zone), day),
        habits=profile.habits.bought(gift.at, zone, sign * gift.orders),
        affinities=affinities,
        learnt=profile.learnt + sign * bool(gift.lessons),
    )


def lessons_of(activity: Activity) -> tuple[Lesson, ...]:
    """What the products and words of an event teach, each name once."""
    weight = WEIGHTS.get(activity.deed)
    if weight is None:
        return ()
    sums: dict[tuple[Kind, str], float] = {}
    for each in activity.touched:
        for kind, name, given in _lessons(each.facts, weight, has_chosen=activity.deed in CHOSEN):
            sums[kind, name] = sums.get((kind, name), 0.0) + given
    if word := search_word_of(activity):
        sums[Kind.SEARCH_WORD, word] = 1.0
    return heaviest((kind, name, given) for (kind, name), given in sums.items())


def _lessons(facts: Facts, weight: float, *, has_chosen: bool) -> Iterator[Lesson]:
    if facts.brand:
        yield Kind.BRAND, facts.brand, weight
    for distance, name in enumerate(reversed(facts.category_path)):
        yield Kind.CATEGORY, name, weight * LEVEL_SHARE**distance
    for tag in facts.tags:
        yield Kind.TAG, tag, weight
    if facts.price is not None:
        yield Kind.PRICE_BAND, price_band(facts.price), weight
    if has_chosen and facts.size:
        yield Kind.SIZE, facts.size, weight


def _told(traits: Traits, activity: Activity) -> Traits:
    if not activity.traits:
        return traits
    known = dict(traits.known)
    for name, value in activity.traits.items():
        older = known.get(name)
        if _fits(name, value) and (older is not None or len(known) < MAX_TRAITS):
            known[name] = newer_trait(older, Trait(value, activity.at))
    return Traits(known)


def newer_trait(one: Trait | None, other: Trait) -> Trait:
    """What was told later; of two things told in one millisecond always the same one."""
    if one is None:
        return other
    return max(one, other, key=lambda trait: (trait.at, msgspec.json.encode(trait.value)))


def _fits(name: str, value: Any) -> bool:
    return len(name) <= MAX_TRAIT_NAME_CHARACTERS and len(msgspec.json.encode(value)) <= MAX_TRAIT_BYTES


def _earlier(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else min(known, at)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)


def together(one: Profile, other: Profile) -> Profile:
    """What two profiles of one person make together; lifecycle, due date, ``applied`` and version stay the first's."""
    return replace(
        one,
        counters=one.counters.plus(other.counters),
        recency=_recency_together(one.recency, other.recency),
        affinities=one.affinities.together_with(other.affinities),
        days=one.days.together_with(other.days),
        habits=one.habits.together_with(other.habits),
        missed=one.missed.together_with(other.missed),
        reminded=_reminders_together(one.reminded, other.reminded),
        learnt=one.learnt + other.learnt,
        is_known=one.is_known or other.is_known,
    )


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _recency_together(one: Recency, other: Recency) -> Recency:
    latest: dict[str, datetime | None] = {}
    for name in ("last_seen", "last_view", "last_search", "last_cart", "last_order"):
        instants = [each for each in (getattr(one, name), getattr(other, name)) if each is not None]
        latest[name] = max(instants, default=None)
    first = [each for each in (one.first_seen, other.first_seen) if each is not None]
    return Recency(first_seen=min(first, default=None), **latest)
