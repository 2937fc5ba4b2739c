"""What shoppers find in the small shop, and in which order."""

import sys
import threading

import pytest

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    AnalysisMismatch,
    Condition,
    Filter,
    Operator,
    Search,
    SearchRequest,
    Sort,
    Taste,
    Write,
    document_of,
    taste_factor,
)
from chalicelib.search.personal import CAPS, MAX_FACTOR, affinities_of
from tests.support.search import NOW, FixedTastes, PlanRecorder, analyser, filled, ids, product, search_over, small_shop

ANALYSER = analyser()
ALL = 1_000


@pytest.fixture(scope="module")
def index() -> EmbeddedProductIndex:
    made = EmbeddedProductIndex("products")
    filled(made, small_shop(), ANALYSER)
    return made


@pytest.fixture(scope="module")
def search(index: EmbeddedProductIndex) -> Search:
    return search_over(index)


def likes(**weights: dict[str, float]) -> dict[str, Taste]:
    return {"me": Taste(is_personalised=True, events=10, **weights)}  # type: ignore[arg-type]


# -- words ----------------------------------------------------------------------------------------------------------


def test_every_dictionary_word_of_a_title_finds_that_title(search: Search) -> None:
    for each in small_shop():
        for word in ANALYSER.views(each.title).lattice:
            assert each.product_id in ids(search, word, page_size=ALL), (each.title, word)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("iphone 15 pro", "p01"),
        ("iPhone15手机壳", "p02"),
        ("sk-ii 神仙水", "p03"),
        ("SK-II", "p03"),
        ("skii面膜", "p04"),
        ("5w30机油", "p05"),
        ("尼康z62", "p06"),
        ("移动电源", "p07"),
        ("行動電源", "p07"),
        ("lanyaerji", "p08"),
        ("lanya'erji", "p08"),
        ("LYEJ", "p08"),
        ("2.1m帐篷", "t00"),
        ("陶瓷马克杯", "c0"),
    ],
)
def test_what_was_meant_comes_first(search: Search, query: str, expected: str) -> None:
    assert ids(search, query)[0] == expected


def test_brand_category_tag_and_attribute_words_find_products(search: Search) -> None:
    assert set(ids(search, "山野集", page_size=ALL)) == {f"t{number:02}" for number in range(5)}
    assert ids(search, "数码")[0].startswith("p")
    assert set(ids(search, "通勤")[:3]) == {"d09", "d10", "d11"}


def test_han_words_are_never_found_by_their_sound(search: Search) -> None:
    assert ids(search, "蓝芽尔基") != ids(search, "蓝牙耳机")
    assert "p08" not in ids(search, "尔基")


def test_nothing_like_it_is_an_empty_answer(search: Search) -> None:
    result = search.find(SearchRequest(query="火箭燃料", facets=("*",)), NOW)
    assert (result.total, result.hits, result.pages) == (0, (), 0)


def test_an_unknown_model_is_searched_without_requiring_it_and_the_trace_says_so(search: Search) -> None:
    result = search.find(SearchRequest(query="XJ9000手机壳"), NOW)
    assert result.hits[0]["objectID"] == "p02"
    assert "xj9000" in result.trace["steps"][0]


def test_a_known_model_is_required(search: Search) -> None:
    assert set(ids(search, "iphone15手机", page_size=ALL)) == {"p01", "p02"}


def test_a_very_long_query_stays_within_what_engines_accept(index: EmbeddedProductIndex) -> None:
    recorder = PlanRecorder(index)
    search_over(recorder).find(SearchRequest(query="".join(chr(0x4E00 + 7 * n) for n in range(512))), NOW)
    tokens = sum(len(clause.tokens) for clause in recorder.plans[0].clauses)
    assert tokens <= 6 * 64


# -- lists, pages, sorting --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "  ", "！？…", "🎉"])
def test_a_query_without_words_lists_everything_by_sales(search: Search, query: str) -> None:
    result = search.find(SearchRequest(query=query, page_size=ALL), NOW)
    assert result.total == len(small_shop())
    sales = [hit["sales_30d"] for hit in result.hits]
    assert sales == sorted(sales, reverse=True)


