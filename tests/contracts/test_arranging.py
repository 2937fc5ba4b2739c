"""Merchandising, diversity and interleaving give the same page on every engine, with totals and facets that agree."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.search import (
    ActionKind,
    Condition,
    Filter,
    FixedRules,
    Operator,
    ProductIndex,
    Rule,
    RuleAction,
    SearchRequest,
    SearchResult,
    Sort,
    Trigger,
    TriggerKind,
)
from tests.contracts.product_indexes import KINDS, made
from tests.support.rules import hide, pin, rule, synonyms
from tests.support.search import NOW, analyser, filled, search_over, small_shop

DRESSES = SearchRequest(query="连衣裙", page_size=10, facets=("brand", "price", "objectID"), max_values_per_facet=1000)
CLOTHES = Filter((Condition("categories.lvl0", Operator.IS, "女装"),))
BRAND = RuleAction(ActionKind.BURY, facet="brand", value="拾光里")


@pytest.fixture(scope="module", params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    for empty in made(request.param, request):
        yield filled(empty, small_shop(), analyser())


def find(index: ProductIndex, request: SearchRequest, *rules: Rule) -> SearchResult:
    return search_over(index).under(FixedRules(rules)).find(request, NOW)


def ids(result: SearchResult) -> list[str]:
    return [hit["objectID"] for hit in result.hits]


def reasons(result: SearchResult, object_id: str) -> list[str]:
    return [each.reason for found in result.explanations if found.object_id == object_id for each in found.reasons]


def pages(index: ProductIndex, request: SearchRequest, *rules: Rule) -> list[str]:
    """The ids of all pages, one after the other."""
    count = find(index, request, *rules).pages
    return [each for page in range(count) for each in ids(find(index, replace(request, page=page), *rules))]


def test_a_pinned_product_that_the_query_does_not_find_is_added_and_counted(shop: ProductIndex) -> None:
    before, after = find(shop, DRESSES), find(shop, DRESSES, rule(pin("t00", 2)))
    assert ids(after) == [ids(before)[0], "t00", *ids(before)[1:9]]
    assert after.total == before.total + 1
    assert after.facets["brand"] == {**before.facets["brand"], "山野集": 1}
    assert after.facets["objectID"]["t00"] == 1
    assert after.stats["price"].sum == before.stats["price"].sum + 19900
    assert after.stats["price"].avg == pytest.approx(after.stats["price"].sum / after.total)
    assert reasons(after, "t00") == ["人工置顶：双十一"]
    assert after.trace["rules"] == [{"id": "r1", "name": "双十一", "actions": ["pin"]}]


def test_a_pinned_product_that_the_query_finds_moves_and_nothing_else_changes(shop: ProductIndex) -> None:
    before = find(shop, DRESSES)
    last = pages(shop, DRESSES)[-1]
    after = find(shop, DRESSES, rule(pin(last, 1)))
    assert ids(after) == [last, *ids(before)[:9]]
    assert (after.total, after.facets, after.stats) == (before.total, before.facets, before.stats)


def test_pins_never_break_filters(shop: ProductIndex) -> None:
    only = Filter((Condition("brand", Operator.IS, "拾光里"),))
    asked = replace(DRESSES, filters=(only,))
    assert ids(find(shop, asked, rule(pin("t00", 1)))) == ids(find(shop, asked))
    assert find(shop, asked, rule(pin("t00", 1), pin("gone", 1))).total == 8


def test_pages_with_pins_show_every_product_once(shop: ProductIndex) -> None:
    total = find(shop, DRESSES).total
    for size in (1, 3, 7, 10):
        asked = replace(DRESSES, page_size=size)
        every = pages(shop, asked, rule(pin("t00", 3), pin("t01", 3), pin("d05", 8), pin("p06", 90)))
        assert len(every) == len(set(every)) == total + 3
        assert (every[2], every[3], every[7], every[-1]) == ("t00", "t01", "d05", "p06")


def test_pins_show_where_the_query_finds_nothing(shop: ProductIndex) -> None:
    result = find(shop, SearchRequest(query="火箭燃料"), rule(pin("t01", 5), pin("t00", 2)))
    assert (ids(result), result.total) == (["t00", "t01"], 2)


def test_pins_and_boosts_leave_a_sorted_replica_alone_but_hiding_does_not(shop: ProductIndex) -> None:
    asked = replace(DRESSES, sort=Sort.PRICE_ASC)
    boost = RuleAction(ActionKind.BOOST, facet="brand", value="拾光里", factor=3.0)
    assert ids(find(shop, asked, rule(pin("t00", 1), boost, BRAND))) == ids(find(shop, asked))
    first = ids(find(shop, asked))[0]
    assert first not in pages(shop, asked, rule(hide(first)))


def test_a_hidden_product_is_neither_found_nor_counted_nor_pinned(shop: ProductIndex) -> None:
    asked = replace(DRESSES, disjunctive=frozenset({"objectID", "brand"}))
    everywhere = RuleAction(ActionKind.HIDE, facet="brand", value="云朵衣橱")
    result = find(shop, asked, rule(hide("d00"), everywhere, pin("d00", 1)))
    assert result.total == find(shop, asked).total - 1 - 8
    assert "d00" not in result.facets["objectID"]
    assert "云朵衣橱" not in result.facets["brand"]
    assert "d00" not in pages(shop, asked, rule(hide("d00"), everywhere, pin("d00", 1)))


def test_boosted_products_rise_and_buried_ones_sink_with_a_reason(shop: ProductIndex) -> None:
    boost = RuleAction(ActionKind.BOOST, facet="brand", value="云朵衣橱", factor=2.0)
    result = find(shop, replace(DRESSES, page_size=24, filters=(CLOTHES,)), rule(boost, BRAND))
    brands = [hit["brand"] for hit in result.hits]
    assert brands == ["云朵衣橱"] * 8 + ["Mori/森屿"] * 8 + ["拾光里"] * 8
    assert result.total == 24
    assert [each.boost for each in result.explanations] == [2.0] * 8 + [1.0] * 8 + [0.1] * 8
    assert reasons(result, ids(result)[0]) == ["人工加权：双十一"]
    assert reasons(result, ids(result)[-1]) == ["人工降权：双十一"]


def test_a_list_without_words_can_be_merchandised_by_its_category(shop: ProductIndex) -> None:
    tents = SearchRequest(filters=(Filter((Condition("categories.lvl2", Operator.IS, "户外 > 露营 > 帐篷"),)),))
    when = Trigger(TriggerKind.CATEGORY, "帐篷")
    assert ids(find(shop, tents)) == ["t04", "t03", "t02", "t01", "t00"]
    bury = RuleAction(ActionKind.BURY, product_id="t04")
    assert ids(find(shop, tents, rule(bury, pin("t00", 1), when=when))) == ["t00", "t03", "t02", "t01", "t04"]
    assert ids(find(shop, DRESSES, rule(pin("t00", 1), when=when))) == ids(find(shop, DRESSES))


def test_a_synonym_finds_what_is_called_otherwise(shop: ProductIndex) -> None:
    asked = SearchRequest(query="户外宿营小屋")
    assert "t00" not in ids(find(shop, SearchRequest(query="宿营小屋")))
    found = find(shop, SearchRequest(query="宿营小屋"), rule(synonyms("宿营小屋", "帐篷")))
    assert set(ids(found)) == {"t00", "t01", "t02", "t03", "t04"}
    assert found.trace["synonyms"] == ("帐篷",)
    assert find(shop, asked, rule(synonyms("宿营小屋", "帐篷"))).trace["synonyms"] == ("户外帐篷",)


def test_a_one_way_synonym_does_not_work_backwards(shop: ProductIndex) -> None:
    one_way = rule(synonyms("宿营小屋", "帐篷", one_way=True))
    assert find(shop, SearchRequest(query="宿营小屋"), one_way).total >= 5
    backwards = find(shop, SearchRequest(query="帐篷"), one_way)
    assert "rules" not in backwards.trace
    assert ids(backwards) == ids(find(shop, SearchRequest(query="帐篷")))


def test_a_search_that_only_counts_counts_the_same(shop: ProductIndex) -> None:
    rules = rule(pin("t00", 2), hide("d03"), BRAND)
    counted, shown = (find(shop, replace(DRESSES, page_size=size), rules) for size in (0, 10))
    assert (counted.total, counted.facets, counted.stats) == (shown.total, shown.facets, shown.stats)
    assert ids(counted) == []


def test_diversity_shows_more_brands_and_loses_nothing(shop: ProductIndex) -> None:
    asked = SearchRequest(query="夏季新款", page_size=60)
    before, after = find(shop, asked), find(shop, replace(asked, is_diverse=True))
    assert sorted(ids(before)) == sorted(ids(after))
    assert after.total == before.total
    assert after.trace["diversity"]["moved"] > 0


@pytest.mark.parametrize("variant", ["diversity", "personal", "popularity", "meaning"])
def test_an_interleaved_page_holds_the_same_products_and_names_the_teams(shop: ProductIndex, variant: str) -> None:
    asked = replace(DRESSES, page_size=40, shopper_id="s1", interleave=variant)
    result = find(shop, asked)
    assert sorted(ids(result)) == sorted(ids(find(shop, replace(asked, interleave=None))))
    assert set(result.trace["interleaving"]["teams"]) == set(ids(result))
    assert ids(find(shop, asked)) == ids(result)
    assert ids(find(shop, replace(asked, page_size=5, page=1))) == ids(result)[5:10]


EMBEDDED = filled(EmbeddedProductIndex("arranging"), small_shop(), analyser())
EVERY = [each.product_id for each in small_shop()]


@settings(deadline=None, max_examples=25)
@given(
    pins=st.lists(st.tuples(st.sampled_from(EVERY), st.integers(1, 40)), max_size=6),
    hidden=st.lists(st.sampled_from(EVERY), max_size=3),
    size=st.integers(4, 30),
)
def test_whatever_is_pinned_or_hidden_pages_partition_what_is_counted(
    pins: list[tuple[str, int]], hidden: list[str], size: int
) -> None:
    rules = rule(BRAND, *(pin(*each) for each in pins), *(hide(each) for each in hidden))
    asked = replace(DRESSES, page_size=size)
    every = pages(EMBEDDED, asked, rules)
    counted = find(EMBEDDED, asked, rules)
    assert len(every) == len(set(every)) == counted.total
    assert set(every) == set(counted.facets["objectID"])
    assert not set(every) & set(hidden)
