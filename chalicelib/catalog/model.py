"""A product as a shopper knows it: one SPU with its SKUs. Prices are integer fen (or the currency's minor unit)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.core.errors import InvalidRequest

MAX_ID_CHARACTERS = 128
MAX_TITLE_CHARACTERS = 500
MAX_CATEGORY_LEVELS = 3
MAX_SKUS = 500


@dataclass(frozen=True, slots=True)
class Sku:
    """One sellable variant: ``attributes`` maps a specification to its value (颜色 -> 雾霾蓝)."""

    sku_id: str
    price: int
    stock: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """An SPU. ``price`` is the lowest SKU price, ``category_path`` goes from general to special (at most 3 levels).

    ``attributes`` maps a name to its values (材质 -> (棉, 麻)). ``sales_30d`` counts units sold in 30 days.
    Raises ``InvalidRequest`` naming the field when a value could not be true of any product.
    """

    product_id: str
    title: str
    price: int
    category_path: tuple[str, ...] = ()
    brand: str | None = None
    list_price: int | None = None
    currency: str = "CNY"
    brief: str | None = None
    image: str | None = None
    url: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    skus: tuple[Sku, ...] = ()
    sales_30d: int = 0
    stock: int = 0
    is_on_sale: bool = True
    created_at: datetime | None = None

    def __post_init__(self) -> None:
        _require(0 < len(self.product_id) <= MAX_ID_CHARACTERS, "id", f"must have 1 to {MAX_ID_CHARACTERS} characters")
        _require(
            0 < len(self.title.strip()) <= MAX_TITLE_CHARACTERS,
            "title",
            f"must have 1 to {MAX_TITLE_CHARACTERS} characters",
        )
        _require(self.price >= 0, "price", "must not be negative")
        _require(self.list_price is None or self.list_price >= 0, "list_price", "must not be negative")
        _require(self.stock >= 0, "stock", "must not be negative")
        _require(self.sales_30d >= 0, "sales_30d", "must not be negative")
        _require(
            len(self.category_path) <= MAX_CATEGORY_LEVELS, "category", f"has more than {MAX_CATEGORY_LEVELS} levels"
        )
        _require(
            all(name and " > " not in name for name in self.category_path),
            "category",
            "has an empty level or one with ' > '",
        )
        _require(len(self.skus) <= MAX_SKUS, "skus", f"has more than {MAX_SKUS} entries")
        _require(len({sku.sku_id for sku in self.skus}) == len(self.skus), "skus", "names an id twice")
        for position, sku in enumerate(self.skus):
            _require(sku.price >= 0, f"skus[{position}].price", "must not be negative")
            _require(sku.stock >= 0, f"skus[{position}].stock", "must not be negative")


def _require(holds: bool, name: str, message: str) -> None:
    if not holds:
        raise InvalidRequest(f"{name} {message}", field=name)


@dataclass(frozen=True, slots=True)
class ProductChange:
    """What a stream says of a product: its new state, or None when it was deleted. Higher ``revision`` is later."""

    product_id: str
    revision: int
    product: Product | None
