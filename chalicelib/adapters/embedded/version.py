"""One version of the index: documents, their postings, and the revisions it has seen."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from chalicelib.adapters.embedded import bits
from chalicelib.adapters.embedded.postings import Postings
from chalicelib.search import GROUP, Coverage, Document, PackedDictionary, Plan, Requirement


class IndexVersion:
    """Documents by number; a replaced document may get another one, the numbers of those gone are given again.

    ``grouped``: the set of those that are one of several listings of an item.
    """

    def __init__(self, analysis: str) -> None:
        self.analysis = analysis
        self.dictionary: PackedDictionary | None = None
        self.documents: dict[int, Document] = {}
        self._numbers: dict[str, int] = {}
        self._revisions: dict[str, int] = {}
        self._views: dict[str, Postings] = defaultdict(Postings)
        self._free: list[int] = []
        self._everyone = 0
        self.grouped = 0

    def put(self, object_id: str, revision: int, document: Document | None) -> None:
        """Store or delete, unless this or a later revision of the id was seen, as a document or as a deletion."""
        if revision <= self._revisions.get(object_id, -1):
            return
        self._revisions[object_id] = revision
        known = self._numbers.get(object_id)
        if document and known is not None and self.documents[known].views == document.views:
            # Another price or stock: the words stay where they are.
            self._keep(known, document)
            return
        self._remove(object_id)
        if document is None:
            return
        number = self._free.pop() if self._free else len(self.documents)
        self._everyone |= 1 << number
        for view, tokens in document.views.items():
            self._views[view].add(number, tokens)
        self._keep(number, document)
        self._numbers[object_id] = number

    def numbers_of(self, object_ids: Iterable[str]) -> list[int]:
        """The numbers of those documents that are there."""
        return [self._numbers[each] for each in object_ids if each in self._numbers]

    def _keep(self, number: int, document: Document) -> None:
        self.documents[number] = document
        if (GROUP in document.facets) != bool(self.grouped >> number & 1):
            self.grouped ^= 1 << number

    def _remove(self, object_id: str) -> None:
        number = self._numbers.pop(object_id, None)
        if number is None:
            return
        for view, tokens in self.documents.pop(number).views.items():
            self._views[view].remove(number, tokens)
        self._free.append(number)
        self.grouped &= ~(1 << number)
        self._everyone ^= 1 << number

    def meeting(self, requirements: Iterable[Collection[Requirement]]) -> int:
        """The set of documents that meet at least one requirement of every group."""
        meeting = self._everyone
        for group in requirements:
            met = 0
            for requirement in group:
                met |= self._meeting_one(requirement)
            meeting &= met
        return meeting

    def _meeting_one(self, requirement: Requirement) -> int:
        if requirement.field not in self._views:
            return 0 if requirement.at_least > 0 else self._everyone
        holders = [self._views[requirement.field].holders(token) for token in requirement.tokens]
        return bits.at_least(bits.counted(holders), requirement.at_least, self._everyone)

    def bounds(self, plan: Plan) -> Iterator[tuple[int, float]]:
        """Sets of documents, and what membership adds to the sum of the plan's clauses at most."""
        for clause in plan.clauses:
            if clause.field in self._views:
                yield from self._views[clause.field].bounds(clause.tokens, clause.weight)

    def covered(self, coverage: Coverage | None, among: int) -> Iterator[tuple[int, float]]:
        """``among`` in parts by their coverage factor, the highest first."""
        if coverage is None or not coverage.tokens or coverage.field not in self._views:
            yield among, 1.0
            return
        counts = bits.counted(self._views[coverage.field].holders(token) for token in coverage.tokens)
        for count in range(len(coverage.tokens), -1, -1):
            if part := bits.at_least(counts, count, among):
                yield part, 1.0 + count / len(coverage.tokens)
                among &= ~part

    def scores(self, plan: Plan, among: Collection[int]) -> dict[int, float]:
        """The score of each document ``among`` before anything personal."""
        scores = dict.fromkeys(among, 0.0)
        for clause in plan.clauses:
            if clause.field in self._views:
                self._views[clause.field].score(clause.tokens, clause.weight, among, scores)
        if plan.coverage and plan.coverage.tokens and plan.coverage.field in self._views:
            share = 1 / len(plan.coverage.tokens)
            for number, count in self._views[plan.coverage.field].counts(plan.coverage.tokens, among).items():
                scores[number] *= 1.0 + share * count
        return scores
