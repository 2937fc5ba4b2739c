"""What a stretch of a query may have been meant to be: words that sound or look alike, are one edit away, or were half typed."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from chalicelib.search.text import HAN
from chalicelib.search.words.keystrokes import Keystrokes, Typed
from chalicelib.search.words.slips import LOOK_ALIKE, one_edit
from chalicelib.search.words.sounds import sound
from chalicelib.search.words.vocabulary import Vocabulary

_HAN_ONLY = re.compile(rf"[{HAN}]+")
_LETTERS = re.compile(r"[a-z]+")
MIN_LATIN = 4
MIN_REGIONAL = 3
"""Two syllables, one of them only alike, fit too many words."""


class Candidates:
    """Proposes words of one vocabulary, each with the slip that would explain what was written."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = vocabulary
        self.keys = Keystrokes(vocabulary)

    def of(self, written: str) -> Iterator[Typed]:
        """Words for a folded stretch, which is no word of its own. A word may come more than once."""
        if _HAN_ONLY.fullmatch(written):
            yield from self._alike(written)
            yield from self._edited(written)
        elif _LETTERS.fullmatch(written):
            yield from self._latin(written)
            yield from self.keys.inside(written)
        elif not any(character.isdigit() for character in written):
            yield from self.keys.mixed(written)

    def _alike(self, written: str) -> Iterator[Typed]:
        for word, is_same in self._words.sounding(sound(written)):
            # Short words have too many homophones to believe one that shares nothing with what was written.
            if not is_same and len(word) < MIN_REGIONAL:
                continue
            if word != written and (set(word) & set(written) or (is_same and len(word) > 2)):
                yield word, "sound" if is_same else "fuzzy"

    def _edited(self, written: str) -> Iterator[Typed]:
        for word, slip in _one_slip(written):
            # Of words of two characters only the look of one is believed.
            if word in self._words.counts and len(word) > (1 if slip == "shape" else 2):
                yield word, slip
        if len(written) > 1:
            for word in self._words.near(written, len(written) + 1):
                if one_edit(written, word):
                    yield word, "missing"

    def _latin(self, written: str) -> Iterator[Typed]:
        if len(written) < MIN_LATIN:
            return
        for length in range(len(written) - 1, len(written) + 2):
            for word in self._words.near(written, length):
                # The first letter is seldom missed, and many short names differ in it alone.
                if word[0] == written[0] and len(word) > MIN_LATIN and word.isascii() and one_edit(written, word):
                    yield word, "key"


@lru_cache(maxsize=4_096)
def _one_slip(written: str) -> Sequence[Typed]:
    # The shop's vocabulary and the trade's are asked in turn.
    return tuple(_slipped(written))


def _slipped(written: str) -> Iterator[Typed]:
    """What becomes of ``written`` without one slip that left every character there."""
    for at in range(1, len(written)):
        before, after = written[: at - 1], written[at + 1 :]
        first, second = written[at - 1], written[at]
        yield before + second + first + after, "swap"
        if first == second:
            yield before + first + after, "twice"
        # At an end the character may belong to the next word.
        elif after and written.count(second) > 1:
            yield before + first + after, "extra"
    for at, character in enumerate(written):
        for other in LOOK_ALIKE.get(character, ()):
            yield written[:at] + other + written[at + 1 :], "shape"
