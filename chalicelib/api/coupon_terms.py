"""A template's terms as they are sent and shown: flat, the fields of its kind beside the others."""

from typing import Any

import msgspec

from chalicelib.api.request import convert
from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons.terms import BY_KIND, CouponKind, Terms, from_mall

_TERMS = frozenset(Terms.__struct_fields__) - {"benefit"}


def read_terms(document: dict[str, Any]) -> tuple[Terms, dict[str, Any]]:
    """The terms in a template's document, and the other fields. Names of ``mall`` are understood. Raises ``InvalidRequest``
    naming the field."""
    sent = from_mall(document)
    kind = _kind(sent.pop("kind", CouponKind.AMOUNT_OFF.value))
    shape = BY_KIND[kind]
    own = {name: sent.pop(name) for name in shape.__struct_fields__ if name in sent}
    benefit: Any = convert({"kind": kind.value, **own}, shape)
    about = {name: sent.pop(name) for name in sorted(_TERMS) if name in sent}
    return convert({**about, "benefit": benefit}, Terms), sent


def terms_view(terms: Terms) -> dict[str, Any]:
    """The terms as they are sent; what was left to its default is left out, ``minimum_spend`` and ``currency`` are not."""
    view: dict[str, Any] = msgspec.json.decode(terms.document())
    benefit = view.pop("benefit")
    return {"minimum_spend": terms.minimum_spend, "currency": terms.currency, **benefit, **view}


def _kind(text: object) -> CouponKind:
    try:
        return CouponKind(str(text))
    except ValueError:
        raise InvalidRequest(f"kind must be one of {', '.join(CouponKind)}", field="kind") from None
