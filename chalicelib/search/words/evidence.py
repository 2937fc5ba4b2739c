"""What the shop must hold before a likelier wording is believed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.search.text import Analyser
from chalicelib.search.words.spelling import Correction

Holding = Callable[[Sequence[str]], int]
"""How many products hold every one of some words."""
Saying = Callable[[str], int]
"""How many products hold some characters in a row."""
TWICE = "twice"
EDITS = frozenset({"missing", "extra", TWICE, "swap"})
"""What became a word of the dictionary by one of these was hardly meant to be another."""
RARER = 20
"""What the shop itself writes is a slip only when the other word stands in so many times as many products."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Asks the engine by ``holding`` and ``saying``. ``least`` products must hold a corrected word together with the word beside
    it; alone in the query, one. A name of the trade is believed where no product says what was written."""

    analyser: Analyser
    holding: Holding
    saying: Saying
    least: int

    def supports(self, correction: Correction) -> bool:
        """Whether the shop speaks for ``correction``."""
        written, corrected = correction.written, self.analyser.words(correction.word)
        if not corrected:
            following = self._beside(correction)
            return bool(following) and self.holding(following[-1:]) >= self.least
        if correction.slip in EDITS and self.analyser.words(written) == [written]:
            return False
        said, held = self.saying(written), self.holding(corrected)
        if written in correction.word:
            # What the shop says for short is no slip: 棉拖 is 棉拖鞋.
            said = RARER * max(0, said - held)
        if said and RARER * said > held and correction.slip != TWICE:
            return False
        return (correction.is_name and not said) or self._is_stocked(correction, corrected)

    def _is_stocked(self, correction: Correction, corrected: Sequence[str]) -> bool:
        beside = self._beside(correction)
        if not beside:
            return self.holding(self.analyser.words(correction.text)) > 0
        return sum(self.holding((*corrected, word)) for word in beside) >= self.least

    def _beside(self, correction: Correction) -> list[str]:
        found = []
        for text, place in zip(correction.beside, (-1, 0), strict=False):
            if words := [word for word in self.analyser.words(text) if len(word) > 1 and not word.isascii()]:
                found.append(words[place])
        return found
