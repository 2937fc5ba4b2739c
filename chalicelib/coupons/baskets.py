"""What a coupon was worked out on, kept in its ledger so that a part that comes back can be worked out from it alone."""

from collections.abc import Mapping

import msgspec


class BasketLine(msgspec.Struct, frozen=True, array_like=True):
    """``pieces`` of one line of the cart, and the ``part`` that the coupon took off them (minor units).

    ``left`` is what the line cost when the coupon's turn came, ``judged`` (None: the same) what its conditions were judged
    on; no ``left`` is a line out of its scope. ``name`` is by what the coupon knows the line beyond that: a SKU or product
    whose price it tells, or the part of a set.
    """

    line_id: str
    pieces: int
    part: int = 0
    left: int | None = None
    judged: int | None = None
    name: str | None = None


class Basket(msgspec.Struct, frozen=True):
    """Every line of an order as one coupon saw it. ``on_shipping`` of ``fee`` (what was left of it) was taken off too.

    ``is_brief``: the cart had too many lines to keep what they cost; only parts are known.
    """

    lines: tuple[BasketLine, ...]
    on_shipping: int = 0
    fee: int = 0
    is_brief: bool = False

    @property
    def parts(self) -> dict[str, int]:
        """What was taken off each line, by line id; lines of which nothing was are left out."""
        return {line.line_id: line.part for line in self.lines if line.part}

    def concerned(self) -> tuple[BasketLine, ...]:
        """The lines that the coupon is for: those in its scope, or, when only parts are known, those it took from (none:
        every line)."""
        chosen = tuple(line for line in self.lines if (line.part if self.is_brief else line.left is not None))
        return chosen or self.lines

    def kept(self, returned: Mapping[str, int]) -> dict[str, int]:
        """How many pieces of each line stay when ``returned`` came back."""
        return {line.line_id: line.pieces - returned.get(line.line_id, 0) for line in self.lines}

    def is_all_back(self, returned: Mapping[str, int]) -> bool:
        """Whether nothing stays of what the coupon is for."""
        kept = self.kept(returned)
        return not any(kept[line.line_id] for line in self.concerned())
