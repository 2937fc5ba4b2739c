"""What a catalogue's fields add to its titles: names of categories, and values of attributes and brands before them, as queries.

The queries are made from the catalogue itself: this shows that words are met where they stand, not what people mean by them.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.catalog import Product, open_feed
from chalicelib.core.clock import SystemClock
from chalicelib.core.ids import SecureRandomness
from chalicelib.search import (
    NEUTRAL,
    Analyser,
    Found,
    PackedDictionary,
    Plan,
    Search,
    SearchRequest,
    ShopDictionary,
    Taste,
    Teaching,
    choose_segmenter,
    document_of,
)
from chalicelib.search.document import DETAILS, NAMES
from infra.local.relevance import CUT, Scores, bootstrap_interval, judge

MOST_QUERIES = 300
"""Of attribute values and brands; all categories of two products and more are asked for."""
LONGEST_VALUE = 6
"""A longer attribute value is a sentence."""

Queries = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Line:
    """One kind of queries, ranked in one way; the interval of the difference in MRR@10 to titles alone."""

    kind: str
    ranking: str
    queries: int
    scores: Scores
    difference: tuple[float, float]


def by_fields(catalogue: Path) -> list[Line]:
    """The figures for the products of ``catalogue``."""
    products = [row.product for row in open_feed(catalogue).rows if isinstance(row.product, Product)]
    index = _Index(products)
    lines = []
    for kind, queries in (("category", category_queries(products)), ("value and category", value_queries(products))):
        plain = judge(index.rankings(queries, _by_title), queries)
        for name, change in _RANKINGS.items():
            scores = judge(index.rankings(queries, change), queries)
            interval = bootstrap_interval(scores.reciprocal_ranks, plain.reciprocal_ranks, random.Random(1))
            lines.append(Line(kind, name, len(queries), scores, interval))
    return lines


def category_queries(products: Iterable[Product]) -> Queries:
    """Each lowest category of several products by its name, with its products."""
    members: dict[str, dict[str, int]] = defaultdict(dict)
    for each in products:
        if each.category_path:
            members[each.category_path[-1]][each.product_id] = 1
    return {name: some for name, some in members.items() if len(some) > 1}


def value_queries(products: Sequence[Product]) -> Queries:
    """``纯棉连衣裙``, ``拾光里连衣裙``: the products of the category that have the value, a sample with a fixed seed."""
    categories = category_queries(products)
    having: dict[str, dict[str, int]] = defaultdict(dict)
    for each in products:
        name = each.category_path[-1] if each.category_path else ""
        if name in categories:
            for value in _values(each):
                if value not in name and name not in value:
                    having[value + name][each.product_id] = 1
    chosen = random.Random(1).sample(sorted(having), min(MOST_QUERIES, len(having)))
    return {query: having[query] for query in chosen}


def _values(product: Product) -> Iterator[str]:
    if product.brand:
        yield product.brand.rpartition("/")[2]
    for values in product.attributes.values():
        yield from (value for value in values if 1 < len(value) <= LONGEST_VALUE and not value.isdigit())


def _by_title(plan: Plan) -> Plan:
    return replace(plan, clauses=tuple(each for each in plan.clauses if each.field not in (NAMES, DETAILS)), nudges=())


_RANKINGS: Mapping[str, Callable[[Plan], Plan]] = {
    "titles alone": _by_title,
    "and fields": lambda plan: replace(plan, nudges=()),
    "and the prior": lambda plan: plan,
}


class _Index:
    """A catalogue to search, with plans changed on their way."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._analyser = Analyser(choose_segmenter())
        self._index = EmbeddedProductIndex("fielded")
        version = self._index.create(self._analyser.signature)
        self._index.load(version, (document_of(each, 1, self._analyser) for each in products))
        self._index.swap(version)
        self._change: Callable[[Plan], Plan] = _by_title
        learnt = ShopDictionary(self, Teaching(self._index, self._analyser, SystemClock()))  # type: ignore[arg-type]
        self._search = Search(self, self, self._analyser, SecureRandomness(), dictionary=learnt)  # type: ignore[arg-type]

    def rankings(self, queries: Iterable[str], change: Callable[[Plan], Plan]) -> dict[str, list[str]]:
        """The first ids for each query when every plan is changed first."""
        self._change = change
        now = datetime.now(UTC)
        found = {query: self._search.find(SearchRequest(query=query, page_size=CUT), now) for query in queries}
        return {query: [each.object_id for each in result.explanations] for query, result in found.items()}

    def search(self, plan: Plan) -> Found:
        return self._index.search(self._change(plan))

    def dictionary(self) -> PackedDictionary | None:
        return self._index.dictionary()

    def of(self, shopper_id: str, now: datetime) -> Taste:
        return NEUTRAL


def say(lines: Iterable[Line], console: Console) -> None:
    """Print the figures."""
    table = Table(
        "queries made of a catalogue", "ranked by", "queries", f"MRR@{CUT}", f"nDCG@{CUT}", "MRR to titles, 95%"
    )
    for each in lines:
        low, high = each.difference
        figures = (f"{each.scores.mrr:.4f}", f"{each.scores.ndcg:.4f}", f"{low:+.3f} to {high:+.3f}")
        table.add_row(each.kind, each.ranking, str(each.queries), *figures)
    console.print(table)
