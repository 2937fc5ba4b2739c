"""Profiles, traits and tags as items: packed, because a write is billed by the size of the whole item."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    COUNTED_AHEAD,
    HOT_PROFILE,
    LIST_PK,
    LIST_SK,
    TRAITS,
    TTL,
    due_list,
    due_place,
    order_key,
    shopper_key,
    tag_key,
    tag_list,
)
from chalicelib.adapters.dynamodb.packed_days import packed_days, to_days
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.ids import shard_of
from chalicelib.profiles.activity import sequence_text
from chalicelib.profiles.affinity import Affinities, Kind
from chalicelib.profiles.habits import Device, Habits, Place
from chalicelib.profiles.missed import Missed
from chalicelib.profiles.model import (
    CountedAhead,
    Counters,
    Lifecycle,
    Profile,
    Recency,
    Reminded,
    Tag,
    TagGroup,
    Trait,
    Traits,
)
from chalicelib.profiles.orders import Basket, Order

VERSION = "v"
WITHHELD = "gone"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTERS = tuple(each.name for each in fields(Counters))
_RECENCY = ("first_seen", "last_seen", "last_view", "last_search", "last_cart", "last_order")
_KINDS = {
    Kind.BRAND: "b",
    Kind.CATEGORY: "c",
    Kind.TAG: "t",
    Kind.PRICE_BAND: "p",
    Kind.SIZE: "s",
    Kind.SEARCH_WORD: "w",
}
_DEVICES = {Device.MINI_PROGRAM: "p", Device.APP: "a", Device.MOBILE: "m", Device.DESKTOP: "d"}
_HABITS = ("dwell_seconds", "dwells", "stars", "ratings", "looks", "novelties", "bargains")
_BUYS = len(Habits().buy_days) + len(Habits().buy_parts)
_LIFECYCLES = {Lifecycle.NEW: "n", Lifecycle.ACTIVE: "a", Lifecycle.DORMANT: "d"}


def profile_item(shopper_id: str, profile: Profile, shards: int) -> Item:
    """The hot profile; on the list of due dates while it has one."""
    document = {
        "c": _trimmed([getattr(profile.counters, name) for name in _COUNTERS]),
        "r": [_ms(getattr(profile.recency, name)) for name in _RECENCY],
        "a": {_KINDS[kind]: entries for kind, entries in profile.affinities.scores.items()},
        "n": profile.learnt,
        "l": _LIFECYCLES[profile.lifecycle],
        "d": _ms(profile.due_at),
        "q": {source: sequence.lstrip("0") for source, sequence in profile.applied.items()},
        "w": packed_days(profile.days),
        "h": _packed_habits(profile.habits),
        "g": profile.generation,
    }
    if profile.missed.names or profile.missed.has_more:
        document["m"] = [int(profile.missed.has_more), *sorted(profile.missed.names)]
    if profile.is_known:
        document["k"] = 1
    if profile.reminded.until is not None:
        document["e"] = [_ms(profile.reminded.at), _ms(profile.reminded.until)]
    if place := profile.habits.place:
        document["z"] = [_ms(place.at), *place.parts]
    item: Item = {**shopper_key(shopper_id, HOT_PROFILE), VERSION: profile.version, BODY: _json(document)}
    if profile.due_at is not None:
        item |= {
            LIST_PK: due_list(shard_of(shopper_id, shards)),
            LIST_SK: due_place(to_rfc3339(profile.due_at), shopper_id),
        }
    return item


def to_profile(item: Item) -> Profile:
    """The profile in its item."""
    document = msgspec.json.decode(item[BODY])
    affinities = {kind: document["a"][short] for kind, short in _KINDS.items() if short in document["a"]}
    return Profile(
        counters=Counters(*document["c"]),
        recency=Recency(**dict(zip(_RECENCY, map(_instant, document["r"]), strict=True))),
        affinities=Affinities(affinities),
        learnt=document["n"],
        lifecycle=next(lifecycle for lifecycle, short in _LIFECYCLES.items() if short == document["l"]),
        due_at=_instant(document["d"]),
        days=to_days(document["w"]),
        habits=replace(_to_habits(document["h"]), place=_to_place(document.get("z"))),
        missed=_to_missed(document.get("m", [0])),
        applied={source: sequence_text(sequence) for source, sequence in document["q"].items()},
        reminded=Reminded(*map(_instant, document.get("e", ()))),
        generation=document["g"],
        is_known="k" in document,
        version=item[VERSION],
    )


def traits_item(shopper_id: str, traits: Traits) -> Item:
    """The traits, each with the time it was told."""
    document = {name: [trait.value, _ms(trait.at)] for name, trait in traits.known.items()}
    return {**shopper_key(shopper_id, TRAITS), BODY: _json(document)}


def to_traits(item: Item) -> Traits:
    """The traits in their item."""
    told: Mapping[str, Any] = msgspec.json.decode(item[BODY])
    return Traits({name: Trait(value, _at(ms)) for name, (value, ms) in told.items()})


def tag_item(shopper_id: str, tag: Tag, shards: int) -> Item:
    """A tag, on the list of the shoppers that carry it."""
    packed = [tag.value, tag.rule, tag.rule_version, tag.confidence, _ms(tag.since), tag.group]
    return {
        **tag_key(shopper_id, tag.tag_id),
        BODY: _json(packed),
        LIST_PK: tag_list(tag.tag_id, shard_of(shopper_id, shards)),
        LIST_SK: shopper_id,
    }


def tombstone_item(shopper_id: str, tag_id: str) -> Item:
    """What is left of a tag that the shopper had removed; on no list."""
    return {**tag_key(shopper_id, tag_id), WITHHELD: 1}


def to_tag(tag_id: str, item: Item) -> Tag:
    """The tag in its item."""
    value, rule, rule_version, confidence, since, group = msgspec.json.decode(item[BODY])
    return Tag(tag_id, value, rule, rule_version, confidence, _at(since), TagGroup(group))


def counted_item(shopper_id: str, ahead: CountedAhead) -> Item:
    """The names of events that were counted before their stream brings them."""
    key = shopper_key(shopper_id, COUNTED_AHEAD)
    return {**key, BODY: _json(sorted(ahead.names)), TTL: int(ahead.until.timestamp())}


def to_counted(item: Item) -> frozenset[str]:
    """The names in their item."""
    return frozenset(msgspec.json.decode(item[BODY]))


def order_item(shopper_id: str, generation: str, order: Order) -> Item:
    """What was said of an order."""
    document = [_packed_basket(order.placed), _packed_basket(order.revised), order.refunds, _ms(order.cancelled_at)]
    return {**order_key(shopper_id, generation, order.order_id), BODY: _json(document)}


def to_order(order_id: str, item: Item) -> Order:
    """The order in its item."""
    placed, revised, refunds, cancelled_at = msgspec.json.decode(item[BODY])
    return Order(order_id, _to_basket(placed), _to_basket(revised), refunds, _instant(cancelled_at))


def _packed_basket(basket: Basket | None) -> list[Any] | None:
    if basket is None:
        return None
    lessons = [(_KINDS[kind], name, weight) for kind, name, weight in basket.lessons]
    return [_ms(basket.at), basket.key, basket.amount, basket.discount, lessons]


def _to_basket(packed: list[Any] | None) -> Basket | None:
    if packed is None:
        return None
    at, key, amount, discount, lessons = packed
    kinds = {short: kind for kind, short in _KINDS.items()}
    return Basket(_at(at), key, amount, discount, tuple((kinds[kind], name, weight) for kind, name, weight in lessons))


def _packed_habits(habits: Habits) -> list[Any]:
    devices = {_DEVICES[device]: count for device, count in sorted(habits.devices.items())}
    numbers = [getattr(habits, name) for name in _HABITS]
    return [habits.parts, devices, *_trimmed([*numbers, *habits.buy_days, *habits.buy_parts])]


def _to_habits(packed: list[Any]) -> Habits:
    parts, short, *numbers = packed
    devices = {device: short[letter] for device, letter in _DEVICES.items() if letter in short}
    padded = [*numbers, *[0] * (len(_HABITS) + _BUYS - len(numbers))]
    counted = dict(zip(_HABITS, padded, strict=False))
    days, hours = padded[len(_HABITS) :][:7], padded[len(_HABITS) :][7:]
    return Habits(tuple(parts), devices, **counted, buy_days=tuple(days), buy_parts=tuple(hours))


def _to_place(packed: list[Any] | None) -> Place | None:
    if packed is None:
        return None
    ms, province, city, district = packed
    return Place(_at(ms), (province, city, district))


def _to_missed(packed: list[Any]) -> Missed:
    has_more, *names = packed
    return Missed(frozenset(names), bool(has_more))


def _trimmed(numbers: list[int]) -> list[int]:
    while numbers and not numbers[-1]:
        numbers = numbers[:-1]
    return numbers


def _ms(instant: datetime | None) -> int | None:
    return None if instant is None else (instant - _EPOCH) // timedelta(milliseconds=1)


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else _at(ms)


def _at(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def _json(document: Any) -> str:
    return msgspec.json.encode(document).decode()
