"""Meaning: titles and queries as vectors, and the first window of a lexical answer put into a better order by them.

    score of a hit = lexical score x (1 + ``WEIGHT`` x z),  z = (cosine - mean) / spread over the window

Only the order of the first ``WINDOW`` hits changes: what is found, totals and facets stay lexical, and so does everything
when the encoder is absent, fails or is slow.
"""

import math
import time
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from operator import mul
from statistics import fmean, pstdev
from typing import Any, TypeVar

from chalicelib.core.errors import ZhaohuiError
from chalicelib.core.telemetry import logger
from chalicelib.search.document import Document, Meaning
from chalicelib.search.found import Found, FoundHit, Nearness, Write
from chalicelib.search.plan import Plan, Sort
from chalicelib.search.ports import ProductIndex, SemanticEncoder
from chalicelib.search.text import fold
from chalicelib.search.understanding import Understood

WINDOW = 200
WEIGHT = 0.12
"""MRR@10 on the development queries is flat from .08 to .16 (.850; without meaning .836). Chosen by folds (40 times
five) it is .851; when z was added in shares of the best score it was .841, by ranks (RRF) .834."""
MIN_SPREAD = 0.01
"""A usual window spreads by .014, none of many by less than .007: among titles that all mean the same, chance is not blown up."""
_INT8 = 127
_TITLES_AT_ONCE = 32
_TITLES_KEPT = 10_000
_QUERIES_KEPT = 1_000

_Value = TypeVar("_Value")


def text_for_meaning(text: str) -> str:
    """What is encoded of a title or query: Traditional and capitals must not move a vector."""
    return fold(text).strip()


def compact(encoder: str, vector: Sequence[float]) -> Meaning:
    """``vector`` as int8 (cosines change by less than .001). Raises ``ValueError`` for one without a direction."""
    length = math.hypot(*vector)
    largest = max((abs(each) for each in vector), default=0.0)
    if not length or not math.isfinite(length):
        raise ValueError("a vector must have a finite length above 0")
    values = array("b", (round(each / largest * _INT8) for each in vector))
    return Meaning(encoder, values.tobytes(), largest / length / _INT8)


def cosine(query: Sequence[float], title: Meaning) -> float:
    """The cosine of ``query``, a vector of length 1, and a title."""
    product: float = sum(map(mul, query, array("b", title.values)))
    return product * title.scale


def rerank(hits: Sequence[FoundHit], query: Sequence[float], encoder: str) -> list[FoundHit]:
    """``hits``, best first, in their order with meaning; one without a vector of ``encoder`` counts as average."""
    query = list(query)
    known = {at: _meaning(hit, encoder, len(query)) for at, hit in enumerate(hits)}
    cosines = {at: cosine(query, meaning) for at, meaning in known.items() if meaning}
    if len(cosines) < 2:
        return list(hits)
    mean, spread = fmean(cosines.values()), max(pstdev(cosines.values()), MIN_SPREAD)
    moved = []
    for at, hit in enumerate(hits):
        if at in cosines:
            added = hit.score * WEIGHT * (cosines[at] - mean) / spread
            hit = replace(hit, score=hit.score + added, nearness=Nearness(cosines[at], added))
        moved.append(hit)
    return sorted(moved, key=lambda hit: -hit.score)


def _meaning(hit: FoundHit, encoder: str, size: int) -> Meaning | None:
    known = hit.meaning
    return known if known and known.encoder == encoder and len(known.values) == size else None


class TitleMeanings:
    """Gives documents the vectors of their titles. What this container encoded lately is remembered by its text."""

    def __init__(self, encoder: SemanticEncoder) -> None:
        self._encoder = encoder
        self._kept: OrderedDict[str, Meaning] = OrderedDict()

    def added(self, documents: Iterable[Document]) -> Iterator[Document]:
        """``documents`` with vectors, in order, encoded some at a time. Without them when the encoder fails: a product
        that is found by its words alone is better than none."""
        left = iter(documents)
        while some := list(islice(left, _TITLES_AT_ONCE)):
            texts = ["" if self._has(document) else _text_of(document) for document in some]
            known = self._meanings(dict.fromkeys(filter(None, texts)))
            for document, text in zip(some, texts, strict=True):
                yield replace(document, meaning=known[text]) if text in known else document

    def _has(self, document: Document) -> bool:
        return document.meaning is not None and document.meaning.encoder == self._encoder.signature

    def added_to(self, writes: Sequence[Write]) -> list[Write]:
        """``writes`` with vectors in their documents."""
        described = self.added([write.document for write in writes if write.document is not None])
        return [write if write.document is None else replace(write, document=next(described)) for write in writes]

    def _meanings(self, texts: Iterable[str]) -> dict[str, Meaning]:
        known = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in texts if text not in known]
        if missing:
            try:
                vectors = self._encoder.encode_titles(missing)
                encoded = [compact(self._encoder.signature, vector) for vector in vectors]
                known |= dict(zip(missing, encoded, strict=True))
            except (ZhaohuiError, OSError, ValueError) as error:
                logger().warning("titles not encoded", extra={"titles": len(missing), "reason": str(error)})
        for text, meaning in known.items():
            _keep(self._kept, text, meaning, _TITLES_KEPT)
        return known


