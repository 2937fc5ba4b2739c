"""Inverted lists of one view: which documents hold a token and how often, and how long each document is."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from chalicelib.adapters.embedded.lengths import stored_length
from chalicelib.search import BM25_B, BM25_K1


class Postings:
    """Token -> {document number: how often}; kept exact under deletion, as Lucene is once its segments are merged."""

    def __init__(self) -> None:
        self._lists: dict[str, dict[int, int]] = {}
        self._lengths: dict[int, int] = {}
        self._tokens = 0

    def add(self, number: int, tokens: Collection[str]) -> None:
        """Index ``tokens`` as the field of document ``number``."""
        for token, count in Counter(tokens).items():
            self._lists.setdefault(token, {})[number] = count
        self._lengths[number] = len(tokens)
        self._tokens += len(tokens)

    def remove(self, number: int, tokens: Collection[str]) -> None:
        """Undo ``add`` with the same arguments."""
        for token in set(tokens):
            holders = self._lists[token]
            del holders[number]
            if not holders:
                del self._lists[token]
        del self._lengths[number]
        self._tokens -= len(tokens)

    def matches(self, tokens: Iterable[str]) -> dict[int, int]:
        """How many of the distinct ``tokens`` each document holds, for those that hold any."""
        found: dict[int, int] = defaultdict(int)
        for token in tokens:
            for number in self._lists.get(token, ()):
                found[number] += 1
        return found

    def score(self, tokens: Iterable[str], weight: float, among: Collection[int], scores: dict[int, float]) -> None:
        """Add ``weight`` times the BM25 of ``tokens`` to the ``scores`` of the documents ``among``.

        Lucene's formula (``BM25Similarity`` without the constant factor k1 + 1):
        idf * tf / (tf + k1 * (1 - b + b * length / average)), idf = ln(1 + (N - df + .5) / (df + .5)), where N counts
        the documents that have the field at all.
        """
        if not self._lengths:
            return
        average = self._tokens / len(self._lengths)
        norms = _Norms(average)
        for token in tokens:
            holders = self._lists.get(token)
            if holders:
                gain = weight * math.log(1 + (len(self._lengths) - len(holders) + 0.5) / (len(holders) + 0.5))
                self._add(holders, gain, norms, among, scores)

    def _add(
        self, holders: Mapping[int, int], gain: float, norms: "_Norms", among: Collection[int], scores: dict[int, float]
    ) -> None:
        lengths = self._lengths
        if len(holders) <= len(among):
            for number, count in holders.items():
                if number in scores:
                    scores[number] += gain * count / (count + norms[lengths[number]])
            return
        for number in among:
            if count := holders.get(number, 0):
                scores[number] += gain * count / (count + norms[lengths[number]])


class _Norms(dict[int, float]):
    """k1 * (1 - b + b * length / average) by length."""

    def __init__(self, average: float) -> None:
        super().__init__()
        self._average = average

    def __missing__(self, length: int) -> float:
        norm = BM25_K1 * (1 - BM25_B + BM25_B * stored_length(length) / self._average)
        self[length] = norm
        return norm
