"""What is bought, by whom, when and where: all that the best offer depends on."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from chalicelib.core.errors import TooLarge
from chalicelib.coupons.terms import MAX_VALUE, Terms, require, require_currency

MAX_LINES: Final = 200
MAX_PIECES: Final = 2_000
MAX_CANDIDATES: Final = 2_500


@dataclass(frozen=True, slots=True)
class Line:
    """``quantity`` pieces of one SKU at ``price`` each (minor units). ``grams`` is the weight of one piece."""

    line_id: str
    product_id: str
    price: int
    quantity: int = 1
    sku_id: str | None = None
    category_path: tuple[str, ...] = ()
    brand: str | None = None
    tags: frozenset[str] = frozenset()
    shop: str | None = None
    grams: int = 0

    @property
    def amount(self) -> int:
        """What the line costs before any offer."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Cart:
    """What is bought. ``shipping`` is the fee before any offer, ``region`` a path (``浙江省 > 杭州市``) or None.

    Raises ``TooLarge`` and ``InvalidRequest`` naming the field.
    """

    lines: tuple[Line, ...]
    currency: str = "CNY"
    shipping: int = 0
    region: str | None = None

    def __post_init__(self) -> None:
        if len(self.lines) > MAX_LINES:
            raise TooLarge(f"a cart has at most {MAX_LINES} lines", field="cart.lines")
        require(len(self.lines) > 0, "cart.lines", "must not be empty")
        require(len({line.line_id for line in self.lines}) == len(self.lines), "cart.lines", "names an id twice")
        for position, line in enumerate(self.lines):
            at = f"cart.lines[{position}]"
            require(0 <= line.price <= MAX_VALUE, f"{at}.price", f"must be between 0 and {MAX_VALUE}")
            require(0 < line.quantity <= MAX_PIECES, f"{at}.quantity", f"must be between 1 and {MAX_PIECES}")
            require(line.grams >= 0, f"{at}.grams", "must not be negative")
        require(sum(line.quantity for line in self.lines) <= MAX_PIECES, "cart.lines", f"hold over {MAX_PIECES} pieces")
        require(0 <= self.shipping <= MAX_VALUE, "cart.shipping", f"must be between 0 and {MAX_VALUE}")
        require_currency(self.currency, "cart.currency")

    @property
    def goods(self) -> int:
        """What all lines cost before any offer, without shipping."""
        return sum(line.amount for line in self.lines)

    @property
    def grams(self) -> int:
        """What all lines weigh."""
        return sum(line.grams * line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Customer:
    """What offers may know of a shopper. ``orders`` None: nobody knows, and no offer for new shoppers counts."""

    orders: int | None = None
    levels: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, when (UTC), through which channel; ``zone`` is the shop's."""

    now: datetime
    zone: tzinfo
    customer: Customer = field(default_factory=Customer)
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that may count: ``key`` is the coupon's code, or the template's id of what is automatic."""

    key: str
    terms: Terms
    usable_from: datetime
    expires_at: datetime
