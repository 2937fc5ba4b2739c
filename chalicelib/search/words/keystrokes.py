"""What was typed on a keyboard and never became Han: whole and half pinyin, initials, slips of the finger and of the hand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from chalicelib.search.text import HAN
from chalicelib.search.words.slips import shifted, slips
from chalicelib.search.words.vocabulary import Vocabulary

MIN_LETTERS = 5
"""Four letters are as often an English word."""
MAX_LETTERS = 24
MIN_SYLLABLES = 3
"""Of words that are typed as initials: two of those fit too many words."""
DOMINANCE = 2.0
"""The likeliest of several words with one key must be said so many times as often as the next."""
MAX_PARSES = 400
_PART = re.compile(rf"[{HAN}]|[a-z]+")
_HAN_ONLY = re.compile(rf"[{HAN}]")
_CURLED = ("zh", "ch", "sh")
Typed = tuple[str, str]
"""A word and the slip that made what was typed of it."""


class Keystrokes:
    """Reads letters by one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = vocabulary

    def whole(self, letters: str) -> Typed | None:
        """What a query of ``letters`` alone was meant to be, the commonest slip first."""
        if (
            not MIN_LETTERS <= len(letters) <= MAX_LETTERS
            or letters in self._words.counts
            or self._words.typed(letters)
        ):
            return None
        if words := list(self._words.typed_from(letters)):
            return self._likeliest(words), "half"
        if words := [word for other in slips(letters) for word in self._words.typed(other)]:
            return self._likeliest(words), "key"
        if word := self._dominant(self._spelt([letters])):
            return word, "initials"
        if words := [word for other in shifted(letters) for word in self._words.typed(other)]:
            return self._likeliest(words), "hand"
        return None

    def inside(self, letters: str) -> Iterator[Typed]:
        """What one run of ``letters`` among Han may be."""
        yield from ((word, "pinyin") for word in self._words.typed(letters))
        if len(letters) >= MIN_LETTERS and (found := self.whole(letters)):
            yield found

    def mixed(self, written: str) -> Iterator[Typed]:
        """What Han with letters among them may be: ``连衣qun``, ``lian衣裙``, ``连yq``."""
        parts = _PART.findall(written)
        runs = [part for part in parts if not _HAN_ONLY.fullmatch(part)]
        if "".join(parts) != written or all(len(run) == 1 for run in runs):
            return
        is_whole = all(run in self._words.syllables for run in runs)
        # An input method leaves initials behind at the end; before Han, letters that are no syllable are a name or a size.
        if not is_whole and (not _HAN_ONLY.fullmatch(parts[0]) or any(self._words.has(run) for run in runs)):
            return
        for word in self._spelt(parts):
            yield word, "pinyin" if is_whole else "initials"

    def _spelt(self, parts: Sequence[str]) -> Iterable[str]:
        """Words that ``parts`` write: a Han character as it is, letters as syllables or their initials."""
        found: dict[str, None] = {}
        for pieces in islice(self._parses(parts), MAX_PARSES):
            if not any(len(piece) > 1 or _HAN_ONLY.fullmatch(piece) for piece in pieces):
                continue
            key = "".join(self._initial(piece) for piece in pieces)
            if len(pieces) < MIN_SYLLABLES and any(len(piece) == 1 and piece.isascii() for piece in pieces):
                continue
            found.update((word, None) for word in self._words.with_initials(key) if self._fits(word, pieces))
        return found

    def _parses(self, parts: Sequence[str]) -> Iterator[tuple[str, ...]]:
        if not parts:
            yield ()
            return
        first, rest = parts[0], parts[1:]
        if _HAN_ONLY.fullmatch(first):
            yield from ((first, *others) for others in self._parses(rest))
            return
        for width in range(min(6, len(first)), 0, -1):
            piece, left = first[:width], first[width:]
            if width == 1 or piece in _CURLED or piece in self._words.syllables:
                yield from ((piece, *others) for others in self._parses([left, *rest] if left else rest))

    def _initial(self, piece: str) -> str:
        return self._words.first_letter(piece) if _HAN_ONLY.fullmatch(piece) else piece[0]

    def _fits(self, word: str, pieces: Sequence[str]) -> bool:
        if len(word) != len(pieces):
            return False
        return all(
            piece in (character, syllable) or (_is_initial(piece) and syllable.startswith(piece))
            for piece, character, syllable in zip(pieces, word, self._words.spoken(word), strict=False)
        )

    def _dominant(self, words: Iterable[str]) -> str | None:
        ranked = sorted(words, key=self._words.rank, reverse=True)[:2]
        if len(ranked) == 2 and self._words.counts[ranked[0]] < DOMINANCE * self._words.counts[ranked[1]]:
            return None
        return ranked[0] if ranked else None

    def _likeliest(self, words: Iterable[str]) -> str:
        return max(words, key=self._words.rank)


def _is_initial(piece: str) -> bool:
    return len(piece) == 1 or piece in _CURLED