def test_pages_are_counted_and_one_beyond_the_end_is_empty(search: Search) -> None:
    total = len(small_shop())
    result = search.find(SearchRequest(page=10**9, page_size=7), NOW)
    assert (result.total, result.pages, result.hits) == (total, -(-total // 7), ())


def test_sorting_by_price_keeps_the_same_products(search: Search) -> None:
    by_relevance, by_price = (
        ids(search, "连衣裙", page_size=ALL, sort=sort) for sort in (Sort.RELEVANCE, Sort.PRICE_DESC)
    )
    assert sorted(by_relevance) == sorted(by_price)
    assert by_price[0] == "d23"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"query": "x" * 513}, "query"),
        ({"page": -1}, "page"),
        ({"page_size": 1001}, "hitsPerPage"),
        ({"page_size": -1}, "hitsPerPage"),
        ({"max_values_per_facet": 1001}, "maxValuesPerFacet"),
    ],
)
def test_a_request_that_makes_no_sense_names_its_field(asked: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        SearchRequest(**asked)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_values_of_a_facet_are_found_by_a_part_of_their_name(search: Search) -> None:
    assert search.find_facet_values(SearchRequest(query="连衣裙"), "brand", "MORI", 10, NOW) == {"Mori/森屿": 8}


def test_star_counts_the_plain_facets(search: Search) -> None:
    facets = search.find(SearchRequest(query="帐篷", facets=("*",), page_size=0), NOW).facets
    assert set(facets) == {"brand", "categories.lvl0", "categories.lvl1", "categories.lvl2", "tags", "price_band"}


# -- personal ---------------------------------------------------------------------------------------------------------


def test_a_liked_brand_rises_and_says_why(index: EmbeddedProductIndex) -> None:
    search = search_over(index, likes(brands={"Mori/森屿": 9.0}))
    neutral = ids(search, "连衣裙")
    result = search.find(SearchRequest(query="连衣裙", shopper_id="me"), NOW)
    assert result.hits[0]["brand"] == "Mori/森屿"
    assert [hit["objectID"] for hit in result.hits] != neutral
    first = result.explanations[0]
    assert first.reasons[0].reason == "您可能喜欢：偏爱 Mori/森屿"
    assert first.factor == pytest.approx(1 + CAPS["brand"] * 9 / 14, abs=1e-4)


def test_what_was_asked_stays_ahead_of_what_is_liked(index: EmbeddedProductIndex) -> None:
    adores = likes(brands={"拾光里": 1e9}, categories={"女装": 1e9, "连衣裙": 1e9}, tags={"新品": 1e9})
    assert ids(search_over(index, adores), "帐篷", shopper_id="me")[0].startswith("t")


@pytest.mark.parametrize(
    ("taste", "asked"),
    [
        (Taste(is_personalised=False, events=9, brands={"Mori/森屿": 9.0}), {}),
        (Taste(is_personalised=True, events=2, brands={"Mori/森屿": 9.0}), {}),
        (Taste(is_personalised=True, events=9, brands={"Mori/森屿": 9.0}), {"is_personalised": False}),
        (Taste(is_personalised=True, events=9, brands={"Mori/森屿": 9.0}), {"sort": Sort.PRICE_ASC}),
        (Taste(is_personalised=True, events=9, brands={"Apple/苹果": 9.0}), {"query": "iphone15"}),
    ],
)
def test_personalisation_is_off_where_it_must_be(
    index: EmbeddedProductIndex, taste: Taste, asked: dict[str, object]
) -> None:
    asked = {"query": "连衣裙", **asked}
    result = search_over(index, {"me": taste}).find(SearchRequest(shopper_id="me", **asked), NOW)  # type: ignore[arg-type]
    assert result.trace["why_neutral"]
    assert all(each.factor == 1.0 and not each.reasons for each in result.explanations)
    assert [hit["objectID"] for hit in result.hits] == ids(search_over(index), **asked)  # type: ignore[arg-type]


def test_the_shop_can_switch_personalisation_off(index: EmbeddedProductIndex) -> None:
    tastes = FixedTastes(likes(brands={"Mori/森屿": 9.0}))
    search = Search(index, tastes, ANALYSER, SeededRandomness("s"), is_personal=False)
    result = search.find(SearchRequest(query="连衣裙", shopper_id="me"), NOW)
    assert not result.trace["is_personalised"]


def test_a_sub_query_that_only_counts_asks_for_nobodys_taste(index: EmbeddedProductIndex) -> None:
    class NoTastes:
        def of(self, shopper_id: str, now: object) -> Taste:
            raise AssertionError("nobody's taste is needed")

    search = Search(index, NoTastes(), ANALYSER, SeededRandomness("s"))
    assert search.find(SearchRequest(query="连衣裙", shopper_id="me", page_size=0, facets=("brand",)), NOW).facets


def test_no_taste_however_strong_exceeds_the_bounds() -> None:
    adores = Taste(
        True, 99, {f"b{n}": 1e12 for n in range(9)}, {f"c{n}": 1e12 for n in range(9)}, {"t": 1e12}, {"p": 1e12}
    )
    affinities = affinities_of(adores)
    assert all(0 < each.weight <= CAPS[each.kind] for each in affinities)
    everything: dict[str, tuple[str, ...]] = {}
    for each in affinities:
        everything[each.field] = (*everything.get(each.field, ()), each.value)
    assert taste_factor(affinities, MAX_FACTOR, everything) == MAX_FACTOR
    assert taste_factor(affinities, MAX_FACTOR, {}) == 1.0


# -- the engine around it ---------------------------------------------------------------------------------------------


def test_a_shop_that_indexed_nothing_yet_finds_nothing() -> None:
    result = search_over(EmbeddedProductIndex("new")).find(SearchRequest(query="连衣裙"), NOW)
    assert (result.total, result.trace["steps"]) == (0, ["nothing was indexed yet"])


def test_a_query_is_never_compared_with_tokens_of_another_segmenter() -> None:
    index = EmbeddedProductIndex("other")
    index.ensure("jieba/0.1+1")
    with pytest.raises(AnalysisMismatch):
        search_over(index).find(SearchRequest(query="连衣裙"), NOW)


def test_filters_and_words_together(search: Search) -> None:
    cheap = Filter((Condition("price", Operator.AT_MOST, 12900),))
    assert set(ids(search, "连衣裙", filters=(cheap,))) == {"d00", "d01", "d02", "d03"}


def test_searching_while_indexing_never_fails() -> None:
    index = EmbeddedProductIndex("busy")
    filled(index, small_shop(), ANALYSER)
    search, failures = search_over(index), []

    def read() -> None:
        try:
            for _ in range(40):
                search.find(SearchRequest(query="连衣裙 帐篷", facets=("*",), page_size=50), NOW)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
            failures.append(error)

    # Threads change places within a search, not only between two.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for revision in range(2, 60):
        each = product(f"d{revision % 24:02}", f"换季连衣裙{revision}")
        index.apply([Write(each.product_id, revision, document_of(each, revision, ANALYSER))])
    for reader in readers:
        reader.join()
    sys.setswitchinterval(interval)
    assert not failures
