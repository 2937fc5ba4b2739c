"""Templates of ``mall`` (its ``SmsCoupon``): names and units as ours, for import."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.core.clock import from_rfc3339, to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import fen_of
from chalicelib.coupons.terms.checks import require
from chalicelib.coupons.terms.conditions import LEVEL_SEPARATOR

_ITS_OWN: Final = frozenset({"perLimit", "minPoint", "publishCount", "useType"})
_COUNTED: Final = frozenset({"type", "count", "note", "useCount", "receiveCount", "code", "enableTime"})
"""Fields that a new template does not need: counters begin anew, the rest is for people."""
_CHANNELS: Final[Mapping[int, str]] = {1: "mobile", 2: "pc"}
_EVERYTHING, _CATEGORIES, _PRODUCTS = 0, 1, 2


def from_mall(document: Mapping[str, Any]) -> dict[str, Any]:
    """``document`` in our names if it uses one of ``mall``'s own (``perLimit``, ``minPoint``, ``publishCount``, ``useType``),
    else as it is. Its amounts are yuan, ours fen. Raises ``InvalidRequest`` naming the field as it was sent."""
    sent = dict(document)
    if _ITS_OWN.isdisjoint(sent):
        return sent
    read = {name: value for name, value in sent.items() if name not in _COUNTED}
    for theirs, ours in (("amount", "value"), ("minPoint", "minimum_spend")):
        if theirs in read:
            read[ours] = fen_of(read.pop(theirs), field=theirs)
    for theirs, ours in (("perLimit", "per_shopper"), ("publishCount", "stock")):
        if theirs in read:
            read[ours] = read.pop(theirs)
    for theirs, ours in (("startTime", "starts_at"), ("endTime", "ends_at")):
        if theirs in read:
            read[ours] = _instant(read.pop(theirs), theirs)
    if "id" in read:
        read["id"] = str(read["id"])
    conditions = _channel(read.pop("platform", 0)) | _audience(read.pop("memberLevel", 0)) | _scope(read)
    return read | conditions


def _channel(platform: object) -> dict[str, Any]:
    if platform in (0, None):
        return {}
    if not isinstance(platform, int) or platform not in _CHANNELS:
        raise InvalidRequest("platform must be 0, 1 or 2", field="platform")
    return {"channels": [_CHANNELS[platform]]}


def _audience(level: object) -> dict[str, Any]:
    return {} if level in (0, None) else {"audience": {"levels": [str(level)]}}


def _scope(read: dict[str, Any]) -> dict[str, Any]:
    """``useType`` 0 is the whole shop, 1 categories, 2 products."""
    kind = read.pop("useType", _EVERYTHING)
    categories = _rows(read.pop("productCategoryRelationList", None), "productCategoryRelationList")
    products = _rows(read.pop("productRelationList", None), "productRelationList")
    if kind == _EVERYTHING:
        return {}
    if kind == _CATEGORIES:
        require(bool(categories), "productCategoryRelationList", "must not be empty where useType is 1")
        return {"scope": [{"categories": [_path(each) for each in categories]}]}
    if kind == _PRODUCTS:
        require(bool(products), "productRelationList", "must not be empty where useType is 2")
        return {"scope": [{"products": [str(each.get("productId", "")) for each in products]}]}
    raise InvalidRequest("useType must be 0, 1 or 2", field="useType")


def _rows(listed: object, field: str) -> list[Mapping[str, Any]]:
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise InvalidRequest(f"{field} must be a list of objects", field=field)
    return listed


def _path(relation: Mapping[str, Any]) -> str:
    names = (relation.get("parentCategoryName"), relation.get("productCategoryName"))
    return LEVEL_SEPARATOR.join(str(name) for name in names if name)


def _instant(text: object, field: str) -> str | None:
    if text is None:
        return None
    try:
        return to_rfc3339(from_rfc3339(str(text)))
    except ValueError:
        raise InvalidRequest(f"{field} must be a time with its zone", field=field) from None
