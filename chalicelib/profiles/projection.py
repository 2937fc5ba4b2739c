"""How one event changes what is known: a pure fold, one event at a time, so that batches leave no trace in the result."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.core.money import price_band
from chalicelib.profiles.activity import Activity, Deed, Facts
from chalicelib.profiles.affinity import Kind
from chalicelib.profiles.model import (
    ActivityUnusable,
    Counters,
    Lifecycle,
    Profile,
    ProfileChange,
    Recency,
    Shopper,
    Tag,
    Trait,
    Traits,
)
from chalicelib.profiles.tags import evaluated

NEW_FOR = timedelta(days=7)
"""How long a shopper without an order counts as new, from the first event to the latest."""
WEIGHTS: Mapping[Deed, float] = {
    Deed.VIEWED: 1.0,
    Deed.CLICKED: 1.0,
    Deed.WISHED: 2.0,
    Deed.ADDED_TO_CART: 3.0,
    Deed.ORDERED: 5.0,
}
_CHOSEN = frozenset({Deed.ADDED_TO_CART, Deed.ORDERED})
"""Deeds that take one size and no other; who looks at a shoe looks at all of its sizes."""
LEVEL_SHARE = 0.5
"""A parent category learns half of what its child does: 女装 says less about a taste than 连衣裙."""
MAX_TRAITS = 40
MAX_TRAIT_NAME_CHARACTERS = 64
MAX_TRAIT_BYTES = 512


@dataclass(frozen=True, slots=True)
class Standing:
    """What the fold carries from event to event."""

    profile: Profile
    traits: Traits
    tags: Mapping[str, Tag]


def project(shopper: Shopper, activities: Sequence[Activity], dormant_after: timedelta) -> ProfileChange | None:
    """The change that ``activities``, in the log's order, make; None when all of them were applied before.

    Raises ``ActivityUnusable`` naming the one that cannot be applied, so that one bad event does not hold up the rest.
    """
    standing = Standing(shopper.profile, shopper.traits, shopper.tags)
    for activity in activities:
        if activity.sequence > standing.profile.applied_through:
            standing = _applied_or_named(standing, activity, shopper, dormant_after)
    if standing.profile == shopper.profile:
        return None
    return change(shopper, standing)


def applied(standing: Standing, activity: Activity, shopper: Shopper, dormant_after: timedelta) -> Standing:
    """What is known after one more event. With personalisation off it counts orders, and nothing is learnt."""
    is_personalised = shopper.consents.is_personalised
    profile = _counted(standing.profile, activity, is_personalised=is_personalised)
    if is_personalised:
        profile = _taught(profile, activity)
    profile = _awake(profile, standing.profile.recency.last_seen, dormant_after)
    profile = replace(profile, applied_through=activity.sequence)
    tags = evaluated(standing.tags, profile, activity.at, shopper.withheld, may_infer=is_personalised)
    return Standing(profile, _told(standing.traits, activity), tags)


def _applied_or_named(standing: Standing, activity: Activity, shopper: Shopper, dormant_after: timedelta) -> Standing:
    try:
        return applied(standing, activity, shopper, dormant_after)
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise ActivityUnusable(activity.sequence, f"{type(error).__name__}: {error}") from error


def asleep(shopper: Shopper, at: datetime) -> ProfileChange:
    """The change that makes a shopper dormant since ``at``."""
    profile = replace(shopper.profile, lifecycle=Lifecycle.DORMANT, due_at=None)
    may_infer = shopper.consents.is_personalised
    tags = evaluated(shopper.tags, profile, at, shopper.withheld, may_infer=may_infer)
    return change(shopper, Standing(profile, shopper.traits, tags))


def change(shopper: Shopper, standing: Standing) -> ProfileChange:
    """The difference between what is stored of ``shopper`` and ``standing``, as one write."""
    return ProfileChange(
        shopper.shopper_id,
        replace(standing.profile, version=shopper.profile.version + 1),
        None if standing.traits == shopper.traits else standing.traits,
        tuple(tag for tag in standing.tags.values() if shopper.tags.get(tag.tag_id) != tag),
        tuple(sorted(shopper.tags.keys() - standing.tags.keys())),
    )


def _counted(profile: Profile, activity: Activity, *, is_personalised: bool) -> Profile:
    deed, at = activity.deed, activity.at
    counters, recency = profile.counters, profile.recency
    counters = replace(counters, seen=counters.seen + 1)
    recency = replace(recency, first_seen=_earlier(recency.first_seen, at), last_seen=_later(recency.last_seen, at))
    if deed in (Deed.ORDERED, Deed.REFUNDED):
        counters, recency = _counted_money(counters, recency, activity)
    elif is_personalised:
        counters, recency = _counted_interest(counters, recency, activity)
    return replace(profile, counters=counters, recency=recency)


def _counted_money(counters: Counters, recency: Recency, activity: Activity) -> tuple[Counters, Recency]:
    amount = activity.amount or 0
    if activity.deed is Deed.REFUNDED:
        return replace(counters, refunds=counters.refunds + 1, refunded=counters.refunded + amount), recency
    counters = replace(counters, orders=counters.orders + 1, spend=counters.spend + amount)
    return counters, replace(recency, last_order=_later(recency.last_order, activity.at))


def _counted_interest(counters: Counters, recency: Recency, activity: Activity) -> tuple[Counters, Recency]:
    at = activity.at
    match activity.deed:
        case Deed.VIEWED:
            return replace(counters, views=counters.views + 1), replace(
                recency, last_view=_later(recency.last_view, at)
            )
        case Deed.SEARCHED:
            searched = replace(recency, last_search=_later(recency.last_search, at))
            return replace(counters, searches=counters.searches + 1), searched
        case Deed.WISHED:
            return replace(counters, wishes=counters.wishes + 1), recency
        case Deed.ADDED_TO_CART:
            return replace(counters, carts=counters.carts + 1), replace(
                recency, last_cart=_later(recency.last_cart, at)
            )
        case Deed.AT_CART:
            return counters, replace(recency, last_cart=_later(recency.last_cart, at))
        case _:
            return counters, recency


def _taught(profile: Profile, activity: Activity) -> Profile:
    weight = WEIGHTS.get(activity.deed)
    if weight is None:
        return profile
    lessons = [lesson for each in activity.touched for lesson in _lessons(each.facts, weight)]
    if activity.deed in _CHOSEN:
        lessons += [(Kind.SIZE, each.facts.size, weight) for each in activity.touched if each.facts.size]
    if not lessons:
        return profile
    return replace(profile, affinities=profile.affinities.plus(lessons, activity.at), learnt=profile.learnt + 1)


def _lessons(facts: Facts, weight: float) -> Iterator[tuple[Kind, str, float]]:
    if facts.brand:
        yield Kind.BRAND, facts.brand, weight
    for distance, name in enumerate(reversed(facts.category_path)):
        yield Kind.CATEGORY, name, weight * LEVEL_SHARE**distance
    for tag in facts.tags:
        yield Kind.TAG, tag, weight
    if facts.price is not None:
        yield Kind.PRICE_BAND, price_band(facts.price), weight


def _awake(profile: Profile, last_seen_before: datetime | None, dormant_after: timedelta) -> Profile:
    first, last = profile.recency.first_seen, profile.recency.last_seen
    if first is None or last is None:
        return profile
    if profile.lifecycle is Lifecycle.DORMANT and last == last_seen_before:
        # A late event from before the silence does not end it.
        return profile
    is_new = profile.counters.orders == 0 and last - first < NEW_FOR
    lifecycle = Lifecycle.NEW if is_new else Lifecycle.ACTIVE
    # While a due date stands it is left where it is: moving it would cost index writes at every event.
    return replace(profile, lifecycle=lifecycle, due_at=profile.due_at or last + dormant_after)


def _told(traits: Traits, activity: Activity) -> Traits:
    if not activity.traits:
        return traits
    known = dict(traits.known)
    for name, value in activity.traits.items():
        older = known.get(name)
        if not _fits(name, value) or (older is not None and older.at > activity.at):
            continue
        if older is not None or (len(known) < MAX_TRAITS and value is not None):
            known[name] = Trait(value, activity.at)
    return Traits(known)


def _fits(name: str, value: Any) -> bool:
    return len(name) <= MAX_TRAIT_NAME_CHARACTERS and len(msgspec.json.encode(value)) <= MAX_TRAIT_BYTES


def _earlier(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else min(known, at)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)
