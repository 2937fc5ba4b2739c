"""``ProductIndex`` inside the process, for the laptop shop, for tests, and for shops small enough to live in a Lambda."""

import heapq
import threading
from collections.abc import Callable, Collection, Iterable, Sequence

from chalicelib.adapters.embedded import bits
from chalicelib.adapters.embedded.filtering import counted, passes, stats
from chalicelib.adapters.embedded.pruning import best_scores
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
    Tallied,
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
        self._before: str | None = None
        self._created = 0
        self._changes = 0

    def search(self, plan: Plan) -> Found:
        with self._lock:
            version = self._read()
            _check(version, plan.analysis)
            return _found(version, plan)

    def apply(self, writes: Sequence[Write]) -> Sequence[WriteFailure]:
        with self._lock:
            self._changes += 1
            self._read()
            versions = [version for name, version in self._versions.items() if name != self._before]
            for write in writes:
                if write.document is not None and all(each.analysis != write.document.analysis for each in versions):
                    _check(self._read(), write.document.analysis)
                for version in self._versions.values():
                    if write.document is None or write.document.analysis == version.analysis:
                        version.put(write.object_id, write.revision, write.document)
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
            if version == self._live:
                return
            self._changes += 1
            self._before, self._live = self._live, version
            self._versions = {name: self._versions[name] for name in self._versions if name in (version, self._before)}

    def rollback(self) -> str:
        with self._lock:
            if self._before is None:
                raise IndexMissing(f"no earlier version of the index {self._name} is kept")
            self.swap(self._before)
            return self._live or ""

    def drop(self, version: str) -> None:
        with self._lock:
            if version not in (self._live, self._before):
                self._versions.pop(version, None)

    def count(self, version: str | None = None) -> int:
        with self._lock:
            return len((self._read() if version is None else self._version(version)).documents)

    def documents(self) -> list[Document]:
        """The documents being read; none before there is an index."""
        with self._lock:
            return list(self._versions[self._live].documents.values()) if self._live else []

    def state(self) -> int:
        """A number that changes whenever the documents may have."""
        return self._changes

    def analysis(self) -> str | None:
        with self._lock:
            return self._versions[self._live].analysis if self._live else None

    def outdated(self, analysis: str) -> str | None:
        built_with = self.analysis()
        if built_with in (None, analysis):
            return None
        return f"it was analysed with {built_with}, this version makes {analysis}"

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
    passing = matching
    if plan.filters:
        passing = bits.of_numbers([each for each in bits.numbers_in(matching) if passes(documents[each], plan.filters)])
    end = min(plan.first + plan.size, MAX_WINDOW)
    scores = _best(version, plan, passing, end) if end > plan.first else {}
    window = heapq.nsmallest(end, scores, key=_order(version, plan.sort, scores))[plan.first :]
    hits = tuple(_hit(plan, documents[number], scores[number]) for number in window)
    facets, facet_stats = _facets(version, plan, matching)
    return Found(hits, passing.bit_count(), facets, facet_stats, _tallies(version, plan, matching))


def _best(version: IndexVersion, plan: Plan, passing: int, end: int) -> dict[int, float]:
    """Scores of the documents that the first ``end`` are chosen from."""

    def scored(among: Collection[int]) -> dict[int, float]:
        return _boosted(version, plan, _personal(version, plan, version.scores(plan, among)))

    if plan.sort is not Sort.RELEVANCE:
        return scored(list(bits.numbers_in(passing)))
    scores = best_scores(version, plan, passing, end, scored)
    bar = heapq.nlargest(end, scores.values())[-1] if len(scores) > end else 0.0
    return {number: score for number, score in scores.items() if score >= bar}


def _personal(version: IndexVersion, plan: Plan, scores: dict[int, float]) -> dict[int, float]:
    if not plan.affinities:
        return scores
    documents = version.documents
    return {
        number: score * taste_factor(plan.affinities, plan.max_factor, documents[number].facets)
        for number, score in scores.items()
    }


def _boosted(version: IndexVersion, plan: Plan, scores: dict[int, float]) -> dict[int, float]:
    for boost in plan.boosts:
        for number in version.numbers_of([boost.object_id]):
            if number in scores:
                scores[number] *= boost.factor
    return scores


def _hit(plan: Plan, document: Document, score: float) -> FoundHit:
    meaning = document.meaning if plan.with_meanings else None
    return FoundHit(document.object_id, score, document.hit, document.facets, meaning)


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
    version: IndexVersion, plan: Plan, matching: int
) -> tuple[dict[str, dict[str, int]], dict[str, FacetStats]]:
    counts: dict[str, dict[str, int]] = {}
    found_stats: dict[str, FacetStats] = {}
    counted_over: dict[tuple[Filter, ...], list[Document]] = {}
    for facet in plan.facets:
        filters = tuple(each for each in plan.filters if not (facet.is_disjunctive and each.fields == {facet.field}))
        if filters not in counted_over:
            every = (version.documents[number] for number in bits.numbers_in(matching))
            counted_over[filters] = [document for document in every if passes(document, filters)]
        documents = counted_over[filters]
        counts[facet.field] = counted(documents, facet.field, plan.facet_size)
        if facet.field in NUMBERS and (numbers := stats(documents, facet.field)):
            found_stats[facet.field] = numbers
    return counts, found_stats


def _tallies(version: IndexVersion, plan: Plan, matching: int) -> tuple[Tallied, ...]:
    if not plan.tallies:
        return ()
    every = [version.documents[number] for number in bits.numbers_in(matching)]
    tallied = []
    for tally in plan.tallies:
        filters = tally.filters(plan.filters)
        among = [document for document in every if passes(document, filters)]
        found = {field: stats(among, field) for field in tally.facets if field in NUMBERS}
        tallied.append(
            Tallied(
                len(among),
                {field: counted(among, field, tally.facet_size) for field in tally.facets},
                {field: numbers for field, numbers in found.items() if numbers},
            )
        )
    return tuple(tallied)
