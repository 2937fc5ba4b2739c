"""What profiles need from outside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.profiles.activity import Facts
from chalicelib.profiles.model import ProfileChange, Shopper


class ProfileRecords(Protocol):
    """The store of profiles, traits and tags, and the two lists over them, in ``shards`` shards each."""

    @property
    def shards(self) -> int: ...

    def load(self, shopper_id: str) -> Shopper:
        """All that is known as of now; a profile of version 0 when nothing was ever seen."""
        ...

    def save(self, change: ProfileChange) -> None:
        """Store a change, all of it or nothing. Raises ``StaleProfile`` unless the stored version is the one before."""
        ...

    def due(
        self, shard: int, up_to: datetime, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[str], str | None]:
        """Shoppers whose ``due_at`` has come, earliest first, and where to go on (None at the end).

        May lag behind writes: load before acting.
        """
        ...

    def tagged(
        self, tag_id: str, shard: int, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[str], str | None]:
        """Shoppers carrying a tag, in the order of their ids, and where to go on (None at the end). May lag as well."""
        ...


class ProductFacts(Protocol):
    """What the catalogue knows of products."""

    def of(self, product_ids: Sequence[str]) -> Mapping[str, Facts]:
        """The facts of those products that exist."""
        ...
