"""The documented JSON shape of a product: what the API takes, our feeds hold and the store keeps (``docs/catalog.md``)."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.catalog.model import LEVEL_SEPARATOR, Product, Sku
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.shapes import convert, joined

_Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class SkuShape(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One variant; ``price`` in minor units."""

    id: str
    price: int
    stock: int = 0
    attributes: dict[str, str | int] = {}
    image: str | None = None


class ProductShape(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A product; ``price`` and ``list_price`` in minor units of ``currency``. ``price: null`` says it is unknown."""

    id: str
    title: str
    price: int | UnsetType | None = UNSET
    currency: str = "CNY"
    list_price: int | None = None
    brand: str | None = None
    category: str | tuple[str, ...] | None = None
    brief: str | None = None
    image: str | None = None
    url: str | None = None
    attributes: dict[str, str | int | tuple[str | int, ...]] = {}
    tags: tuple[str, ...] = ()
    skus: tuple[SkuShape, ...] = ()
    sales_30d: int = 0
    stock: int | None = None
    is_on_sale: bool = True
    created_at: _Instant | None = None


def read_product(value: object, *, at: str = "") -> Product:
    """A decoded JSON value as a product. Raises ``InvalidRequest`` naming the field, with ``at`` (``products[3]``) before it."""
    shape = convert(value, ProductShape, at=at)
    try:
        return _to_product(shape)
    except InvalidRequest as error:
        field = joined(at, error.field or "")
        raise InvalidRequest(f"{at}: {error.message}" if at else error.message, field=field) from None


def product_document(product: Product) -> dict[str, Any]:
    """The product in the documented shape; what nobody said is left out."""
    document: dict[str, Any] = msgspec.to_builtins(_to_shape(product))
    said = {"currency": product.currency, "sales_30d": product.sales_30d, "is_on_sale": product.is_on_sale}
    return document | said


def encode_product(product: Product) -> str:
    """The product as JSON text, Chinese as it is; ``decode_product`` gives the same product back."""
    return msgspec.json.encode(_to_shape(product)).decode()


def decode_product(text: str) -> Product:
    """The product that ``encode_product`` wrote."""
    return _to_product(msgspec.json.decode(text, type=ProductShape))


def canonical_product(product: Product) -> str:
    """JSON text that is equal for equal products, in whatever order their attributes are written."""
    return msgspec.json.encode(_to_shape(product), order="sorted").decode()


def _to_product(shape: ProductShape) -> Product:
    skus = tuple(
        Sku(sku.id, sku.price, sku.stock, {name: str(value) for name, value in sku.attributes.items()}, sku.image)
        for sku in shape.skus
    )
    return Product(
        product_id=shape.id,
        title=shape.title,
        price=_price(shape),
        category_path=split_category(shape.category),
        brand=shape.brand,
        list_price=shape.list_price,
        currency=shape.currency,
        brief=shape.brief,
        image=shape.image,
        url=shape.url,
        attributes=_attributes(shape.attributes),
        tags=shape.tags,
        skus=skus,
        sales_30d=shape.sales_30d,
        stock=sum(sku.stock for sku in skus) if shape.stock is None else shape.stock,
        is_on_sale=shape.is_on_sale,
        created_at=shape.created_at,
    )


def _price(shape: ProductShape) -> int | None:
    if not isinstance(shape.price, UnsetType):
        return shape.price
    if not shape.skus:
        # A misspelt "price" must not quietly become a product without one.
        raise InvalidRequest("price is missing; null says that it is unknown", field="price")
    return min(sku.price for sku in shape.skus)


def split_category(category: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Levels of a category given as a list or joined by ' > '."""
    if not category:
        return ()
    return tuple(category.split(LEVEL_SEPARATOR)) if isinstance(category, str) else category


def _attributes(given: Mapping[str, str | int | tuple[str | int, ...]]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(str(value) for value in values) if isinstance(values, tuple) else (str(values),)
        for name, values in given.items()
    }


def _to_shape(product: Product) -> ProductShape:
    return ProductShape(
        id=product.product_id,
        title=product.title,
        price=product.price,
        # msgspec leaves out the very text that is the default, not one that merely equals it.
        currency=sys.intern(product.currency),
        list_price=product.list_price,
        brand=product.brand,
        category=product.category_path or None,
        brief=product.brief,
        image=product.image,
        url=product.url,
        attributes=dict(product.attributes),
        tags=product.tags,
        skus=tuple(SkuShape(sku.sku_id, sku.price, sku.stock, dict(sku.attributes), sku.image) for sku in product.skus),
        sales_30d=product.sales_30d,
        stock=product.stock,
        is_on_sale=product.is_on_sale,
        created_at=product.created_at,
    )
