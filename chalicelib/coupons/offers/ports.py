"""What the best offer needs from outside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chalicelib.coupons.offers.cart import Customer
from chalicelib.coupons.terms import Terms


@dataclass(frozen=True, slots=True)
class Goods:
    """What offers look at in a product. Prices are minor units, None where nobody said; ``sku_prices`` by SKU id."""

    price: int | None
    category_path: tuple[str, ...] = ()
    brand: str | None = None
    tags: frozenset[str] = frozenset()
    sku_prices: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filler:
    """A product to fill up a cart with (凑单): ``price`` in minor units."""

    product_id: str
    title: str
    price: int
    image: str | None = None


class Assortment(Protocol):
    """The shop's goods."""

    def of(self, product_ids: Sequence[str]) -> Mapping[str, Goods]:
        """The products that exist, by id."""
        ...


class Customers(Protocol):
    """The shop's customers."""

    def of(self, shopper_id: str) -> Customer: ...


class Fillers(Protocol):
    """Products that bring a cart to the next tier."""

    def at_least(
        self, price: int, terms: Terms, without: Collection[str], limit: int, now: datetime
    ) -> Sequence[Filler]:
        """Products in the scope of ``terms`` and in stock that cost ``price`` or more, the cheapest first."""
        ...

    def below(self, price: int, terms: Terms, without: Collection[str], limit: int, now: datetime) -> Sequence[Filler]:
        """The same, those that cost less than ``price``, the dearest first."""
        ...


class TypedCodes(Protocol):
    """Codes that shoppers type, and patience with those who guess."""

    def tries_left(self, who: str | None) -> int:
        """How many more wrong codes of ``who`` (None: of nobody in particular) are looked up, now."""
        ...

    def is_waiting(self, typed: str) -> bool:
        """Whether a claim by this code would give a coupon: a public code, or one made ahead."""
        ...

    def count_wrong(self, who: str | None) -> None:
        """``who`` typed a code that there is not."""
        ...
