"""Inverted lists of one view: which documents hold a token and how often, and how long each document is."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator

from chalicelib.adapters.embedded import bits
from chalicelib.adapters.embedded.lengths import stored_length
from chalicelib.search import BM25_B, BM25_K1

_KEPT_SHARE = 1024
"""Sets of tokens held by more than 1/1024 of the documents are kept once they were asked for, rarer ones made anew: at
100,000 documents a set is 12.5 KB, and making one of 100 takes no longer than reading a kept one."""

_Holders = dict[str, dict[int, int]]


class Postings:
    """Token -> {document number: how often}; kept exact under deletion, as Lucene is once its segments are merged."""

    def __init__(self) -> None:
        self._lists: _Holders = {}
        self._repeats: _Holders = {}
        self._lengths: dict[int, int] = {}
        self._tokens = 0
        # The extremes there ever were: too wide ones only loosen a bound.
        self._shortest: int | None = None
        self._most: dict[str, int] = {}
        self._holding, self._repeating = _Sets(self._lists), _Sets(self._repeats)

    def add(self, number: int, tokens: Collection[str]) -> None:
        """Index ``tokens`` as the field of document ``number``."""
        for token, count in Counter(tokens).items():
            self._lists.setdefault(token, {})[number] = count
            self._holding.toggle(token, number)
            if count > 1:
                self._repeats.setdefault(token, {})[number] = count
                self._repeating.toggle(token, number)
                self._most[token] = max(count, self._most.get(token, 0))
        self._lengths[number] = len(tokens)
        self._tokens += len(tokens)
        if self._shortest is None or len(tokens) < self._shortest:
            self._shortest = len(tokens)

    def remove(self, number: int, tokens: Collection[str]) -> None:
        """Undo ``add`` with the same arguments."""
        for token in set(tokens):
            for lists, sets in ((self._lists, self._holding), (self._repeats, self._repeating)):
                holders = lists.get(token)
                if holders and holders.pop(number, 0):
                    sets.toggle(token, number)
                    if not holders:
                        del lists[token]
        del self._lengths[number]
        self._tokens -= len(tokens)

    def holders(self, token: str) -> int:
        """The set of documents that hold ``token``."""
        return self._holding.get(token, len(self._lengths))

    def counts(self, tokens: Iterable[str], among: Collection[int]) -> dict[int, int]:
        """How many of the distinct ``tokens`` each document ``among`` holds."""
        found = dict.fromkeys(among, 0)
        for token in tokens:
            holders = self._lists.get(token, {})
            for number in among if len(among) <= len(holders) else holders.keys() & found.keys():
                if number in holders:
                    found[number] += 1
        return found

    def bounds(self, tokens: Iterable[str], weight: float) -> Iterator[tuple[int, float]]:
        """Sets of documents, and what ``score`` adds to a member at most: the bounds of all sets it is in, summed."""
        if not self._lengths:
            return
        norm = _Norms(self._tokens / len(self._lengths))[self._shortest or 0]
        for token in tokens:
            if not (holders := self._lists.get(token)):
                continue
            gain = weight * self._idf(len(holders))
            yield self.holders(token), gain / (1 + norm)
            if most := self._most.get(token, 0):
                yield self._repeating.get(token, len(self._lengths)), gain * (most / (most + norm) - 1 / (1 + norm))

    def score(self, tokens: Iterable[str], weight: float, among: Collection[int], scores: dict[int, float]) -> None:
        """Add ``weight`` times the BM25 of ``tokens`` to the ``scores`` of the documents ``among``.

        Lucene's formula (``BM25Similarity`` without the constant factor k1 + 1):
        idf * tf / (tf + k1 * (1 - b + b * length / average)), idf = ln(1 + (N - df + .5) / (df + .5)), where N counts
        the documents that have the field at all.
        """
        if not self._lengths:
            return
        norms, lengths = _Norms(self._tokens / len(self._lengths)), self._lengths
        normed = [(number, norms[lengths[number]]) for number in among if number in lengths]
        for token in tokens:
            if not (holders := self._lists.get(token)):
                continue
            gain = weight * self._idf(len(holders))
            if len(holders) < len(normed):
                for number in holders.keys() & scores.keys():
                    count = holders[number]
                    scores[number] += gain * count / (count + norms[lengths[number]])
                continue
            for number, norm in normed:
                if number in holders:
                    count = holders[number]
                    scores[number] += gain * count / (count + norm)

    def _idf(self, holding: int) -> float:
        return math.log(1 + (len(self._lengths) - holding + 0.5) / (holding + 0.5))


class _Norms(dict[int, float]):
    """k1 * (1 - b + b * length / average) by length."""

    def __init__(self, average: float) -> None:
        super().__init__()
        self._average = average

    def __missing__(self, length: int) -> float:
        norm = BM25_K1 * (1 - BM25_B + BM25_B * stored_length(length) / self._average)
        self[length] = norm
        return norm


class _Sets:
    """The holders of tokens as sets, made when they are asked for; those of frequent tokens are kept and mended."""

    def __init__(self, lists: _Holders) -> None:
        self._lists = lists
        self._kept: dict[str, int] = {}
        self._toggled: dict[str, list[int]] = defaultdict(list)

    def toggle(self, token: str, number: int) -> None:
        """``number`` has come, or has gone."""
        if token in self._kept:
            self._toggled[token].append(number)

    def get(self, token: str, documents: int) -> int:
        kept = self._kept.get(token)
        if kept is None:
            found = self._lists.get(token, {})
            made = bits.of_numbers(found)
            if len(found) * _KEPT_SHARE > documents:
                self._kept[token] = made
            return made
        if toggled := self._toggled.pop(token, None):
            # A document that came and went meanwhile stands in the list twice.
            kept ^= bits.of_numbers([number for number, times in Counter(toggled).items() if times % 2])
            self._kept[token] = kept
        return kept
