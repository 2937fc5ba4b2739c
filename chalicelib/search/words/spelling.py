"""Did you mean: what a shopper typed as the shop's own words would be, when that is clearly likelier.

A query is read as a chain of known words; the cost of a chain is -log of how often the shop says its words. One stretch of
it may be replaced by a known word that sounds alike, looks alike or is one edit away, for the price of that slip. The
cheapest reading wins only when it saves ``MARGIN``: precision comes first.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from chalicelib.search.text import HAN, fold
from chalicelib.search.words.lexicon import Lexicon
from chalicelib.search.words.slips import look_alike, one_edit, slips
from chalicelib.search.words.sounds import fuzzy, sound, typed

_ATOM = re.compile(rf"[{HAN}]|[a-z0-9]+(?:[-_./+][a-z0-9]+)*|[^{HAN}a-z0-9]+")
_WORD = re.compile(rf"[{HAN}a-z0-9]")
_HAN_ONLY = re.compile(rf"[{HAN}]+")
_LETTERS = re.compile(r"[a-z]+")
_PINYIN = re.compile(r"[a-z]+(?:[ '’\-]+[a-z]+)*")
_BETWEEN_SYLLABLES = re.compile(r"[ '’\-]+")

# In nats, as -log of how often a slip is made.
SLIP_COSTS: Mapping[str, float] = {
    "sound": 4.0,
    "pinyin": 3.0,
    "fuzzy": 7.5,
    "shape": 6.0,
    "swap": 5.0,
    "key": 6.0,
    "missing": 8.0,
    "extra": 8.0,
    "change": 10.0,
}
MARGIN = 3.0
UNKNOWN = 13.0
CODE = 6.0
SINGLE = 2.0
MAX_SPAN = 6
LONE = frozenset("男女大小新老款式色装包套的和与红黑白蓝绿黄粉灰紫长短高低厚薄")
MIN_HALF = 5
MAX_ATOMS = 40
MAX_CORRECTIONS = 3


@dataclass(frozen=True, slots=True)
class Correction:
    """``text`` is likelier than what was typed by ``gain`` nats; ``slip`` names what went wrong."""

    text: str
    slip: str
    gain: float
    word: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """Per place: what the cheapest reading up to there costs, and the word it ends with there."""

    costs: list[float]
    words: list[str]

    def breaks_at(self, place: int) -> bool:
        """Whether a stray character stands before ``place``: it belongs to whatever was mistyped."""
        word = self.words[place]
        return len(word) == 1 and _HAN_ONLY.fullmatch(word) is not None and word not in LONE


class Speller:
    """Corrects queries by one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = lexicon.words
        self._sounds = lexicon.sounds
        self._least = lexicon.least
        self._log_total = math.log(max(2, sum(lexicon.words.values())))
        self._ready = [word for word, count in lexicon.words.items() if count >= lexicon.least and len(word) > 1]

    def corrections(self, query: str) -> list[Correction]:
        """What ``query`` may have been meant to be, likeliest first; nothing when it stands as it is.

        Likely in words only: whether anything in the shop holds them together is for the engine to say.
        """
        folded = fold(query).strip()
        if _PINYIN.fullmatch(folded) and (whole := self._from_keys(folded)):
            return [whole]
        atoms = _ATOM.findall(folded)
        if not atoms or len(atoms) > MAX_ATOMS:
            return []
        found: dict[str, Correction] = {}
        for correction in self._replaced(atoms):
            known = found.get(correction.text)
            if known is None or known.gain < correction.gain:
                found[correction.text] = correction
        return sorted(found.values(), key=lambda each: (-each.gain, each.text))[:MAX_CORRECTIONS]

    def _replaced(self, atoms: Sequence[str]) -> Iterator[Correction]:
        ahead, behind = self._read(atoms), self._read(atoms, backwards=True)
        for start, end in _spans(atoms):
            written = "".join(atoms[start:end])
            if self._words.get(written, 0) >= self._least or ahead.breaks_at(start) or behind.breaks_at(end):
                continue
            for word, slip in self._candidates(written):
                cost = ahead.costs[start] + self._cost(word) + SLIP_COSTS[slip] + behind.costs[end]
                gain = ahead.costs[-1] - cost
                if gain >= MARGIN:
                    text = "".join((*atoms[:start], word, *atoms[end:]))
                    yield Correction(text, slip, gain, word, (ahead.words[start], behind.words[end]))

    def _rank(self, word: str) -> tuple[int, int, str]:
        return self._words[word], -len(word), word

    # -- reading ----

    def _cost(self, word: str) -> float:
        count = self._words.get(word, 0)
        if count:
            return self._log_total - math.log(count) + (SINGLE if len(word) == 1 else 0.0)
        return UNKNOWN

    def _atom_cost(self, atom: str) -> float:
        if not _WORD.match(atom):
            return 0.0
        if any(letter.isdigit() for letter in atom):
            return CODE
        return self._cost(atom)

    def _read(self, atoms: Sequence[str], *, backwards: bool = False) -> "_Reading":
        """The cheapest reading of each beginning of ``atoms`` (of each end, ``backwards``)."""
        count = len(atoms)
        costs, lasts = [0.0] * (count + 1), [""] * (count + 1)
        for length in range(1, count + 1):
            options = []
            for width in range(1, min(length, MAX_SPAN) + 1):
                start = count - length if backwards else length - width
                word = "".join(atoms[start : start + width])
                if width == 1:
                    options.append((costs[length - 1] + self._atom_cost(word), word))
                elif word in self._words:
                    options.append((costs[length - width] + self._cost(word), word))
            costs[length], lasts[length] = min(options)
        return _Reading(costs[::-1], lasts[::-1]) if backwards else _Reading(costs, lasts)

    # -- candidates ----

    def _candidates(self, written: str) -> Iterator[tuple[str, str]]:
        if _HAN_ONLY.fullmatch(written):
            yield from self._alike(written)
            yield from self._edited(written)
        elif _LETTERS.fullmatch(written):
            if len(written) >= 4:
                yield from self._edited(written)
        elif not any(character.isdigit() for character in written):
            for word in self._by_letters.get(typed(sound(written)), ()):
                yield word, "pinyin"

    def _alike(self, written: str) -> Iterator[tuple[str, str]]:
        heard = sound(written)
        spoken = " ".join(heard)
        for word in self._by_sound.get(" ".join(fuzzy(heard)), ()):
            is_same = self._sounds[word] == spoken
            if word == written or not (set(word) & set(written) or (is_same and len(word) > 2)):
                continue
            yield word, "sound" if is_same else "fuzzy"

    def _edited(self, written: str) -> Iterator[tuple[str, str]]:
        is_han = _HAN_ONLY.fullmatch(written) is not None
        for word in self._near(written):
            slip = one_edit(written, word)
            if slip is None:
                continue
            if not is_han:
                if len(word) >= 4:
                    yield word, "key"
            elif slip == "change":
                at = next(place for place, pair in enumerate(zip(written, word, strict=True)) if pair[0] != pair[1])
                if look_alike(written[at], word[at]):
                    yield word, "shape"
            elif len(word) >= 3 and (slip != "extra" or _repeats(written)):
                yield word, slip

    def _near(self, written: str) -> Iterable[str]:
        """Words that share the first or the last half with ``written``: one edit leaves one half alone."""
        half = len(written) // 2
        found: dict[str, None] = {}
        for word in _beginning(self._forwards, written[:half]):
            if abs(len(word) - len(written)) <= 1:
                found[word] = None
        for word in _beginning(self._backwards, written[::-1][:half]):
            if abs(len(word) - len(written)) <= 1:
                found[word[::-1]] = None
        if len(written) == 2:
            found.update(dict.fromkeys(w for w in (written[::-1],) if w in self._words))
        return found

    def _from_keys(self, folded: str) -> Correction | None:
        """Half-typed or mistyped pinyin and initials."""
        letters = _BETWEEN_SYLLABLES.sub("", folded)
        if len(letters) < MIN_HALF or letters in self._words or letters in self._by_letters:
            return None
        if words := [word for key in _beginning(self._letters, letters) for word in self._by_letters[key]]:
            return Correction(max(words, key=self._rank), "half", MARGIN)
        meant = {word for other in slips(letters) for word in self._by_letters.get(other, ())}
        if not meant:
            return None
        return Correction(max(meant, key=self._rank), "key", MARGIN)

    # -- indexes, each made when it is first needed ----

    @cached_property
    def _by_sound(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._ready:
            if _HAN_ONLY.fullmatch(word):
                found.setdefault(" ".join(fuzzy(tuple(self._sounds[word].split()))), []).append(word)
        return found

    @cached_property
    def _by_letters(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._ready:
            if _HAN_ONLY.fullmatch(word):
                found.setdefault(self._sounds[word].replace(" ", ""), []).append(word)
        return found

    @cached_property
    def _letters(self) -> list[str]:
        return sorted(self._by_letters)

    @cached_property
    def _forwards(self) -> list[str]:
        return sorted(self._ready)

    @cached_property
    def _backwards(self) -> list[str]:
        return sorted(word[::-1] for word in self._ready)


def _repeats(written: str) -> bool:
    return len(set(written)) < len(written)


def _spans(atoms: Sequence[str]) -> Iterator[tuple[int, int]]:
    for start in range(len(atoms)):
        for end in range(start + 1, min(start + MAX_SPAN, len(atoms)) + 1):
            if not _WORD.match(atoms[end - 1]):
                break
            if end - start > 1 or _LETTERS.fullmatch(atoms[start]):
                yield start, end


def _beginning(ordered: Sequence[str], start: str) -> Iterator[str]:
    at = bisect_left(ordered, start)
    while at < len(ordered) and ordered[at].startswith(start):
        yield ordered[at]
        at += 1
