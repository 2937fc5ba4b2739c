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
from chalicelib.profiles.model import Profile, ProfileChange, Shopper, StaleProfile, Traits
from chalicelib.search.model import Taste


class MemoryProfileRecords:
    """``ProfileRecords`` in dictionaries; consents come from their own twin, as they do in the table."""

    def __init__(self, consents: ConsentRecords, shards: int = 4) -> None:
        self._consents = consents
        self._shards = shards
        self._shoppers: dict[str, Shopper] = {}

    @property
    def shards(self) -> int:
        return self._shards

    def load(self, shopper_id: str) -> Shopper:
        blank = Shopper(shopper_id, Profile(), Traits(), {}, Consents(shopper_id))
        return replace(self._shoppers.get(shopper_id, blank), consents=self._consents.of(shopper_id))

    def save(self, change: ProfileChange) -> None:
        known = self.load(change.shopper_id)
        if known.profile.version != change.profile.version - 1:
            raise StaleProfile(f"the profile of shopper {change.shopper_id!r} was changed in between")
        gone = {*change.tags_removed, *change.withheld}
        tags = {tag_id: tag for tag_id, tag in known.tags.items() if tag_id not in gone}
        tags |= {tag.tag_id: tag for tag in change.tags_set}
        self._shoppers[change.shopper_id] = replace(
            known,
            profile=change.profile,
            traits=known.traits if change.traits is None else change.traits,
            tags=tags,
            withheld=(known.withheld | set(change.withheld)) - {tag.tag_id for tag in change.tags_set},
        )

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
