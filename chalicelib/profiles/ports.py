"""What profiles need from outside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.profiles.activity import Activity, Facts
from chalicelib.profiles.identity import Alias, LinkEntry, Merge
from chalicelib.profiles.model import CountedAhead, ProfileChange, Shopper
from chalicelib.profiles.orders import Order
from chalicelib.profiles.tags.definition import TagDefinition


class ProfileRecords(Protocol):
    """The store of profiles, traits and tags, and the two lists over them, in ``shards`` shards each."""

    @property
    def shards(self) -> int: ...

    def load(self, shopper_id: str, orders: Sequence[str] = ()) -> Shopper:
        """All that is known as of now, with those of ``orders`` that are known; version 0 when nothing was ever seen.

        Of an id that was merged into another it is that other shopper (``shopper_id`` says who).
        """
        ...

    def save(self, change: ProfileChange) -> None:
        """Store a change, all of it or nothing. Raises ``StaleProfile`` unless the stored version is the one before."""
        ...

    def orders_of(self, shopper_id: str, generation: str) -> Sequence[Order]:
        """Every order of a shopper's generation."""
        ...

    def stage_orders(self, shopper_id: str, generation: str, orders: Sequence[Order]) -> None:
        """Store orders that no profile reads yet: a save whose profile names ``generation`` makes them its own."""
        ...

    def forget_orders(self, shopper_id: str, keep: str) -> None:
        """Remove the orders of every generation that was made before ``keep``."""
        ...

    def named(self, name: str) -> Sequence[str]:
        """The ids to which a name (``email#<hash>``) led when their traits were stored; they may have changed since."""
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

    def everyone(self, limit: int, cursor: str | None = None) -> tuple[Sequence[str], str | None]:
        """Some of all shoppers, as if shuffled, and where to go on (None at the end): a page may be empty before it.

        Reads the whole store, page by page: for what is done seldom. Who comes or goes on the way may be missing.
        """
        ...


class IdentityRecords(Protocol):
    """The store of who was merged into whom, beside the profiles."""

    def alias_of(self, shopper_id: str) -> Alias | None:
        """Where an id's profile went, as of now; None for one that stands for itself."""
        ...

    def merge(self, merge: Merge) -> None:
        """Store a merge, all of it or nothing.

        Raises ``StaleProfile`` unless both profiles, and the consents that it replaces, are those that it was made from.
        """
        ...

    def bring_along(self, source: str, to: str) -> None:
        """Take what must hold for the person at once (the frequency cap) and the log of merges to ``to``, once."""
        ...

    def clear(self, source: str) -> None:
        """Remove what is left of a merged profile but its alias; then the alias is no longer moving."""
        ...

    def point(self, source: str, to: str) -> None:
        """Let an alias lead to ``to``."""
        ...

    def refused(self, entry: LinkEntry) -> None:
        """Note a link that was not followed; noting it again changes nothing."""
        ...

    def links(
        self, shopper_id: str, limit: int, cursor: str | None = None, *, followed: bool = True
    ) -> tuple[Sequence[LinkEntry], str | None]:
        """What was merged into a shopper, or what was not, latest first, and where to go on (None at the end)."""
        ...


class ProductFacts(Protocol):
    """What the catalogue knows of products."""

    def of(self, product_ids: Sequence[str]) -> Mapping[str, Facts]:
        """The facts of those products that exist."""
        ...


class QueryInterests(Protocol):
    """What the shop's dictionary understands of queries."""

    def of(self, queries: Sequence[str]) -> Mapping[str, Facts]:
        """The brand, category and price that those queries name which name any."""
        ...


class History(Protocol):
    """The event log, as profiles understand it."""

    def of(self, source: str) -> tuple[Sequence[Activity], CountedAhead]:
        """All that the log holds of an id, in any order, and the names of those that its stream may still bring."""
        ...


class TagDefinitions(Protocol):
    """The shop's own definitions of tags: new ones, and those that stand in the place of a shipped one."""

    def all(self) -> Sequence[TagDefinition]:
        """Every stored definition, as of now."""
        ...

    def get(self, tag_id: str) -> TagDefinition | None:
        """One stored definition, as of now; None when there is none."""
        ...

    def put(self, definition: TagDefinition, expected_version: int | None) -> None:
        """Store a definition. Raises ``StaleTagDefinition`` unless ``expected_version`` is the stored one (None: none)."""
        ...

    def delete(self, tag_id: str, expected_version: int) -> None:
        """Remove a stored definition. Raises ``StaleTagDefinition`` unless it has this version."""
        ...
