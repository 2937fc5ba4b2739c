"""What a coupon promises. Money is integer minor units (fen for CNY); times are UTC."""

from collections.abc import Callable
from typing import Final

import msgspec

from chalicelib.core.errors import Impossible
from chalicelib.core.money import format_yuan
from chalicelib.coupons.errors import BelowMinimumSpend
from chalicelib.coupons.terms.benefits import (
    AmountOff,
    Benefit,
    CouponKind,
    Deposit,
    Every,
    FirstOrder,
    PercentOff,
    Tiers,
    kind_of,
)
from chalicelib.coupons.terms.checks import require, require_currency, require_money, require_names
from chalicelib.coupons.terms.conditions import MAX_PLACES, Audience, Hours, Place
from chalicelib.coupons.terms.rounding import share_of

MAX_PRIORITY: Final = 1_000


class CartNeeded(Impossible):
    """What this kind of coupon takes off depends on the goods, not on the order's amount alone."""


class Terms(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a coupon promises: ``benefit``, on goods of ``scope`` without ``exclude``, from ``minimum_spend`` (and
    ``minimum_quantity`` pieces) of them on, for ``audience``, in ``channels``, during ``hours``.

    Of one ``group`` at most one counts; smaller ``priority`` counts first; ``is_exclusive`` stands alone;
    ``is_automatic`` needs no coupon. An owned coupon keeps the terms it was issued under: a later change of the template
    breaks no promise. Raises ``InvalidRequest`` naming the field.
    """

    name: str
    benefit: Benefit
    minimum_spend: int = 0
    currency: str = "CNY"
    minimum_quantity: int = 0
    scope: tuple[Place, ...] = ()
    exclude: tuple[Place, ...] = ()
    audience: Audience = Audience()
    channels: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    group: str | None = None
    priority: int = 0
    is_exclusive: bool = False
    is_automatic: bool = False

    def __post_init__(self) -> None:
        require(0 < len(self.name.strip()) <= 100, "name", "must have 1 to 100 characters")
        require_money(self.minimum_spend, "minimum_spend")
        require(0 <= self.minimum_quantity <= 1_000, "minimum_quantity", "must be between 0 and 1000")
        require_currency(self.currency)
        for at, places in (("scope", self.scope), ("exclude", self.exclude)):
            require(len(places) <= MAX_PLACES, at, f"has more than {MAX_PLACES} entries")
            for position, place in enumerate(places):
                place.check(f"{at}[{position}]")
        require_names(self.channels, "channels")
        require(len(self.hours) <= 10, "hours", "has more than 10 entries")
        for position, hours in enumerate(self.hours):
            hours.check(f"hours[{position}]")
        require(self.group is None or 0 < len(self.group.strip()) <= 50, "group", "must have 1 to 50 characters")
        require(0 <= self.priority <= MAX_PRIORITY, "priority", f"must be between 0 and {MAX_PRIORITY}")

    @property
    def kind(self) -> CouponKind:
        """What kind of coupon this is."""
        return kind_of(self.benefit)

    def document(self) -> bytes:
        """The terms as JSON: equal for equal promises."""
        return msgspec.json.encode(self, order="sorted")

    def discount_on(self, amount: int) -> int:
        """What is taken off an order of ``amount``, all of it in scope. Raises ``BelowMinimumSpend`` naming what is missing, and
        ``CartNeeded`` where an amount does not tell."""
        if amount < self.minimum_spend:
            raise BelowMinimumSpend(
                f"订单金额 {format_yuan(amount)} 未满 {format_yuan(self.minimum_spend)}，还差 "
                f"{format_yuan(self.minimum_spend - amount)} "
                f"(the order of {amount} is below the minimum spend of {self.minimum_spend})",
                field="amount",
            )
        return amount_benefit(self.benefit)(amount, amount)


def amount_benefit(benefit: Benefit) -> Callable[[int, int], int]:
    """What a benefit that looks at amounts only takes off, by the amount its steps are judged on and what is left of it. Raises
    ``CartNeeded`` for the other kinds."""
    match benefit:
        case AmountOff(value) | FirstOrder(value):
            return lambda judged, left: value if value < left else left
        case Deposit(paid, worth):
            return lambda judged, left: min(worth - paid, left)
        case PercentOff(basis_points, None):
            return lambda judged, left: share_of(left, basis_points)
        case PercentOff(basis_points, int(cap)):
            return lambda judged, left: min(share_of(left, basis_points), cap)
        case Tiers(tiers):
            falling = [(tier.at_least, tier.off) for tier in reversed(tiers)]
            return lambda judged, left: min(next((off for least, off in falling if least <= judged), 0), left)
        case Every(every, each, None):
            return lambda judged, left: min(judged // every * each, left)
        case Every(every, each, int(cap)):
            return lambda judged, left: min(judged // every * each, cap, left)
    raise CartNeeded("这种优惠需要购物车明细 (this kind of coupon needs the cart, not an amount)", field="amount")
