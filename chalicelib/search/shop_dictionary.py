"""The dictionary of the shop that is searched, read from its index every few minutes."""

import threading
from datetime import datetime, timedelta

from chalicelib.search.dictionary import NOTHING_LEARNT, Dictionary
from chalicelib.search.document import BRAND, CATEGORY, TAGS
from chalicelib.search.model import IndexMissing
from chalicelib.search.plan import FacetCount, Plan, Sort
from chalicelib.search.ports import ProductIndex

KEPT = timedelta(minutes=10)
MAX_NAMES = 10_000
"""Brands and categories that are learnt, the most frequent first."""
BEST_SELLERS = 500
"""Products whose attribute values are learnt: attributes have no common facet to count, and best sellers have the usual ones."""


class ShopDictionary:
    """Kept in the container for ``KEPT``, so that of the searches of ten minutes one asks the engine twice."""

    def __init__(self, index: ProductIndex, analysis: str) -> None:
        self._index = index
        self._analysis = analysis
        self._lock = threading.Lock()
        self._dictionary = NOTHING_LEARNT
        self._read_at: datetime | None = None

    def at(self, now: datetime) -> Dictionary:
        """The dictionary, at most ``KEPT`` old. Raises ``IndexUnavailable`` and ``AnalysisMismatch``."""
        with self._lock:
            if self._read_at is None or now - self._read_at >= KEPT:
                self._dictionary = self._learn()
                self._read_at = now
            return self._dictionary

    def _learn(self) -> Dictionary:
        names = tuple(FacetCount(field) for field in (BRAND, CATEGORY, TAGS))
        plan = Plan(self._analysis, facets=names, facet_size=MAX_NAMES, sort=Sort.SALES_DESC, size=BEST_SELLERS)
        try:
            found = self._index.search(plan)
        except IndexMissing:
            return NOTHING_LEARNT
        counted = {field: tuple(values) for field, values in found.facets.items()}
        return Dictionary.learn([*(hit.facets for hit in found.hits), counted])
