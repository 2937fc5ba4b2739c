"""Reading a query as a chain of known words; a chain costs -log of how often the shop says its words."""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.search.text import HAN

_ATOM = re.compile(rf"[{HAN}]|[a-z0-9]+(?:[-_./+][a-z0-9]+)*|[^{HAN}a-z0-9]+")
_WORD = re.compile(rf"[{HAN}a-z0-9]")
_HAN_ONLY = re.compile(rf"[{HAN}]+")
_LETTERS = re.compile(r"[a-z]+")
# In nats.
UNKNOWN = 13.0
UNKNOWN_NAME = 20.0
CODE = 6.0
SINGLE = 2.0
BORROWED = 10
MAX_SPAN = 6
LONE = frozenset("男女大小新老款式色装包套的和与红黑白蓝绿黄粉灰紫长短高低厚薄")
"""Characters that stand by themselves in any query."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Per place: what the cheapest reading up to there costs, and the word it ends with there."""

    costs: list[float]
    words: list[str]

    def breaks_at(self, place: int) -> bool:
        """Whether a stray character stands before ``place``: it belongs to whatever was mistyped."""
        return is_stray(self.words[place])


def chain_of(reading: Reading) -> Sequence[str]:
    """The words of the whole reading."""
    found, place = [], len(reading.words) - 1
    while place:
        found.append(reading.words[place])
        place -= len(atoms_of(reading.words[place]))
    return found[::-1]


def is_stray(word: str) -> bool:
    """Whether ``word`` is one Han character that seldom stands alone."""
    return len(word) == 1 and _HAN_ONLY.fullmatch(word) is not None and word not in LONE


class Reader:
    """Reads by ``counts``. Words of ``borrowed`` are known too, as if said ``BORROWED`` times."""

    def __init__(self, counts: Mapping[str, int], borrowed: Collection[str]) -> None:
        self._counts = counts
        self._borrowed = borrowed
        self._log_total = math.log(max(2, sum(counts.values())))
        self.least_cost = self._log_total - math.log(max((BORROWED, *counts.values())))
        """No known word costs less."""

    def cost(self, word: str) -> float:
        """What one ``word`` costs."""
        count = self._counts.get(word, 0)
        if count:
            return self._log_total - math.log(count) + (SINGLE if len(word) == 1 else 0.0)
        if word in self._borrowed:
            return self._log_total - math.log(BORROWED)
        return UNKNOWN_NAME if len(word) > 3 and word.isascii() else UNKNOWN

    def known(self, atoms: Sequence[str]) -> float | None:
        """What ``atoms`` cost as one word; None when they are none. One atom always is."""
        word = "".join(atoms)
        if len(atoms) == 1:
            return self._atom_cost(word)
        return self.cost(word) if word in self._counts or word in self._borrowed else None

    def read(self, atoms: Sequence[str], *, backwards: bool = False) -> Reading:
        """The cheapest reading of each beginning of ``atoms`` (of each end, ``backwards``)."""
        count = len(atoms)
        costs, lasts = [0.0] * (count + 1), [""] * (count + 1)
        for length in range(1, count + 1):
            options = []
            for width in range(1, min(length, MAX_SPAN) + 1):
                start = count - length if backwards else length - width
                piece = atoms[start : start + width]
                if (cost := self.known(piece)) is not None:
                    options.append((costs[length - width] + cost, "".join(piece)))
            costs[length], lasts[length] = min(options)
        return Reading(costs[::-1], lasts[::-1]) if backwards else Reading(costs, lasts)

    def _atom_cost(self, atom: str) -> float:
        if not _WORD.match(atom):
            return 0.0
        if any(letter.isdigit() for letter in atom):
            return CODE
        return self.cost(atom)


def atoms_of(folded: str) -> Sequence[str]:
    """Han characters one by one, runs of letters and digits, and what stands between."""
    found: list[str] = _ATOM.findall(folded)
    return found


def spans(atoms: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Stretches that may be one mistyped word: neighbouring atoms, or one run of letters."""
    for start in range(len(atoms)):
        for end in range(start + 1, min(start + MAX_SPAN, len(atoms)) + 1):
            if not _WORD.match(atoms[end - 1]):
                break
            if end - start > 1 or _LETTERS.fullmatch(atoms[start]):
                yield start, end
