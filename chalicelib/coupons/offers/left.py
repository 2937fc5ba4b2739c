"""What is left of a cart while offers are tried on it, and sums of it that several offers ask for."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from chalicelib.coupons.offers.cart import Cart
from chalicelib.coupons.offers.pieces import Chosen, choosing, pieces_of


class Left(list[int]):
    """An amount per line, the shipping fee last. It never changes once made: what was worked out on it is kept with it."""

    __slots__ = ("key", "pieces", "sums", "worked")

    def __init__(self, amounts: Sequence[int]) -> None:
        super().__init__(amounts)
        self.key = tuple(amounts)
        self.sums: dict[Selection, int] = {}
        self.pieces: dict[Selection, list[int]] = {}
        self.worked: dict[object, int] = {}


def kept(amounts: Sequence[int]) -> Left:
    """The amounts with what is worked out on them: themselves, if they keep it."""
    return amounts if isinstance(amounts, Left) else Left(amounts)


class Selection:
    """Some lines of a cart. Equal ones should be one object (``Selections``): then their sums are done once."""

    def __init__(self, positions: tuple[int, ...], quantities: Sequence[int], prices: Sequence[int]) -> None:
        """``quantities`` and ``prices`` (of a piece) as ``positions`` stand."""
        self.positions = positions
        self.quantities = quantities
        self.prices = prices

    @cached_property
    def amounts(self) -> Chosen:
        """The chosen amounts of a cart's."""
        return choosing(self.positions)

    def total(self, left: Left) -> int:
        """What the lines come to."""
        found = left.sums.get(self)
        if found is None:
            found = left.sums[self] = sum(self.amounts(left))
        return found

    def pieces(self, left: Left) -> list[int]:
        """The prices of their pieces, falling."""
        found = left.pieces.get(self)
        if found is None:
            found = left.pieces[self] = pieces_of(left, self.by_quantity)
        return found

    @cached_property
    def by_quantity(self) -> Mapping[int, Chosen]:
        """What chooses the lines of each quantity, the dearest first: what is nearly in order is sorted fast."""
        found: dict[int, list[int]] = {}
        rows = sorted(zip(self.prices, self.positions, self.quantities, strict=True), reverse=True)
        for _, position, quantity in rows:
            found.setdefault(quantity, []).append(position)
        return {quantity: choosing(positions) for quantity, positions in found.items()}


class Selections:
    """The selections of one cart, each once."""

    def __init__(self, cart: Cart) -> None:
        self._lines = cart.lines
        self._known: dict[tuple[int, ...], Selection] = {}

    def of(self, positions: tuple[int, ...]) -> Selection:
        """The lines at ``positions``."""
        if positions not in self._known:
            lines = [self._lines[position] for position in positions]
            quantities, prices = [line.quantity for line in lines], [line.price for line in lines]
            self._known[positions] = Selection(positions, quantities, prices)
        return self._known[positions]
