"""The rungs of the no-result ladder: their names, what a shopper is told on them, and what they make of a plan."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.search.dictionary import Dictionary
from chalicelib.search.document import RECALL
from chalicelib.search.found import Found
from chalicelib.search.model import Shown
from chalicelib.search.plan import Filter, Plan, Requirement, Sort
from chalicelib.search.planning import clauses_of, coverage_of, requirements_of
from chalicelib.search.prior import with_prior
from chalicelib.search.understanding import Understood


class Rung(StrEnum):
    """Where on the ladder an answer stands."""

    AS_ASKED = "as_asked"
    WITHOUT_MODEL = "without_model"
    SPELLING = "spelling"
    FEWER_WORDS = "fewer_words"
    ANY_WORD = "any_word"
    BIGRAMS = "bigrams"
    CATEGORY = "category_popular"
    SHOP = "shop_popular"


MESSAGES = {
    Rung.AS_ASKED: "",
    Rung.WITHOUT_MODEL: "没有找到型号完全一致的商品，为您展示相近商品",
    Rung.SPELLING: "没有找到“{asked}”，为您展示“{shown}”的结果",
    Rung.FEWER_WORDS: "没有找到“{asked}”，为您展示“{shown}”的结果",
    Rung.ANY_WORD: "没有找到“{asked}”，为您展示包含其中部分词的商品",
    Rung.BIGRAMS: "没有找到“{asked}”，为您展示部分匹配的商品",
    Rung.CATEGORY: "没有找到“{asked}”，为您展示“{shown}”里的热销商品",
    Rung.SHOP: "没有找到“{asked}”，为您展示本店热销商品",
}


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
class Attempt:
    """One rung for one query: ``change`` is done to the plan of ``query``, ``filters`` are added to its own."""

    rung: Rung
    query: Understood
    change: Callable[[Plan], Plan]
    step: str
    shown: str = ""
    dropped: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()


def as_is(plan: Plan) -> Plan:
    return plan


def requiring(requirement: Requirement) -> Callable[[Plan], Plan]:
    """Nothing but this must be there."""
    return lambda plan: replace(plan, requirements=((requirement,),))


def without_codes(query: Understood) -> Callable[[Plan], Plan]:
    """The model codes of ``query`` need not be there."""
    return lambda plan: replace(plan, requirements=requirements_of(query, with_codes=False))


def any_word(query: Understood) -> Callable[[Plan], Plan]:
    """One word of ``query`` is enough."""
    return requiring(Requirement(RECALL, query.words, 1))


def popular(plan: Plan) -> Plan:
    """What sells, whatever was asked."""
    sort = Sort.SALES_DESC if plan.sort is Sort.RELEVANCE else plan.sort
    return replace(plan, clauses=(), requirements=(), coverage=None, sort=sort)


def reworded(plan: Plan, query: Understood, learnt: Dictionary) -> Plan:
    """``plan`` for the words of ``query``."""
    words = replace(
        plan,
        nudges=(),
        clauses=clauses_of(query),
        requirements=requirements_of(query, with_codes=True),
        coverage=coverage_of(query),
        dictionary=query.learnt,
    )
    return with_prior(words, query, learnt)
