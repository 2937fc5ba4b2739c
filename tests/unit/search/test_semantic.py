"""Titles and queries as vectors, and what they do to the order of the first window."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.catalog import Product, ProductChange
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    FacetCount,
    FoundHit,
    Indexing,
    MeaningRanking,
    ProductIndex,
    Search,
    SearchRequest,
    SearchResult,
    SemanticEncoder,
    Sort,
    TitleMeanings,
    title_document,
)
from chalicelib.search.semantic import WEIGHT, WINDOW, compact, cosine, meaning_of, rerank
from chalicelib.search.understanding import understand
from tests.support.meanings import BrokenEncoder, CharacterEncoder, WaitingEncoder
from tests.support.search import NOW, FixedTastes, PlanRecorder, analyser, product, small_shop

ANALYSER = analyser()
ALIKE = {"婴": "宝", "儿": "宝", "奶": "锅"}
"""To the fake encoder 婴儿奶锅 is nearly the same as 宝锅."""
PANS = [
    product("steel", "宝妈的汤锅", sales=9),
    product("milk", "宝婴儿奶锅", sales=5),
    product("frying", "宝妈煎炒锅", sales=7),
]
VECTORS = st.lists(st.floats(-1, 1, width=32), min_size=8, max_size=8).filter(lambda each: math.hypot(*each) > 1e-3)


def indexed(products: Sequence[Product], encoder: SemanticEncoder | None) -> EmbeddedProductIndex:
    index = EmbeddedProductIndex("products")
    Indexing(index, ANALYSER, TitleMeanings(encoder) if encoder else None).rebuild(products, 1)
    return index


def searching(index: ProductIndex, encoder: SemanticEncoder | None, budget: float = 10.0) -> Search:
    ranking = MeaningRanking(encoder, budget) if encoder else None
    return Search(index, FixedTastes(), ANALYSER, SeededRandomness("meaning"), meaning=ranking)


def find(search: Search, query: str, **asked: object) -> SearchResult:
    return search.find(SearchRequest(query=query, **asked), NOW)  # type: ignore[arg-type]


def ids(result: SearchResult) -> list[str]:
    return [hit["objectID"] for hit in result.hits]


def hits(scores: Sequence[float], vectors: Sequence[Sequence[float] | None]) -> list[FoundHit]:
    return [
        FoundHit(str(at), score, {}, {}, compact("e", vector) if vector else None)
        for at, (score, vector) in enumerate(zip(scores, vectors, strict=True))
    ]


# -- vectors ----------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(VECTORS, VECTORS)
def test_a_byte_per_number_keeps_the_cosine(one: list[float], other: list[float]) -> None:
    unit = [each / math.hypot(*one) for each in one]
    exact = sum(left * right for left, right in zip(unit, other, strict=True))
    assert cosine(unit, compact("e", other)) == pytest.approx(exact / math.hypot(*other), abs=0.012)


@pytest.mark.parametrize("vector", [[], [0.0, 0.0], [math.nan, 1.0], [math.inf, 1.0]])
def test_a_vector_without_a_direction_is_refused(vector: list[float]) -> None:
    with pytest.raises(ValueError, match="finite length"):
        compact("e", vector)


# -- the formula ------------------------------------------------------------------------------------------------------


def test_a_score_is_the_lexical_one_times_the_weighted_distance_from_the_mean() -> None:
    moved = rerank(hits([4.0, 2.0], [[0.0, 1.0], [1.0, 0.0]]), [1.0, 0.0], "e")
    assert [hit.object_id for hit in moved] == ["0", "1"]
    assert [hit.score for hit in moved] == pytest.approx([4.0 * (1 - WEIGHT), 2.0 * (1 + WEIGHT)])
    assert [hit.nearness.cosine for hit in moved if hit.nearness] == pytest.approx([0.0, 1.0])


def test_titles_that_all_mean_the_same_stay_in_lexical_order() -> None:
    nearly = [[1.0, 0.0], [1.0, 0.0], [1.0, 0.01]]
    moved = rerank(hits([3.0, 2.99, 2.98], nearly), [0.0, 1.0], "e")
    assert max(hit.nearness.added for hit in moved if hit.nearness) < 3 * WEIGHT * 0.6
    same = rerank(hits([3.0, 2.99, 2.98], [[1.0, 0.0]] * 3), [0.0, 1.0], "e")
    assert [hit.object_id for hit in same] == ["0", "1", "2"]


def test_a_hit_without_a_vector_or_with_another_encoder_s_counts_as_average() -> None:
    found = hits([3.0, 2.9, 2.8, 2.7], [[1.0, 0.0], None, [0.0, 1.0], [1.0, 1.0]])
    strange = replace(found[3], meaning=compact("other", [0.0, 1.0]))
    moved = {hit.object_id: hit for hit in rerank([*found[:3], strange], [0.0, 1.0], "e")}
    assert (moved["1"].score, moved["1"].nearness) == (2.9, None)
    assert (moved["3"].score, moved["3"].nearness) == (2.7, None)
    assert moved["2"].score > moved["0"].score


def test_with_fewer_than_two_vectors_nothing_moves() -> None:
    found = hits([3.0, 2.0], [None, [1.0, 0.0]])
    assert rerank(found, [1.0, 0.0], "e") == found
    assert rerank([], [1.0, 0.0], "e") == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.none() | VECTORS), max_size=12), VECTORS)
def test_meaning_loses_no_hit_and_scores_fall(
    given_hits: list[tuple[float, list[float] | None]], query: list[float]
) -> None:
    found = hits([score for score, _ in given_hits], [vector for _, vector in given_hits])
    unit = [each / math.hypot(*query) for each in query]
    moved = rerank(sorted(found, key=lambda hit: -hit.score), unit, "e")
    assert sorted(hit.object_id for hit in moved) == sorted(hit.object_id for hit in found)
    assert [hit.score for hit in moved] == sorted((hit.score for hit in moved), reverse=True)


# -- a search ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alike", "expected"),
    [({"婴": "宝", "儿": "宝", "奶": "锅"}, "milk"), ({"妈": "宝", "煎": "锅", "炒": "锅"}, "frying")],
)
def test_the_title_that_means_what_was_asked_comes_first(alike: dict[str, str], expected: str) -> None:
    encoder = CharacterEncoder(alike)
    result = find(searching(indexed(PANS, encoder), encoder), "宝锅")
    assert ids(result)[0] == expected
    assert result.trace["meaning"] == {"encoder": "characters/1", "hits": 3, "weight": WEIGHT, "why_lexical": None}
    first, *others = result.explanations
    assert first.nearness
    assert first.nearness.added > 0
    assert all(each.nearness and each.nearness.cosine < first.nearness.cosine for each in others)


def test_what_is_found_and_counted_stays_lexical() -> None:
    encoder = CharacterEncoder()
    index = indexed(small_shop(), encoder)
    asked = {"facets": ("brand", "price"), "page_size": 50}
    plain = find(searching(index, None), "夏季连衣裙", **asked)
    meant = find(searching(index, encoder), "夏季连衣裙", **asked)
    assert (meant.total, meant.facets, meant.stats) == (plain.total, plain.facets, plain.stats)
    assert sorted(ids(meant)) == sorted(ids(plain))


def test_pages_inside_the_window_are_cuts_of_one_order() -> None:
    encoder = CharacterEncoder()
    search = searching(indexed(small_shop(), encoder), encoder)
    whole = ids(find(search, "连衣裙 女", page_size=60))
    paged = [each for page in range(9) for each in ids(find(search, "连衣裙 女", page=page, page_size=7))]
    assert paged == whole


def test_pages_over_the_window_s_edge_repeat_and_lose_nothing() -> None:
    encoder = CharacterEncoder()
    many = [product(f"p{at:03}", f"连衣裙{'碎花' * (at % 3)}款{at}", sales=at) for at in range(WINDOW + 60)]
    search = searching(indexed(many, encoder), encoder)
    lexical = ids(find(searching(indexed(many, None), None), "连衣裙", page_size=WINDOW + 60))
    paged = [each for page in range(4) for each in ids(find(search, "连衣裙", page=page, page_size=70))]
    assert sorted(paged) == sorted(lexical)
    assert paged[WINDOW:] == lexical[WINDOW:]
    assert find(search, "连衣裙", page=3, page_size=70).trace["meaning"] == {
        "why_lexical": f"behind the first {WINDOW} hits"
    }


@pytest.mark.parametrize("query", ["SK-II神仙水", "iPhone15", "lianyiqun", "lyq", "", "！？"])
def test_a_model_latin_letters_and_nothing_are_not_ranked_by_meaning(query: str) -> None:
    encoder = CharacterEncoder()
    result = find(searching(indexed(small_shop(), encoder), encoder), query)
    assert not encoder.queries
    assert result.trace["meaning"] is None
    assert all(each.nearness is None for each in result.explanations)


def test_another_order_than_relevance_has_no_meaning() -> None:
    query = understand("连衣裙", ANALYSER)
    assert meaning_of(query, Sort.RELEVANCE) == "连衣裙"
    assert meaning_of(query, Sort.PRICE_ASC) is None


def test_traditional_and_capital_letters_mean_the_same() -> None:
    assert meaning_of(understand("移動電源 Anker", ANALYSER), Sort.RELEVANCE) == "移动电源 anker"


def test_counting_alone_encodes_nothing_and_fetches_no_window() -> None:
    encoder = CharacterEncoder()
    recorder = PlanRecorder(indexed(small_shop(), encoder))
    find(searching(recorder, encoder), "连衣裙", page_size=0, facets=("brand",))  # type: ignore[arg-type]
    assert not encoder.queries
    assert [(plan.size, plan.with_meanings) for plan in recorder.plans] == [(0, False)]


def test_hits_carry_no_vectors_outside() -> None:
    encoder = CharacterEncoder()
    ranking = MeaningRanking(encoder, 10.0)
    recorder = PlanRecorder(indexed(PANS, encoder))
    find(searching(recorder, encoder), "宝宝锅")  # type: ignore[arg-type]
    plan = replace(recorder.plans[0], first=0, size=5, facets=(FacetCount("brand"),))
    assert all(hit.meaning is None for hit in ranking.search(recorder, plan).hits)  # type: ignore[arg-type]


# -- absent, broken, slow ---------------------------------------------------------------------------------------------


def test_a_broken_encoder_leaves_the_lexical_order_and_says_so() -> None:
    index = indexed(PANS, CharacterEncoder(ALIKE))
    result = find(searching(index, BrokenEncoder()), "宝锅")
    assert ids(result) == ids(find(searching(index, None), "宝锅"))
    assert result.trace["meaning"]["why_lexical"] == "the query could not be encoded"


def test_a_late_vector_leaves_the_lexical_order_and_is_there_next_time() -> None:
    encoder = WaitingEncoder()
    index = indexed(PANS, encoder)
    search = searching(index, encoder, budget=0.0)
    late = find(search, "宝婴儿锅")
    assert late.trace["meaning"]["why_lexical"] == "the query's vector came too late"
    assert ids(late) == ids(find(searching(index, None), "宝婴儿锅"))
    encoder.go.set()
    until = time.monotonic() + 5
    while (again := find(search, "宝婴儿锅")).trace["meaning"]["why_lexical"] and time.monotonic() < until:
        time.sleep(0.01)
    assert again.trace["meaning"]["hits"] == 3


def test_a_query_is_encoded_once_per_container() -> None:
    encoder = CharacterEncoder()
    search = searching(indexed(PANS, encoder), encoder)
    for _ in range(3):
        find(search, "宝宝锅")
    assert encoder.queries == ["宝宝锅"]


def test_an_index_without_vectors_is_searched_by_words() -> None:
    index = indexed(PANS, None)
    result = find(searching(index, CharacterEncoder()), "宝宝锅")
    assert ids(result) == ids(find(searching(index, None), "宝宝锅"))
    assert result.trace["meaning"]["why_lexical"] == "fewer than two hits have a vector of this encoder"


# -- titles -----------------------------------------------------------------------------------------------------------


def test_a_title_is_encoded_once_however_often_its_price_changes() -> None:
    encoder = CharacterEncoder()
    indexing = Indexing(EmbeddedProductIndex("products"), ANALYSER, TitleMeanings(encoder))
    for revision in (1, 2, 3):
        changed = replace(PANS[0], price=1000 * revision)
        assert not indexing.apply([ProductChange(changed.product_id, revision, changed)])
    assert encoder.titles == ["宝妈的汤锅"]


def test_every_write_keeps_its_own_title() -> None:
    encoder = CharacterEncoder(ALIKE)
    index = EmbeddedProductIndex("products")
    changes = [
        ProductChange("a", 2, product("a", "宝婴儿奶锅")),
        ProductChange("b", 1, None),
        ProductChange("a", 1, product("a", "宝妈煎炒锅")),
        ProductChange("c", 1, product("c", "宝妈煎炒锅")),
    ]
    assert not Indexing(index, ANALYSER, TitleMeanings(encoder)).apply(changes)
    assert index.count() == 2
    assert ids(find(searching(index, encoder), "宝锅")) == ["a", "c"]


def test_products_are_indexed_though_their_titles_cannot_be_encoded() -> None:
    assert indexed(PANS, BrokenEncoder()).count() == 3


def test_documents_come_in_order_in_whatever_portions() -> None:
    documents = [title_document(str(at), f"第{at}号杯子", ANALYSER) for at in range(100)]
    described = list(TitleMeanings(CharacterEncoder()).added(documents))
    assert [each.object_id for each in described] == [each.object_id for each in documents]
    assert all(each.meaning for each in described)
