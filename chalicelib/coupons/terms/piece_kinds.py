"""Kinds that look at single pieces: the n-th, one for nothing, some together for a price."""

from typing import Final

from chalicelib.coupons.terms.checks import require, require_count, require_money, require_share
from chalicelib.coupons.terms.conditions import MAX_PLACES, Place
from chalicelib.coupons.terms.document import Document

MAX_PARTS: Final = 10


class NthItem(Document, frozen=True, tag="nth_item"):
    """``basis_points`` off each ``nth`` piece, at most ``times`` (第二件半价)."""

    nth: int
    basis_points: int
    times: int | None = None

    def __post_init__(self) -> None:
        require(2 <= self.nth <= 100, "nth", "must be between 2 and 100")
        require_share(self.basis_points)
        require_count(self.times, "times")


class BuyGet(Document, frozen=True, tag="buy_get"):
    """Of each ``buy`` + ``get`` pieces the cheapest ``get`` cost nothing, at most ``times`` (买二送一).

    With a ``get_scope`` the pieces that cost nothing are of it: for each ``buy`` pieces bought elsewhere in the offer's scope
    ``get`` of its cheapest (买A送B). A line of both is given, not bought.
    """

    buy: int
    get: int = 1
    times: int | None = None
    get_scope: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        require_count(self.buy, "buy", 100)
        require_count(self.get, "get", 100)
        require_count(self.times, "times")
        require(len(self.get_scope) <= MAX_PLACES, "get_scope", f"has more than {MAX_PLACES} entries")
        for position, place in enumerate(self.get_scope):
            place.check(f"get_scope[{position}]")


class Part(Place, frozen=True):
    """A part of a set: ``quantity`` pieces of some goods."""

    quantity: int = 1


class BundlePrice(Document, frozen=True, tag="bundle_price"):
    """Each ``quantity`` pieces together cost ``price``, at most ``times`` (任选3件99元); or each set of one of every one of
    ``parts`` does (套装价). Goods that fit several parts belong to the first."""

    quantity: int = 0
    price: int = 0
    times: int | None = None
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if self.parts:
            require(self.quantity == 0, "quantity", "and parts exclude each other")
            require(2 <= len(self.parts) <= MAX_PARTS, "parts", f"must have 2 to {MAX_PARTS} entries")
        else:
            require(2 <= self.quantity <= 100, "quantity", "must be between 2 and 100")
        for position, part in enumerate(self.parts):
            part.check(f"parts[{position}]")
            require(1 <= part.quantity <= 100, f"parts[{position}].quantity", "must be between 1 and 100")
        require_money(self.price, "price", 1)
        require_count(self.times, "times")
