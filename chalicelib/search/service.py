"""The use cases of search: find, and look for values of a facet."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.core.ids import Randomness, new_id
from chalicelib.search.document import CATEGORY, OBJECT_ID, PLAIN_FACETS
from chalicelib.search.model import NEUTRAL, IndexMissing, SearchRequest, SearchResult, Taste
from chalicelib.search.personal import MAX_FACTOR, affinities_of, explain, why_neutral
from chalicelib.search.plan import MAX_WINDOW, FacetCount, Found, Plan, Sort
from chalicelib.search.planning import clauses_of, coverage_of, requirements_of
from chalicelib.search.ports import ProductIndex, Tastes
from chalicelib.search.text import Analyser, fold
from chalicelib.search.understanding import Understood, understand

ALL_FACETS = "*"
_COUNTED_BY_STAR = tuple(name for name in PLAIN_FACETS if name not in (OBJECT_ID, CATEGORY))


class Search:
    """Finds products for shoppers. ``is_personal`` False: nobody's taste is asked for."""

    def __init__(
        self,
        index: ProductIndex,
        tastes: Tastes,
        analyser: Analyser,
        randomness: Randomness,
        *,
        is_personal: bool = True,
    ) -> None:
        self._index = index
        self._tastes = tastes
        self._analyser = analyser
        self._randomness = randomness
        self._is_personal = is_personal

    def find(self, request: SearchRequest, now: datetime) -> SearchResult:
        """The products for ``request``. Raises ``IndexUnavailable`` and ``AnalysisMismatch``."""
        query = understand(request.query, self._analyser)
        taste = self._taste(request, now)
        neutral = why_neutral(request, taste, query) if self._is_personal else "personalisation is switched off here"
        plan = self._plan(request, query, NEUTRAL if neutral else taste)
        plan, found, steps = self._execute(plan, query)
        return SearchResult(
            hits=tuple(hit.hit for hit in found.hits),
            total=found.total,
            pages=math.ceil(min(found.total, MAX_WINDOW) / request.page_size) if request.page_size else 0,
            facets=found.facets,
            stats=found.stats,
            explanations=tuple(explain(plan, hit) for hit in found.hits),
            query_words=query.words,
            trace={**query.trace(), "steps": steps, **_personal_trace(plan, neutral)},
            query_id=new_id(self._randomness),
        )

    def find_facet_values(
        self, request: SearchRequest, facet: str, text: str, size: int, now: datetime
    ) -> Mapping[str, int]:
        """The values of ``facet`` that hold ``text``, by falling count, among the products for ``request``."""
        asked = replace(request, facets=(facet,), page_size=0, max_values_per_facet=1_000, is_personalised=False)
        wanted = fold(text).strip()
        values = self.find(asked, now).facets.get(facet, {})
        return dict([(value, count) for value, count in values.items() if wanted in fold(value)][:size])

    def _taste(self, request: SearchRequest, now: datetime) -> Taste:
        wanted = (
            self._is_personal and request.is_personalised and request.sort is Sort.RELEVANCE and request.page_size > 0
        )
        if request.shopper_id is None or not wanted:
            return NEUTRAL
        return self._tastes.of(request.shopper_id, now)

    def _plan(self, request: SearchRequest, query: Understood, taste: Taste) -> Plan:
        first = request.page * request.page_size
        facets = dict.fromkeys(
            name for asked in request.facets for name in (_COUNTED_BY_STAR if asked == ALL_FACETS else (asked,))
        )
        # Without words there is no relevance: the shop's best sellers come first.
        sort = Sort.SALES_DESC if request.sort is Sort.RELEVANCE and not query.characters else request.sort
        return Plan(
            analysis=query.analysis,
            clauses=clauses_of(query),
            requirements=requirements_of(query, with_codes=True),
            coverage=coverage_of(query),
            filters=request.filters,
            facets=tuple(FacetCount(name, name in request.disjunctive) for name in facets),
            facet_size=request.max_values_per_facet,
            affinities=affinities_of(taste),
            max_factor=MAX_FACTOR,
            sort=sort,
            first=min(first, MAX_WINDOW),
            size=max(0, min(request.page_size, MAX_WINDOW - first)),
        )

    def _execute(self, plan: Plan, query: Understood) -> tuple[Plan, Found, list[str]]:
        steps = []
        try:
            found = self._index.search(plan)
            if not found.total and query.codes:
                steps.append(f"no product has the model {' '.join(query.codes)}: searched without requiring it")
                plan = replace(plan, requirements=requirements_of(query, with_codes=False))
                found = self._index.search(plan)
        except IndexMissing:
            steps.append("nothing was indexed yet")
            found = Found((), 0)
        return plan, found, steps


def _personal_trace(plan: Plan, neutral: str | None) -> dict[str, Any]:
    return {
        "sort": plan.sort,
        "is_personalised": neutral is None,
        "why_neutral": neutral,
        "affinities": [{"kind": each.kind, "name": each.value, "weight": each.weight} for each in plan.affinities],
        "clauses": [{"field": each.field, "tokens": each.tokens, "weight": each.weight} for each in plan.clauses],
    }
