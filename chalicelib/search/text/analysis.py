"""Several views of one text. Both engines index these tokens as they are, so neither has a tokenizer to disagree about."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.search.text.folding import fold
from chalicelib.search.text.protected import HAN, MAX_TOKEN_CHARACTERS, Kind, Piece, pieces

if TYPE_CHECKING:
    from chalicelib.search.ports import Segmenter

ANALYSIS_VERSION = 2
"""Raise it when any rule of this package changes: an index and a plan must come from the same rules."""

_RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[^\W_{HAN}]+)")
_WORD_CHARACTER = re.compile(r"[^\W_]")
_ALNUM_STRETCH = re.compile(r"[a-z0-9]+(?:[ \-_./+]+[a-z0-9]+)*")
MAX_CODE_RUNS = 4
"""Neighbouring runs of letters and digits that may form one code (rtx 4090 ti is three)."""
_SCRIPT_RUN = re.compile(r"[a-z]+|[0-9]+")
_JOINED_STRETCH = re.compile(r"[a-z0-9]+(?:[-_./+][a-z0-9]+)*")
GRAM = 3
"""Characters of a gram: what Latin brand names have instead of a dictionary (``acorn`` is found in ``acornbiscuits``)."""


@dataclass(frozen=True, slots=True)
class Views:
    """Tokens of one text: ``words`` as segmented; ``characters`` one per Han character and one per word of other
    scripts; ``bigrams`` of neighbouring Han characters; ``lattice`` every dictionary word inside (distinct);
    ``codes`` model codes without their joiners; ``code_forms`` what a code in a query may find here: 尼康 Z6 2 is found by
    z62, iphone15pro by iphone15; ``grams`` every three neighbouring letters or digits of a stretch of them, joiners left
    out. The first three and the grams keep repetitions and order."""

    words: tuple[str, ...]
    characters: tuple[str, ...]
    bigrams: tuple[str, ...]
    lattice: tuple[str, ...]
    codes: tuple[str, ...]
    code_forms: tuple[str, ...]
    grams: tuple[str, ...]


class Analyser:
    """Makes views. ``signature`` names everything the tokens depend on."""

    def __init__(self, segmenter: "Segmenter") -> None:
        self._segmenter = segmenter
        self.signature = f"{segmenter.signature}+{ANALYSIS_VERSION}"

    def views(self, text: str) -> Views:
        """All views of ``text`` as a shopper wrote it."""
        folded = fold(text)
        parts = list(pieces(folded))
        words: list[str] = []
        characters: list[str] = []
        bigrams: list[str] = []
        lattice: list[str] = []
        for part in parts:
            if part.kind is Kind.TEXT:
                words += _words(self._segmenter.cut(part.text))
                lattice += _words(self._segmenter.lattice(part.text))
                _add_runs(part.text, characters, bigrams)
            elif part.kind is Kind.COUNT:
                words += _words(self._segmenter.cut(part.token))
                lattice += _words([*self._segmenter.lattice(part.token), *self._segmenter.lattice(part.text)])
                _add_runs(part.token, characters, bigrams)
            else:
                words.append(part.token)
                lattice += self._inside(part)
                inner = _protected_characters(part)
                characters += inner
                bigrams += inner
        codes = tuple(dict.fromkeys(part.token for part in parts if part.kind is Kind.CODE))
        distinct = tuple(dict.fromkeys(lattice))
        forms = tuple(dict.fromkeys((*codes, *_code_forms(folded))))
        grams = tuple(_grams(folded))
        return Views(tuple(words), tuple(characters), tuple(bigrams), distinct, codes, forms, grams)

    def words(self, text: str) -> list[str]:
        """The words of ``text`` only."""
        return [word for part in pieces(fold(text)) for word in self._words_of(part)]

    def _words_of(self, part: Piece) -> list[str]:
        return _words(self._segmenter.cut(part.token)) if part.kind in (Kind.TEXT, Kind.COUNT) else [part.token]

    def _inside(self, part: Piece) -> list[str]:
        """What a protected piece is found by besides its one spelling: 毫安 in 10000毫安, iphone in iphone15pro."""
        return [part.token, *_words(self._segmenter.lattice(part.text)), *_SCRIPT_RUN.findall(part.text)]


def _words(tokens: Iterable[str]) -> list[str]:
    return [token.strip()[:MAX_TOKEN_CHARACTERS] for token in tokens if _WORD_CHARACTER.search(token)]


def _protected_characters(part: Piece) -> list[str]:
    # Runs of letters and of digits apart: a title says iPhone 15, a query iphone15. On 1,500 queries made of a code and a
    # word of a known title, MRR@10 .817 -> .893 as written and .385 -> .883 with the code spaced otherwise.
    return [part.token] if part.kind is Kind.QUANTITY else _SCRIPT_RUN.findall(part.text)


def _code_forms(folded: str) -> Iterator[str]:
    for stretch in _ALNUM_STRETCH.findall(folded):
        runs = _SCRIPT_RUN.findall(stretch)
        for first in range(len(runs)):
            for after in range(first + 1, min(first + MAX_CODE_RUNS, len(runs)) + 1):
                form = "".join(runs[first:after])
                if not form.isdigit():
                    yield form[:MAX_TOKEN_CHARACTERS]


def _grams(folded: str) -> Iterator[str]:
    for stretch in _JOINED_STRETCH.findall(folded):
        joined = "".join(_SCRIPT_RUN.findall(stretch))
        yield from (joined[at : at + GRAM] for at in range(max(1, len(joined) - GRAM + 1)))


def _add_runs(text: str, characters: list[str], bigrams: list[str]) -> None:
    for run in _RUN.finditer(text):
        if word := run["word"]:
            characters.append(word[:MAX_TOKEN_CHARACTERS])
            bigrams.append(word[:MAX_TOKEN_CHARACTERS])
            continue
        han = run["han"]
        characters.extend(han)
        bigrams.extend([han] if len(han) == 1 else [han[at : at + 2] for at in range(len(han) - 1)])
