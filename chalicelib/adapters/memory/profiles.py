"""In-memory twins of the ports of ``profiles``, and of the tastes that search reads from them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.adapters.profile_taste import to_taste
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.ids import shard_of
from chalicelib.privacy.model import Consents
from chalicelib.privacy.ports import ConsentRecords
from chalicelib.profiles.activity import Facts
from chalicelib.profiles.finding import FoundBy, by_nothing, renamed
from chalicelib.profiles.identity import Alias
from chalicelib.profiles.model import Profile, ProfileChange, Shopper, StaleProfile, Traits
from chalicelib.profiles.orders import Order, is_older_generation
from chalicelib.search.model import Taste


class MemoryProfileRecords:
    """``ProfileRecords`` in dictionaries; consents come from their own twin, as they do in the table."""

    def __init__(self, consents: ConsentRecords, shards: int = 4, found_by: FoundBy = by_nothing) -> None:
        self._consents = consents
        self._shards = shards
        self._found_by = found_by
        self._names: set[tuple[str, str]] = set()
        self._shoppers: dict[str, Shopper] = {}
        self._orders: dict[str, dict[tuple[str, str], Order]] = {}
        self._aliases: dict[str, Alias] = {}

    @property
    def shards(self) -> int:
        return self._shards

    def load(self, shopper_id: str, orders: Sequence[str] = ()) -> Shopper:
        if shopper_id in self._aliases:
            return self.load(self._aliases[shopper_id].to, orders)
        blank = Shopper(shopper_id, Profile(), Traits(), {}, Consents(shopper_id))
        shopper = replace(self._shoppers.get(shopper_id, blank), consents=self._consents.of(shopper_id))
        known, generation = self._orders.get(shopper_id, {}), shopper.profile.generation
        found = {order_id: known.get((generation, order_id)) for order_id in orders}
        return replace(shopper, orders={order_id: order for order_id, order in found.items() if order is not None})

    def orders_of(self, shopper_id: str, generation: str) -> Sequence[Order]:
        kept = self._orders.get(shopper_id, {})
        return [order for (of_generation, _), order in sorted(kept.items()) if of_generation == generation]

    def stage_orders(self, shopper_id: str, generation: str, orders: Sequence[Order]) -> None:
        self._keep_orders(shopper_id, generation, orders)

    def _keep_orders(self, shopper_id: str, generation: str, orders: Sequence[Order]) -> None:
        kept = self._orders.setdefault(shopper_id, {})
        kept |= {(generation, order.order_id): order for order in orders}

    def forget_orders(self, shopper_id: str, keep: str) -> None:
        kept = self._orders.get(shopper_id, {})
        self._orders[shopper_id] = {key: order for key, order in kept.items() if not is_older_generation(key[0], keep)}

    def check(self, shopper_id: str, version: int) -> None:
        """Raises ``StaleProfile`` unless the profile is of ``version`` and stands for itself."""
        if shopper_id in self._aliases or self.load(shopper_id).profile.version != version:
            raise StaleProfile(f"the profile of shopper {shopper_id!r} was changed in between")

    def alias_of(self, shopper_id: str) -> Alias | None:
        """Where a merged profile went."""
        return self._aliases.get(shopper_id)

    def set_alias(self, shopper_id: str, alias: Alias) -> None:
        """Let ``alias`` stand where a profile was, or another alias. What lies beside the profile stays until it is cleared."""
        self._aliases[shopper_id] = alias
        if shopper_id in self._shoppers:
            self._shoppers[shopper_id] = replace(self._shoppers[shopper_id], profile=Profile())

    def clear(self, shopper_id: str) -> None:
        """Remove all but the alias."""
        self._shoppers.pop(shopper_id, None)
        self._orders.pop(shopper_id, None)

    def save(self, change: ProfileChange) -> None:
        self.check(change.shopper_id, change.profile.version - 1)
        self.apply(change)

    def apply(self, change: ProfileChange) -> None:
        """Store a change that was checked."""
        known = self.load(change.shopper_id)
        gone = {*change.tags_removed, *change.withheld}
        tags = {tag_id: tag for tag_id, tag in known.tags.items() if tag_id not in gone}
        tags |= {tag.tag_id: tag for tag in change.tags_set}
        self._keep_orders(change.shopper_id, change.profile.generation, change.orders)
        added, over = renamed(change, self._found_by)
        self._names = (self._names | {(each, change.shopper_id) for each in added}) - set(over)
        self._shoppers[change.shopper_id] = replace(
            known,
            counted=known.counted if change.counted is None else change.counted.names,
            profile=change.profile,
            traits=known.traits if change.traits is None else change.traits,
            tags=tags,
            withheld=(known.withheld | set(change.withheld)) - {tag.tag_id for tag in change.tags_set},
        )

    def named(self, name: str) -> Sequence[str]:
        return sorted(shopper_id for known, shopper_id in self._names if known == name)

    def due(
        self, shard: int, up_to: datetime, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[str], str | None]:
        places = sorted(
            f"{to_rfc3339(due_at)}#{shopper_id}"
            for shopper_id, shopper in self._shoppers.items()
            if (due_at := shopper.profile.due_at) is not None
            and due_at <= up_to
            and shard_of(shopper_id, self._shards) == shard
        )
        page, next_cursor = _page(places, limit, cursor)
        return [place.partition("#")[2] for place in page], next_cursor

    def tagged(
        self, tag_id: str, shard: int, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[str], str | None]:
        carriers = sorted(
            (
                shopper_id
                for shopper_id, shopper in self._shoppers.items()
                if shopper.has_tag(tag_id) and shard_of(shopper_id, self._shards) == shard
            ),
            # DynamoDB sorts by UTF-8 bytes.
            key=str.encode,
        )
        return _page(carriers, limit, cursor)

    def everyone(self, limit: int, cursor: str | None = None) -> tuple[Sequence[str], str | None]:
        there = [each for each, shopper in self._shoppers.items() if shopper.profile.version]
        return _page(sorted(there, key=str.encode), limit, cursor)


class MemoryProductFacts:
    """``ProductFacts`` in a dictionary."""

    def __init__(self, known: Mapping[str, Facts] | None = None) -> None:
        self._known = known or {}

    def of(self, product_ids: Sequence[str]) -> Mapping[str, Facts]:
        return {product_id: self._known[product_id] for product_id in product_ids if product_id in self._known}


class MemoryTastes:
    """``Tastes`` over ``MemoryProfileRecords``."""

    def __init__(self, records: MemoryProfileRecords) -> None:
        self._records = records

    def of(self, shopper_id: str, now: datetime) -> Taste:
        return to_taste(self._records.load(shopper_id), now)


def _page(names: list[str], limit: int, cursor: str | None) -> tuple[list[str], str | None]:
    rest = [name for name in names if cursor is None or name.encode() > cursor.encode()]
    return rest[:limit], rest[limit - 1] if len(rest) > limit else None
