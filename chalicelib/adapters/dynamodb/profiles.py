"""Profiles, traits and tags in the shoppers table: read with one query, written together or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.adapters.dynamodb.consents import to_consents
from chalicelib.adapters.dynamodb.items import Item, to_typed
from chalicelib.adapters.dynamodb.keys import (
    CONSENTS,
    COUNTED_AHEAD,
    HOT_PROFILE,
    LIST_PK,
    LIST_SK,
    MOVED_TO,
    ORDER_PREFIX,
    PK,
    PROFILE_PREFIX,
    SK,
    TAG_PREFIX,
    TRAITS,
    due_list,
    due_through,
    generation_in,
    name_key,
    name_partition,
    order_key,
    orders_prefix,
    shopper_key,
    shopper_partition,
    tag_key,
    tag_list,
)
from chalicelib.adapters.dynamodb.profile_items import (
    WITHHELD,
    counted_item,
    order_item,
    profile_item,
    tag_item,
    to_counted,
    to_order,
    to_profile,
    to_tag,
    to_traits,
    tombstone_item,
    traits_item,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table, call, list_start, transact
from chalicelib.core.clock import to_rfc3339
from chalicelib.profiles.finding import FoundBy, by_nothing, renamed
from chalicelib.profiles.model import Profile, ProfileChange, Shopper, StaleProfile, Traits
from chalicelib.profiles.orders import Order, is_older_generation


class DynamoProfileRecords:
    """``ProfileRecords`` on DynamoDB."""

    def __init__(self, table: Table, shards: int, found_by: FoundBy = by_nothing) -> None:
        self._table = table
        self._shards = shards
        self._found_by = found_by

    @property
    def shards(self) -> int:
        return self._shards

    def load(self, shopper_id: str, orders: Sequence[str] = (), *, consistent: bool = True) -> Shopper:
        found = self._table.query_all(shopper_partition(shopper_id), prefix=PROFILE_PREFIX, consistent=consistent)
        items = {item[SK]: item for item in found}
        # A query may come between two items of a transaction: any of them may be the first to know.
        moved_to = next((item[MOVED_TO] for item in items.values() if MOVED_TO in item), None)
        if moved_to is not None:
            return self.load(moved_to, orders, consistent=consistent)
        shopper = _to_shopper(shopper_id, items)
        return replace(shopper, orders=self._orders(shopper, orders)) if orders else shopper

    def orders_of(self, shopper_id: str, generation: str) -> Sequence[Order]:
        prefix = orders_prefix(generation)
        items = self._table.query_all(shopper_partition(shopper_id), prefix=prefix, consistent=True)
        return [to_order(item[SK].removeprefix(prefix), item) for item in items]

    def stage_orders(self, shopper_id: str, generation: str, orders: Sequence[Order]) -> None:
        for order in orders:
            self._table.put(order_item(shopper_id, generation, order))

    def forget_orders(self, shopper_id: str, keep: str) -> None:
        for item in self._table.query_all(shopper_partition(shopper_id), prefix=ORDER_PREFIX, consistent=True):
            if is_older_generation(generation_in(item[SK]), keep):
                self._table.delete({PK: item[PK], SK: item[SK]})

    def save(self, change: ProfileChange) -> None:
        actions = self.actions(change)
        try:
            if len(actions) > 1:
                transact(self._table.client, actions)
            else:
                # By far the usual case: an event that changes no tag costs one unit instead of two.
                call(self._table.client.put_item, **actions[0]["Put"])
        except ConditionFailed:
            raise StaleProfile(f"the profile of shopper {change.shopper_id!r} was changed in between") from None

    def actions(self, change: ProfileChange) -> list[dict[str, Any]]:
        """What a save does, all of it or nothing: the profile, on condition of its version, and what changed beside it."""
        item = profile_item(change.shopper_id, change.profile, self._shards)
        before = change.profile.version - 1
        condition = "v = :before" if before else "attribute_not_exists(pk)"
        values = {":before": before} if before else None
        return [{"Put": _put(self._table.name, item, condition, values)}, *self._beside(change)]

    def named(self, name: str) -> Sequence[str]:
        items = self._table.query_all(name_partition(name), consistent=True)
        return [item[SK].removeprefix(shopper_partition("")) for item in items]

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

    def everyone(self, limit: int, cursor: str | None = None) -> tuple[Sequence[str], str | None]:
        after = dict(zip((PK, SK), msgspec.json.decode(cursor, type=tuple[str, str]), strict=True)) if cursor else None
        items, last = self._table.scan_page(after, limit, sort_key=HOT_PROFILE)
        found = [_shopper_of(item) for item in items if MOVED_TO not in item]
        return found, msgspec.json.encode((last[PK], last[SK])).decode() if last else None

    def _orders(self, shopper: Shopper, order_ids: Sequence[str]) -> dict[str, Order]:
        generation = shopper.profile.generation
        keys = [order_key(shopper.shopper_id, generation, order_id) for order_id in order_ids]
        items = self._table.get_many(keys, consistent=True)
        found = [(item[SK].removeprefix(orders_prefix(generation)), item) for item in items]
        return {order_id: to_order(order_id, item) for order_id, item in found}

    def _beside(self, change: ProfileChange) -> list[dict[str, Any]]:
        shopper_id, name = change.shopper_id, self._table.name
        items = [tag_item(shopper_id, tag, self._shards) for tag in change.tags_set]
        items += [order_item(shopper_id, change.profile.generation, order) for order in change.orders]
        if change.counted is not None:
            items.append(counted_item(shopper_id, change.counted))
        items += [tombstone_item(shopper_id, tag_id) for tag_id in change.withheld]
        if change.traits is not None:
            items.append(traits_item(shopper_id, change.traits))
        added, over = renamed(change, self._found_by)
        items += [name_key(each, shopper_id) for each in added]
        removed = [{"TableName": name, "Key": to_typed(tag_key(shopper_id, each))} for each in change.tags_removed]
        removed += [{"TableName": name, "Key": to_typed(name_key(each, source))} for each, source in over]
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
        counted=to_counted(items[COUNTED_AHEAD]) if COUNTED_AHEAD in items else frozenset(),
    )


def _shopper_of(item: Item) -> str:
    shopper: str = item[PK].removeprefix(shopper_partition(""))
    return shopper


def _due_start(shard: int, place: str) -> dict[str, str]:
    shopper_id = place.partition("#")[2]
    return list_start({**shopper_key(shopper_id, HOT_PROFILE), LIST_PK: due_list(shard), LIST_SK: place})
