"""Did you mean: what a shopper typed as the shop's own words would be, when that is clearly likelier.

A query is read as a chain of known words. One stretch of it may be replaced by a known word that sounds alike, looks alike, is
one edit away or was left in the keys, for the price of that slip. The cheapest reading wins only when it saves ``MARGIN``:
precision comes first.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from chalicelib.search.text import fold
from chalicelib.search.words.candidates import Candidates
from chalicelib.search.words.keystrokes import Typed
from chalicelib.search.words.lexicon import Lexicon
from chalicelib.search.words.reading import Reader, Reading, atoms_of, spans
from chalicelib.search.words.repairs import repaired
from chalicelib.search.words.strays import strays
from chalicelib.search.words.trade_names import trade_names
from chalicelib.search.words.vocabulary import Vocabulary

_PINYIN = re.compile(r"[a-z;,\[]+(?:[ '’\-]+[a-z;,\[]+)*")
_BETWEEN_SYLLABLES = re.compile(r"[ '’\-]+")

# In nats, as -log of how often a slip is made.
SLIP_COSTS: Mapping[str, float] = {
    "sound": 4.0,
    "pinyin": 3.0,
    "initials": 5.0,
    "twice": 1.5,
    "stray": 4.0,
    "half": 4.0,
    "fuzzy": 7.5,
    "shape": 6.0,
    "swap": 5.0,
    "key": 6.0,
    "hand": 6.0,
    "missing": 6.0,
    "extra": 8.0,
}
LEAST_SLIP_COST = min(SLIP_COSTS.values())
MARGIN = 3.0
LONG = 4
"""Words of so many characters speak for themselves beside a stray one."""
MAX_ATOMS = 40
MAX_CORRECTIONS = 3


@dataclass(frozen=True, slots=True)
class Correction:
    """``text`` is likelier than what was typed by ``gain`` nats; ``slip`` names what went wrong, ``written`` became ``word``.
    ``beside`` are the words before and after it. ``is_name``: the trade knows the word."""

    text: str
    slip: str
    gain: float
    word: str = ""
    beside: tuple[str, ...] = ()
    written: str = ""
    is_name: bool = False

    def after(self, first: "Correction") -> "Correction":
        """This correction of what ``first`` made, as one."""
        return replace(self, slip=f"{first.slip}, {self.slip}", gain=first.gain + self.gain)


@cache
def _trade() -> Vocabulary:
    return Vocabulary(dict.fromkeys(trade_names(), 1), {})


@cache
def _trade_candidates() -> Candidates:
    return Candidates(_trade())


class Speller:
    """Corrects queries by one lexicon, and by the names of the trade where the lexicon is silent."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = lexicon.words
        self._least = lexicon.least
        self._reader = Reader(lexicon.words, _trade().counts)
        self._vocabulary = Vocabulary(lexicon.words, lexicon.sounds, lexicon.least)
        self._candidates = Candidates(self._vocabulary)

    def corrections(self, query: str) -> list[Correction]:
        """What ``query`` may have been meant to be, likeliest first; nothing when it stands as it is.

        Likely in words only: whether anything in the shop holds them together is for the engine to say.
        """
        folded = fold(query).strip()
        if _PINYIN.fullmatch(folded):
            letters = _BETWEEN_SYLLABLES.sub("", folded)
            if self._vocabulary.typed(letters):
                return []
            if whole := self._candidates.keys.whole(letters):
                return [Correction(whole[0], whole[1], MARGIN, whole[0], (), folded)]
        atoms = atoms_of(folded)
        if not atoms or len(atoms) > MAX_ATOMS:
            return []
        found: dict[str, Correction] = {}
        for correction in self._replaced(atoms):
            known = found.get(correction.text)
            if known is None or known.gain < correction.gain:
                found[correction.text] = correction
        ranked = sorted(found.values(), key=lambda each: (each.word not in self._words, -each.gain, each.text))
        return ranked[:MAX_CORRECTIONS]

    def repaired(self, query: str) -> Correction | None:
        """What ``query`` may have been meant to be if several of its words are mistyped: ``word`` is all of them."""
        atoms = atoms_of(fold(query).strip())
        found = repaired(atoms, self._reader, self._priced) if atoms else None
        if found is None:
            return None
        gain = self._reader.read(atoms).costs[-1] - found.cost
        if gain < MARGIN * len(found.words):
            return None
        return Correction(found.text, ", ".join(found.slips), gain, "".join(found.words), (), "".join(found.written))

    def _priced(self, written: str) -> Iterator[tuple[Typed, float]]:
        if len(written) > 1 and not self._is_word(written):
            for word, slip in self._candidates.of(written):
                yield (word, slip), self._reader.cost(word) + SLIP_COSTS[slip]

    def _replaced(self, atoms: Sequence[str]) -> Iterator[Correction]:
        ahead, behind = self._reader.read(atoms), self._reader.read(atoms, backwards=True)
        for start, end in spans(atoms):
            written = "".join(atoms[start:end])
            if self._is_word(written) or not self._may_gain((start, end), (ahead, behind)):
                continue
            is_broken = ahead.breaks_at(start) or behind.breaks_at(end)
            for word, slip in self._candidates_of(written):
                if (not is_broken or len(word) >= LONG) and not _is_led_up_to(ahead.words[start], written, word):
                    yield from self._correction(atoms, (start, end), word, slip, (ahead, behind))
        for start, end in strays(atoms, behind):
            yield from self._correction(atoms, (start, end), "", "stray", (ahead, behind))

    def _may_gain(self, span: tuple[int, int], readings: tuple[Reading, Reading]) -> bool:
        """Whether the cheapest word by the likeliest slip would gain enough there: candidates are dear to look for."""
        return _gain(span, readings, self._reader.least_cost, LEAST_SLIP_COST) >= MARGIN

    def _correction(
        self,
        atoms: Sequence[str],
        span: tuple[int, int],
        word: str,
        slip: str,
        readings: tuple[Reading, Reading],
    ) -> Iterator[Correction]:
        (start, end), (ahead, behind) = span, readings
        gain = _gain(span, readings, self._reader.cost(word) if word else 0.0, SLIP_COSTS[slip])
        if gain >= MARGIN:
            text = "".join((*atoms[:start], word, *atoms[end:])).strip()
            beside = (ahead.words[start], behind.words[end])
            yield Correction(text, slip, gain, word, beside, "".join(atoms[start:end]), word in _trade().counts)

    def _candidates_of(self, written: str) -> Iterator[Typed]:
        yield from self._candidates.of(written)
        for word, slip in _trade_candidates().of(written):
            if word not in self._words and _is_close(written, word, slip):
                yield word, slip

    def _is_word(self, written: str) -> bool:
        return self._words.get(written, 0) >= self._least or written in _trade().counts


def _gain(span: tuple[int, int], readings: tuple[Reading, Reading], word_cost: float, slip_cost: float) -> float:
    """What is saved when a word stands in the place of a stretch."""
    (start, end), (ahead, behind) = span, readings
    return ahead.costs[-1] - (ahead.costs[start] + word_cost + slip_cost + behind.costs[end])


def _is_close(written: str, name: str, slip: str) -> bool:
    """Whether ``name``, which the shop does not have, differs in one character from what was written; a name of two characters
    must sound the same."""
    if len(name) < 3:
        return slip == "sound"
    return (
        len(written) != len(name)
        or sum(one != other for one, other in zip(written, name, strict=True)) <= (slip == "swap") + 1
    )


def _is_led_up_to(before: str, written: str, word: str) -> bool:
    """Whether what seems missing at the beginning of ``word`` stands before it: a number (9分裤), or its own characters."""
    if not before or not word.endswith(written):
        return False
    missing = word.removesuffix(written)
    return before[-1].isdigit() or before in missing or missing in before
