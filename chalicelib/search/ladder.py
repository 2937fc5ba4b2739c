"""No empty page: what is tried, in this order, when a query finds nothing. Filters are never relaxed.

The rung depends on the query alone, not on its filters, order or page: the sorted replicas and the counts of facets stand on
the rung of the hits. So a query that finds something stays as it is when a filter leaves nothing of it.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.search.dictionary import NOTHING_LEARNT, Dictionary
from chalicelib.search.document import BIGRAMS, CATEGORY
from chalicelib.search.found import Found
from chalicelib.search.model import IndexMissing, Relaxing
from chalicelib.search.plan import Condition, Filter, Operator, Plan, Requirement
from chalicelib.search.ports import ProductIndex
from chalicelib.search.rungs import Attempt, Climb, Rung, any_word, as_is, popular, requiring, reworded, without_codes
from chalicelib.search.shortening import shortened
from chalicelib.search.text import Analyser
from chalicelib.search.understanding import Understood, understand
from chalicelib.search.witnesses import holding, witnesses, witnessing
from chalicelib.search.words.phrasebook import Phrasebook
from chalicelib.search.words.spelling import Correction

NEAR_SHARE = 0.6
"""Of the neighbouring pairs that the nearest product has of a query: products with fewer are too far off beside it."""


@dataclass(frozen=True, slots=True)
class _Ascent:
    plan: Plan
    query: Understood
    learnt: Dictionary
    relaxing: Relaxing
    now: datetime
    asked: Climb


class Ladder:
    """Climbs for one shop. Without ``phrasebook`` there are no spelling and category rungs; with ``is_on`` False only model
    codes are let go, unless a request asks for more."""

    def __init__(
        self, index: ProductIndex, analyser: Analyser, phrasebook: Phrasebook | None = None, *, is_on: bool = True
    ) -> None:
        self._index = index
        self._analyser = analyser
        self._phrasebook = phrasebook
        self._usual = Relaxing.FULL if is_on else Relaxing.MODEL

    def climb(
        self,
        plan: Plan,
        query: Understood,
        search: Callable[[Plan], Found],
        now: datetime,
        relaxing: Relaxing | None = None,
        learnt: Dictionary = NOTHING_LEARNT,
    ) -> Climb:
        """Try rung after rung of ``relaxing`` (None: the shop's usual) until one finds something. ``search`` executes a plan,
        other wordings are understood with what was ``learnt``. Raises what the index raises."""
        found = search(plan)
        asked = Climb(plan, found, query, Rung.AS_ASKED, query.query)
        chosen = relaxing or self._usual
        is_enough = found.total or not query.characters or chosen is Relaxing.NONE
        if is_enough or (plan.filters and self._count(plan, ())):
            return asked
        ascent = _Ascent(replace(plan, witnessed=None), query, learnt, chosen, now, asked)
        arrived = (self._arrived(ascent, attempt, search) for attempt in self._attempts(ascent))
        return next((climb for climb in arrived if climb), asked)

    def witnessing(self, plan: Plan, query: Understood) -> Plan:
        """``plan`` with what ``correction`` will ask for, where that can be counted along."""
        return witnessing(plan, query.words) if self._phrasebook else plan

    def correction(self, query: Understood, now: datetime, asked: Climb | None = None) -> Correction | None:
        """What ``query`` was clearly meant to be; nothing when some product holds all its words as they are. The engine is not
        asked for what the answer of ``asked`` tells."""
        if self._phrasebook is None or not query.words:
            return None
        try:
            return self._phrasebook.correct(
                query.query,
                lambda words: self._holding(words, query.analysis, asked),
                lambda written: self._saying(written, query.analysis),
                now,
            )
        except IndexMissing:
            return None

    def _arrived(self, ascent: _Ascent, attempt: Attempt, search: Callable[[Plan], Found]) -> Climb | None:
        """Where ``attempt`` leads, if it finds something before the shopper's filters."""
        plan = attempt.change(reworded(ascent.plan, attempt.query, ascent.learnt))
        # Pins are found whatever was asked.
        is_bare = not plan.filters and not attempt.filters and plan.arrangement is None
        if not is_bare and not self._count(plan, attempt.filters):
            return None
        plan = replace(plan, filters=(*plan.filters, *attempt.filters))
        found = search(plan)
        if is_bare and not found.total:
            return None
        shown = attempt.shown or attempt.query.query
        return Climb(plan, found, attempt.query, attempt.rung, shown, attempt.dropped, (attempt.step,))

    def _holding(self, words: Sequence[str], analysis: str, asked: Climb | None = None) -> int:
        known = witnesses(asked, words) if asked else None
        if known is not None:
            return known
        return self._index.search(Plan(analysis, requirements=((holding(words),),), size=0)).total

    def _saying(self, written: str, analysis: str) -> int:
        pairs = tuple(dict.fromkeys(self._analyser.views(written).bigrams))
        needed = Requirement(BIGRAMS, pairs, len(pairs))
        return self._index.search(Plan(analysis, requirements=((needed,),), size=0)).total if pairs else 0

    def _count(self, plan: Plan, filters: tuple[Filter, ...]) -> int:
        """What ``plan`` finds without what the shopper filters by."""
        counted = Plan(
            plan.analysis, requirements=plan.requirements, filters=filters, size=0, dictionary=plan.dictionary
        )
        return self._index.search(counted).total

    def _attempts(self, ascent: _Ascent) -> Iterator[Attempt]:
        query, relaxing = ascent.query, ascent.relaxing
        if query.codes:
            step = f"no product has the model {' '.join(query.codes)}: searched without requiring it"
            yield Attempt(Rung.WITHOUT_MODEL, query, without_codes(query), step)
        if relaxing is Relaxing.MODEL:
            return
        yield from self._spelt(ascent)
        if relaxing is Relaxing.ALL_OPTIONAL:
            yield Attempt(Rung.ANY_WORD, query, any_word(query), "any word of the query will do")
            return
        yield from self._shortened(ascent)
        if relaxing is Relaxing.FULL:
            yield from self._nearest(ascent)
            yield from self._popular(ascent)

    def _spelt(self, ascent: _Ascent) -> Iterator[Attempt]:
        if correction := self.correction(ascent.query, ascent.now, ascent.asked):
            step = f"spelling ({correction.slip}): searched for {correction.text}"
            yield Attempt(Rung.SPELLING, self._understood(correction.text, ascent), as_is, step)

    def _shortened(self, ascent: _Ascent) -> Iterator[Attempt]:
        def is_known(word: str) -> bool:
            return self._phrasebook is not None and self._phrasebook.is_known(word, ascent.now)

        for text, dropped in shortened(ascent.query.words, ascent.relaxing, is_known):
            step = f"left out {' '.join(dropped)}"
            yield Attempt(Rung.FEWER_WORDS, self._understood(text, ascent), as_is, step, text, dropped)

    def _understood(self, text: str, ascent: _Ascent) -> Understood:
        return understand(text, self._analyser, ascent.learnt)

    def _nearest(self, ascent: _Ascent) -> Iterator[Attempt]:
        pairs = tuple(each for each in ascent.query.bigrams if len(each) > 1 and not each.isascii())
        if most := self._most(ascent.plan, pairs):
            least = math.ceil(NEAR_SHARE * most)
            step = f"no product holds enough of the query: of its {len(pairs)} neighbouring pairs {least} will do"
            yield Attempt(Rung.BIGRAMS, ascent.query, requiring(Requirement(BIGRAMS, pairs, least)), step)

    def _most(self, plan: Plan, pairs: tuple[str, ...]) -> int:
        """How many of ``pairs`` the product has that has most of them. Few are looked for first: an empty page has few."""

        def is_held(count: int) -> bool:
            return self._count(replace(plan, requirements=((Requirement(BIGRAMS, pairs, count),),)), ()) > 0

        held, beyond = 0, 1
        while beyond <= len(pairs) and is_held(beyond):
            held, beyond = beyond, 2 * beyond
        beyond = min(beyond, len(pairs) + 1)
        while beyond - held > 1:
            middle = (held + beyond) // 2
            held, beyond = (middle, beyond) if is_held(middle) else (held, middle)
        return held

    def _popular(self, ascent: _Ascent) -> Iterator[Attempt]:
        query = ascent.query
        if self._phrasebook and (home := self._phrasebook.home_of(query.words, ascent.now)):
            inside = (Filter((Condition(CATEGORY, Operator.IS, home),)),)
            step = f"the most sold of the category {home}"
            yield Attempt(Rung.CATEGORY, query, popular, step, home, filters=inside)
        yield Attempt(Rung.SHOP, query, popular, "the most sold of the shop")
