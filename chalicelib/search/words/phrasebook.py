"""The use cases of the shop's own words: did you mean, suggestions, hot and related searches."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.search.ports import BlockedWords, Lexicons
from chalicelib.search.text import Analyser, fold
from chalicelib.search.words.lexicon import Hot, Lexicon, Phrase
from chalicelib.search.words.spelling import Correction, Speller
from chalicelib.search.words.suggesting import SuggestionIndex

TOGETHER = 2
"""Products that must hold a corrected word and the word beside it: one may be a slip of its own. A small shop has no more
than one."""
Holding = Callable[[Sequence[str]], int]
"""How many products hold every one of some words."""


@dataclass(frozen=True, slots=True)
class HotSearches:
    """What many search now, hottest first, and the categories that sell most (of a shop without a log: these alone)."""

    queries: Sequence[Hot]
    categories: Sequence[tuple[str, int]]


class Phrasebook:
    """Speaks the shop's words. Nobody's taste is asked: every shopper is told the same."""

    def __init__(self, lexicons: Lexicons, blocked: BlockedWords, analyser: Analyser) -> None:
        self._lexicons = lexicons
        self._blocked = blocked
        self._analyser = analyser
        self._made: tuple[Lexicon, Speller, SuggestionIndex] | None = None

    def suggest(self, text: str, size: int, now: datetime) -> Sequence[Phrase]:
        """What a shopper who typed ``text`` may mean: from the first character, Han, pinyin or initials; when nothing
        begins so, what a corrected ``text`` begins."""
        lexicon, speller, index = self._of(now)
        unwanted = self._unwanted(now)
        found = index.beginning(text, size, unwanted)
        if not found and lexicon.words:
            corrected = next(iter(speller.corrections(text)), None)
            found = index.beginning(corrected.text, size, unwanted) if corrected else found
        return found

    def related(self, text: str, size: int, now: datetime) -> Sequence[Phrase]:
        """Other searches about what ``text`` is about."""
        _, _, index = self._of(now)
        return index.related(self._analyser.words(text), fold(text).strip(), size, self._unwanted(now))

    def hot(self, size: int, now: datetime) -> HotSearches:
        """What is hot in the shop."""
        lexicon, _, _ = self._of(now)
        unwanted = self._unwanted(now)
        queries = [each for each in lexicon.hot if not _is_blocked(each.text, unwanted)]
        categories = [each for each in lexicon.categories if not _is_blocked(fold(each[0]), unwanted)]
        return HotSearches(queries[:size], categories[:size])

    def correct(self, text: str, holding: Holding, now: datetime) -> Correction | None:
        """What ``text`` was clearly meant to be, or None. A corrected word counts only when ``TOGETHER`` products hold it
        together with the word beside it; alone in the query, when some product holds it; and no product may hold
        the words of ``text`` as they are."""
        lexicon, speller, _ = self._of(now)
        found = speller.corrections(text)
        words = self._analyser.words(text)
        # Stray characters stand in many products; whole words that stand together in one are meant.
        if not found or (all(len(word) > 1 for word in words) and holding(words)):
            return None
        unwanted = self._unwanted(now)
        least = min(TOGETHER, lexicon.least)
        for correction in found:
            if not _is_blocked(correction.text, unwanted) and self._is_stocked(correction, holding, least):
                return correction
        return None

    def home_of(self, words: Iterable[str], now: datetime) -> str | None:
        """The category that the last known one of ``words`` stands in most."""
        lexicon, _, _ = self._of(now)
        return next((home for word in reversed(list(words)) if (home := lexicon.home.get(word))), None)

    def is_known(self, word: str, now: datetime) -> bool:
        """Whether the shop says ``word``."""
        return word in self._of(now)[0].words

    def blocked(self) -> Sequence[str]:
        """Words that nothing is suggested with."""
        return self._blocked.words()

    def block(self, words: Iterable[str]) -> Sequence[str]:
        """Replace the blocked words; folded, each once."""
        kept = sorted({folded for word in words if (folded := fold(word).strip())})
        self._blocked.replace(kept)
        return kept

    def _is_stocked(self, correction: Correction, holding: Holding, least: int) -> bool:
        corrected = self._analyser.words(correction.word or correction.text)
        beside = self._beside(correction)
        if not beside:
            return holding(self._analyser.words(correction.text)) > 0
        return sum(holding((*corrected, word)) for word in beside) >= least

    def _beside(self, correction: Correction) -> list[str]:
        found = []
        for text, place in zip(correction.beside, (-1, 0), strict=False):
            if words := [word for word in self._analyser.words(text) if len(word) > 1 and not word.isascii()]:
                found.append(words[place])
        return found

    def _unwanted(self, now: datetime) -> Sequence[str]:
        return self._lexicons.unwanted(now)

    def _of(self, now: datetime) -> tuple[Lexicon, Speller, SuggestionIndex]:
        lexicon = self._lexicons.current(now)
        if self._made is None or self._made[0] is not lexicon:
            self._made = (lexicon, Speller(lexicon), SuggestionIndex(lexicon))
        return self._made


def _is_blocked(text: str, unwanted: Iterable[str]) -> bool:
    return any(word in text for word in unwanted)
