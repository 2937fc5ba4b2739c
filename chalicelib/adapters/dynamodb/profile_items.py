"""Profiles, traits and tags as items: packed, because a write is billed by the size of the whole item."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    HOT_PROFILE,
    LIST_PK,
    LIST_SK,
    TRAITS,
    due_list,
    due_place,
    shopper_key,
    tag_key,
    tag_list,
)
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.ids import shard_of
from chalicelib.profiles.activity import sequence_text
from chalicelib.profiles.affinity import Affinities, Kind
from chalicelib.profiles.model import (
    Counters,
    Lifecycle,
    Profile,
    Recency,
    Tag,
    TagGroup,
    Trait,
    Traits,
)

VERSION = "v"
WITHHELD = "gone"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTERS = ("seen", "views", "searches", "carts", "wishes", "orders", "spend", "refunds", "refunded")
_RECENCY = ("first_seen", "last_seen", "last_view", "last_search", "last_cart", "last_order")
_KINDS = {Kind.BRAND: "b", Kind.CATEGORY: "c", Kind.TAG: "t", Kind.PRICE_BAND: "p", Kind.SIZE: "s"}
_LIFECYCLES = {Lifecycle.NEW: "n", Lifecycle.ACTIVE: "a", Lifecycle.DORMANT: "d"}


def profile_item(shopper_id: str, profile: Profile, shards: int) -> Item:
    """The hot profile; on the list of due dates while it has one."""
    document = {
        "c": [getattr(profile.counters, name) for name in _COUNTERS],
        "r": [_ms(getattr(profile.recency, name)) for name in _RECENCY],
        "a": {_KINDS[kind]: entries for kind, entries in profile.affinities.scores.items()},
        "n": profile.learnt,
        "l": _LIFECYCLES[profile.lifecycle],
        "d": _ms(profile.due_at),
        "q": profile.applied_through.lstrip("0"),
    }
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
        counters=Counters(**dict(zip(_COUNTERS, document["c"], strict=True))),
        recency=Recency(**dict(zip(_RECENCY, map(_instant, document["r"]), strict=True))),
        affinities=Affinities(affinities),
        learnt=document["n"],
        lifecycle=next(lifecycle for lifecycle, short in _LIFECYCLES.items() if short == document["l"]),
        due_at=_instant(document["d"]),
        applied_through=sequence_text(document["q"]) if document["q"] else "",
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


def _ms(instant: datetime | None) -> int | None:
    return None if instant is None else (instant - _EPOCH) // timedelta(milliseconds=1)


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else _at(ms)


def _at(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def _json(document: Any) -> str:
    return msgspec.json.encode(document).decode()
