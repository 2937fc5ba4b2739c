"""What profiles learn of a product, looked up in the catalogue."""

from collections.abc import Mapping, Sequence

from chalicelib.catalog.ports import Products
from chalicelib.catalog.sizes import sizes_by_choice
from chalicelib.profiles.activity import Facts


class CatalogFacts:
    """``ProductFacts`` over the catalogue's ``Products``."""

    def __init__(self, products: Products) -> None:
        self._products = products

    def of(self, product_ids: Sequence[str]) -> Mapping[str, Facts]:
        found = self._products.get_many(product_ids)
        return {
            product_id: Facts(
                product.brand, product.category_path, product.tags, product.price, sizes=sizes_by_choice(product)
            )
            for product_id, product in found.items()
        }
