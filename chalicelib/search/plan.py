"""An engine-neutral search: what adapters execute, tests look at and the answer's trace shows."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

BM25_K1 = 0.4
BM25_B = 0.3
"""Short titles stuffed with keywords: 0.4 / 0.3 beat 1.2 / 0.75 for every view (characters .752 -> .759, words .619 -> .645
MRR@10 on the development queries)."""

MAX_WINDOW = 10_000
"""Hits behind the 10,000th cannot be paged to (OpenSearch's ``index.max_result_window``); they are counted."""


class Sort(StrEnum):
    """How hits are ordered; equal ones by sales, then by id."""

    RELEVANCE = "relevance"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    SALES_DESC = "sales_desc"
    NEWEST = "newest"


class Operator(StrEnum):
    """How a filter compares. ``IS`` is for facets, the others for numbers."""

    IS = "is"
    EQUAL = "="
    UNEQUAL = "!="
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Clause:
    """BM25 of distinct ``tokens`` in the view ``field``, times ``weight``, added to the other clauses' scores."""

    field: str
    tokens: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Requirement:
    """At least ``at_least`` of distinct ``tokens`` stand in the view ``field``."""

    field: str
    tokens: tuple[str, ...]
    at_least: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The factor 1 + the share of distinct ``tokens`` that stand in the view ``field``."""

    field: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: a facet's value, or a number (prices in fen, times in epoch seconds).

    ``BETWEEN`` reaches from ``value`` to ``upper``, both included; ``upper`` means nothing to other operators.
    """

    field: str
    operator: Operator
    value: str | int | float
    is_negated: bool = False
    upper: int | float | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Holds when any of its conditions does. All filters of a plan must hold.

    ``is_firm``: set by the shop, not chosen by the shopper, so that no disjunctive count leaves it out.
    """

    any_of: tuple[Condition, ...]
    is_firm: bool = False

    @property
    def fields(self) -> frozenset[str]:
        return frozenset() if self.is_firm else frozenset(condition.field for condition in self.any_of)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """Count the values of ``field`` among the hits. ``is_disjunctive``: as if no filter on ``field`` alone were set,
    so that a shopper sees what another choice would give."""

    field: str
    is_disjunctive: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Count again what the plan would find with some filters left out and others added: what a shopper could choose
    instead of what is chosen now. One search answers a plan and all its tallies."""

    facets: tuple[str, ...]
    without: tuple[Filter, ...] = ()
    plus: tuple[Filter, ...] = ()
    facet_size: int = 100

    def filters(self, of_plan: tuple[Filter, ...]) -> tuple[Filter, ...]:
        """What holds for this tally when ``of_plan`` are the plan's filters."""
        return (*(each for each in of_plan if each not in self.without), *self.plus)


@dataclass(frozen=True, slots=True)
class Affinity:
    """Adds ``weight`` to the personal factor of products whose facet ``field`` holds ``value``; ``kind`` is for people."""

    kind: str
    field: str
    value: str
    weight: float


@dataclass(frozen=True, slots=True)
class Nudge:
    """Adds ``gain``, above 0, to the factor that lifts a product for everybody where ``condition`` holds."""

    condition: Condition
    gain: float


@dataclass(frozen=True, slots=True)
class Boost:
    """Multiplies the score of one product by ``factor``, at least 1."""

    object_id: str
    factor: float


@dataclass(frozen=True, slots=True)
class Pin:
    """Put the product at ``position`` (from 1), whether the query finds it or not, if it passes the filters."""

    object_id: str
    position: int


@dataclass(frozen=True, slots=True)
class Lift:
    """Multiplies the score of products whose facet ``field`` holds ``value`` by ``factor``; below 1 it buries them."""

    field: str
    value: str
    factor: float


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What is done to the first hits behind the engine, in this order: ``lifts``, diversity, interleaving with the order
    of a ``rival`` plan (``seed`` makes its coin), ``pins``."""

    pins: tuple[Pin, ...] = ()
    lifts: tuple[Lift, ...] = ()
    is_diverse: bool = False
    rival: "Plan | None" = None
    seed: str = ""

    @property
    def reorders(self) -> bool:
        return bool(self.lifts) or self.is_diverse or self.rival is not None

    def factor_of(self, facets: Mapping[str, tuple[str, ...]]) -> float:
        """The product of the factors of all lifts that a product of ``facets`` has."""
        return math.prod(lift.factor for lift in self.lifts if lift.value in facets.get(lift.field, ()))


@dataclass(frozen=True, slots=True)
class Plan:
    """Score = (sum of ``clauses``) x (``coverage`` factor) x (personal factor of ``affinities``, see ``taste_factor``) x (factor
    of ``boosts`` where the product has one; ids are distinct) x (1 + the gains of the ``nudges`` whose condition holds).

    ``requirements``: each inner group must be met by at least one of its members. No clause at all scores 0 everywhere.
    ``first`` and ``size`` are the window of hits; ``facet_size`` bounds the values counted per facet. ``meaning`` is the text
    that ``MeaningRanking`` orders the first window by, engines leave it alone; ``with_meanings``: hits come with vectors.
    ``arrangement`` is not the engine's work either: ``arranged`` does it to what was found. ``dictionary``: the version of the
    learnt words that the plan was made with, None when it used none; an index that keeps another one refuses the plan.
    ``witnessed``: how many of the listings found meet that as well is counted too, for who would have to ask next.
    ``is_distinct``: items are found and counted instead of listings (see ``item_of``): of those listings of an item that pass,
    the first in the order stands for it, and one that does not lead has ``DUPLICATE_FACTOR`` of its score.
    """

    analysis: str
    clauses: tuple[Clause, ...] = ()
    requirements: tuple[tuple[Requirement, ...], ...] = ()
    coverage: Coverage | None = None
    filters: tuple[Filter, ...] = ()
    facets: tuple[FacetCount, ...] = ()
    facet_size: int = 100
    tallies: tuple[Tally, ...] = ()
    affinities: tuple[Affinity, ...] = ()
    max_factor: float = 1.0
    boosts: tuple[Boost, ...] = ()
    nudges: tuple[Nudge, ...] = ()
    sort: Sort = Sort.RELEVANCE
    first: int = 0
    size: int = 20
    arrangement: Arrangement | None = None
    meaning: str | None = None
    with_meanings: bool = False
    dictionary: str | None = None
    is_distinct: bool = False
    witnessed: Requirement | None = None


def taste_factor(affinities: Iterable[Affinity], max_factor: float, facets: Mapping[str, tuple[str, ...]]) -> float:
    """The personal factor of a product: 1 + the weights of the affinities it matches, at most ``max_factor``.

    Engines execute this very formula; the base of 1 is what keeps a matching weight of .25 from demoting the product.
    """
    matched = sum(affinity.weight for affinity in affinities if affinity.value in facets.get(affinity.field, ()))
    return min(1.0 + matched, max_factor)
