"""What every ``ProductIndex`` promises, on the embedded engine and on a real OpenSearch."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.catalog import Product, Sku
from chalicelib.search import (
    Affinity,
    AnalysisMismatch,
    Boost,
    Clause,
    Condition,
    FacetCount,
    Filter,
    IndexMissing,
    Nudge,
    Operator,
    Plan,
    ProductIndex,
    Requirement,
    Sort,
    Write,
    document_of,
    prior_factor,
    taste_factor,
)
from tests.contracts.product_indexes import KINDS, made
from tests.support.search import analyser, documents, filled, product, small_shop

ANALYSER = analyser()
ANALYSIS = ANALYSER.signature


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    yield from made(request.param, request)


@pytest.fixture(scope="module", params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    """An index of the small shop, for tests that only read."""
    for empty in made(request.param, request):
        yield filled(empty, small_shop(), ANALYSER)


def everything(**changes: object) -> Plan:
    return replace(Plan(analysis=ANALYSIS, sort=Sort.SALES_DESC, size=100), **changes)  # type: ignore[arg-type]


def found_ids(index: ProductIndex, plan: Plan) -> list[str]:
    return [hit.object_id for hit in index.search(plan).hits]


def is_(field: str, value: str, *, negated: bool = False) -> Condition:
    return Condition(field, Operator.IS, value, negated)


def write(object_id: str, revision: int, title: str | None) -> Write:
    document = None if title is None else document_of(product(object_id, title), revision, ANALYSER)
    return Write(object_id, revision, document)


# -- versions -------------------------------------------------------------------------------------------------------


def test_an_index_that_was_never_made_is_missing(index: ProductIndex) -> None:
    with pytest.raises(IndexMissing):
        index.search(everything())
    with pytest.raises(IndexMissing):
        index.apply([write("a", 1, "杯子")])
    assert index.analysis() is None


def test_making_the_first_version_twice_loses_nothing(index: ProductIndex) -> None:
    index.ensure(ANALYSIS)
    index.apply([write("a", 1, "杯子")])
    index.ensure(ANALYSIS)
    assert index.count() == 1
    assert index.analysis() == ANALYSIS


def test_readers_see_a_new_version_only_after_the_swap(index: ProductIndex) -> None:
    filled(index, [product("old", "旧杯子")], ANALYSER)
    version = index.create(ANALYSIS)
    index.load(version, documents([product("new", "新杯子")], ANALYSER))
    assert found_ids(index, everything()) == ["old"]
    assert index.count(version) == 1
    index.swap(version)
    assert found_ids(index, everything()) == ["new"]


def test_a_change_during_a_rebuild_is_in_the_new_version_too(index: ProductIndex) -> None:
    filled(index, [product("a", "旧杯子"), product("b", "碗")], ANALYSER)
    version = index.create(ANALYSIS)
    assert not index.apply([write("a", 5, "新杯子"), write("b", 6, None)])
    index.load(version, documents([product("a", "旧杯子"), product("b", "碗")], ANALYSER, revision=2))
    index.swap(version)
    hits = index.search(everything()).hits
    assert [hit.hit["title"] for hit in hits] == ["新杯子"]


def test_readers_go_back_to_the_version_before_and_forth_again(index: ProductIndex) -> None:
    filled(index, [product("a", "旧杯子")], ANALYSER)
    filled(index, [product("b", "新杯子")], ANALYSER)
    before = index.rollback()
    assert found_ids(index, everything()) == ["a"]
    assert index.rollback() != before
    assert found_ids(index, everything()) == ["b"]


def test_only_one_earlier_version_is_kept(index: ProductIndex) -> None:
    with pytest.raises(IndexMissing):
        index.rollback()
    versions = []
    for number in range(3):
        versions.append(index.create(ANALYSIS))
        index.load(versions[-1], documents([product(f"p{number}", "杯子")], ANALYSER))
        index.swap(versions[-1])
    with pytest.raises(IndexMissing):
        index.count(versions[0])
    assert index.rollback() == versions[1]
    assert found_ids(index, everything()) == ["p1"]


def test_the_version_before_hears_of_changes_too(index: ProductIndex) -> None:
    filled(index, [product("a", "旧杯子")], ANALYSER)
    filled(index, [product("a", "旧杯子")], ANALYSER)
    assert not index.apply([write("a", 5, "新杯子"), write("b", 6, "碗")])
    index.rollback()
    assert {hit.hit["title"] for hit in index.search(everything()).hits} == {"新杯子", "碗"}


def test_a_change_of_a_new_analysis_waits_in_the_version_being_built_for_it(index: ProductIndex) -> None:
    filled(index, [product("a", "旧杯子")], ANALYSER)
    assert index.outdated(ANALYSIS) is None
    assert "other/1+1" in str(index.outdated("other/1+1"))
    version = index.create("other/1+1")
    newer = replace(document_of(product("a", "新杯子"), 5, ANALYSER), analysis="other/1+1")
    assert not index.apply([Write("a", 5, newer)])
    assert [hit.hit["title"] for hit in index.search(everything()).hits] == ["旧杯子"]
    index.swap(version)
    assert index.outdated("other/1+1") is None
    assert [hit.hit["title"] for hit in index.search(everything(analysis="other/1+1")).hits] == ["新杯子"]
    # The words of the new analysis do not fit the version before: it is kept as it was.
    assert not index.apply([Write("b", 6, replace(newer, object_id="b", revision=6))])
    index.rollback()
    assert found_ids(index, everything()) == ["a"]


def test_another_price_moves_a_product_and_no_word(index: ProductIndex) -> None:
    filled(index, [product("a", "杯子", price=500), product("b", "杯子", price=600)], ANALYSER)
    cheaper = product("b", "杯子", price=400, sales=9)
    index.apply([Write("b", 5, document_of(cheaper, 5, ANALYSER))])
    index.apply([Write("b", 4, document_of(product("b", "杯子", price=900), 4, ANALYSER))])
    cups = everything(requirements=((Requirement("present", ("杯",), 1),),), sort=Sort.PRICE_ASC)
    found = index.search(replace(cups, facets=(FacetCount("price"),)))
    assert [(hit.object_id, hit.hit["price"]) for hit in found.hits] == [("b", 4), ("a", 5)]
    assert found.facets["price"] == {"400": 1, "500": 1}


def test_a_version_given_up_is_gone_and_readers_do_not_notice(index: ProductIndex) -> None:
    filled(index, [product("a", "杯子")], ANALYSER)
    version = index.create(ANALYSIS)
    index.drop(version)
    assert found_ids(index, everything()) == ["a"]
    with pytest.raises(IndexMissing):
        index.load(version, documents([product("b", "碗")], ANALYSER))


def test_tokens_of_another_segmenter_are_refused(index: ProductIndex) -> None:
    filled(index, [product("a", "杯子")], ANALYSER)
    with pytest.raises(AnalysisMismatch):
        index.search(everything(analysis="other/1+1"))
    strange = replace(document_of(product("b", "碗"), 2, ANALYSER), analysis="other/1+1")
    with pytest.raises(AnalysisMismatch):
        index.apply([Write("b", 2, strange)])
    assert found_ids(index, everything()) == ["a"]


# -- writes ---------------------------------------------------------------------------------------------------------


def test_an_older_or_repeated_write_changes_nothing_and_is_no_failure(index: ProductIndex) -> None:
    index.ensure(ANALYSIS)
    index.apply([write("a", 5, "新杯子")])
    assert not index.apply([write("a", 4, "旧杯子")])
    assert not index.apply([write("a", 5, "同号杯子")])
    assert [hit.hit["title"] for hit in index.search(everything()).hits] == ["新杯子"]


def test_a_deletion_is_remembered_against_older_writes(index: ProductIndex) -> None:
    index.ensure(ANALYSIS)
    assert not index.apply([write("a", 5, None)])
    assert not index.apply([write("a", 4, "旧杯子")])
    assert index.count() == 0
    index.apply([write("a", 6, "新杯子")])
    assert index.count() == 1


def test_an_older_deletion_deletes_nothing(index: ProductIndex) -> None:
    index.ensure(ANALYSIS)
    index.apply([write("a", 5, "杯子")])
    assert not index.apply([write("a", 4, None)])
    assert index.count() == 1


def test_a_replaced_document_is_found_by_its_new_words_only(index: ProductIndex) -> None:
    index.ensure(ANALYSIS)
    index.apply([write("a", 1, "杯子")])
    index.apply([write("a", 2, "帐篷")])
    for token, expected in (("杯", []), ("帐", ["a"])):
        assert found_ids(index, everything(requirements=((Requirement("present", (token,), 1),),))) == expected


# -- reads ----------------------------------------------------------------------------------------------------------


def test_totals_are_exact_and_pages_do_not_overlap(shop: ProductIndex) -> None:
    total = len(small_shop())
    pages = [shop.search(everything(first=first, size=7)) for first in range(0, total + 7, 7)]
    assert {page.total for page in pages} == {total}
    ids = [hit.object_id for page in pages for hit in page.hits]
    assert len(ids) == len(set(ids)) == total
    assert not pages[-1].hits


def test_a_window_of_no_hits_still_counts(shop: ProductIndex) -> None:
    found = shop.search(everything(first=50, size=0, facets=(FacetCount("brand"),)))
    assert (found.hits, found.total) == ((), len(small_shop()))
    assert found.facets["brand"]["山野集"] == 5


def test_sorting_puts_unknown_prices_last_and_ties_by_sales_then_id(shop: ProductIndex) -> None:
    rising = found_ids(shop, everything(sort=Sort.PRICE_ASC))
    falling = found_ids(shop, everything(sort=Sort.PRICE_DESC))
    assert rising[0] == "p02"
    assert falling[0] == "p06"
    assert rising[-1] == falling[-1] == "p07"
    assert rising[1:7] == [f"c{number}" for number in range(6)]


def test_newest_first(shop: ProductIndex) -> None:
    newest = everything(sort=Sort.NEWEST, filters=(Filter((is_("category", "连衣裙"),)),))
    assert found_ids(shop, newest) == [f"d{number:02}" for number in range(24)]


def test_filters_are_anded_their_conditions_ored_and_negation_excludes(shop: ProductIndex) -> None:
    filters = (
        Filter((is_("brand", "拾光里"), is_("brand", "云朵衣橱"))),
        Filter((is_("attributes.材质", "棉"),)),
        Filter((is_("tags", "新品", negated=True),)),
        Filter((Condition("price", Operator.BELOW, 20000),)),
    )
    expected = {
        each.product_id
        for each in small_shop()
        if each.brand in ("拾光里", "云朵衣橱")
        and "棉" in each.attributes.get("材质", ())
        and "新品" not in each.tags
        and each.price is not None
        and each.price < 20000
    }
    assert expected
    assert set(found_ids(shop, everything(filters=filters))) == expected


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (Operator.EQUAL, 2990, 6),
        (Operator.EQUAL, 2990.5, 0),
        (Operator.AT_MOST, 2990, 7),
        (Operator.BELOW, 2990, 1),
        (Operator.ABOVE, 799900, 1),
        (Operator.AT_LEAST, 799900, 2),
        (Operator.ABOVE, 799899.5, 2),
        (Operator.UNEQUAL, 2990, len(small_shop()) - 7),
    ],
)
def test_numbers_are_compared_and_an_unknown_price_never_passes(
    shop: ProductIndex, operator: Operator, value: float, expected: int
) -> None:
    plan = everything(filters=(Filter((Condition("price", operator, value),)),))
    assert shop.search(plan).total == expected


def test_an_unknown_facet_matches_nothing_and_counts_nothing(shop: ProductIndex) -> None:
    plan = everything(filters=(Filter((is_("no.such", "x"),)),), facets=(FacetCount("no.such"),))
    found = shop.search(plan)
    assert (found.total, found.facets) == (0, {"no.such": {}})
    assert shop.search(everything(filters=(Filter((is_("no.such", "x", negated=True),)),))).total == len(small_shop())


def test_facets_come_by_count_then_name_and_only_as_many_as_asked(shop: ProductIndex) -> None:
    found = shop.search(everything(facets=(FacetCount("tags"), FacetCount("attributes.风格")), facet_size=3))
    assert list(found.facets["tags"].items()) == [("热卖", 18), ("新品", 8), ("露营", 5)]
    assert list(found.facets["attributes.风格"].items()) == [("新中式", 3), ("法式", 3), ("牛仔", 3)]


def test_a_number_is_counted_with_its_statistics(shop: ProductIndex) -> None:
    cups = Filter((is_("category", "杯子"), is_("category", "充电宝")))
    found = shop.search(everything(facets=(FacetCount("price"),), filters=(cups,)))
    assert found.facets["price"] == {"2990": 6}
    stats = found.stats["price"]
    assert (stats.min, stats.max, stats.avg, stats.sum) == (2990, 2990, 2990, 6 * 2990)


def test_a_disjunctive_facet_is_counted_without_its_own_filter(shop: ProductIndex) -> None:
    filters = (Filter((is_("brand", "拾光里"),)), Filter((is_("attributes.材质", "雪纺"),)))
    facets = (FacetCount("brand", is_disjunctive=True), FacetCount("attributes.材质"), FacetCount("tags"))
    found = shop.search(everything(filters=filters, facets=facets))
    assert found.total == 4
    assert found.facets["brand"] == {"Mori/森屿": 4, "云朵衣橱": 4, "拾光里": 4}
    assert found.facets["attributes.材质"] == {"雪纺": 4}
    assert sum(found.facets["tags"].values()) == 4


def test_attribute_names_may_hold_any_character(index: ProductIndex) -> None:
    odd = {"尺寸(cm).*": ("a",), "尺寸(cm)x": ("b",), '"#@&<>~^$-\\[]{}|?+': ("c",)}
    filled(index, [product("a", "杯子", attributes=odd)], ANALYSER)
    names = [f"attributes.{name}" for name in odd]
    found = index.search(everything(facets=tuple(map(FacetCount, names))))
    assert found.facets == {f"attributes.{name}": {value: 1} for name, (value,) in odd.items()}


def test_the_personal_factor_is_the_formula_that_explains_it(shop: ProductIndex) -> None:
    affinities = (
        Affinity("brand", "brand", "拾光里", 0.2),
        Affinity("tag", "tags", "新品", 0.05),
        Affinity("category", "category", "露营", 0.6),
    )
    neutral = everything(sort=Sort.RELEVANCE, clauses=(Clause("uni", ("连", "帐", "夏"), 1.0),))
    personal = replace(neutral, affinities=affinities, max_factor=1.4)
    before = {hit.object_id: hit for hit in shop.search(neutral).hits}
    for hit in shop.search(personal).hits:
        expected = before[hit.object_id].score * taste_factor(affinities, 1.4, hit.facets)
        assert hit.score == pytest.approx(expected, rel=1e-5)


def test_a_size_in_stock_is_a_facet_that_taste_and_filters_see(index: ProductIndex) -> None:
    def shoe(name: str, *sizes: int) -> Product:
        skus = tuple(Sku(f"{name}{size}", 9900, 1, {"尺码": str(size)}) for size in sizes)
        return Product(name, "网面跑步鞋", 9900, ("鞋靴箱包", "跑步鞋"), skus=skus)

    filled(index, [shoe("a", 41, 43), shoe("b", 42), product("c", "跑步鞋垫", category=("鞋靴箱包", "鞋垫"))], ANALYSER)
    assert found_ids(index, everything(filters=(Filter((is_("sizes", "鞋 42"),)),))) == ["b"]
    neutral = everything(sort=Sort.RELEVANCE, clauses=(Clause("uni", ("跑", "鞋"), 1.0),))
    personal = replace(neutral, affinities=(Affinity("size", "sizes", "鞋 43", 0.1),), max_factor=1.6)
    before = {hit.object_id: hit.score for hit in index.search(neutral).hits}
    after = {hit.object_id: hit.score / before[hit.object_id] for hit in index.search(personal).hits}
    assert after == pytest.approx({"a": 1.1, "b": 1.0, "c": 1.0}, rel=1e-5)
    sold_out = document_of(shoe("a", 41), 9, ANALYSER)
    assert not index.apply([Write("a", 9, sold_out)])
    (hit,) = [hit for hit in index.search(personal).hits if hit.object_id == "a"]
    assert hit.facets["sizes"] == ("鞋 41",)
    assert taste_factor(personal.affinities, 1.6, hit.facets) == 1.0


@pytest.mark.engine
def test_an_index_of_another_mapping_says_that_it_must_be_rebuilt(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in made("opensearch", request):
        with monkeypatch.context() as older:
            older.setattr("chalicelib.adapters.opensearch.mapping.NUMBERS", ("price",))
            index.ensure(ANALYSIS)
            assert index.outdated(ANALYSIS) is None
        assert index.outdated(ANALYSIS) == "its mapping is that of another version"
        (failure,) = index.apply([write("a", 1, "杯子")])
        assert not failure.is_retryable
        assert "rebuild it (strict_dynamic_mapping_exception" in failure.reason


@pytest.mark.engine
def test_what_shoppers_chose_is_multiplied_by_its_factor_beside_any_taste(shop: ProductIndex) -> None:
    found = Requirement("uni", tuple("连衣裙"), 3)
    neutral = everything(sort=Sort.RELEVANCE, clauses=(Clause("uni", tuple("连衣裙"), 1.0),), requirements=((found,),))
    before = {hit.object_id: hit.score for hit in shop.search(neutral).hits}
    last, other = list(before)[-1], list(before)[-2]
    boosts = (Boost(last, 1.5), Boost(other, 1.25), Boost("not there", 1.4), Boost("c0", 1.4))
    brand = Affinity("brand", "brand", "拾光里", 0.2)
    for plan in (neutral, replace(neutral, affinities=(brand,), max_factor=1.6)):
        plain = {hit.object_id: hit.score for hit in shop.search(plan).hits}
        boosted = shop.search(replace(plan, boosts=boosts))
        factors = {boost.object_id: boost.factor for boost in boosts}
        for hit in boosted.hits:
            assert hit.score == pytest.approx(plain[hit.object_id] * factors.get(hit.object_id, 1.0), rel=1e-5)
        assert boosted.total == len(before)
        assert boosted.hits[0].object_id == max(boosted.hits, key=lambda hit: hit.score).object_id
        # A window of one is chosen from all: what stood last is first.
        assert found_ids(shop, replace(plan, boosts=boosts, size=1)) == [boosted.hits[0].object_id]
    assert found_ids(shop, replace(neutral, boosts=boosts))[:2] == [last, other]


def test_a_write_to_a_version_that_vanished_makes_no_index_that_guesses(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in made("opensearch", request):
        index.ensure(ANALYSIS)
        client = index._client  # type: ignore[attr-defined]
        with monkeypatch.context() as patched:
            # The building alias went between the look and the write.
            first = f"{index._alias}-first"  # type: ignore[attr-defined]
            patched.setattr(index._versions, "behind", lambda alias, first=first: [first])  # type: ignore[attr-defined]
            assert not index.apply([write("a", 1, "杯子")])
        assert index.count() == 1
        assert not client.indices.exists(index=index._building)  # type: ignore[attr-defined]


def test_a_nudge_multiplies_the_score_wherever_its_condition_holds(shop: ProductIndex) -> None:
    found = (Requirement("present", tuple("连衣裙"), 3),)
    neutral = everything(sort=Sort.RELEVANCE, clauses=(Clause("uni", tuple("连衣裙"), 1.0),), requirements=(found,))
    before = {hit.object_id: hit.score for hit in shop.search(neutral).hits}
    nudges = (
        Nudge(Condition("brand", Operator.IS, "拾光里"), 0.5),
        Nudge(Condition("sales_30d", Operator.AT_LEAST, 10), 0.03),
        Nudge(Condition("sales_30d", Operator.AT_LEAST, 50), 0.03),
        Nudge(Condition("category", Operator.IS, "帐篷"), 0.5),
    )
    brand = Affinity("brand", "brand", "拾光里", 0.2)
    for plan in (neutral, replace(neutral, affinities=(brand,), max_factor=1.6, boosts=(Boost("d03", 1.5),))):
        plain = {hit.object_id: hit.score for hit in shop.search(plan).hits}
        nudged = shop.search(replace(plan, nudges=nudges))
        factors = [
            prior_factor(nudges, hit.facets, {"sales_30d": int(hit.hit["sales_30d"] or 0)}) for hit in nudged.hits
        ]
        assert {1.0, 1.06, 1.56} <= {round(factor, 4) for factor in factors}
        for hit, factor in zip(nudged.hits, factors, strict=True):
            assert hit.score == pytest.approx(plain[hit.object_id] * factor, rel=1e-5)
        assert nudged.total == len(before)
        assert found_ids(shop, replace(plan, nudges=nudges, size=1)) == [nudged.hits[0].object_id]
