"""The words that may be meant, by how they are written, spoken and typed. Each table is made when it is first needed."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from chalicelib.search.text import HAN
from chalicelib.search.words.sounds import fuzzy, initials, sound, typed

_HAN_ONLY = re.compile(rf"[{HAN}]+")
# Characters of several readings whose other one is the one in goods and brands: 美的 is typed meidi.
_OTHER_READINGS = {
    "的": "di",
    "乐": "yue",
    "长": "zhang",
    "重": "chong",
    "行": "hang",
    "薄": "bo",
    "调": "tiao",
    "弹": "tan",
}
_OTHER_READINGS |= {
    "单": "shan",
    "佛": "fu",
    "角": "jue",
    "落": "la",
    "露": "lou",
    "模": "mu",
    "朝": "zhao",
    "壳": "qiao",
}
MAX_OTHER_READINGS = 2


class Vocabulary:
    """``counts``: word to how often it is said; ``sounds``: the syllables of those in Han, as far as known. Words of
    one character, or said less than ``least``, are never meant."""

    def __init__(self, counts: Mapping[str, int], sounds: Mapping[str, str], least: int = 1) -> None:
        self.counts = counts
        self._sounds = sounds
        self._least = least
        self._ready = [word for word, count in counts.items() if count >= least and len(word) > 1]

    def has(self, word: str) -> bool:
        """Whether ``word`` may be meant."""
        return self.counts.get(word, 0) >= self._least

    def rank(self, word: str) -> tuple[int, int, str]:
        """Orders words by how often they are said; of equals the shorter one is greater."""
        return self.counts[word], -len(word), word

    def spoken(self, word: str) -> tuple[str, ...]:
        """The syllables of a Han ``word`` of the vocabulary."""
        known = self._sounds.get(word)
        return tuple(known.split()) if known else sound(word)

    def first_letter(self, character: str) -> str:
        """The letter that one types first for a Han ``character``."""
        return "".join(sound(character))[:1]

    def sounding(self, syllables: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
        """Words that sound like ``syllables`` to someone, and whether they do to everyone."""
        for word, heard in self._by_sound.get(" ".join(fuzzy(syllables)), ()):
            yield word, heard == syllables

    def typed(self, letters: str) -> Sequence[str]:
        """Words whose whole pinyin is ``letters``."""
        return self._by_letters.get(letters, ())

    def typed_from(self, letters: str) -> Iterator[str]:
        """Words whose pinyin begins with ``letters``."""
        return (word for key in _beginning(self._letters, letters) for word in self._by_letters[key])

    def with_initials(self, letters: str) -> Sequence[str]:
        """Words whose syllables begin with ``letters``, one letter each."""
        return self._by_initials.get(letters, ())

    def near(self, written: str, length: int) -> Iterator[str]:
        """Words of ``length`` that share the first or the last half with ``written``: one edit leaves a half alone, unless it
        changes two over. A word may come twice."""
        half = len(written) // 2
        forwards, backwards = self._by_length.get(length, ((), ()))
        yield from _beginning(forwards, written[:half])
        yield from (word[::-1] for word in _beginning(backwards, written[::-1][:half]))

    @cached_property
    def syllables(self) -> frozenset[str]:
        """Every syllable that some word has."""
        return frozenset(syllable for word in self._han for syllable in self.spoken(word))

    @cached_property
    def _han(self) -> Sequence[str]:
        return [word for word in self._ready if _HAN_ONLY.fullmatch(word)]

    @cached_property
    def _by_sound(self) -> Mapping[str, list[tuple[str, tuple[str, ...]]]]:
        found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for word in self._han:
            for heard in _readings(word, self.spoken(word)):
                found.setdefault(" ".join(fuzzy(heard)), []).append((word, heard))
        return found

    @cached_property
    def _by_letters(self) -> Mapping[str, list[str]]:
        return _grouped((typed(self.spoken(word)), word) for word in self._han)

    @cached_property
    def _letters(self) -> list[str]:
        return sorted(self._by_letters)

    @cached_property
    def _by_initials(self) -> Mapping[str, list[str]]:
        return _grouped((initials(self.spoken(word)), word) for word in self._han)

    @cached_property
    def _by_length(self) -> Mapping[int, tuple[list[str], list[str]]]:
        found: dict[int, list[str]] = {}
        for word in self._ready:
            found.setdefault(len(word), []).append(word)
        return {length: (sorted(words), sorted(word[::-1] for word in words)) for length, words in found.items()}


def _readings(word: str, heard: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if len(heard) != len(word) or not any(character in _OTHER_READINGS for character in word):
        yield heard
        return
    options = [
        (syllable, _OTHER_READINGS[character]) if character in _OTHER_READINGS else (syllable,)
        for character, syllable in zip(word, heard, strict=True)
    ]
    yield from (
        dict.fromkeys(product(*options)) if sum(len(each) > 1 for each in options) <= MAX_OTHER_READINGS else (heard,)
    )


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, word in pairs:
        found.setdefault(key, []).append(word)
    return found


def _beginning(ordered: Sequence[str], start: str) -> Iterator[str]:
    at = bisect_left(ordered, start)
    while at < len(ordered) and ordered[at].startswith(start):
        yield ordered[at]
        at += 1
