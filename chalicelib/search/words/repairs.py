"""Several slips in one query: they hide each other, so the query is read anew with every stretch known or repaired."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chalicelib.search.words.keystrokes import Typed
from chalicelib.search.words.reading import MAX_SPAN, Reader, chain_of, is_stray

MAX_REPAIRS = 3
MIN_STRAYS = 2
"""Two mistyped words leave a stray piece each at least."""
MAX_REPAIRED_ATOMS = 20
"""A longer query is read with one slip only: each stretch of a reading costs a look at the whole vocabulary."""
Priced = Callable[[str], Iterable[tuple[Typed, float]]]
"""What a stretch may be, each with what word and slip cost."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """The cheapest reading of a query in which ``written`` became ``words``, by ``slips``."""

    text: str
    cost: float
    words: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()

    def with_known(self, piece: str, cost: float) -> "Repaired":
        """A stretch further, read as it stands."""
        return Repaired(self.text + piece, self.cost + cost, self.words, self.written, self.slips)

    def with_repair(self, piece: str, typed: Typed, cost: float) -> "Repaired":
        """A stretch further, read as what it was meant to be."""
        word, slip = typed
        return Repaired(
            self.text + word, self.cost + cost, (*self.words, word), (*self.written, piece), (*self.slips, slip)
        )


def repaired(atoms: Sequence[str], reader: Reader, priced: Priced) -> Repaired | None:
    """The cheapest reading, when it takes more than one repair."""
    strays = sum(is_stray(word) or word.isascii() for word in chain_of(reader.read(atoms)))
    if len(atoms) > MAX_REPAIRED_ATOMS or strays < MIN_STRAYS:
        return None
    best = [Repaired("", 0.0)]
    for end in range(1, len(atoms) + 1):
        options = [
            option
            for start in range(max(0, end - MAX_SPAN), end)
            for option in _further(best[start], atoms[start:end], reader, priced)
        ]
        best.append(min(options, key=lambda each: each.cost))
    return best[-1] if 1 < len(best[-1].words) <= MAX_REPAIRS else None


def _further(before: Repaired, atoms: Sequence[str], reader: Reader, priced: Priced) -> Iterable[Repaired]:
    piece = "".join(atoms)
    if (cost := reader.known(atoms)) is not None:
        yield before.with_known(piece, cost)
    for typed, paid in priced(piece):
        yield before.with_repair(piece, typed, paid)
