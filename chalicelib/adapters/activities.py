"""What a recorded event means to a profile: Segment's e-commerce names and properties in, activities out."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.adapters.own_searches import is_told_of
from chalicelib.catalog.sizes import size_of
from chalicelib.core.clock import from_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import digest
from chalicelib.core.money import fen_of
from chalicelib.events.catalogue import CATALOGUE
from chalicelib.events.insights import PRODUCT_CONVERTED
from chalicelib.events.model import Call, Event, Unreadable
from chalicelib.events.segment import AMOUNT_FIELDS
from chalicelib.profiles.activity import ORDER_STEPS, Activity, Deed, Facts, Touched
from chalicelib.profiles.habits import Device, Place

MAX_PRODUCTS = 50
"""Products of one event that teach a profile; an order of more lines counts in full, and teaches by its first ones."""
MAX_ID_CHARACTERS = 128
SHOP_CURRENCY = "CNY"
MAX_QUERY_CHARACTERS = 100
"""Of a longer query nothing is understood: nobody types it."""
MAX_PLACE_CHARACTERS = 20
_PLACES = (("province", "region", "state"), ("city",), ("district", "county"))
"""Under which names ``context.location`` says where somebody is."""

DEEDS: Mapping[str, Deed] = {
    "Product Viewed": Deed.VIEWED,
    "Product Clicked": Deed.CLICKED,
    # What a browser says of a purchase teaches as a click does; orders are counted from the shop's own events alone.
    PRODUCT_CONVERTED: Deed.CLICKED,
    "Products Searched": Deed.SEARCHED,
    "Product Added to Wishlist": Deed.WISHED,
    "Product Added": Deed.ADDED_TO_CART,
    "Wishlist Product Added to Cart": Deed.ADDED_TO_CART,
    "Cart Viewed": Deed.AT_CART,
    "Checkout Started": Deed.AT_CART,
    "Checkout Step Viewed": Deed.AT_CART,
    "Checkout Step Completed": Deed.AT_CART,
    "Payment Info Entered": Deed.AT_CART,
    "Product Reviewed": Deed.REVIEWED,
    "Order Completed": Deed.ORDERED,
    "Order Updated": Deed.ORDER_REVISED,
    "Order Refunded": Deed.REFUNDED,
    "Order Cancelled": Deed.CANCELLED,
}
_REMINDER = "Coupon Expiring"
_SKUS = ("sku", "sku_id", "variant_id")
_SIZES = ("size", "尺码", "鞋码")
_VARIANTS = ("variant",)
_BETWEEN = re.compile(r"[\s/,，、;；|:：·]+")
_NOT_BY_THE_SHOPPER = frozenset(name for name, kind in CATALOGUE.items() if not kind.is_by_shopper)
"""What happened to shoppers: a message sent to a dormant shopper must not count as having seen them."""
_ABOUT_ONE_PRODUCT = frozenset({Deed.VIEWED, Deed.CLICKED, Deed.WISHED, Deed.ADDED_TO_CART})


def activity_of(event: Event, sequence: str) -> Activity | None:
    """The activity in an event, or None for what says nothing of behaviour (``alias``, ``group``, what we sent)."""
    if event.call is Call.TRACK and event.name == _REMINDER:
        return _reminder(event, sequence)
    if event.call in (Call.ALIAS, Call.GROUP) or event.name in _NOT_BY_THE_SHOPPER:
        return None
    key = name_of(event)
    if event.call is Call.IDENTIFY:
        return Activity(
            sequence,
            Deed.IDENTIFIED,
            event.at,
            traits=event.traits,
            received_at=event.received_at,
            key=key,
            is_known=event.user_id is not None,
        )
    has_meaning = event.call is Call.TRACK and not is_told_of(event)
    deed = DEEDS.get(event.name, Deed.SEEN) if has_meaning else Deed.SEEN
    properties = event.properties
    is_order = deed in ORDER_STEPS
    return Activity(
        sequence,
        deed,
        event.at,
        _touched(deed, properties),
        _amount(properties) if is_order else None,
        received_at=event.received_at,
        key=key,
        order_id=_id(properties.get("order_id")) if is_order else None,
        refund_id=_id(properties.get("refund_id")) if is_order else None,
        discount=_discount(properties) if is_order else None,
        words=_words(properties) if deed is Deed.SEARCHED else None,
        device=_device(event.context),
        place=_place(event.context, event.at),
        dwell_seconds=_dwell(properties),
        stars=_stars(properties) if deed is Deed.REVIEWED else None,
        is_known=event.user_id is not None,
    )


def _reminder(event: Event, sequence: str) -> Activity:
    try:
        until = from_rfc3339(str(event.properties.get("expires_at")))
    except ValueError:
        raise InvalidRequest("expires_at must be an RFC 3339 time", field="properties.expires_at") from None
    return Activity(sequence, Deed.REMINDED, event.at, received_at=event.received_at, key=name_of(event), until=until)


def set_aside(event: Event | Unreadable, sequence: str) -> Activity:
    """What is left of an event that means nothing that could be used."""
    return Activity(sequence, Deed.UNUSABLE, event.at, key=name_of(event))


def name_of(event: Event | Unreadable) -> str:
    """What tells an event from the others of its shopper."""
    return digest(event.message_id)[:16]


def _touched(deed: Deed, properties: Mapping[str, Any]) -> tuple[Touched, ...]:
    if deed in _ABOUT_ONE_PRODUCT:
        return (_product(properties),)
    lines = properties.get("products")
    if deed not in (Deed.ORDERED, Deed.ORDER_REVISED) or not isinstance(lines, list):
        return ()
    return tuple(_product(line) for line in lines[:MAX_PRODUCTS] if isinstance(line, dict))


def _product(properties: Mapping[str, Any]) -> Touched:
    product_id = _id(properties.get("product_id"))
    path = _path(properties.get("category"))
    sizes = [size_of(name, text, path) for name in _SIZES if (text := _text(properties.get(name)))]
    facts = Facts(
        brand=_text(properties.get("brand")),
        category_path=path,
        price=_price(properties),
        # Without a category a number could be anything.
        size=next(filter(None, sizes), None) if path else None,
    )
    return Touched(product_id, facts, _choices(properties))


def _choices(properties: Mapping[str, Any]) -> tuple[str, ...]:
    """What the event says of the variant: ids first, then whole texts, then their parts (黑色/XL)."""
    said = [text[:128] for name in (*_SKUS, *_SIZES, *_VARIANTS) if (text := _text(properties.get(name)))]
    parts = [part.strip() for text in said for part in _BETWEEN.split(text)]
    return tuple(dict.fromkeys([*said, *(part for part in parts if part)]))


def _id(given: object) -> str | None:
    """An id as text; none where it is no id, or longer than any could be."""
    name = str(given) if isinstance(given, int | str) and not isinstance(given, bool) else ""
    return name if 0 < len(name) <= MAX_ID_CHARACTERS else None


def _words(properties: Mapping[str, Any]) -> str | None:
    words = " ".join((_text(properties.get("query")) or "").lower().split())
    return words if 0 < len(words) <= MAX_QUERY_CHARACTERS else None


def _discount(properties: Mapping[str, Any]) -> int | None:
    if properties.get("discount") is None or not _is_in_shop_currency(properties):
        return None
    try:
        return fen_of(properties["discount"], field="discount")
    except InvalidRequest:
        return None


def _stars(properties: Mapping[str, Any]) -> int | None:
    given = properties.get("rating")
    try:
        stars = round(float(given)) if isinstance(given, int | float | str) else 0
    except (ValueError, OverflowError):
        return None
    return stars if 1 <= stars <= 5 else None


def _dwell(properties: Mapping[str, Any]) -> int | None:
    given = properties.get("dwell_seconds")
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < float("inf"):
        return None
    return round(given)


def _device(context: Mapping[str, Any]) -> Device | None:
    """Where the event came from, by Segment's ``context.device.type`` and ``context.userAgent``."""
    told = context.get("device")
    kind = _text(told.get("type")) if isinstance(told, dict) else None
    agent = (_text(context.get("userAgent")) or "").lower()
    if "miniprogram" in agent or kind in ("mini_program", "miniprogram"):
        return Device.MINI_PROGRAM
    if kind in ("ios", "android"):
        return Device.APP
    if not agent:
        return None
    return Device.MOBILE if "mobile" in agent or "android" in agent else Device.DESKTOP


def _place(context: Mapping[str, Any], at: datetime) -> Place | None:
    """Where the shopper was, by Segment's ``context.location``."""
    told = context.get("location")
    if not isinstance(told, dict):
        return None
    province, city, district = (
        next((text[:MAX_PLACE_CHARACTERS] for name in names if (text := _text(told.get(name)))), "")
        for names in _PLACES
    )
    return Place(at, (province, city, district)) if province or city or district else None


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
