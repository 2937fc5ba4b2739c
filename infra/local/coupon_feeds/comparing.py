"""What a row says once it is read, where two say different things, and what a file says twice."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from chalicelib.api.coupon_terms import read_terms, terms_view
from chalicelib.api.coupons import CouponBody, coupon_of
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.shapes import convert
from chalicelib.coupons.terms import BY_KIND, Terms
from infra.local.coupon_feeds.rows import Document

_CREATED_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_BESIDE: Final = frozenset(CouponBody.__struct_fields__)
_PROMISED: Final = frozenset(Terms.__struct_fields__).union(*(each.__struct_fields__ for each in BY_KIND.values())) - {
    "benefit"
}
_SHOPS_OWN: Final = frozenset(("id", "stock", "status"))
"""Stock may have been raised since an import, the status switched: that is the shop's own matter."""


def checked(document: Document) -> dict[str, Any]:
    """A template in our names, with its defaults, so that the same written otherwise is the same; times are instants. Raises
    ``InvalidRequest`` naming the field, as the shop would."""
    terms, others = read_terms(dict(document))
    body = convert(others, CouponBody)
    coupon_of(terms, body, body.id or "", 1, _CREATED_AT)
    return terms_view(terms) | msgspec.structs.asdict(body)


def differences(said: dict[str, Any], there: dict[str, Any]) -> list[str]:
    """The fields in which a template that was read differs from the one that the shop shows, but for what is the shop's own."""
    beside = (_BESIDE & there.keys()) - _SHOPS_OWN
    changed = [name for name in sorted(beside) if _plain(there[name]) != said[name]]
    promised = _PROMISED & (said.keys() | there.keys())
    return changed + [name for name in sorted(promised) if there.get(name) != said.get(name)]


class Repeats:
    """The ids and public codes of a file so far, and the lines that they stand on."""

    def __init__(self) -> None:
        self._templates: dict[str, tuple[int, dict[str, Any]]] = {}
        self._codes: dict[str, int] = {}

    def line_of(self, position: int, said: dict[str, Any]) -> int | None:
        """The earlier line that says the same as the one at ``position``; None when this is the first of its id. Raises
        ``InvalidRequest`` when another template above has its id or its public code."""
        line, known = self._templates.get(said["id"], (position, None))
        if known is not None:
            changed = sorted(name for name in known.keys() | said.keys() if known.get(name) != said.get(name))
            if changed:
                told = f"line {line} has another coupon with this id: {', '.join(changed)} differ"
                raise InvalidRequest(told, field="id")
            return line
        code = said["public_code"]
        if code in self._codes:
            raise InvalidRequest(f"line {self._codes[code]} has this public code: {code}", field="public_code")
        self._templates[said["id"]] = (position, said)
        if code is not None:
            self._codes[code] = position
        return None


def _plain(value: Any) -> Any:
    """Times as instants, however they are written."""
    if isinstance(value, str) and value[-1:] == "Z" and value[4:5] == "-":
        return datetime.fromisoformat(value)
    return value
