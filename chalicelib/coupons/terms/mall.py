"""Templates of ``mall`` (its ``SmsCoupon``): names and units as ours, for import."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from chalicelib.core.clock import from_rfc3339, to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import fen_of
from chalicelib.coupons.terms.checks import require
from chalicelib.coupons.terms.conditions import LEVEL_SEPARATOR

_ITS_OWN: Final = frozenset({"perLimit", "minPoint", "publishCount", "useType"})
_COUNTED: Final = frozenset({"type", "count", "note", "useCount", "receiveCount"})
"""Fields that a new template does not need: counters begin anew, the rest is for people."""
_NUMBERS: Final = {
    "amount": "value",
    "minPoint": "minimum_spend",
    "perLimit": "per_shopper",
    "publishCount": "stock",
}
_YUAN: Final = frozenset({"amount", "minPoint"})
_CHANNELS: Final[Mapping[int, str]] = {1: "mobile", 2: "pc"}
_EVERYTHING, _CATEGORIES, _PRODUCTS = 0, 1, 2
_ITS_ZONE: Final = ZoneInfo("Asia/Shanghai")
"""``mall`` writes times of its database, ``2026-11-01 00:00:00``, without a zone."""


def is_of_mall(document: Mapping[str, Any]) -> bool:
    """Whether ``document`` uses a name that only ``mall`` has: ``perLimit``, ``minPoint``, ``publishCount`` or ``useType``."""
    return not _ITS_OWN.isdisjoint(document)


def from_mall(document: Mapping[str, Any]) -> dict[str, Any]:
    """``document`` in our names if it is of ``mall``, else as it is. Its amounts are yuan, ours fen; its times without a zone
    are China's. Raises ``InvalidRequest`` naming the field as it was sent."""
    sent = dict(document)
    if not is_of_mall(sent):
        return sent
    read = {name: value for name, value in sent.items() if name not in _COUNTED}
    for theirs, ours in _NUMBERS.items():
        if theirs in read:
            told = read.pop(theirs)
            meant = fen_of(told, field=theirs) if theirs in _YUAN else told
            if read.setdefault(ours, meant) != meant:
                raise _contradiction(theirs, ours)
    for theirs, ours in (("startTime", "starts_at"), ("endTime", "ends_at"), ("enableTime", "claims_from")):
        _take(read, theirs, ours, _instant)
    _take(read, "code", "public_code", _code)
    if "id" in read:
        read["id"] = str(read["id"])
    conditions = _channel(read.pop("platform", 0)) | _audience(read.pop("memberLevel", 0)) | _scope(read)
    return read | conditions


def _take(read: dict[str, Any], theirs: str, ours: str, as_ours: Callable[[object, str], str | None]) -> None:
    """The field that ``mall`` calls ``theirs``, unless the document says ``ours`` itself; both must say the same."""
    meant = as_ours(read.pop(theirs, None), theirs)
    if meant is None:
        return
    said = read.setdefault(ours, meant)
    if said is None:
        read[ours] = meant
    elif said != meant and not _is_instant(said, meant):
        raise _contradiction(theirs, ours)


def _contradiction(theirs: str, ours: str) -> InvalidRequest:
    return InvalidRequest(f"{theirs} and {ours} say different things: send one of them", field=theirs)


def _is_instant(said: object, meant: str) -> bool:
    """Whether ``said`` is the instant ``meant``, in whatever zone it is written."""
    try:
        return to_rfc3339(from_rfc3339(str(said))) == meant
    except ValueError:
        return False


def _code(text: object, field: str) -> str | None:
    """A code for everybody, as shoppers' typing is read: in capitals. Blank is none."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise InvalidRequest(f"{field} must be text", field=field)
    return text.strip().upper() or None


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
    if text is None or text == "":
        return None
    refused = InvalidRequest(
        f"{field} must be a time, such as 2026-11-01 00:00:00 (China's, without a zone)", field=field
    )
    if not isinstance(text, str):
        raise refused
    try:
        read = datetime.fromisoformat(text.strip())
        zoned = read if read.tzinfo else read.replace(tzinfo=_ITS_ZONE)
        return to_rfc3339(from_rfc3339(zoned.isoformat()))
    except ValueError:
        raise refused from None
