"""What the catalogue needs from outside."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from chalicelib.catalog.model import Product


class Products(Protocol):
    """The store of products. Every change raises the product's revision; an unchanged put changes nothing."""

    def get(self, product_id: str) -> Product | None: ...

    def put(self, product: Product) -> bool:
        """Store the product as it is now; whether that changed anything."""
        ...

    def delete(self, product_id: str) -> bool:
        """Remove the product; whether it was there."""
        ...

    def get_many(self, product_ids: Sequence[str]) -> dict[str, Product]: ...

    def all(self) -> Iterator[Product]:
        """Every product, for a rebuild of the index only: this is the one scan there is."""
        ...
