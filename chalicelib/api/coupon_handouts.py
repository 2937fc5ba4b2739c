"""A coupon to each of many shoppers in one request, each accounted for."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.coupons import Fate, Handed, OwnedCoupon, hand_out

TIME: Final = timedelta(seconds=15)
"""Of the 25 seconds that a request may take: what is not reached in it is said so."""


def handed_out(
    coupon_id: str,
    shoppers: Sequence[str],
    give: Callable[[str], OwnedCoupon],
    view: Callable[[OwnedCoupon], dict[str, Any]],
) -> Answer:
    """What became of each shopper's coupon, in their order. Raises ``CouponNotFound``."""
    services = wiring.services()
    services.coupons.get(coupon_id)
    until = services.clock.now() + TIME
    handed = hand_out(shoppers, give, lambda: services.clock.now() >= until)
    counts = Counter(each.fate for each in handed)
    told = {fate.value: counts[fate] for fate in Fate}
    return Answer({"coupon_id": coupon_id, **told, "results": [_view(each, view) for each in handed]})


def _view(handed: Handed, view: Callable[[OwnedCoupon], dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"shopper": handed.shopper_id, "status": handed.fate}
    if handed.owned is not None:
        told["coupon"] = view(handed.owned)
    if handed.refusal is not None:
        told["error"] = {"code": handed.refusal.code, "message": handed.refusal.message}
    return told
