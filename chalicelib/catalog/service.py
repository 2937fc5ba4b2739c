"""The catalogue's use cases: keep products, take in feeds."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from chalicelib.catalog.model import (
    MAX_PRODUCT_BYTES,
    Product,
    ProductNotFound,
    ProductRepeated,
    ProductTooLarge,
)
from chalicelib.catalog.ports import Products
from chalicelib.catalog.rows import Fate, ImportReport, Row, RowResult
from chalicelib.catalog.shape import encode_product
from chalicelib.core.errors import ZhaohuiError

ROWS_AT_ONCE = 100
"""Rows stored together: one ``BatchGetItem`` finds out which of them changed."""


class Catalog:
    """Products as the shop keeps them. Search hears of every change through the store's stream, never from here."""

    def __init__(self, products: Products) -> None:
        self._products = products

    def get(self, product_id: str) -> Product:
        """Raises ``ProductNotFound``."""
        product = self._products.get(product_id)
        if product is None:
            raise ProductNotFound(f"there is no product {product_id!r}")
        return product

    def put(self, product: Product) -> bool:
        """Create or replace; whether that changed anything. Raises ``ProductTooLarge``."""
        check_size(product)
        return self._products.put(product)

    def delete(self, product_id: str) -> None:
        """Raises ``ProductNotFound``."""
        if not self._products.delete(product_id):
            raise ProductNotFound(f"there is no product {product_id!r}")

    def all(self) -> Iterator[Product]:
        """Every product, for a rebuild of the index only."""
        return self._products.all()

    def store(self, rows: Iterable[Row], since: int = 0) -> Iterator[RowResult]:
        """Store the rows that can be stored; one result per row, in order. The first of several rows of one id counts.
        ``since``: see ``Products.put_many``."""
        seen: dict[str, int] = {}
        remaining = iter(rows)
        while chunk := list(islice(remaining, ROWS_AT_ONCE)):
            yield from self._store_chunk(chunk, seen, since)

    def import_feed(
        self, rows: Iterable[Row], on_progress: Callable[[int], None] = lambda rows_done: None
    ) -> ImportReport:
        """Store a feed; ``on_progress`` hears after every chunk how many rows are done."""
        report = ImportReport()
        for result in self.store(rows):
            report.add((result,))
            if report.rows % ROWS_AT_ONCE == 0:
                on_progress(report.rows)
        on_progress(report.rows)
        return report

    def _store_chunk(self, rows: Sequence[Row], seen: dict[str, int], since: int) -> Iterator[RowResult]:
        errors = [_refusal(row, seen) for row in rows]
        wanted = [
            row.product for row, error in zip(rows, errors, strict=True) if error is None and row.product is not None
        ]
        changed = iter(self._products.put_many(wanted, since))
        for row, error in zip(rows, errors, strict=True):
            if error is not None:
                yield RowResult(row, Fate.REJECTED, error)
            else:
                yield RowResult(row, Fate.ACCEPTED if next(changed) else Fate.UNCHANGED)


def check_size(product: Product) -> None:
    """Raises ``ProductTooLarge`` for what the store could not hold."""
    size = len(encode_product(product).encode())
    if size > MAX_PRODUCT_BYTES:
        raise ProductTooLarge(f"the product has {size} bytes as JSON, {MAX_PRODUCT_BYTES} are possible")


def _refusal(row: Row, seen: dict[str, int]) -> ZhaohuiError | None:
    """Why a row cannot be stored, or None; notes its id as seen."""
    if row.product is None:
        return row.error or ZhaohuiError("the row holds no product")
    product_id = row.product.product_id
    if product_id in seen:
        return ProductRepeated(f"the id {product_id!r} came already at {seen[product_id]}", field="id")
    try:
        check_size(row.product)
    except ProductTooLarge as error:
        return error
    seen[product_id] = row.position
    return None
