"""No empty page: what is tried, in this order, when a query finds nothing. Filters are never relaxed.

The rung depends on the query alone, not on its filters, order or page: the sorted replicas and the counts of facets stand on
the rung of the hits. So a query that finds something stays as it is when a filter leaves nothing of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.search.document import BIGRAMS, CATEGORY, RECALL
from chalicelib.search.model import IndexMissing, Shown
from chalicelib.search.plan import Condition, Filter, Found, Operator, Plan, Requirement, Sort
from chalicelib.search.planning import clauses_of, coverage_of, requirements_of
from chalicelib.search.ports import ProductIndex
from chalicelib.search.text import Analyser
from chalicelib.search.understanding import Understood, understand
from chalicelib.search.words.phrasebook import Phrasebook
from chalicelib.search.words.spelling import Correction


class Rung(StrEnum):
    """Where on the ladder an answer stands."""

    AS_ASKED = "as_asked"
    WITHOUT_MODEL = "without_model"
    SPELLING = "spelling"
    FEWER_WORDS = "fewer_words"
    BIGRAMS = "bigrams"
    CATEGORY = "category_popular"
    SHOP = "shop_popular"


MESSAGES = {
    Rung.AS_ASKED: "",
    Rung.WITHOUT_MODEL: "没有找到型号完全一致的商品，为您展示相近商品",
    Rung.SPELLING: "没有找到“{asked}”，为您展示“{shown}”的结果",
    Rung.FEWER_WORDS: "没有找到“{asked}”，为您展示“{shown}”的结果",
    Rung.BIGRAMS: "没有找到“{asked}”，为您展示部分匹配的商品",
    Rung.CATEGORY: "没有找到“{asked}”，为您展示“{shown}”里的热销商品",
    Rung.SHOP: "没有找到“{asked}”，为您展示本店热销商品",
}
MAX_DROPS = 4
"""Searches spent on leaving words out; a longer query goes on with its last word alone."""


@dataclass(frozen=True, slots=True)
class Climb:
    """Where an answer stands. ``shown`` is the query (or category) that the hits are for, ``dropped`` the words left out;
    ``query`` is understood as shown; ``steps`` say what was tried."""

    plan: Plan
    found: Found
    query: Understood
    rung: Rung
    shown: str
    dropped: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def shown_as(self, asked: str) -> Shown:
        """What the shopper is told."""
        said = MESSAGES[self.rung].format(asked=asked, shown=self.shown)
        return Shown(self.rung, self.shown, self.dropped, said or None)


@dataclass(frozen=True, slots=True)
class _Attempt:
    rung: Rung
    query: Understood
    change: Callable[[Plan], Plan]
    step: str
    shown: str = ""
    dropped: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()


class Ladder:
    """Climbs for one shop. Without ``phrasebook`` there are no spelling and category rungs; with ``is_on`` False only model
    codes are let go."""

    def __init__(
        self, index: ProductIndex, analyser: Analyser, phrasebook: Phrasebook | None = None, *, is_on: bool = True
    ) -> None:
        self._index = index
        self._analyser = analyser
        self._phrasebook = phrasebook
        self._is_on = is_on

    def climb(self, plan: Plan, query: Understood, search: Callable[[Plan], Found], now: datetime) -> Climb:
        """Try rung after rung until one finds something. ``search`` executes a plan. Raises what the index raises."""
        found = search(plan)
        if found.total or not query.characters or (plan.filters and self._count(plan, ())):
            return Climb(plan, found, query, Rung.AS_ASKED, query.query)
        for attempt in self._attempts(query, now):
            changed = attempt.change(_reworded(plan, attempt.query))
            if self._count(changed, attempt.filters):
                changed = replace(changed, filters=(*changed.filters, *attempt.filters))
                shown = attempt.shown or attempt.query.query
                steps = (attempt.step,)
                return Climb(changed, search(changed), attempt.query, attempt.rung, shown, attempt.dropped, steps)
        return Climb(plan, found, query, Rung.AS_ASKED, query.query)

    def correction(self, query: Understood, now: datetime) -> Correction | None:
        """What ``query`` was clearly meant to be; nothing when some product holds all its words as they are."""
        if self._phrasebook is None or not query.words:
            return None
        try:
            return self._phrasebook.correct(query.query, lambda words: self._holding(words, query.analysis), now)
        except IndexMissing:
            return None

    def _holding(self, words: Sequence[str], analysis: str) -> int:
        distinct = tuple(dict.fromkeys(words))
        needed = Requirement(RECALL, distinct, len(distinct))
        return self._index.search(Plan(analysis, requirements=((needed,),), size=0)).total

    def _count(self, plan: Plan, filters: tuple[Filter, ...]) -> int:
        """What ``plan`` finds without what the shopper filters by."""
        return self._index.search(Plan(plan.analysis, requirements=plan.requirements, filters=filters, size=0)).total

    def _attempts(self, query: Understood, now: datetime) -> Iterator[_Attempt]:
        if query.codes:
            step = f"no product has the model {' '.join(query.codes)}: searched without requiring it"
            yield _Attempt(Rung.WITHOUT_MODEL, query, lambda plan: _without_codes(plan, query), step)
        if not self._is_on:
            return
        yield from self._spelt(query, now)
        yield from self._shortened(query, now)
        if han := tuple(each for each in query.bigrams if len(each) > 1 and not each.isascii()):
            pairs = Requirement(BIGRAMS, han, 1)
            step = "no product holds enough of the query: any two neighbouring characters will do"
            yield _Attempt(Rung.BIGRAMS, query, lambda plan: replace(plan, requirements=((pairs,),)), step)
        if self._phrasebook and (home := self._phrasebook.home_of(query.words, now)):
            inside = (Filter((Condition(CATEGORY, Operator.IS, home),)),)
            step = f"the most sold of the category {home}"
            yield _Attempt(Rung.CATEGORY, query, _popular, step, home, filters=inside)
        yield _Attempt(Rung.SHOP, query, _popular, "the most sold of the shop")

    def _spelt(self, query: Understood, now: datetime) -> Iterator[_Attempt]:
        if correction := self.correction(query, now):
            step = f"spelling ({correction.slip}): searched for {correction.text}"
            yield _Attempt(Rung.SPELLING, understand(correction.text, self._analyser), _as_is, step)

    def _shortened(self, query: Understood, now: datetime) -> Iterator[_Attempt]:
        """Words that the shop does not say go first, then from the left: the product's own noun stands last in Chinese."""
        words = query.words
        nouns = [at for at, word in enumerate(words) if len(word) > 1 and not word.isascii()]
        nouns = nouns or [at for at, word in enumerate(words) if len(word) > 1]
        leaving = sorted(set(range(len(words))) - set(nouns[-1:]), key=lambda at: (self._is_known(words[at], now), at))
        for count in dict.fromkeys((*range(1, min(len(leaving), MAX_DROPS - 1) + 1), len(leaving))):
            if not count or count == len(words):
                continue
            gone = set(leaving[:count])
            text = _joined([word for at, word in enumerate(words) if at not in gone])
            dropped = tuple(words[at] for at in sorted(gone))
            step = f"left out {' '.join(dropped)}"
            yield _Attempt(Rung.FEWER_WORDS, understand(text, self._analyser), _as_is, step, text, dropped)

    def _is_known(self, word: str, now: datetime) -> bool:
        return self._phrasebook is not None and self._phrasebook.is_known(word, now)


def _as_is(plan: Plan) -> Plan:
    return plan


def _without_codes(plan: Plan, query: Understood) -> Plan:
    return replace(plan, requirements=requirements_of(query, with_codes=False))


def _popular(plan: Plan) -> Plan:
    sort = Sort.SALES_DESC if plan.sort is Sort.RELEVANCE else plan.sort
    return replace(plan, clauses=(), requirements=(), coverage=None, sort=sort)


def _reworded(plan: Plan, query: Understood) -> Plan:
    return replace(
        plan,
        clauses=clauses_of(query),
        requirements=requirements_of(query, with_codes=True),
        coverage=coverage_of(query),
    )


def _joined(words: list[str]) -> str:
    """Words as a shopper would write them: Latin ones apart."""
    text = ""
    for word in words:
        text += " " + word if text and (text[-1].isascii() or word[0].isascii()) else word
    return text
