"""The use cases of the shop's own words: did you mean, suggestions, hot and related searches."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.search.ports import BlockedWords, Lexicons
from chalicelib.search.text import Analyser, fold
from chalicelib.search.words.evidence import TWICE, Evidence, Holding, Saying
from chalicelib.search.words.lexicon import Hot, Lexicon, Phrase
from chalicelib.search.words.spelling import Correction, Speller
from chalicelib.search.words.suggesting import SuggestionIndex

_DOUBLED = re.compile(r"(.)\1")
TOGETHER = 2
"""Products that must hold a corrected word and the word beside it: one may be a slip of its own. A small shop has no more
than one."""


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

    def correct(self, text: str, holding: Holding, saying: Saying, now: datetime) -> Correction | None:
        """What ``text`` was clearly meant to be, or None. No product may hold the words of ``text`` as they are; what the shop
        must hold of the corrected words, ``Evidence`` says."""
        lexicon, speller, _ = self._of(now)
        evidence = Evidence(self._analyser, holding, saying, min(TOGETHER, lexicon.least))
        unwanted = self._unwanted(now)

        def supported(found: Iterable[Correction | None]) -> Correction | None:
            allowed = (each for each in found if each and not _is_blocked(each.text, unwanted))
            return next((each for each in allowed if evidence.supports(each)), None)

        is_attested = self._is_attested(text, holding)
        if is_attested and not _DOUBLED.search(fold(text)):
            return None
        found = speller.corrections(text)
        # What was typed twice makes two words of one, and products may hold both.
        if is_attested and not (found and found[0].slip == TWICE):
            return None
        first = supported(found)
        if first is None:
            return supported([speller.repaired(text)])
        second = supported(speller.corrections(first.text))
        return second.after(first) if second else first

    def _is_attested(self, text: str, holding: Holding) -> bool:
        """Whether the words of ``text`` stand together in a product as they are: stray characters stand in many."""
        words = self._analyser.words(text)
        return all(len(word) > 1 for word in words) and holding(words) > 0

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

    def _unwanted(self, now: datetime) -> Sequence[str]:
        return self._lexicons.unwanted(now)

    def _of(self, now: datetime) -> tuple[Lexicon, Speller, SuggestionIndex]:
        lexicon = self._lexicons.current(now)
        if self._made is None or self._made[0] is not lexicon:
            self._made = (lexicon, Speller(lexicon), SuggestionIndex(lexicon))
        return self._made


def _is_blocked(text: str, unwanted: Iterable[str]) -> bool:
    return any(word in text for word in unwanted)
