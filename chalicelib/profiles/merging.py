"""Two shoppers who are one: what they make together. All parts commute, so it does not matter when it is found out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.privacy import Evidence
from chalicelib.privacy.stricter import stricter
from chalicelib.profiles.activity import sequence_text
from chalicelib.profiles.folding import MAX_TRAITS, Standing, exchanged, newer_trait, together
from chalicelib.profiles.identity import Link, LinkEntry, Merge, Outcome, Person, Told
from chalicelib.profiles.model import BY_HAND, OWN, CountedAhead, Profile, ProfileChange, Shopper, Tag, Traits
from chalicelib.profiles.orders import Gift, Order
from chalicelib.profiles.projection import Shopkeeping, concluded

_AHEAD = timedelta(days=2)
"""Longer than any stream holds a record."""


def merged(link: Link, into: Person, other: Person, now: datetime, shop: Shopkeeping) -> Merge:
    """The write that makes ``other`` a part of ``into``. Orders are in it as far as they must be written anew:
    all of them when the other shopper has any, else none.
    """
    mine, theirs = into.shopper, other.shopper
    consents = stricter(mine.consents, theirs.consents)
    orders = _united(into.orders, other.orders)
    profile = _profile(into, other, orders, shop)
    profile = replace(profile, is_known=profile.is_known or link.told is Told.IDENTIFY)
    known = replace(mine, consents=consents, tags=_tags(mine, theirs), withheld=mine.withheld | theirs.withheld)
    standing = Standing(
        profile, _traits(mine.traits, theirs.traits), orders, frozenset(orders) if other.orders else frozenset()
    )
    change = _with_what_moved(concluded(known, standing, now, now, shop), mine, known)
    if theirs.counted:
        change = replace(change, counted=CountedAhead(mine.counted | theirs.counted, now + _AHEAD))
    entry = LinkEntry(mine.shopper_id, theirs.shopper_id, link.told, Outcome.MERGED, now)
    if consents == mine.consents:
        return Merge(change, theirs, entry)
    evidence = Evidence(now, f"merged:{theirs.shopper_id}", None, None, consents.is_personalised)
    return Merge(change, theirs, entry, consents, evidence)


def _profile(into: Person, other: Person, orders: Mapping[str, Order], shop: Shopkeeping) -> Profile:
    mine, theirs = into.shopper.profile, other.shopper.profile
    profile = together(mine, theirs)
    my_orders = {order.order_id: order for order in into.orders}
    for order in other.orders:
        if order.order_id in my_orders:
            # Both have counted it: what each was given goes, and what it gives comes once.
            profile = exchanged(profile, my_orders[order.order_id].gift(), Gift(), shop.zone)
            profile = exchanged(profile, order.gift(), orders[order.order_id].gift(), shop.zone)
    sources = {source: through for source, through in theirs.applied.items() if source != OWN}
    sources[other.shopper.shopper_id] = theirs.applied.get(OWN, sequence_text("0"))
    return replace(profile, applied={**mine.applied, **sources})


def _united(mine: tuple[Order, ...], theirs: tuple[Order, ...]) -> dict[str, Order]:
    orders = {order.order_id: order for order in mine}
    for order in theirs:
        known = orders.get(order.order_id)
        orders[order.order_id] = known.together_with(order) if known else order
    return orders


def _traits(mine: Traits, theirs: Traits) -> Traits:
    known = dict(mine.known)
    for name in sorted(theirs.known):
        if name in known or len(known) < MAX_TRAITS:
            known[name] = newer_trait(known.get(name), theirs.known[name])
    return Traits(known)


def _tags(mine: Shopper, theirs: Shopper) -> dict[str, Tag]:
    """What is carried before the rules look again: tags set by hand move, a tag that either had removed stays away."""
    moving = {tag_id: tag for tag_id, tag in theirs.tags.items() if tag.rule == BY_HAND}
    ours = {tag_id: tag for tag_id, tag in mine.tags.items() if tag.rule == BY_HAND or tag_id not in theirs.withheld}
    set_by_hand = {tag_id for tag_id, tag in ours.items() if tag.rule == BY_HAND}
    moving = {
        tag_id: tag for tag_id, tag in moving.items() if tag_id not in set_by_hand and tag_id not in mine.withheld
    }
    return {**ours, **moving}


def _with_what_moved(change: ProfileChange, mine: Shopper, known: Shopper) -> ProfileChange:
    """The change, told from what is stored of ``mine`` and not from ``known``, who has the other's tags already."""
    told = {tag.tag_id for tag in change.tags_set}
    brought = tuple(
        tag
        for tag_id, tag in sorted(known.tags.items())
        if mine.tags.get(tag_id) != tag and tag_id not in told and tag_id not in change.tags_removed
    )
    withheld = tuple(
        tag_id for tag_id in sorted(known.withheld - mine.withheld) if tag_id not in known.tags and tag_id not in told
    )
    removed = tuple(tag_id for tag_id in change.tags_removed if tag_id in mine.tags)
    return replace(change, tags_set=(*change.tags_set, *brought), withheld=withheld, tags_removed=removed)
