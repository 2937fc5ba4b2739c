"""Learning the shop's dictionary from a version of the index, and keeping it there."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.core.clock import Clock
from chalicelib.search.dictionary import Dictionary
from chalicelib.search.document import BRAND, CATEGORY, TAGS
from chalicelib.search.found import Found
from chalicelib.search.model import AnalysisMismatch, IndexMissing, IndexUnavailable
from chalicelib.search.plan import FacetCount, Plan, Sort
from chalicelib.search.ports import ProductIndex
from chalicelib.search.product_types import product_types
from chalicelib.search.text import Analyser

MAX_NAMES = 10_000
"""Brands and categories that are learnt, the most frequent first."""
BEST_SELLERS = 500
"""Products whose attribute values and titles are learnt: attributes have no common facet to count, and best sellers have the
usual ones."""
LEARNT_AGAIN = timedelta(minutes=10)
LEAST_CHANGES, CHANGED_SHARE = 20, 0.1
"""A shop that is just being filled is learnt anew with every tenth of it."""


class Teaching:
    """Teaches an index the words of its own products."""

    def __init__(self, index: ProductIndex, analyser: Analyser, clock: Clock) -> None:
        self._index = index
        self._analyser = analyser
        self._clock = clock
        self._lock = threading.Lock()
        self._learnt_at: datetime | None = None
        self._learnt_from = 0
        self._changes = 0

    def teach(self, version: str | None = None) -> Dictionary:
        """Learn from a version (by default the one being read) and have it keep what was learnt.

        Raises ``IndexMissing`` and ``IndexUnavailable``.
        """
        plan = Plan(
            self._analyser.signature,
            facets=tuple(FacetCount(field) for field in (BRAND, CATEGORY, TAGS)),
            facet_size=MAX_NAMES,
            sort=Sort.SALES_DESC,
            size=BEST_SELLERS,
        )
        found = self._index.search(plan, version)
        learnt = self._learnt(found)
        self._index.teach(learnt.packed(), version)
        with self._lock:
            # What was written a moment ago may not be found yet.
            self._learnt_at = self._clock.now() if found.total else None
            self._learnt_from, self._changes = found.total, 0
        return learnt

    def follow(self, changes: int) -> None:
        """Teach the version being read again when enough ``changes`` were made to it since, or time has passed."""
        with self._lock:
            self._changes += changes
            is_due = (
                self._learnt_at is None
                or self._changes >= max(LEAST_CHANGES, CHANGED_SHARE * self._learnt_from)
                or (self._changes > 0 and self._clock.now() - self._learnt_at >= LEARNT_AGAIN)
            )
        if is_due:
            # The changes are made: they must not come again because nothing could be learnt of them now.
            with suppress(IndexMissing, AnalysisMismatch, IndexUnavailable):
                self.teach()

    def _learnt(self, found: Found) -> Dictionary:
        counted: Mapping[str, Sequence[str]] = {field: tuple(values) for field, values in found.facets.items()}
        listings = [(self._analyser.words(str(hit.hit["title"])), hit.facets.get(CATEGORY, ())) for hit in found.hits]
        return Dictionary.learn([*(hit.facets for hit in found.hits), counted], product_types(listings))
