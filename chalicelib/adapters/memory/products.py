"""Products in a dictionary, with the stream that a table would have."""

import threading
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.catalog.model import Product, ProductChange
from chalicelib.catalog.shape import canonical_product


class MemoryProducts:
    """``Products`` in a dictionary; ``changes`` is what the stream would have said, oldest first."""

    def __init__(self) -> None:
        self._products: dict[str, Product] = {}
        self._revisions: dict[str, int] = {}
        self._lock = threading.Lock()
        self.changes: list[ProductChange] = []

    def get(self, product_id: str) -> Product | None:
        return self._products.get(product_id)

    def put(self, product: Product) -> bool:
        return self._put(product, 0)

    def put_many(self, products: Sequence[Product], since: int = 0) -> list[bool]:
        return [self._put(product, since) for product in products]

    def settle(self, changes: Mapping[str, Product | None], revision: int) -> int:
        with self._lock:
            return sum(self._settled(product_id, product, revision) for product_id, product in changes.items())

    def delete(self, product_id: str, since: int = 0) -> bool:
        with self._lock:
            was_there = self._products.pop(product_id, None) is not None
            if not was_there and self._revisions.get(product_id, 0) >= since:
                return False
            self._note(product_id, None, since)
            return True

    def get_many(self, product_ids: Sequence[str]) -> dict[str, Product]:
        return {each: self._products[each] for each in product_ids if each in self._products}

    def all(self) -> Iterator[Product]:
        yield from list(self._products.values())

    def page(self, after: str | None, limit: int) -> tuple[Sequence[Product], str | None]:
        ids = sorted(each for each in self._products if after is None or each > after)[:limit]
        return [self._products[each] for each in ids], ids[-1] if len(ids) == limit else None

    def _put(self, product: Product, since: int) -> bool:
        with self._lock:
            if self._is_kept(product, since):
                return False
            self._products[product.product_id] = product
            # A store with a clock would be past ``since`` by now.
            self._note(product.product_id, product, since)
            return True

    def _settled(self, product_id: str, product: Product | None, revision: int) -> bool:
        if self._revisions.get(product_id, 0) >= revision:
            return False
        if product is None and self._products.pop(product_id, None) is None:
            return False
        if product is not None:
            if self._is_kept(product, 0):
                return False
            self._products[product_id] = product
        self._note(product_id, product, revision)
        return True

    def _is_kept(self, product: Product, since: int) -> bool:
        known = self._products.get(product.product_id)
        is_recent = self._revisions.get(product.product_id, 0) >= since
        return known is not None and is_recent and canonical_product(known) == canonical_product(product)

    def _note(self, product_id: str, product: Product | None, at_least: int = 0) -> None:
        self._revisions[product_id] = max(self._revisions.get(product_id, 0) + 1, at_least)
        self.changes.append(ProductChange(product_id, self._revisions[product_id], product))
