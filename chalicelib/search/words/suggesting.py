"""What a shopper may be about to type: phrases of a lexicon by how they begin, written, in pinyin or in initials."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from heapq import nsmallest
from itertools import chain

from chalicelib.search.text import HAN, fold
from chalicelib.search.words.lexicon import Lexicon, Phrase, is_telling
from chalicelib.search.words.sounds import initials, sound, typed

_HAN_THEN_LATIN = re.compile(rf"(?P<written>.*[{HAN}])(?P<typed>[a-z]+)")
_BETWEEN_SYLLABLES = re.compile(r"[ '’\-]+")
_LATIN = re.compile(r"[a-z0-9 '’\-]+")


class SuggestionIndex:
    """Phrases by their beginnings; a phrase's number is its rank, so the smallest numbers are the best."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._phrases = lexicon.phrases
        self._sounds = lexicon.sounds

    def beginning(self, text: str, size: int, unwanted: Collection[str] = ()) -> list[Phrase]:
        """The best phrases that begin with ``text`` as written, by sound or by initials; then those that hold it."""
        wanted = fold(text).strip()
        if not wanted:
            return []
        found: dict[int, None] = {}
        for numbers in self._tiers(wanted, size + len(unwanted) + 1):
            found.update(dict.fromkeys(numbers))
            kept = [number for number in found if not _is_blocked(self._phrases[number].text, unwanted)]
            if len(kept) >= size:
                break
        return [self._phrases[number] for number in kept[:size]]

    def _tiers(self, wanted: str, size: int) -> Iterator[Sequence[int]]:
        letters = _BETWEEN_SYLLABLES.sub("", wanted) if _LATIN.fullmatch(wanted) else ""
        spelt = _from(self._by_sound, letters) if letters else ()
        yield nsmallest(size, set(chain(_from(self._by_text, wanted), spelt)))
        if mixed := _HAN_THEN_LATIN.fullmatch(wanted):
            keys = chain.from_iterable(
                _from(table, typing(sound(mixed["written"])) + mixed["typed"])
                for table, typing in ((self._by_sound, typed), (self._by_initials, initials))
            )
            yield nsmallest(size, {at for at in keys if self._phrases[at].text.startswith(mixed["written"])})
        if letters:
            yield nsmallest(size, set(_from(self._by_initials, letters)))
        if len(wanted) > 1:
            yield nsmallest(size, (at for at, each in enumerate(self._phrases) if wanted in each.text))

    def related(self, words: Sequence[str], text: str, size: int, unwanted: Collection[str] = ()) -> list[Phrase]:
        """Phrases about the same thing: those that hold the last telling one of ``words`` and most of the others, then those
        that hold another."""
        *others, thing = [word for word in words if is_telling(word)] or [""]
        found: dict[int, None] = {}
        for wanted in (thing, *reversed(others)):
            if not wanted or len(found) >= size:
                break
            holding = ((at, each.text) for at, each in enumerate(self._phrases) if wanted in each.text)
            scored = (
                (-sum(other in held for other in others), at)
                for at, held in holding
                if held != text and at not in found and not _is_blocked(held, unwanted)
            )
            found.update(dict.fromkeys(at for _, at in nsmallest(size, scored)))
        return [self._phrases[at] for at in list(found)[:size]]

    @cached_property
    def _by_text(self) -> list[tuple[str, int]]:
        return sorted((phrase.text, at) for at, phrase in enumerate(self._phrases))

    @cached_property
    def _by_sound(self) -> list[tuple[str, int]]:
        return sorted((syllables.replace(" ", ""), at) for at, syllables in self._heard())

    @cached_property
    def _by_initials(self) -> list[tuple[str, int]]:
        return sorted((initials(tuple(syllables.split())), at) for at, syllables in self._heard())

    def _heard(self) -> Iterable[tuple[int, str]]:
        return (
            (at, self._sounds[phrase.text]) for at, phrase in enumerate(self._phrases) if phrase.text in self._sounds
        )


def _from(table: Sequence[tuple[str, int]], start: str) -> Iterator[int]:
    at = bisect_left(table, (start, -1))
    while at < len(table) and table[at][0].startswith(start):
        yield table[at][1]
        at += 1


def _is_blocked(text: str, unwanted: Collection[str]) -> bool:
    return any(word in text for word in unwanted)
