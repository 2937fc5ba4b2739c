"""Where a query's words stand in a text as the shopper wrote it and as the shop shows it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from chalicelib.search.text import HAN, fold_characters, sound_spans

_HAN_WORD = re.compile(rf"[{HAN}]+")
_JOINER = r"[-_./+]?"
_GAP = r"[ \-_./+]*"
_LATIN = re.compile(r"[a-z0-9]+")
_SCRIPT_RUN = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9]+")
_HAN_CHARACTERS_PER_WORD = 2
_PAIR = 2
_SNIPPET_WORD = re.compile(rf"[{HAN}]{{1,{_HAN_CHARACTERS_PER_WORD}}}|[^\W{HAN}]+")
_LEAD_SHARE = 3


class MatchLevel(StrEnum):
    """How many of the query's words stand in the text."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to mark: a query's ``words`` (folded), what they sound like (``sounds``: pinyin and initials, of Latin queries),
    and words that mean the same (``alike``)."""

    words: Sequence[str]
    sounds: Sequence[str] = ()
    alike: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Highlight:
    """``value`` is the raw text with tags around what matched, not escaped."""

    value: str
    level: MatchLevel
    matched_words: tuple[str, ...]
    is_whole: bool


def highlight(text: str, wanted: Wanted | Sequence[str], before: str, after: str) -> Highlight:
    """Mark ``wanted`` (words alone will do) in ``text``. A Han word that is not there as a whole is marked where two or more
    of its neighbouring characters are."""
    return _shown(text, *_marks(text, _wanted(wanted)), (before, after), (0, len(text)), "")


def snippet(
    text: str, wanted: Wanted | Sequence[str], before: str, after: str, most_words: int, ellipsis: str
) -> Highlight:
    """The part of ``text`` of at most ``most_words`` words with most of what is wanted in it, marked; ``ellipsis`` stands
    where text was cut. A word is a run of letters and digits or two Han characters."""
    marked, level, matched = _marks(text, _wanted(wanted))
    return _shown(text, marked, level, matched, (before, after), _window(text, marked, most_words), ellipsis)


def _wanted(given: Wanted | Sequence[str]) -> Wanted:
    return given if isinstance(given, Wanted) else Wanted(given)


def _marks(text: str, wanted: Wanted) -> tuple[bytearray, MatchLevel, tuple[str, ...]]:
    """For each character 1 where it is to be marked, else 0."""
    folded, origins = _folded(text)
    marked = bytearray(len(text))
    matched = []
    for word in wanted.words:
        if _mark(marked, _spans(word, folded), origins):
            matched.append(word)
        else:
            _mark(marked, _partial_spans(word, folded), origins)
    for word in wanted.alike:
        _mark(marked, _spans(word, folded), origins)
    # What is written out needs no sound, and sounds are dear to look up.
    sounds = wanted.sounds if len(matched) < len(wanted.words) else ()
    heard = _mark(marked, [span for key in sounds for span in sound_spans(folded, key)], origins)
    if heard and not matched:
        matched = list(wanted.words)
    level = MatchLevel.FULL if matched and len(matched) == len(wanted.words) else MatchLevel.PARTIAL
    return marked, level if 1 in marked else MatchLevel.NONE, tuple(matched)


def _mark(marked: bytearray, spans: Iterable[tuple[int, int]], origins: Sequence[int]) -> bool:
    """Mark ``spans`` of the folded text where they come from; whether there were any."""
    is_any = False
    for start, end in spans:
        is_any = True
        first, last = origins[start], origins[end - 1]
        marked[first : last + 1] = b"\x01" * (last + 1 - first)
    return is_any


@lru_cache(maxsize=4_096)
def _folded(text: str) -> tuple[str, Sequence[int]]:
    # Brands, categories and tags come again on every page of hits.
    return fold_characters(text)


def _spans(word: str, folded: str) -> Iterable[tuple[int, int]]:
    pattern = _pattern(word)
    return _places(word, folded) if pattern is None else (found.span() for found in pattern.finditer(folded))


def _places(word: str, folded: str) -> Iterator[tuple[int, int]]:
    at = folded.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = folded.find(word, at + len(word))


@lru_cache(maxsize=1_024)
def _pattern(word: str) -> re.Pattern[str] | None:
    """How ``word`` may be written; None for a Han one, which is written one way."""
    if _HAN_WORD.fullmatch(word):
        return None
    # A code is found however it is spaced, but not inside a longer word or number.
    pattern = _GAP.join(_JOINER.join(map(re.escape, run)) for run in _SCRIPT_RUN.findall(word))
    if _LATIN.match(word):
        pattern = (r"(?<![a-z])" if word[0].isalpha() else r"(?<![0-9.])") + pattern
    pattern += r"(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else ""
    pattern += r"(?![0-9])" if word[-1].isdigit() else ""
    return re.compile(pattern)


def _partial_spans(word: str, folded: str) -> Iterator[tuple[int, int]]:
    if len(word) > _PAIR and _pattern(word) is None:
        for at in range(len(word) - 1):
            yield from _places(word[at : at + _PAIR], folded)


def _window(text: str, marked: bytearray, most_words: int) -> tuple[int, int]:
    words = [found.span() for found in _SNIPPET_WORD.finditer(text)]
    if len(words) <= most_words:
        return 0, len(text)
    weights = [sum(marked[start:end]) for start, end in words]
    best = max(range(len(words) - most_words + 1), key=lambda at: (sum(weights[at : at + most_words]), -at))
    # What matched is read more easily with a few words before it.
    first = next((at for at in range(best, best + most_words) if weights[at]), best)
    best = max(0, min(best, first - most_words // _LEAD_SHARE))
    last = best + most_words - 1
    start = 0 if best == 0 else words[best][0]
    return start, len(text) if last == len(words) - 1 else words[last][1]


def _shown(
    text: str,
    marked: bytearray,
    level: MatchLevel,
    matched: tuple[str, ...],
    tags: tuple[str, str],
    window: tuple[int, int],
    ellipsis: str,
) -> Highlight:
    start, end = window
    value = _tagged(text[start:end], marked[start:end], *tags)
    value = (ellipsis if start > 0 else "") + value + (ellipsis if end < len(text) else "")
    return Highlight(value, level, matched, bool(text) and 0 not in marked)


def _tagged(text: str, marked: bytearray, before: str, after: str) -> str:
    parts = []
    end = 0
    while (start := marked.find(1, end)) >= 0:
        parts += [text[end:start], before]
        end = marked.find(0, start)
        end = len(text) if end < 0 else end
        parts += [text[start:end], after]
    parts.append(text[end:])
    return "".join(parts)
