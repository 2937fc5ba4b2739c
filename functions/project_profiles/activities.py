"""What a recorded event means to a profile: Segment's e-commerce names and properties in, activities out."""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.catalog import size_of
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import fen_of
from chalicelib.events import AMOUNT_FIELDS, PRODUCT_CONVERTED, Call, Event
from chalicelib.profiles import Activity, Deed, Facts, Touched

MAX_PRODUCTS = 50
"""Products of one event that teach a profile; an order of more lines counts in full, and teaches by its first ones."""
SHOP_CURRENCY = "CNY"

DEEDS: Mapping[str, Deed] = {
    "Product Viewed": Deed.VIEWED,
    "Product Clicked": Deed.CLICKED,
    # What a browser says of a purchase teaches as a click does; orders are counted from the shop's own events alone.
    PRODUCT_CONVERTED: Deed.CLICKED,
    "Products Searched": Deed.SEARCHED,
    "Product Added to Wishlist": Deed.WISHED,
    "Product Added": Deed.ADDED_TO_CART,
    "Cart Viewed": Deed.AT_CART,
    "Checkout Started": Deed.AT_CART,
    "Order Completed": Deed.ORDERED,
    "Order Refunded": Deed.REFUNDED,
    "Order Cancelled": Deed.REFUNDED,
}
_SKUS = ("sku", "sku_id", "variant_id")
_SIZES = ("size", "尺码", "鞋码")
_VARIANTS = ("variant",)
_BETWEEN = re.compile(r"[\s/,，、;；|:：·]+")
_NOT_BY_THE_SHOPPER = frozenset({"Message Sent"})
"""What happened to shoppers: a message sent to a dormant shopper must not count as having seen them."""
_ABOUT_ONE_PRODUCT = frozenset({Deed.VIEWED, Deed.CLICKED, Deed.WISHED, Deed.ADDED_TO_CART})


def activity_of(event: Event, sequence: str) -> Activity | None:
    """The activity in an event, or None for what says nothing of behaviour (``alias``, ``group``, what we sent)."""
    if event.call in (Call.ALIAS, Call.GROUP) or event.name in _NOT_BY_THE_SHOPPER:
        return None
    if event.call is Call.IDENTIFY:
        return Activity(sequence, Deed.IDENTIFIED, event.at, traits=event.traits)
    deed = DEEDS.get(event.name, Deed.SEEN) if event.call is Call.TRACK else Deed.SEEN
    amount = _amount(event.properties) if deed in (Deed.ORDERED, Deed.REFUNDED) else None
    return Activity(sequence, deed, event.at, _touched(deed, event.properties), amount)


def _touched(deed: Deed, properties: Mapping[str, Any]) -> tuple[Touched, ...]:
    if deed in _ABOUT_ONE_PRODUCT:
        return (_product(properties),)
    lines = properties.get("products")
    if deed is not Deed.ORDERED or not isinstance(lines, list):
        return ()
    return tuple(_product(line) for line in lines[:MAX_PRODUCTS] if isinstance(line, dict))


def _product(properties: Mapping[str, Any]) -> Touched:
    given = properties.get("product_id")
    product_id = str(given) if isinstance(given, int | str) and not isinstance(given, bool) else None
    path = _path(properties.get("category"))
    sizes = [size_of(name, text, path) for name in _SIZES if (text := _text(properties.get(name)))]
    facts = Facts(
        brand=_text(properties.get("brand")),
        category_path=path,
        price=_price(properties),
        # Without a category a number could be anything.
        size=next(filter(None, sizes), None) if path else None,
    )
    # No product of the catalogue has a longer id.
    return Touched(product_id if product_id and len(product_id) <= 128 else None, facts, _choices(properties))


def _choices(properties: Mapping[str, Any]) -> tuple[str, ...]:
    """What the event says of the variant: ids first, then whole texts, then their parts (黑色/XL)."""
    said = [text[:128] for name in (*_SKUS, *_SIZES, *_VARIANTS) if (text := _text(properties.get(name)))]
    parts = [part.strip() for text in said for part in _BETWEEN.split(text)]
    return tuple(dict.fromkeys([*said, *(part for part in parts if part)]))


def _path(category: object) -> tuple[str, ...]:
    return (
        tuple(level.strip() for level in category.split(">") if level.strip())[:3] if isinstance(category, str) else ()
    )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _price(properties: Mapping[str, Any]) -> int | None:
    """The price, where it is one: a wrong price in a view costs a lesson, not the event."""
    if properties.get("price") is None or not _is_in_shop_currency(properties):
        return None
    try:
        return fen_of(properties["price"], field="price")
    except InvalidRequest:
        return None


def _amount(properties: Mapping[str, Any]) -> int | None:
    """The money of an order, by the first of ``revenue``, ``total``, ``value``; None in a foreign currency."""
    if not _is_in_shop_currency(properties):
        return None
    given = next((name for name in AMOUNT_FIELDS if properties.get(name) is not None), None)
    return None if given is None else fen_of(properties[given], field=f"properties.{given}")


def _is_in_shop_currency(properties: Mapping[str, Any]) -> bool:
    return properties.get("currency") in (None, "", SHOP_CURRENCY)
