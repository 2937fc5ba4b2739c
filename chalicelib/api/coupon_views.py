"""An owned coupon, and an order that uses it, as they are answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib import wiring
from chalicelib.api.coupon_terms import terms_view
from chalicelib.core.clock import to_rfc3339
from chalicelib.coupons import Entry, OwnedCoupon
from chalicelib.coupons.baskets import Basket


def order_view(owned: OwnedCoupon) -> dict[str, Any]:
    """What one coupon does to an order."""
    standing = owned.standing
    return {
        "order_id": standing.order_id,
        "amount": standing.amount,
        "discount": standing.discount,
        **parts_view(standing.basket),
        "payable": standing.amount - standing.discount,
        "currency": owned.terms.currency,
        "reserved_until": time_view(standing.until),
        "coupon": owned_view(owned),
    }


def parts_view(basket: Basket | None) -> dict[str, Any]:
    """What was taken off which line, and off shipping; null where no cart was sent."""
    if basket is None:
        return {"by_line": None, "on_shipping": None}
    return {"by_line": basket.parts, "on_shipping": basket.on_shipping}


def owned_view(owned: OwnedCoupon) -> dict[str, Any]:
    """A coupon with its ledger."""
    return {
        "code": owned.code,
        "coupon_id": owned.coupon_id,
        "shopper": owned.shopper_id,
        **terms_view(owned.terms),
        "state": owned.state_at(wiring.services().clock.now()),
        "refunded": owned.standing.refunded,
        "usable_from": time_view(owned.usable_from),
        "expires_at": time_view(owned.expires_at),
        "source": owned.source,
        "entries": _entries_view(owned.entries),
    }


def time_view(instant: datetime | None) -> str | None:
    """RFC 3339, UTC."""
    return to_rfc3339(instant) if instant else None


def _entries_view(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "movement": entry.movement,
            "at": time_view(entry.at),
            "actor": entry.actor,
            "reason": entry.reason,
            "key": entry.key,
            "order_id": entry.order_id,
            "amount": entry.amount,
            "discount": entry.discount,
            "unchecked": entry.unchecked,
            "returned": dict(entry.returned) if entry.returned else None,
        }
        for entry in entries
    ]
