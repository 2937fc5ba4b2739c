"""One version of the index: documents, their postings, and the revisions it has seen."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from chalicelib.adapters.embedded.postings import Postings
from chalicelib.search import Document, Plan, Requirement


class IndexVersion:
    """Documents by a running number; a replaced document gets a new number."""

    def __init__(self, analysis: str) -> None:
        self.analysis = analysis
        self.documents: dict[int, Document] = {}
        self._numbers: dict[str, int] = {}
        self._revisions: dict[str, int] = {}
        self._views: dict[str, Postings] = defaultdict(Postings)
        self._next = 0

    def put(self, object_id: str, revision: int, document: Document | None) -> None:
        """Store or delete, unless this or a later revision of the id was seen, as a document or as a deletion."""
        if revision <= self._revisions.get(object_id, -1):
            return
        self._revisions[object_id] = revision
        self._remove(object_id)
        if document is None:
            return
        number, self._next = self._next, self._next + 1
        for view, tokens in document.views.items():
            self._views[view].add(number, tokens)
        self.documents[number] = document
        self._numbers[object_id] = number

    def _remove(self, object_id: str) -> None:
        number = self._numbers.pop(object_id, None)
        if number is None:
            return
        for view, tokens in self.documents.pop(number).views.items():
            self._views[view].remove(number, tokens)

    def meeting(self, requirements: Iterable[Collection[Requirement]]) -> Collection[int]:
        """The documents that meet at least one requirement of every group."""
        meeting: set[int] | None = None
        for group in requirements:
            met = {number for requirement in group for number in self._meeting_one(requirement)}
            meeting = met if meeting is None else meeting & met
        return self.documents.keys() if meeting is None else meeting

    def _meeting_one(self, requirement: Requirement) -> Iterable[int]:
        matches = self._views[requirement.field].matches(requirement.tokens) if requirement.field in self._views else {}
        return (number for number, count in matches.items() if count >= requirement.at_least)

    def scores(self, plan: Plan, among: Collection[int]) -> dict[int, float]:
        """The score of each document ``among`` before anything personal."""
        scores = dict.fromkeys(among, 0.0)
        for clause in plan.clauses:
            if clause.field in self._views:
                self._views[clause.field].score(clause.tokens, clause.weight, among, scores)
        if plan.coverage and plan.coverage.tokens and plan.coverage.field in self._views:
            matches = self._views[plan.coverage.field].matches(plan.coverage.tokens)
            share = 1 / len(plan.coverage.tokens)
            for number in scores:
                scores[number] *= 1.0 + share * matches.get(number, 0)
        return scores
