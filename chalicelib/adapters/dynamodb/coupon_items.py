"""An owned coupon as an item: short names and no defaults, so that it stays within one write unit for most of its life."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Final

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import BODY, LIST_PK, LIST_SK, code_list, owned_coupon_key
from chalicelib.coupons import Entry, OwnedCoupon
from chalicelib.coupons.baskets import Basket
from chalicelib.coupons.granting import worn_by_refunds

_COUPON: Final = {
    "coupon_id": "c",
    "terms": "t",
    "usable_from": "f",
    "expires_at": "x",
    "entries": "e",
    "issued_day": "d",
    "source": "s",
    "voucher": "w",
    "stage": "g",
    "segments": "m",
}
_ENTRY: Final = {
    "movement": "m",
    "at": "a",
    "actor": "w",
    "reason": "r",
    "key": "k",
    "order_id": "o",
    "amount": "n",
    "discount": "d",
    "until": "u",
    "day": "y",
    "returns": "b",
    "ties": "g",
    "basket": "l",
    "asked": "q",
    "unchecked": "z",
    "returned": "p",
    "keeps": "h",
}

_ROOM: Final = 300_000
"""Of the 400 KB that an item may have; a movement with 200 lines takes up to 50."""
_BESIDE_LINES: Final = ("on_shipping", "fee", "is_brief")


def to_owned_item(owned: OwnedCoupon) -> Item:
    """The item: keys, the code's place in ``lists``, version, body."""
    body = _short(owned, _COUPON)
    body["e"] = [_entry(entry) for entry in owned.entries]
    return {
        **owned_coupon_key(owned.shopper_id, owned.issue_id),
        LIST_PK: code_list(owned.code),
        LIST_SK: owned.shopper_id,
        "v": owned.version,
        BODY: msgspec.json.encode(body).decode(),
    }


def to_moved_item(owned: OwnedCoupon) -> Item:
    """The item after a movement. Raises ``CouponWornOut`` where a later one, that ends the use, might not fit any more."""
    item = to_owned_item(owned)
    if len(item[BODY].encode()) > _ROOM and not owned.is_settled:
        raise worn_by_refunds()
    return item


def is_coupon(item: Item) -> bool:
    """Whether there is a coupon; else its place is barred."""
    return BODY in item


def from_owned_item(item: Item) -> OwnedCoupon:
    """The coupon that was stored."""
    short = msgspec.json.decode(item[BODY])
    long = _long(short, _COUPON)
    long["entries"] = [_told(entry) for entry in short["e"]]
    partition, sort_key = item["pk"], item["sk"]
    keys = {"shopper_id": partition[2:], "issue_id": sort_key[2:], "code": item[LIST_PK][5:]}
    return msgspec.convert({**long, **keys}, OwnedCoupon, strict=False)


def _entry(entry: Entry) -> dict[str, Any]:
    short = _short(entry, _ENTRY)
    if entry.basket is not None:
        short["l"] = _packed(entry.basket)
    return short


def _told(short: Mapping[str, Any]) -> dict[str, Any]:
    entry = _long(short, _ENTRY)
    if "basket" in entry:
        lines, *others = entry["basket"]
        entry["basket"] = {"lines": lines} | dict(zip(_BESIDE_LINES, others, strict=False))
    return entry


def _packed(basket: Basket) -> list[Any]:
    """The basket as a list, each line as one, without what is not known at its end."""
    lines = []
    for line in basket.lines:
        values = list(msgspec.structs.astuple(line))
        while values[-1] is None:
            values.pop()
        lines.append(values)
    return [lines, *(getattr(basket, name) for name in _BESIDE_LINES)]


def _short(value: OwnedCoupon | Entry, names: Mapping[str, str]) -> dict[str, Any]:
    """The fields in ``names`` that are not at their defaults, under their short names."""
    defaults = {field.name: field.default for field in fields(value) if field.default is not MISSING}
    told = {name: getattr(value, name) for name in names}
    return {names[name]: each for name, each in told.items() if name not in defaults or each != defaults[name]}


def _long(short: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {name: short[brief] for name, brief in names.items() if brief in short}
