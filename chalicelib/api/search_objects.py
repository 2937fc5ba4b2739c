"""Algolia's records as products and back: what a connector pushes into an index is what the shop's catalogue keeps.

A record has the names of a hit (``docs/search.md``), prices in yuan. What it has besides becomes attributes.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from chalicelib.catalog import Product, read_product
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import FEN_PER_YUAN
from chalicelib.core.shapes import joined
from chalicelib.search import CATEGORY_LEVELS, OBJECT_ID, hit_of

Record = Mapping[str, Any]

_OTHER_NAMES = {
    "name": "title",
    "description": "brief",
    "_tags": "tags",
    "image_url": "image",
    "imageUrl": "image",
    "thumbnail": "image",
    "link": "url",
    "original_price": "list_price",
    "quantity": "stock",
}
_MONEY = ("price", "list_price")
_TAKEN = frozenset(
    {
        "title",
        "brief",
        "brand",
        "currency",
        "image",
        "url",
        "sales_30d",
        "stock",
        "is_on_sale",
        "created_at",
        "price",
        "list_price",
    }
)
_SPECIAL = frozenset({OBJECT_ID, "category", "categories", "tags", "attributes", "skus", "price_band"})
_MILLISECONDS_FROM = 10**11
_OPERATION = "_operation"


def product_of(record: Record, at: str) -> Product:
    """The product that a whole record describes. Raises ``InvalidRequest`` naming the field below ``at``."""
    named = _canonical(record)
    known = {name: named[name] for name in _TAKEN - set(_MONEY) if named.get(name) is not None}
    attributes = {**_strays(named), **_attributes(named.get("attributes"), at)}
    document = {
        **known,
        "id": _identity(named.get(OBJECT_ID), at),
        **{name: fen(named.get(name), joined(at, name)) for name in _MONEY},
        "category": _category(named),
        "tags": _texts(named.get("tags")),
        "attributes": {name: values for name, values in attributes.items() if values},
        "skus": [_sku(each, f"{joined(at, 'skus')}[{place}]") for place, each in enumerate(named.get("skus") or ())],
    }
    if "created_at" in document:
        document["created_at"] = _instant(document["created_at"])
    return read_product(document, at=at)


def record_of(product: Product) -> dict[str, Any]:
    """The record that describes ``product``: its hit, and whether it is on sale."""
    return {**hit_of(product), "is_on_sale": product.is_on_sale}


def changed(before: Record, changes: Record, at: str) -> dict[str, Any]:
    """A record with some attributes replaced, or changed by Algolia's operations (``{"_operation": "Increment"}``)."""
    after = dict(before)
    named = _canonical(changes)
    if "category" in named and "categories" not in named:
        # The levels were those of the category before.
        after.pop("categories", None)
    for name, value in named.items():
        is_operation = isinstance(value, Mapping) and _OPERATION in value
        after[name] = _operated(before.get(name), value, joined(at, name)) if is_operation else value
    return after


def fen(value: Any, at: str) -> int | None:
    """Yuan, as a number or a text, in fen."""
    if value is None:
        return None
    try:
        exact = Decimal(str(value)) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except InvalidOperation:
        exact = None
    if exact is None or not exact.is_finite():
        raise InvalidRequest(f"{at}: must be a number of yuan, not {str(value)[:40]!r}", field=at)
    return int((exact * FEN_PER_YUAN).to_integral_value())


def _canonical(record: Record) -> dict[str, Any]:
    named = {name: value for name, value in record.items() if name not in _OTHER_NAMES}
    for name, value in record.items():
        if name in _OTHER_NAMES:
            named.setdefault(_OTHER_NAMES[name], value)
    return named


def _identity(value: Any, at: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidRequest(f"{joined(at, OBJECT_ID)}: is missing or no text", field=joined(at, OBJECT_ID))
    return str(value)


def _category(named: Record) -> Any:
    levels, category = named.get("categories"), named.get("category")
    if isinstance(levels, Mapping):
        paths = [levels[name] for each in CATEGORY_LEVELS if (name := each.partition(".")[2]) in levels]
        deepest = paths[-1] if paths else category
        # A level may hold several paths; a product has one.
        return deepest[0] if isinstance(deepest, list) and deepest else deepest
    if isinstance(levels, list) and category is None:
        return levels
    return category


def _strays(named: Record) -> dict[str, list[str]]:
    """What a record has and a product has no name for."""
    others = (name for name in named if name not in _TAKEN and name not in _SPECIAL and not name.startswith("_"))
    return {name: _texts(named[name]) for name in others}


def _attributes(given: Any, at: str) -> dict[str, list[str]]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        field = joined(at, "attributes")
        raise InvalidRequest(f"{field}: must be an object", field=field)
    return {str(name): _texts(value) for name, value in given.items()}


def _texts(value: Any) -> list[str]:
    values: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    return [text for each in values if (text := _text(each))]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _sku(given: Any, at: str) -> Any:
    if not isinstance(given, Mapping):
        raise InvalidRequest(f"{at}: must be an object", field=at)
    kept = {name: value for name, value in given.items() if name in ("id", "stock", "attributes", "image")}
    return {
        **{name: value for name, value in kept.items() if value is not None},
        "price": fen(given.get("price"), f"{at}.price"),
    }


def _instant(value: Any) -> Any:
    """Algolia's records have times as epoch seconds or milliseconds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    seconds = value / 1000 if abs(value) >= _MILLISECONDS_FROM else value
    try:
        return to_rfc3339(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return str(value)


def _operated(before: Any, operation: Mapping[str, Any], at: str) -> Any:
    kind, value = operation[_OPERATION], operation.get("value")
    if kind in ("Increment", "Decrement") and isinstance(value, int | float):
        start = before if isinstance(before, int | float) else 0
        total = Decimal(str(start)) + (1 if kind == "Increment" else -1) * Decimal(str(value))
        return int(total) if total == int(total) else float(total)
    if kind in ("Add", "AddUnique", "Remove"):
        values = list(before) if isinstance(before, list | tuple) else []
        if kind == "Remove":
            return [each for each in values if each != value]
        return values if kind == "AddUnique" and value in values else [*values, value]
    raise InvalidRequest(f"{at}: the operation {str(kind)[:40]!r} does not exist for this", field=at)
