"""What a template of ``mall`` says that ours does not take over; how the rest is read is ``coupons.terms.mall``'s matter."""

from collections.abc import Iterator, Mapping
from typing import Final

from chalicelib.coupons.terms.mall import is_of_mall
from infra.local.coupon_feeds.rows import Document

_TYPES: Final[Mapping[object, str]] = {0: "全场赠券", 1: "会员赠券", 2: "购物赠券", 3: "注册赠券"}
_FOR_EVERYBODY: Final = 0
_COUNTERS: Final = ("receiveCount", "useCount")
_LISTS: Final[Mapping[str, int]] = {"productCategoryRelationList": 1, "productRelationList": 2}
"""The lists of a scope, and the ``useType`` that asks for each."""


def remarks(document: Document) -> tuple[str, ...]:
    """What is left out of a template of ``mall``, for whoever imports it; nothing for a template in our own words."""
    return tuple(_left_out(document)) if is_of_mall(document) else ()


def _left_out(document: Document) -> Iterator[str]:
    kind = document.get("type")
    if kind not in (None, _FOR_EVERYBODY):
        name = _TYPES.get(kind, "?") if isinstance(kind, int) else "?"
        yield f"type {kind!r:.40} ({name}) is left out: who is given it (by a campaign, the till) is yours to say"
    if str(document.get("note") or "").strip():
        yield "note is left out: words for people"
    counted = [f"{name} {document[name]!r:.40}" for name in _COUNTERS if document.get(name)]
    if counted:
        yield f"{', '.join(counted)} left out: counting begins anew, all of publishCount may be given"
    for name, use_type in _LISTS.items():
        if document.get(name) and document.get("useType") != use_type:
            yield f"{name} is left out: useType {document.get('useType')!r:.40} does not ask for it"
