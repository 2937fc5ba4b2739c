"""What a coupon takes off an order when somebody asks for it: worked out on a cart, told by the amount, or the till's word."""

from typing import Final, Protocol

from chalicelib.core.errors import Impossible
from chalicelib.core.money import format_yuan
from chalicelib.coupons.baskets import Basket
from chalicelib.coupons.terms import Audience, CartNeeded, FirstOrder, Terms, require

MAX_AMOUNT: Final = 100_000_000_000


class DiscountDiffers(Impossible):
    """The discount that was sent is not what the coupon takes off."""


class AmountDiffers(Impossible):
    """The amount that was sent is not what the cart costs."""


class Asking(Protocol):
    """What ``Reserve`` and ``Redeem`` say about the order. ``basket`` was worked out on its cart, to ``discount``;
    ``unchecked`` is the word of a till that answers for ``discount`` itself; ``asked`` stands for the cart as it was sent.
    """

    @property
    def order_id(self) -> str: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def discount(self) -> int | None: ...
    @property
    def unchecked(self) -> bool: ...
    @property
    def basket(self) -> Basket | None: ...
    @property
    def asked(self) -> str | None: ...


def taking(terms: Terms, asking: Asking) -> tuple[int, int]:
    """The order's amount and what the coupon takes off it (minor units).

    Raises ``CartNeeded`` where conditions look at more than an amount, ``BelowMinimumSpend``, ``DiscountDiffers``, or
    ``InvalidRequest`` when no amount is said.
    """
    amount, discount = asking.amount, asking.discount
    if amount is None:
        # Without one, and without a cart, there is nothing to take off from.
        require(False, "amount", "or a cart is needed: the coupon is not reserved for this order")
        raise AssertionError
    if discount is not None and (asking.basket is not None or asking.unchecked):
        return amount, discount
    if needs_cart(terms) and not asking.unchecked:
        raise CartNeeded(
            "此券限定商品、人群、渠道或时段，需要购物车明细 (send the cart, or unchecked with a discount you answer for)",
            field="cart",
        )
    ours = terms.discount_on(amount)
    require_same_discount(discount, ours)
    return amount, ours


def needs_cart(terms: Terms) -> bool:
    """Whether conditions look at the goods, the shopper, the channel or the hour, beside the amount."""
    return bool(
        terms.scope
        or terms.exclude
        or terms.minimum_quantity
        or terms.audience != Audience()
        or terms.channels
        or terms.hours
        or isinstance(terms.benefit, FirstOrder)
    )


def require_same_discount(sent: int | None, ours: int) -> None:
    """Raise ``DiscountDiffers`` telling ours, unless nothing else was sent."""
    if sent not in (None, ours):
        raise DiscountDiffers(
            f"此券可减 {format_yuan(ours)} (the coupon takes off {ours}, not {sent})", field="discount"
        )


def require_same_amount(sent: int | None, ours: int) -> None:
    """Raise ``AmountDiffers`` telling ours, unless nothing else was sent."""
    if sent not in (None, ours):
        raise AmountDiffers(f"购物车合计 {format_yuan(ours)} (the cart costs {ours}, not {sent})", field="amount")


def require_order(asking: Asking) -> None:
    """Raise ``InvalidRequest`` unless the order could be one."""
    amount, discount = asking.amount, asking.discount
    require(0 < len(asking.order_id) <= 128, "order_id", "must have 1 to 128 characters")
    require(amount is None or 0 <= amount <= MAX_AMOUNT, "amount", "must not be negative, nor beyond any order")
    within = discount is None or 0 <= discount <= (MAX_AMOUNT if amount is None else amount)
    require(within, "discount", "must be between 0 and the amount")
    require(not asking.unchecked or asking.basket is None, "unchecked", "and a cart exclude each other")
