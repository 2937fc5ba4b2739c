"""Tallies and ranges, on the embedded engine and on a real OpenSearch: one search answers as many would."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.search import Condition, FacetCount, Filter, Operator, Plan, ProductIndex, Requirement, Sort, Tally
from tests.contracts.product_indexes import KINDS, made
from tests.support.search import analyser, filled, small_shop

ANALYSER = analyser()
BRAND = Filter(
    (Condition("brand", Operator.IS, "拾光里"), Condition("brand", Operator.IS, "Mori/森屿")),
)
TAG = Filter((Condition("tags", Operator.IS, "热卖"),))
LINEN = Filter((Condition("attributes.材质", Operator.IS, "麻"),))
CHEAP = Filter((Condition("price", Operator.BETWEEN, 10_900, upper=25_900),))
DRESSES = Filter((Condition("categories.lvl1", Operator.IS, "女装 > 裙装"),))


@pytest.fixture(scope="module", params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    for empty in made(request.param, request):
        yield filled(empty, small_shop(), ANALYSER)


def plan(**changes: object) -> Plan:
    return replace(Plan(analysis=ANALYSER.signature, sort=Sort.SALES_DESC, size=3), **changes)  # type: ignore[arg-type]


def test_one_search_answers_a_plan_and_all_its_tallies(shop: ProductIndex) -> None:
    chosen = (BRAND, TAG, CHEAP)
    tallies = (
        Tally(("brand",), without=(BRAND,)),
        Tally(("price", "tags"), without=(CHEAP, TAG), facet_size=5),
        Tally(("categories.lvl0", "categories.lvl1"), without=(BRAND,), plus=(DRESSES,)),
        Tally((), plus=(LINEN,)),
        Tally(("attributes.材质", "no.such.facet"), without=chosen),
    )
    found = shop.search(plan(filters=chosen, facets=(FacetCount("brand"),), tallies=tallies))
    alone = shop.search(plan(filters=chosen, facets=(FacetCount("brand"),)))
    assert (found.total, found.facets, [hit.object_id for hit in found.hits]) == (
        alone.total,
        alone.facets,
        [hit.object_id for hit in alone.hits],
    )
    assert len(found.tallies) == len(tallies)
    for tally, tallied in zip(tallies, found.tallies, strict=True):
        facets = tuple(FacetCount(name) for name in tally.facets)
        asked = shop.search(plan(filters=tally.filters(chosen), facets=facets, facet_size=tally.facet_size, size=0))
        assert (tallied.total, tallied.facets, tallied.stats) == (asked.total, asked.facets, asked.stats)
    assert found.tallies[0].total > found.total > found.tallies[3].total > 0


def test_tallies_and_disjunctive_facets_live_together(shop: ProductIndex) -> None:
    found = shop.search(
        plan(filters=(BRAND, TAG), facets=(FacetCount("brand", True),), tallies=(Tally(("tags",), without=(TAG,)),))
    )
    assert "云朵衣橱" in found.facets["brand"]
    assert found.tallies[0].total == shop.search(plan(filters=(BRAND,))).total
    assert found.total == shop.search(plan(filters=(BRAND, TAG))).total


@pytest.mark.parametrize("filters", [(), (TAG,), (BRAND, TAG)])
def test_witnesses_are_what_a_search_for_them_would_find(shop: ProductIndex, filters: tuple[Filter, ...]) -> None:
    wanted, other = Requirement("present", ("长", "显"), 2), Requirement("present", ("裙",), 1)
    facets = (FacetCount("brand", True),)
    found = shop.search(plan(requirements=((other,),), filters=filters, facets=facets, witnessed=wanted))
    alone = shop.search(plan(requirements=((other,),), filters=filters, facets=facets))
    asked = shop.search(plan(requirements=((other,), (wanted,)), filters=filters, size=0))
    assert (found.witnesses, alone.witnesses) == (asked.total, None)
    assert filters or 0 < asked.total < found.total
    assert (found.total, found.facets) == (alone.total, alone.facets)


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        (Condition("price", Operator.BETWEEN, 10_900, upper=11_900), 2),
        (Condition("price", Operator.BETWEEN, 10_900.5, upper=11_900), 1),
        (Condition("price", Operator.BETWEEN, 11_900, upper=10_900), 0),
        (Condition("sales_30d", Operator.BETWEEN, -5, upper=-1), 0),
    ],
)
def test_a_range_includes_both_ends(shop: ProductIndex, condition: Condition, count: int) -> None:
    assert shop.search(plan(filters=(Filter((condition,)),), size=0)).total == count


def test_ranges_may_be_ored(shop: ProductIndex) -> None:
    low, high = (Condition("price", Operator.BETWEEN, price, upper=price + 500) for price in (10_900, 12_900))
    either = shop.search(plan(filters=(Filter((low, high)),), size=0)).total
    assert either == sum(shop.search(plan(filters=(Filter((each,)),), size=0)).total for each in (low, high))
