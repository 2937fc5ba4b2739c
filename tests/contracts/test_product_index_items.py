"""Items instead of listings, on the embedded engine and on a real OpenSearch: hits, total, facets and tallies count each once,
whatever is filtered by, and no item is lost that has a listing which passes."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.search import (
    GROUP,
    LISTING,
    Affinity,
    Arrangement,
    Clause,
    Condition,
    Document,
    FacetCount,
    Filter,
    Operator,
    Plan,
    ProductIndex,
    Sort,
    Tally,
    document_of,
    item_of,
    meets,
)
from chalicelib.search.arranging import arranged
from tests.contracts.product_indexes import KINDS, made
from tests.support.search import analyser, product

ANALYSER = analyser()
FIELDS = ("brand", "tags", "price", "attributes.颜色", "objectID", "categories.lvl0", "price_band")
BRANDS, TAGS, COLOURS = ("山野集", "云上"), ("包邮", "清仓", "新品"), ("红", "蓝")


def _document(number: int, chance: random.Random) -> Document:
    made = product(
        f"p{number:03}",
        chance.choice(("露营天幕加厚", "露营天幕加厚防雨", "天幕杆", "加厚帐篷")),
        price=100 * chance.randint(40, 60),
        brand=chance.choice(BRANDS),
        category=(chance.choice(("户外", "露营")),),
        tags=chance.sample(TAGS, chance.randint(0, 2)),
        sales=chance.randint(0, 9),
        attributes={"颜色": (chance.choice(COLOURS),)},
    )
    return document_of(made, 1, ANALYSER)


def catalogue(seed: int) -> list[Document]:
    """Sixty listings, most alone, some in groups of two to five. Offers of a group differ in anything: the engine need not
    know what makes an item."""
    chance = random.Random(seed)
    documents = [_document(number, chance) for number in range(60)]
    at = 0
    while at < 40:
        size = chance.randint(2, 5)
        for place, member in enumerate(documents[at : at + size]):
            facets = {**member.facets, GROUP: (documents[at].object_id,)}
            documents[at + place] = replace(member, facets={**facets, LISTING: ("duplicate",)} if place else facets)
        at += size + chance.randint(1, 3)
    return documents


def _condition(field: str, chance: random.Random) -> Condition:
    if field == "price":
        return Condition(field, Operator.AT_MOST, 100 * chance.randint(42, 58))
    values = {"brand": BRANDS, "tags": TAGS, "attributes.颜色": COLOURS, "categories.lvl0": ("户外", "露营")}
    named = values.get(field) or [f"p{chance.randint(0, 59):03}"]
    return Condition(field, Operator.IS, chance.choice(named), is_negated=chance.random() < 0.2)


def filters(seed: int) -> tuple[Filter, ...]:
    chance = random.Random(seed)
    fields = chance.sample(FIELDS[:6], chance.randint(0, 3))
    return tuple(Filter(tuple(_condition(field, chance) for _ in range(chance.randint(1, 2)))) for field in fields)


def values(document: Document, field: str) -> tuple[str, ...]:
    return (str(document.numbers[field]),) if field == "price" else document.facets.get(field, ())


def counts(documents: Sequence[Document], field: str) -> dict[str, int]:
    return dict(Counter(value for value, _ in {(v, item_of(each)) for each in documents for v in values(each, field)}))


def check(index: ProductIndex, documents: Sequence[Document], chosen: tuple[Filter, ...], sort: Sort) -> list[str]:
    """Everything ``index`` says about the items that pass ``chosen`` is what counting them one by one says."""
    loosened = Tally(("tags",), without=chosen[:1])
    plan = Plan(
        analysis=ANALYSER.signature,
        clauses=(Clause("bi", ("天幕", "加厚"), 1.0),),
        filters=chosen,
        facets=tuple(FacetCount(field) for field in FIELDS),
        tallies=(loosened,),
        is_distinct=True,
        sort=sort,
        size=100,
    )
    found = index.search(plan)
    passing = [each for each in documents if meets(each.facets, each.numbers, chosen)]
    shown = [hit.object_id for hit in found.hits]
    by_id = {each.object_id: each for each in passing}
    assert {item_of(by_id[each]) for each in shown} == {item_of(each) for each in passing}
    assert found.total == len(shown) == len({item_of(each) for each in passing})
    assert found.facets == {field: counts(passing, field) for field in FIELDS}
    among = [each for each in documents if meets(each.facets, each.numbers, loosened.filters(chosen))]
    assert found.tallies[0].total == len({item_of(each) for each in among})
    assert found.tallies[0].facets == {"tags": counts(among, "tags")}
    pages = [
        hit.object_id for first in range(0, 60, 7) for hit in index.search(replace(plan, first=first, size=7)).hits
    ]
    assert pages == shown
    return shown


def loaded(index: ProductIndex, documents: Sequence[Document]) -> ProductIndex:
    version = index.create(ANALYSER.signature)
    assert not index.load(version, documents)
    index.swap(version)
    return index


@pytest.fixture(scope="module", params=KINDS)
def engine(request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    for empty in made(request.param, request):
        yield loaded(empty, catalogue(7))


@pytest.mark.parametrize("sort", list(Sort))
def test_every_engine_shows_and_counts_the_same_items(engine: ProductIndex, sort: Sort) -> None:
    embedded = loaded(EmbeddedProductIndex("items"), catalogue(7))
    for seed in range(12):
        assert check(engine, catalogue(7), filters(seed), sort) == check(embedded, catalogue(7), filters(seed), sort)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(list(Sort)))
def test_items_are_counted_as_one_by_one(of_shop: int, of_filters: int, sort: Sort) -> None:
    documents = catalogue(of_shop)
    check(loaded(EmbeddedProductIndex("items"), documents), documents, filters(of_filters), sort)


def test_a_value_that_is_clicked_shows_as_many_items_as_it_said(engine: ProductIndex) -> None:
    plan = Plan(ANALYSER.signature, facets=(FacetCount("tags"),), is_distinct=True, size=0)
    for value, count in engine.search(plan).facets["tags"].items():
        clicked = Filter((Condition("tags", Operator.IS, value),))
        assert engine.search(replace(plan, filters=(clicked,))).total == count


def test_facets_may_be_counted_to_none_and_cut(engine: ProductIndex) -> None:
    plan = Plan(ANALYSER.signature, facets=(FacetCount("price"),), is_distinct=True, size=0)
    every = engine.search(plan).facets["price"]
    assert engine.search(replace(plan, facet_size=3)).facets["price"] == dict(list(every.items())[:3])
    assert engine.search(replace(plan, facet_size=0)).facets["price"] == {}


def test_the_lead_stands_for_its_item_unless_another_fits_clearly_better(engine: ProductIndex) -> None:
    shown = check(engine, catalogue(7), (), Sort.RELEVANCE)
    duplicates = {each.object_id for each in catalogue(7) if LISTING in each.facets}
    plan = Plan(ANALYSER.signature, clauses=(Clause("bi", ("天幕", "加厚"), 1.0),), size=100)
    scores = {hit.object_id: hit.score for hit in engine.search(plan).hits}
    leads = {item_of(each): each.object_id for each in catalogue(7) if LISTING not in each.facets}
    items = {each.object_id: item_of(each) for each in catalogue(7)}
    for each in duplicates.intersection(shown):
        assert scores[each] * 0.8 > scores[leads[items[each]]] * 0.999 or scores[each] == 0


def test_a_draft_of_two_orders_shows_an_item_once_though_they_show_it_by_different_listings(
    engine: ProductIndex,
) -> None:
    plan = Plan(ANALYSER.signature, clauses=(Clause("bi", ("天幕", "加厚"), 1.0),), is_distinct=True, size=60)
    taste = tuple(Affinity("tag", "tags", tag, 1.0) for tag in TAGS[:2])
    rival = replace(plan, affinities=taste, max_factor=3.0)
    items = {each.object_id: item_of(each) for each in catalogue(7)}
    mine = [hit.object_id for hit in engine.search(plan).hits]
    theirs = [hit.object_id for hit in engine.search(rival).hits]
    assert set(mine) != set(theirs)
    found = arranged(engine.search, replace(plan, arrangement=Arrangement(rival=rival, seed="s")))
    shown = [items[hit.object_id] for hit in found.hits]
    assert sorted(shown) == sorted(items[each] for each in mine)
    assert {hit.object_id for hit in found.hits} == set(mine)
