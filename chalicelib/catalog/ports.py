"""What the catalogue needs from outside."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from chalicelib.catalog.model import Product


class Products(Protocol):
    """The store of products.

    Every change raises the product's revision, also across a deletion and a new beginning; an unchanged put changes
    nothing and nobody hears of it. All methods raise ``Unavailable`` when the store asks to slow down.
    """

    def get(self, product_id: str) -> Product | None: ...

    def put(self, product: Product) -> bool:
        """Store the product as it is now; whether that changed anything."""
        ...

    def put_many(self, products: Sequence[Product], since: int = 0) -> list[bool]:
        """Store products of distinct ids; whether each changed anything, in their order. ``since``: what stands there since
        an earlier revision is stored anew although it is the same, so that ``settle`` sees it as changed.

        After ``Unavailable`` some are stored and some are not; doing it again is harmless.
        """
        ...

    def settle(self, changes: Mapping[str, Product | None], revision: int) -> int:
        """Make products what they were at ``revision`` (None: gone), unless they changed at it or later; how many that
        changed. Doing it again is harmless."""
        ...

    def delete(self, product_id: str, since: int = 0) -> bool:
        """Remove the product; whether it was there. ``since``: what is not there, or went before, goes anew all the same (and
        True is answered), so that ``settle`` of an earlier revision does not bring it back."""
        ...

    def get_many(self, product_ids: Sequence[str]) -> dict[str, Product]:
        """The products that exist, by id."""
        ...

    def all(self) -> Iterator[Product]:
        """Every product, for a rebuild of the index only: this is the one scan there is."""
        ...

    def page(self, after: str | None, limit: int) -> tuple[Sequence[Product], str | None]:
        """One page of ``all``, going on from ``after`` (None: from the start), and where to go on (None: that was the end).

        At most ``limit`` products, sometimes none although there are more.
        """
        ...
