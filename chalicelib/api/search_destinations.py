"""Where connectors write: the shop's catalogue, or a temporary index that becomes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib import wiring
from chalicelib.api.search_index_names import kind_named
from chalicelib.catalog import Product, Row
from chalicelib.search import IndexKind

After = Mapping[str, Product | None]
"""Products by id as they shall be; None: gone."""


class Destination(Protocol):
    """One index while a batch is written to it."""

    def get_many(self, product_ids: Sequence[str]) -> Mapping[str, Product]:
        """The products that are there."""
        ...

    def become(self, after: After, *, is_cleared: bool) -> int | None:
        """Make products what they shall be; ``is_cleared``: and these the only ones. The id of a task that goes on, if any."""
        ...


class CatalogueDestination:
    """The shop's catalogue. Clearing it takes a worker some time; what is written meanwhile stays."""

    def get_many(self, product_ids: Sequence[str]) -> Mapping[str, Product]:
        return wiring.services().products.get_many(product_ids)

    def become(self, after: After, *, is_cleared: bool) -> int | None:
        services = wiring.services()
        cleared = services.overhauls.start() if is_cleared else None
        since = services.overhauls.since() if after else 0
        for product_id in [product_id for product_id, product in after.items() if product is None]:
            services.products.delete(product_id, since)
        rows = [Row(place, each.product_id, each) for place, each in enumerate(after.values()) if each]
        for _ in services.catalog.store(rows, since):
            pass
        return cleared.overhaul_id if cleared else None


@dataclass(frozen=True, slots=True)
class TemporaryDestination:
    """A temporary index: products are set aside until it is moved."""

    index: str

    def get_many(self, product_ids: Sequence[str]) -> Mapping[str, Product]:
        services = wiring.services()
        stage = services.indexes.stage(self.index)
        return services.stages.get_many(stage, product_ids) if stage else {}

    def become(self, after: After, *, is_cleared: bool) -> int | None:
        services = wiring.services()
        stage = services.indexes.emptied(self.index) if is_cleared else services.indexes.opened(self.index)
        services.stages.put_many(stage, [product for product in after.values() if product])
        services.stages.delete_many(stage, [product_id for product_id, product in after.items() if product is None])
        return None


def destination(index: str | None, field: str) -> Destination:
    """Where writes to ``index`` go. Raises ``UnknownIndex``."""
    kind = kind_named(index, field, IndexKind.SHOP, IndexKind.TEMPORARY)
    return CatalogueDestination() if kind is IndexKind.SHOP else TemporaryDestination(str(index))
