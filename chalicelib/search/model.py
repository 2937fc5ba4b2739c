"""What search speaks of: taste, what is asked, what is answered, and what can go wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chalicelib.core.errors import Conflict, InvalidRequest, NotFound, Unavailable
from chalicelib.search.found import FacetStats, Nearness, Tallied
from chalicelib.search.plan import Filter, Sort, Tally

MAX_QUERY_CHARACTERS = 512
"""As Algolia: a longer query is a pasted page, not a search."""
DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 1_000
MAX_FACET_VALUES = 1_000
EXPERIMENTS = ("diversity", "personal", "popularity", "meaning")
"""What ``interleave`` may compare: what a search answers now, and the same with this one thing the other way."""


class QueryTooLong(InvalidRequest):
    """The query has more than ``MAX_QUERY_CHARACTERS`` characters."""


class IndexMissing(NotFound):
    """There is no index of that name, or nothing was ever put into it."""


class IndexUnavailable(Unavailable):
    """The search engine does not answer now."""


class AnalysisMismatch(Conflict):
    """A plan or document was analysed with another segmenter, version or rules than the index: rebuild the index."""


class DictionaryMismatch(Conflict):
    """A plan was made with the learnt words of another version of the index: understand the query again with this one's."""


class EncoderUnavailable(Unavailable):
    """The semantic encoder is not there, or could not read a text. Search goes on by words."""


@dataclass(frozen=True, slots=True)
class Taste:
    """What ranking may know of a shopper: affinities per kind, raw weights already decayed to now (view 1, order 5).

    ``categories`` holds names of any level, ``sizes`` those chosen (``鞋 42``). ``is_personalised`` is False when the shopper
    switched it off: then everything else is empty. ``events`` counts what the weights were learnt from.
    """

    is_personalised: bool = False
    events: int = 0
    brands: Mapping[str, float] = field(default_factory=dict)
    categories: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, float] = field(default_factory=dict)
    price_bands: Mapping[str, float] = field(default_factory=dict)
    sizes: Mapping[str, float] = field(default_factory=dict)


NEUTRAL = Taste()


class Relaxing(StrEnum):
    """What may be let go of a query that finds nothing: every rung of the ladder; the model code alone; nothing; words from
    its end or its beginning; all words but one. The last four are Algolia's ``removeWordsIfNoResults``."""

    FULL = "full"
    MODEL = "model"
    NONE = "none"
    LAST_WORDS = "lastWords"
    FIRST_WORDS = "firstWords"
    ALL_OPTIONAL = "allOptional"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a shopper asks. ``page`` counts from 0. ``facets`` are names to count, ``("*",)`` for all plain ones; those in
    ``disjunctive`` are counted as if no filter on themselves were set. ``shopper_id`` None: nobody in particular.

    Raises ``InvalidRequest`` naming the field when a value makes no sense.
    """

    query: str = ""
    page: int = 0
    page_size: int = DEFAULT_PAGE_SIZE
    sort: Sort = Sort.RELEVANCE
    filters: tuple[Filter, ...] = ()
    facets: tuple[str, ...] = ()
    disjunctive: frozenset[str] = frozenset()
    max_values_per_facet: int = 100
    tallies: tuple[Tally, ...] = ()
    shopper_id: str | None = None
    is_personalised: bool = True
    is_distinct: bool = True
    is_diverse: bool = False
    interleave: str | None = None
    relaxing: Relaxing | None = None
    offset: int | None = None

    @property
    def first(self) -> int:
        """The place of the first hit wanted, from 0: ``offset`` when it is given."""
        return self.page * self.page_size if self.offset is None else self.offset

    def __post_init__(self) -> None:
        if len(self.query) > MAX_QUERY_CHARACTERS:
            raise QueryTooLong(f"query has more than {MAX_QUERY_CHARACTERS} characters", field="query")
        if self.page < 0:
            raise InvalidRequest("page must not be negative", field="page")
        if self.offset is not None and self.offset < 0:
            raise InvalidRequest("offset must not be negative", field="offset")
        if not 0 <= self.page_size <= MAX_PAGE_SIZE:
            raise InvalidRequest(f"hitsPerPage must be between 0 and {MAX_PAGE_SIZE}", field="hitsPerPage")
        if self.interleave is not None and self.interleave not in EXPERIMENTS:
            raise InvalidRequest(f"interleave must be one of {', '.join(EXPERIMENTS)}", field="interleave")
        if not 0 <= self.max_values_per_facet <= MAX_FACET_VALUES:
            raise InvalidRequest(
                f"maxValuesPerFacet must be between 0 and {MAX_FACET_VALUES}", field="maxValuesPerFacet"
            )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a product stands higher for this shopper: ``reason`` is what the shopper reads."""

    reason: str
    kind: str
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The personal ``factor`` of a hit (1 when nothing was personal) and the reasons it is made of, heaviest first.
    ``popularity`` is the factor of what shoppers chose after this query, the same for everybody; its reason comes first.
    ``prior`` is the factor of its category and its sales (see ``search.prior``).

    ``score`` is the engine's, the factor in it: comparable within one answer only.
    """

    object_id: str
    score: float
    factor: float
    reasons: tuple[Reason, ...] = ()
    boost: float = 1.0
    popularity: float = 1.0
    nearness: Nearness | None = None
    prior: float = 1.0


@dataclass(frozen=True, slots=True)
class QueryDay:
    """What one folded query came to on one day of the shop: how often it was searched, by about how many distinct
    shoppers, and how many of the searches found nothing as they were asked."""

    query: str
    searches: int
    shoppers: int
    empty: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What the hits of an answer are for. ``rung`` of the ladder; ``query`` (or category) shown; ``dropped`` words of what was
    asked; ``message`` for the shopper, None when the hits are what was asked."""

    rung: str
    query: str
    dropped: tuple[str, ...] = ()
    message: str | None = None

    @property
    def is_as_asked(self) -> bool:
        """Whether nothing had to be changed."""
        return self.message is None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """An answer. ``total`` is exact; ``pages`` are those that can be paged to. ``facets`` and ``stats`` as in ``Found``,
    money in fen. ``query_words``, ``query_sounds`` and ``query_alike`` are what to highlight; ``trace`` says what was
    done and why."""

    hits: Sequence[Mapping[str, Any]]
    total: int
    pages: int
    facets: Mapping[str, Mapping[str, int]]
    stats: Mapping[str, FacetStats]
    explanations: Sequence[Explanation]
    query_words: tuple[str, ...]
    trace: Mapping[str, Any]
    query_id: str
    suggestion: str | None = None
    shown: Shown = Shown("as_asked", "")
    tallies: tuple[Tallied, ...] = ()
    query_sounds: tuple[str, ...] = ()
    query_alike: tuple[str, ...] = ()
    redirect: str | None = None
