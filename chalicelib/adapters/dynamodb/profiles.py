"""Profiles, traits and tags in the shoppers table: read with one query, written together or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.adapters.dynamodb.consents import to_consents
from chalicelib.adapters.dynamodb.items import Item, to_typed
from chalicelib.adapters.dynamodb.keys import (
    CONSENTS,
    HOT_PROFILE,
    LIST_PK,
    LIST_SK,
    PK,
    PROFILE_PREFIX,
    SK,
    TAG_PREFIX,
    TRAITS,
    due_list,
    due_through,
    shopper_key,
    shopper_partition,
    tag_key,
    tag_list,
)
from chalicelib.adapters.dynamodb.profile_items import (
    WITHHELD,
    profile_item,
    tag_item,
    to_profile,
    to_tag,
    to_traits,
    tombstone_item,
    traits_item,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table, list_start, transact
from chalicelib.core.clock import to_rfc3339
from chalicelib.profiles.model import Profile, ProfileChange, Shopper, StaleProfile, Traits


class DynamoProfileRecords:
    """``ProfileRecords`` on DynamoDB."""

    def __init__(self, table: Table, shards: int) -> None:
        self._table = table
        self._shards = shards

    @property
    def shards(self) -> int:
        return self._shards

    def load(self, shopper_id: str, *, consistent: bool = True) -> Shopper:
        items = self._table.query_all(shopper_partition(shopper_id), prefix=PROFILE_PREFIX, consistent=consistent)
        return _to_shopper(shopper_id, {item[SK]: item for item in items})

    def save(self, change: ProfileChange) -> None:
        item = profile_item(change.shopper_id, change.profile, self._shards)
        before = change.profile.version - 1
        condition = "v = :before" if before else "attribute_not_exists(pk)"
        values = {":before": before} if before else None
        beside = self._beside(change)
        try:
            if beside:
                profile = {"Put": _put(self._table.name, item, condition, values)}
                transact(self._table.client, [profile, *beside])
            else:
                # By far the usual case: an event that changes no tag costs one unit instead of two.
                self._table.put(item, condition, values)
        except ConditionFailed:
            raise StaleProfile(f"the profile of shopper {change.shopper_id!r} was changed in between") from None

    def due(
        self, shard: int, up_to: datetime, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[str], str | None]:
        start = _due_start(shard, cursor) if cursor else None
        items, last = self._table.query_list(
            due_list(shard), limit=limit, after=start, up_to=due_through(to_rfc3339(up_to))
        )
        return [_shopper_of(item) for item in items], last[LIST_SK] if last else None

    def tagged(
        self, tag_id: str, shard: int, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[str], str | None]:
        place = {**tag_key(cursor, tag_id), LIST_PK: tag_list(tag_id, shard), LIST_SK: cursor} if cursor else None
        items, last = self._table.query_list(tag_list(tag_id, shard), limit=limit, after=place)
        return [_shopper_of(item) for item in items], last[LIST_SK] if last else None

    def _beside(self, change: ProfileChange) -> list[dict[str, Any]]:
        shopper_id, name = change.shopper_id, self._table.name
        items = [tag_item(shopper_id, tag, self._shards) for tag in change.tags_set]
        items += [tombstone_item(shopper_id, tag_id) for tag_id in change.withheld]
        if change.traits is not None:
            items.append(traits_item(shopper_id, change.traits))
        removed = [{"TableName": name, "Key": to_typed(tag_key(shopper_id, each))} for each in change.tags_removed]
        return [{"Put": _put(name, item)} for item in items] + [{"Delete": each} for each in removed]


def _put(
    table: str, item: Item, condition: str | None = None, values: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    put: dict[str, Any] = {"TableName": table, "Item": to_typed(item)}
    if condition:
        put["ConditionExpression"] = condition
    if values:
        put["ExpressionAttributeValues"] = to_typed(values)
    return put


def _to_shopper(shopper_id: str, items: Mapping[str, Item]) -> Shopper:
    tags = {sk.removeprefix(TAG_PREFIX): item for sk, item in items.items() if sk.startswith(TAG_PREFIX)}
    return Shopper(
        shopper_id,
        to_profile(items[HOT_PROFILE]) if HOT_PROFILE in items else Profile(),
        to_traits(items[TRAITS]) if TRAITS in items else Traits(),
        {tag_id: to_tag(tag_id, item) for tag_id, item in tags.items() if WITHHELD not in item},
        to_consents(shopper_id, items.get(CONSENTS)),
        frozenset(tag_id for tag_id, item in tags.items() if WITHHELD in item),
    )


def _shopper_of(item: Item) -> str:
    shopper: str = item[PK].removeprefix(shopper_partition(""))
    return shopper


def _due_start(shard: int, place: str) -> dict[str, str]:
    shopper_id = place.partition("#")[2]
    return list_start({**shopper_key(shopper_id, HOT_PROFILE), LIST_PK: due_list(shard), LIST_SK: place})
