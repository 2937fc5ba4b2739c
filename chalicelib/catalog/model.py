"""A product as a shopper knows it: one SPU with its SKUs. Prices are integer fen (or the currency's minor unit)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.core.errors import InvalidRequest, NotFound, TooLarge

MAX_ID_CHARACTERS = 128
MAX_TITLE_CHARACTERS = 500
MAX_CATEGORY_LEVELS = 3
MAX_SKUS = 500
MAX_ATTRIBUTES = 200
MAX_AMOUNT = 10**12
"""The largest price, stock or sales figure: far above any shop, far below what an index can hold."""
MAX_PRODUCT_BYTES = 350_000
"""The largest product as JSON: DynamoDB holds 400 KB an item."""
LEVEL_SEPARATOR = " > "


class ProductNotFound(NotFound):
    """There is no product of that id."""


class ProductTooLarge(TooLarge):
    """The product as JSON has more than ``MAX_PRODUCT_BYTES``."""


class ProductRepeated(InvalidRequest):
    """The same id came earlier in the same batch or feed; only the first was used."""


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
    """An SPU. ``category_path`` goes from general to special (at most 3 levels).

    ``price`` is what a shopper pays at least (the lowest SKU price where there are SKUs), or None when nobody said:
    such a product is shown without a price and no price filter finds it. ``attributes`` maps a name to its values
    (材质 -> (棉, 麻)). ``sales_30d`` counts units sold in 30 days.
    Raises ``InvalidRequest`` naming the field when a value could not be true of any product.
    """

    product_id: str
    title: str
    price: int | None
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
        _require_length(self.product_id, "id", MAX_ID_CHARACTERS)
        _require_length(self.title, "title", MAX_TITLE_CHARACTERS)
        for name, amount in (
            ("price", self.price),
            ("list_price", self.list_price),
            ("stock", self.stock),
            ("sales_30d", self.sales_30d),
        ):
            _require_amount(amount, name)
        _require(len(self.currency) == 3 and self.currency.isalpha(), "currency", "must be a code like CNY")
        _require(self.brand is None or self.brand.strip() != "", "brand", "must not be empty; leave it out instead")
        _require(all(tag.strip() for tag in self.tags), "tags", "has an empty entry")
        _check_created(self.created_at)
        _check_category(self.category_path)
        _check_attributes(self.attributes)
        _check_skus(self.skus)


def _check_created(at: datetime | None) -> None:
    if at is not None:
        _require(at.tzinfo is not None, "created_at", "has no time zone")
        # Years near either end cannot be moved to UTC, and no shop means them.
        _require(1970 <= at.year < 9999, "created_at", "must be between 1970 and 9998")


def _check_category(path: tuple[str, ...]) -> None:
    _require(len(path) <= MAX_CATEGORY_LEVELS, "category", f"has more than {MAX_CATEGORY_LEVELS} levels")
    sound = all(name.strip() and LEVEL_SEPARATOR not in name for name in path)
    _require(sound, "category", f"has an empty level or one with {LEVEL_SEPARATOR!r}")


def _check_attributes(attributes: Mapping[str, tuple[str, ...]]) -> None:
    _require(len(attributes) <= MAX_ATTRIBUTES, "attributes", f"has more than {MAX_ATTRIBUTES} names")
    for name, values in attributes.items():
        _require(name.strip() != "", "attributes", "has an empty name")
        _require(bool(values) and all(value.strip() for value in values), f"attributes.{name}", "has an empty value")


def _check_skus(skus: tuple[Sku, ...]) -> None:
    _require(len(skus) <= MAX_SKUS, "skus", f"has more than {MAX_SKUS} entries")
    _require(len({sku.sku_id for sku in skus}) == len(skus), "skus", "names an id twice")
    for position, sku in enumerate(skus):
        _require_length(sku.sku_id, f"skus[{position}].id", MAX_ID_CHARACTERS)
        _require_amount(sku.price, f"skus[{position}].price")
        _require_amount(sku.stock, f"skus[{position}].stock")


def _require_length(text: str, name: str, most: int) -> None:
    _require(text.strip() != "" and len(text) <= most, name, f"must have 1 to {most} characters")


def _require_amount(amount: int | None, name: str) -> None:
    _require(amount is None or amount >= 0, name, "must not be negative")
    _require(amount is None or amount <= MAX_AMOUNT, name, f"must not be over {MAX_AMOUNT}")


def _require(holds: bool, name: str, message: str) -> None:
    if not holds:
        raise InvalidRequest(f"{name} {message}", field=name)


@dataclass(frozen=True, slots=True)
class ProductChange:
    """What a stream says of a product: its new state, or None when it was deleted. Higher ``revision`` is later."""

    product_id: str
    revision: int
    product: Product | None
