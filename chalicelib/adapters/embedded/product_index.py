"""``ProductIndex`` inside the process, for the laptop shop, for tests, and for shops small enough to live in a Lambda."""

import heapq
import threading
from collections.abc import Callable, Iterable, Sequence

from chalicelib.adapters.embedded.filtering import counted, passes, stats
from chalicelib.adapters.embedded.version import IndexVersion
from chalicelib.search import (
    CREATED,
    MAX_WINDOW,
    NUMBERS,
    PRICE,
    SALES,
    AnalysisMismatch,
    Document,
    FacetStats,
    Filter,
    Found,
    FoundHit,
    IndexMissing,
    Plan,
    Sort,
    Write,
    WriteFailure,
    taste_factor,
)

_FARTHEST = float("inf")


class EmbeddedProductIndex:
    """All versions of one index. A lock makes each call atomic: the laptop's server searches and indexes in threads."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.RLock()
        self._versions: dict[str, IndexVersion] = {}
        self._live: str | None = None
        self._created = 0

    def search(self, plan: Plan) -> Found:
        with self._lock:
            version = self._read()
            _check(version, plan.analysis)
            return _found(version, plan)

    def apply(self, writes: Sequence[Write]) -> Sequence[WriteFailure]:
        with self._lock:
            self._read()
            for version in self._versions.values():
                for write in writes:
                    _put(version, write)
        return ()

    def ensure(self, analysis: str) -> None:
        with self._lock:
            if self._live is None:
                self.swap(self.create(analysis))

    def create(self, analysis: str) -> str:
        with self._lock:
            self._created += 1
            name = f"{self._name}-{self._created}"
            self._versions[name] = IndexVersion(analysis)
            return name

    def load(self, version: str, documents: Iterable[Document]) -> Sequence[WriteFailure]:
        for document in documents:
            # One document at a time, so that a rebuild does not hold up searches.
            with self._lock:
                _put(self._version(version), Write(document.object_id, document.revision, document))
        return ()

    def swap(self, version: str) -> None:
        with self._lock:
            self._version(version)
            before, self._live = self._live, version
            if before is not None and before != version:
                del self._versions[before]

    def drop(self, version: str) -> None:
        with self._lock:
            if version != self._live:
                self._versions.pop(version, None)

    def count(self, version: str | None = None) -> int:
        with self._lock:
            return len((self._read() if version is None else self._version(version)).documents)

    def analysis(self) -> str | None:
        with self._lock:
            return self._versions[self._live].analysis if self._live else None

    def _read(self) -> IndexVersion:
        if self._live is None:
            raise IndexMissing(f"the index {self._name} does not exist")
        return self._versions[self._live]

    def _version(self, name: str) -> IndexVersion:
        if name not in self._versions:
            raise IndexMissing(f"the index version {name} does not exist")
        return self._versions[name]


def _check(version: IndexVersion, analysis: str) -> None:
    if version.analysis != analysis:
        raise AnalysisMismatch(f"the index was analysed with {version.analysis}, this came from {analysis}")


def _put(version: IndexVersion, write: Write) -> None:
    if write.document is not None:
        _check(version, write.document.analysis)
    version.put(write.object_id, write.revision, write.document)


def _found(version: IndexVersion, plan: Plan) -> Found:
    matching = version.meeting(plan.requirements)
    documents = version.documents
    numbers = [number for number in matching if passes(documents[number], plan.filters)] if plan.filters else matching
    scores = _personal(version, plan, version.scores(plan, numbers))
    end = min(plan.first + plan.size, MAX_WINDOW)
    window = (
        heapq.nsmallest(end, scores, key=_order(version, plan.sort, scores))[plan.first :] if end > plan.first else []
    )
    hits = tuple(_hit(documents[number], scores[number]) for number in window)
    facets, facet_stats = _facets(version, plan, matching)
    return Found(hits, len(scores), facets, facet_stats)


def _personal(version: IndexVersion, plan: Plan, scores: dict[int, float]) -> dict[int, float]:
    if not plan.affinities:
        return scores
    documents = version.documents
    return {
        number: score * taste_factor(plan.affinities, plan.max_factor, documents[number].facets)
        for number, score in scores.items()
    }


def _hit(document: Document, score: float) -> FoundHit:
    return FoundHit(document.object_id, score, document.hit, document.facets)


Key = tuple[float, float, str]


def _order(version: IndexVersion, sort: Sort, scores: dict[int, float]) -> Callable[[int], Key]:
    def key(number: int) -> Key:
        document = version.documents[number]
        sold = -document.numbers.get(SALES, -_FARTHEST)
        if sort is Sort.RELEVANCE:
            return -scores[number], sold, document.object_id
        if sort is Sort.SALES_DESC:
            return sold, 0.0, document.object_id
        name, sign = (CREATED, -1) if sort is Sort.NEWEST else (PRICE, 1 if sort is Sort.PRICE_ASC else -1)
        number_found = document.numbers.get(name)
        return _FARTHEST if number_found is None else sign * number_found, sold, document.object_id

    return key


def _facets(
    version: IndexVersion, plan: Plan, matching: Iterable[int]
) -> tuple[dict[str, dict[str, int]], dict[str, FacetStats]]:
    counts: dict[str, dict[str, int]] = {}
    found_stats: dict[str, FacetStats] = {}
    counted_over: dict[tuple[Filter, ...], list[Document]] = {}
    for facet in plan.facets:
        filters = tuple(each for each in plan.filters if not (facet.is_disjunctive and each.fields == {facet.field}))
        if filters not in counted_over:
            every = (version.documents[number] for number in matching)
            counted_over[filters] = [document for document in every if passes(document, filters)]
        documents = counted_over[filters]
        counts[facet.field] = counted(documents, facet.field, plan.facet_size)
        if facet.field in NUMBERS and (numbers := stats(documents, facet.field)):
            found_stats[facet.field] = numbers
    return counts, found_stats
