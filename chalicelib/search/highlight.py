"""Where a query's words stand in a text as the shopper wrote it and as the shop shows it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.search.text import HAN, fold_characters

_HAN_WORD = re.compile(rf"[{HAN}]+")
_JOINER = r"[-_./+]?"
_GAP = r"[ \-_./+]*"
_LATIN = re.compile(r"[a-z0-9]+")
_SCRIPT_RUN = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9]+")


class MatchLevel(StrEnum):
    """How many of the query's words stand in the text."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Highlight:
    """``value`` is the raw text with tags around what matched, not escaped."""

    value: str
    level: MatchLevel
    matched_words: tuple[str, ...]
    is_whole: bool


def highlight(text: str, words: Sequence[str], before: str, after: str) -> Highlight:
    """Mark ``words`` (a query's, folded) in ``text``. A Han word that is not there as a whole is marked where two or more of
    its neighbouring characters are."""
    folded, origins = fold_characters(text)
    marked = [False] * len(text)
    matched = []
    for word in words:
        spans = list(_spans(word, folded))
        if spans:
            matched.append(word)
        for start, end in spans or _partial_spans(word, folded):
            for position in range(origins[start], origins[end - 1] + 1):
                marked[position] = True
    level = MatchLevel.FULL if matched and len(matched) == len(words) else MatchLevel.PARTIAL
    if not any(marked):
        level = MatchLevel.NONE
    return Highlight(_tagged(text, marked, before, after), level, tuple(matched), bool(text) and all(marked))


def _spans(word: str, folded: str) -> Iterable[tuple[int, int]]:
    if _HAN_WORD.fullmatch(word):
        pattern = re.escape(word)
    else:
        # A code is found however it is spaced, but not inside a longer word or number.
        pattern = _GAP.join(_JOINER.join(map(re.escape, run)) for run in _SCRIPT_RUN.findall(word))
        if _LATIN.match(word):
            pattern = (r"(?<![a-z])" if word[0].isalpha() else r"(?<![0-9.])") + pattern
        pattern += r"(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else ""
        pattern += r"(?![0-9])" if word[-1].isdigit() else ""
    return (found.span() for found in re.finditer(pattern, folded))


def _partial_spans(word: str, folded: str) -> Iterable[tuple[int, int]]:
    if not _HAN_WORD.fullmatch(word):
        return
    for at in range(len(word) - 1):
        yield from _spans(word[at : at + 2], folded)


def _tagged(text: str, marked: Sequence[bool], before: str, after: str) -> str:
    parts: list[str] = []
    inside = False
    for character, is_marked in zip(text, marked, strict=True):
        if is_marked is not inside:
            parts.append(before if is_marked else after)
            inside = is_marked
        parts.append(character)
    if inside:
        parts.append(after)
    return "".join(parts)
