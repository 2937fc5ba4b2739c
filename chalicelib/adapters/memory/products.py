"""Products in a dictionary, with the stream that a table would have."""

import threading
from collections.abc import Iterator, Sequence

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
        with self._lock:
            known = self._products.get(product.product_id)
            if known is not None and canonical_product(known) == canonical_product(product):
                return False
            self._products[product.product_id] = product
            self._note(product.product_id, product)
            return True

    def put_many(self, products: Sequence[Product]) -> list[bool]:
        return [self.put(product) for product in products]

    def delete(self, product_id: str) -> bool:
        with self._lock:
            if self._products.pop(product_id, None) is None:
                return False
            self._note(product_id, None)
            return True

    def get_many(self, product_ids: Sequence[str]) -> dict[str, Product]:
        return {each: self._products[each] for each in product_ids if each in self._products}

    def all(self) -> Iterator[Product]:
        yield from list(self._products.values())

    def page(self, after: str | None, limit: int) -> tuple[Sequence[Product], str | None]:
        ids = sorted(each for each in self._products if after is None or each > after)[:limit]
        return [self._products[each] for each in ids], ids[-1] if len(ids) == limit else None

    def _note(self, product_id: str, product: Product | None) -> None:
        self._revisions[product_id] = self._revisions.get(product_id, 0) + 1
        self.changes.append(ProductChange(product_id, self._revisions[product_id], product))
