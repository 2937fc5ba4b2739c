"""What a query says, before any engine is asked; every step is kept for the answer's trace."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.search.text import Analyser, fold

MAX_QUERY_TOKENS = 64
"""Distinct tokens of each view that count: Lucene refuses queries of over 1,024 clauses, and no shopper types as many."""

_LATIN_QUERY = re.compile(r"[a-z][a-z0-9 '’\-]*")
_BETWEEN_SYLLABLES = re.compile(r"[ '’\-]+")
MIN_LATIN_KEY = 2


@dataclass(frozen=True, slots=True)
class Understood:
    """The distinct tokens of a query by view. ``latin_keys`` are what pinyin is compared with: none unless the query is
    Latin; the first one is the whole query in one word."""

    query: str
    folded: str
    analysis: str
    words: tuple[str, ...]
    characters: tuple[str, ...]
    bigrams: tuple[str, ...]
    codes: tuple[str, ...]
    latin_keys: tuple[str, ...]

    def trace(self) -> Mapping[str, Any]:
        """The steps, for the answer."""
        return {
            "query": self.query,
            "folded": self.folded,
            "words": self.words,
            "codes": self.codes,
            "pinyin": self.latin_keys,
            "analysis": self.analysis,
        }


def understand(query: str, analyser: Analyser) -> Understood:
    """``query`` as tokens. A query of nothing but punctuation has none and is treated as an empty one."""
    folded = fold(query).strip()
    views = analyser.views(query)
    return Understood(
        query=query,
        folded=folded,
        analysis=analyser.signature,
        words=_distinct(views.words),
        characters=_distinct(views.characters),
        bigrams=_distinct(views.bigrams),
        codes=_distinct(views.codes),
        latin_keys=_latin_keys(folded),
    )


def _latin_keys(folded: str) -> tuple[str, ...]:
    if not _LATIN_QUERY.fullmatch(folded):
        return ()
    parts = [part for part in _BETWEEN_SYLLABLES.split(folded) if len(part) >= MIN_LATIN_KEY]
    whole = _BETWEEN_SYLLABLES.sub("", folded)
    return _distinct((whole, *parts)) if len(whole) >= MIN_LATIN_KEY else ()


def _distinct(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tokens))[:MAX_QUERY_TOKENS]