def _text_of(document: Document) -> str:
    return text_for_meaning(str(document.hit["title"]))


class MeaningRanking:
    """Executes plans, their first window by meaning too. ``budget`` is how many seconds after its beginning a search may
    still wait for the query's vector; ``timer`` gives seconds."""

    def __init__(self, encoder: SemanticEncoder, budget: float, timer: Callable[[], float] = time.perf_counter) -> None:
        self._encoder = encoder
        self._budget = budget
        self._timer = timer
        # One thread, since the encoder takes one text at a time.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="meaning")
        self._kept: OrderedDict[str, Sequence[float]] = OrderedDict()

    def search(self, index: ProductIndex, plan: Plan) -> Found:
        """What ``plan`` finds in ``index``; pages inside the window agree with each other, later ones are lexical."""
        if plan.meaning is None or plan.size == 0:
            return index.search(plan)
        if plan.first >= WINDOW:
            return replace(index.search(plan), meaning={"why_lexical": f"behind the first {WINDOW} hits"})
        began = self._timer()
        # The engine works while the query is encoded.
        coming = self._coming(plan.meaning)
        end = plan.first + plan.size
        found = index.search(replace(plan, first=0, size=max(WINDOW, end), with_meanings=True))
        vector, why_not = self._vector(coming, self._budget - (self._timer() - began))
        hits: Sequence[FoundHit] = found.hits
        if vector is not None:
            hits = [*rerank(hits[:WINDOW], vector, self._encoder.signature), *hits[WINDOW:]]
        shown = tuple(replace(hit, meaning=None) for hit in hits[plan.first : end])
        return replace(found, hits=shown, meaning=self._said(hits, why_not))

    def _coming(self, text: str) -> "Future[Sequence[float]] | Sequence[float]":
        return self._kept.get(text) or self._pool.submit(self._encode, text)

    def _encode(self, text: str) -> Sequence[float]:
        vector = self._encoder.encode_query(text)
        length = math.hypot(*vector)
        if not length or not math.isfinite(length):
            raise ValueError("a vector must have a finite length above 0")
        unit = array("f", (each / length for each in vector))
        # A late one is there for whoever asks next.
        _keep(self._kept, text, unit, _QUERIES_KEPT)
        return unit

    def _vector(
        self, coming: "Future[Sequence[float]] | Sequence[float]", seconds: float
    ) -> tuple[Sequence[float] | None, str | None]:
        """The vector, or why there is none after ``seconds`` more."""
        if not isinstance(coming, Future):
            return coming, None
        try:
            return coming.result(max(0.0, seconds)), None
        except TimeoutError:
            coming.cancel()
            return None, "the query's vector came too late"
        except (ZhaohuiError, OSError, ValueError) as error:
            logger().warning("query not encoded", extra={"reason": str(error)})
            return None, "the query could not be encoded"

    def _said(self, hits: Sequence[FoundHit], why_not: str | None) -> dict[str, Any]:
        moved = sum(hit.nearness is not None for hit in hits)
        if why_not is None and not moved:
            why_not = "fewer than two hits have a vector of this encoder"
        return {"encoder": self._encoder.signature, "hits": moved, "weight": WEIGHT, "why_lexical": why_not}


def meaning_of(query: Understood, sort: Sort) -> str | None:
    """The text to rank by, or None where words say it all: a model code, Latin letters (pinyin has no meaning to a model,
    and a brand's name is met by its letters), another order than relevance."""
    if sort is not Sort.RELEVANCE or not query.characters or query.codes or query.latin_keys:
        return None
    return text_for_meaning(query.query)


def _keep(kept: "OrderedDict[str, _Value]", text: str, value: _Value, most: int) -> None:
    kept[text] = value
    kept.move_to_end(text)
    if len(kept) > most:
        kept.popitem(last=False)
