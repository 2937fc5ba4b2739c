"""The use cases of search: find, and look for values of a facet."""

import math
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import Randomness
from chalicelib.search.arranging import arranged
from chalicelib.search.dictionary import NOTHING_LEARNT, Dictionary
from chalicelib.search.document import CATEGORY, GROUP, LISTING, OBJECT_ID, PLAIN_FACETS, SIZES
from chalicelib.search.experiments import arrangement_trace, experimented
from chalicelib.search.found import Found, Tallied
from chalicelib.search.ladder import Ladder
from chalicelib.search.log.popularity import PopularChoices
from chalicelib.search.log.trail import new_query_id
from chalicelib.search.model import NEUTRAL, IndexMissing, SearchRequest, SearchResult, Taste
from chalicelib.search.personal import MAX_FACTOR, affinities_of, explain, why_neutral
from chalicelib.search.plan import MAX_WINDOW, FacetCount, Plan, Sort
from chalicelib.search.planning import clauses_of, coverage_of, requirements_of
from chalicelib.search.ports import ProductIndex, Tastes
from chalicelib.search.prior import prior_trace, with_prior
from chalicelib.search.rungs import Climb, Rung
from chalicelib.search.semantic import MeaningRanking, meaning_of
from chalicelib.search.shelf import FixedRules, Rules
from chalicelib.search.shop_dictionary import ShopDictionary
from chalicelib.search.text import Analyser, fold
from chalicelib.search.understanding import Understood, understand

ALL_FACETS = "*"
_COUNTED_BY_STAR = tuple(name for name in PLAIN_FACETS if name not in (OBJECT_ID, CATEGORY, SIZES, GROUP, LISTING))


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
        popular: PopularChoices | None = None,
        meaning: MeaningRanking | None = None,
        rules: Rules | None = None,
        ladder: Ladder | None = None,
        dictionary: ShopDictionary | None = None,
    ) -> None:
        self._index = index
        self._tastes = tastes
        self._analyser = analyser
        self._randomness = randomness
        self._is_personal = is_personal
        self._popular = popular
        self._meaning = meaning
        self._rules = rules or FixedRules()
        self._dictionary = dictionary
        self._ladder = ladder or Ladder(index, analyser, is_on=False)

    def under(self, rules: Rules) -> "Search":
        """The same search under other merchandising rules: for a preview."""
        other = copy(self)
        other._rules = rules
        return other

    def find(self, request: SearchRequest, now: datetime) -> SearchResult:
        """The products for ``request``. Raises ``IndexUnavailable`` and ``AnalysisMismatch``."""
        if self._dictionary is None or not request.query:
            return self._find(request, NOTHING_LEARNT, now)
        return self._dictionary.using(lambda learnt: self._find(request, learnt, now), now)

    def _find(self, request: SearchRequest, learnt: Dictionary, now: datetime) -> SearchResult:
        query = understand(request.query, self._analyser, learnt)
        taste = self._taste(request, now)
        neutral = why_neutral(request, taste, query) if self._is_personal else "personalisation is switched off here"
        plan = with_prior(self._plan(request, query, NEUTRAL if neutral else taste), query, learnt)
        if self._popular and plan.size:
            plan = replace(plan, boosts=self._popular.boosts(query, plan.sort, now))
        shelf = self._rules.shelf(request, now)
        plan = shelf.on(plan, request, lambda text: self._reworded(request, text, learnt))
        plan = experimented(plan, request, query)
        if _is_first_page(request):
            plan = self._ladder.witnessing(plan, query)
        climb = self._climb(plan, query, request, learnt, now)
        plan, found = climb.plan, climb.found
        return SearchResult(
            hits=tuple(hit.hit for hit in found.hits),
            total=found.total,
            pages=math.ceil(min(found.total, MAX_WINDOW) / request.page_size) if request.page_size else 0,
            facets=found.facets,
            stats=found.stats,
            explanations=tuple(shelf.explained(explain(plan, hit), hit, plan) for hit in found.hits),
            query_words=climb.query.words,
            trace={
                **query.trace(),
                "steps": list(climb.steps),
                "rung": climb.rung,
                **_personal_trace(plan, neutral),
                "meaning": found.meaning,
                **shelf.trace(),
                **arrangement_trace(found, request, query),
            },
            query_id=new_query_id(now, self._randomness),
            suggestion=self._suggestion(request, climb, now),
            shown=climb.shown_as(request.query),
            redirect=shelf.redirect,
            tallies=found.tallies or tuple(Tallied() for _ in request.tallies),
            query_sounds=climb.query.latin_keys,
            query_alike=(*climb.query.alike, *shelf.alike),
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
        try:
            return self._tastes.of(request.shopper_id, now)
        except Unavailable:
            # A neutral answer is better than none.
            return NEUTRAL

    def _plan(self, request: SearchRequest, query: Understood, taste: Taste) -> Plan:
        first = request.first
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
            is_distinct=request.is_distinct,
            tallies=request.tallies,
            affinities=affinities_of(taste),
            max_factor=MAX_FACTOR,
            sort=sort,
            meaning=meaning_of(query, sort) if self._meaning else None,
            first=min(first, MAX_WINDOW),
            size=max(0, min(request.page_size, MAX_WINDOW - first)),
            dictionary=query.learnt,
        )

    def _reworded(self, request: SearchRequest, text: str, learnt: Dictionary) -> Plan:
        """The plan of another wording of the same request, for what it looks for."""
        return self._plan(replace(request, query=text), understand(text, self._analyser, learnt), NEUTRAL)

    def _found(self, plan: Plan) -> Found:
        return arranged(self._ranked, plan)

    def _ranked(self, plan: Plan) -> Found:
        return self._meaning.search(self._index, plan) if self._meaning else self._index.search(plan)

    def _climb(self, plan: Plan, query: Understood, request: SearchRequest, learnt: Dictionary, now: datetime) -> Climb:
        try:
            return self._ladder.climb(plan, query, self._found, now, request.relaxing, learnt)
        except IndexMissing:
            return Climb(plan, Found((), 0), query, Rung.AS_ASKED, query.query, (), ("nothing was indexed yet",))

    def _suggestion(self, request: SearchRequest, climb: Climb, now: datetime) -> str | None:
        if climb.rung is Rung.SPELLING:
            return climb.shown
        if not _is_first_page(request):
            return None
        correction = self._ladder.correction(climb.query, now, climb)
        return correction.text if correction else None


def _is_first_page(request: SearchRequest) -> bool:
    """Whether a better wording is offered with the answer."""
    return not request.first and request.page_size > 0


def _personal_trace(plan: Plan, neutral: str | None) -> dict[str, Any]:
    return {
        "sort": plan.sort,
        "is_personalised": neutral is None,
        "why_neutral": neutral,
        "prior": prior_trace(plan),
        "popular": [{"object_id": each.object_id, "factor": each.factor} for each in plan.boosts],
        "affinities": [{"kind": each.kind, "name": each.value, "weight": each.weight} for each in plan.affinities],
        "clauses": [{"field": each.field, "tokens": each.tokens, "weight": each.weight} for each in plan.clauses],
    }
