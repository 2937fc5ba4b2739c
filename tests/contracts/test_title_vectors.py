"""Vectors of titles on every ``ProductIndex``: kept with the document, read back when asked for, the same order by them."""

from collections.abc import Iterator

import pytest

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    Document,
    Meaning,
    MeaningRanking,
    Plan,
    ProductIndex,
    Search,
    SearchRequest,
    Sort,
    TitleMeanings,
    Write,
)
from tests.contracts.product_indexes import KINDS, made
from tests.support.meanings import CharacterEncoder
from tests.support.search import NOW, FixedTastes, analyser, documents, small_shop

ANALYSER = analyser()
ANALYSIS = ANALYSER.signature
QUERIES = ("连衣裙", "法式碎花 长裙", "户外帐篷", "蓝牙", "纯色马克杯", "夏季新款针织", "手机壳")


def described() -> list[Document]:
    return list(TitleMeanings(CharacterEncoder()).added(documents(small_shop(), ANALYSER)))


@pytest.fixture(scope="module", params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    for index in made(request.param, request):
        version = index.create(ANALYSIS)
        assert not index.load(version, described())
        index.swap(version)
        yield index


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    yield from made(request.param, request)


def meanings(index: ProductIndex, *, asked: bool = True) -> dict[str, Meaning | None]:
    plan = Plan(analysis=ANALYSIS, sort=Sort.SALES_DESC, size=100, with_meanings=asked)
    return {hit.object_id: hit.meaning for hit in index.search(plan).hits}


def test_vectors_come_back_as_they_were_stored_and_only_when_asked_for(shop: ProductIndex) -> None:
    assert meanings(shop) == {document.object_id: document.meaning for document in described()}
    assert set(meanings(shop, asked=False).values()) == {None}


def test_documents_with_and_without_vectors_live_together(index: ProductIndex) -> None:
    with_vector, without = described()[0], documents(small_shop(), ANALYSER)[1]
    index.ensure(ANALYSIS)
    assert not index.apply([Write(each.object_id, each.revision, each) for each in (with_vector, without)])
    assert meanings(index) == {with_vector.object_id: with_vector.meaning, without.object_id: None}


def test_a_new_title_brings_its_own_vector(index: ProductIndex) -> None:
    first, other, *_ = described()
    index.ensure(ANALYSIS)
    index.apply([Write("a", 1, first)])
    assert not index.apply([Write("a", 2, other)])
    assert list(meanings(index).values()) == [other.meaning]


@pytest.mark.parametrize("query", QUERIES)
def test_the_order_by_meaning_is_the_embedded_engine_s(shop: ProductIndex, query: str) -> None:
    twin = EmbeddedProductIndex("twin")
    twin.ensure(ANALYSIS)
    twin.apply([Write(each.object_id, each.revision, each) for each in described()])
    orders = []
    for each in (twin, shop):
        ranking = MeaningRanking(CharacterEncoder(), 10.0)
        search = Search(each, FixedTastes(), ANALYSER, SeededRandomness("meaning"), meaning=ranking)
        result = search.find(SearchRequest(query=query, page_size=100), NOW)
        assert result.trace["meaning"]["hits"] == result.total > 0
        orders.append([hit["objectID"] for hit in result.hits])
    assert orders[0] == orders[1]
