"""What plain set-ups reach on the same titles and queries: BM25 of five kinds of tokens, and the best simple mix of them.

The plain ones have BM25's usual k1 1.2 and b 0.75; the mix has k1 0.4 and b 0.3, characters 1.0, bigrams and words 0.4 each,
times 1 + the share of the query's distinct characters found.
"""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import rjieba

from chalicelib.search.text import fold

WORDS, SEARCH_MODE, BIGRAMS, CHARACTERS = "jieba's words", "jieba's search mode", "bigrams", "characters"
MIX = "the simple mix"
_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_TOKEN = re.compile(r"\w")


class PlainBm25:
    """BM25 of one kind of tokens, nothing else."""

    def __init__(self, tokens: Mapping[str, Sequence[str]], k1: float = 1.2, b: float = 0.75) -> None:
        self._lengths = {name: len(each) for name, each in tokens.items()}
        self._average = sum(self._lengths.values()) / max(1, len(tokens))
        self._k1, self._b = k1, b
        self._postings: dict[str, dict[str, int]] = defaultdict(dict)
        for name, each in tokens.items():
            for token, count in Counter(each).items():
                self._postings[token][name] = count

    def scores(self, tokens: Iterable[str]) -> dict[str, float]:
        """The score of each name that holds a token."""
        scores: dict[str, float] = defaultdict(float)
        for token in dict.fromkeys(tokens):
            found = self._postings.get(token, {})
            idf = math.log(1 + (len(self._lengths) - len(found) + 0.5) / (len(found) + 0.5))
            for name, count in found.items():
                norm = self._k1 * (1 - self._b + self._b * self._lengths[name] / self._average)
                scores[name] += idf * count / (count + norm)
        return scores

    def rank(self, tokens: Iterable[str], depth: int) -> list[str]:
        """The best ``depth`` names for a query of ``tokens``; equal ones by name."""
        return _best(self.scores(tokens), depth)

    def held(self, tokens: Sequence[str]) -> Counter[str]:
        """How many of the distinct ``tokens`` each name holds."""
        return Counter(name for token in dict.fromkeys(tokens) for name in self._postings.get(token, {}))


def _runs(text: str) -> list[str]:
    return _RUN.findall(fold(text))


def _characters(text: str) -> list[str]:
    return [token for run in _runs(text) for token in ([run] if run[0].isascii() else run)]


def _bigrams(text: str) -> list[str]:
    return [
        token
        for run in _runs(text)
        for token in ([run] if run[0].isascii() or len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)])
    ]


def _words(text: str) -> list[str]:
    return [word for word in rjieba.cut(fold(text), False) if _TOKEN.search(word)]


def _search_mode(text: str) -> list[str]:
    return [word for word in rjieba.cut_for_search(fold(text), False) if _TOKEN.search(word)]


_TOKENS: Mapping[str, Callable[[str], list[str]]] = {
    WORDS: _words,
    SEARCH_MODE: _search_mode,
    BIGRAMS: _bigrams,
    CHARACTERS: _characters,
}
_WEIGHTS = {CHARACTERS: 1.0, BIGRAMS: 0.4, WORDS: 0.4}


def baseline_rankings(
    titles: Mapping[str, str], queries: Mapping[str, str], depth: int
) -> dict[str, dict[str, list[str]]]:
    """Per baseline and query the best ``depth`` names, equal ones by name."""
    tokens = {kind: {name: cut(title) for name, title in titles.items()} for kind, cut in _TOKENS.items()}
    plain = {kind: PlainBm25(each) for kind, each in tokens.items()}
    rankings = {
        kind: {query: plain[kind].rank(cut(text), depth) for query, text in queries.items()}
        for kind, cut in _TOKENS.items()
    }
    tuned = {kind: PlainBm25(tokens[kind], 0.4, 0.3) for kind in _WEIGHTS}
    rankings[MIX] = {query: _best(_mixed(tuned, text), depth) for query, text in queries.items()}
    return rankings


def _mixed(views: Mapping[str, PlainBm25], text: str) -> dict[str, float]:
    total: dict[str, float] = defaultdict(float)
    for kind, weight in _WEIGHTS.items():
        for name, score in views[kind].scores(_TOKENS[kind](text)).items():
            total[name] += weight * score
    characters = dict.fromkeys(_characters(text))
    shares = {name: count / len(characters) for name, count in views[CHARACTERS].held(list(characters)).items()}
    return {name: score * (1 + shares.get(name, 0.0)) for name, score in total.items()}


def _best(scores: Mapping[str, float], depth: int) -> list[str]:
    return heapq.nsmallest(depth, scores, key=lambda name: (-scores[name], name))
