"""An index keeps the words learnt from it, and refuses plans made with others, on both engines."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.opensearch import OpenSearchProductIndex
from chalicelib.catalog import Product
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    Dictionary,
    DictionaryMismatch,
    IndexMissing,
    Plan,
    ProductIndex,
    Search,
    SearchRequest,
    SearchResult,
    ShopDictionary,
    Teaching,
    Write,
    document_of,
    unpacked,
)
from tests.contracts.product_indexes import KINDS, made
from tests.support.search import NOW, FixedTastes, PlanRecorder, analyser, documents, product, small_shop

ANALYSER = analyser()
PLAN = Plan(ANALYSER.signature)
WORDS = Dictionary.learn([{"brand": ("拾光里",)}])
OTHERS = Dictionary.learn([{"brand": ("云朵衣橱",)}])
AUTUMN = [product(f"a{number}", "星野秋季针织开衫", brand="星野", category=("女装", "开衫")) for number in range(3)]


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    yield from made(request.param, request)


def shown(index: ProductIndex, products: list[Product]) -> str:
    """A version of ``products`` that was taught before readers saw it."""
    version = index.create(ANALYSER.signature)
    assert not index.load(version, documents(products, ANALYSER))
    index.count(version)
    Teaching(index, ANALYSER, MovableClock(NOW)).teach(version)
    index.swap(version)
    return version


def search_of(index: object) -> Search:
    return Search(
        index,  # type: ignore[arg-type]
        FixedTastes(),
        ANALYSER,
        SeededRandomness("s"),
        dictionary=ShopDictionary(index),  # type: ignore[arg-type]
    )


def brands_of(result: SearchResult) -> set[str]:
    return {tag["name"] for tag in result.trace["tags"] if tag["kind"] == "brand"}


def test_an_untaught_index_keeps_nothing_and_takes_plans_without_words_only(index: ProductIndex) -> None:
    assert index.dictionary() is None
    with pytest.raises(IndexMissing):
        index.teach(WORDS.packed())
    index.ensure(ANALYSER.signature)
    assert index.dictionary() is None
    assert index.search(PLAN).total == 0
    with pytest.raises(DictionaryMismatch):
        index.search(replace(PLAN, dictionary=WORDS.version))


def test_a_plan_of_another_dictionary_is_refused_and_its_own_is_not(index: ProductIndex) -> None:
    index.ensure(ANALYSER.signature)
    index.teach(WORDS.packed())
    assert index.search(replace(PLAN, dictionary=WORDS.version)).total == 0
    assert index.search(PLAN).total == 0
    with pytest.raises(DictionaryMismatch, match=f"keeps the dictionary {WORDS.version}.*{OTHERS.version}"):
        index.search(replace(PLAN, dictionary=OTHERS.version))


def test_what_was_taught_comes_back_whole_and_the_last_lesson_counts(index: ProductIndex) -> None:
    index.ensure(ANALYSER.signature)
    for learnt in (WORDS, OTHERS, WORDS, WORDS):
        index.teach(learnt.packed())
        kept = unpacked(index.dictionary())
        assert (kept.brands, kept.version) == (learnt.brands, learnt.version)
        index.search(replace(PLAN, dictionary=learnt.version))
    with pytest.raises(DictionaryMismatch):
        index.search(replace(PLAN, dictionary=OTHERS.version))


def test_a_version_being_built_is_taught_before_anybody_reads_it(index: ProductIndex) -> None:
    index.ensure(ANALYSER.signature)
    index.teach(WORDS.packed())
    version = index.create(ANALYSER.signature)
    index.teach(OTHERS.packed(), version)
    assert index.search(replace(PLAN, dictionary=WORDS.version)).total == 0
    assert unpacked(index.dictionary()).version == WORDS.version
    index.swap(version)
    assert index.search(replace(PLAN, dictionary=OTHERS.version)).total == 0
    assert unpacked(index.dictionary()).version == OTHERS.version
    with pytest.raises(DictionaryMismatch):
        index.search(replace(PLAN, dictionary=WORDS.version))


def test_after_a_rollback_the_dictionary_is_the_earlier_ones(index: ProductIndex) -> None:
    shown(index, small_shop())
    first = unpacked(index.dictionary())
    shown(index, AUTUMN)
    second = unpacked(index.dictionary())
    assert ("拾光里" in first.brands, "星野" in first.brands) == (True, False)
    assert ("拾光里" in second.brands, "星野" in second.brands) == (False, True)
    index.rollback()
    assert unpacked(index.dictionary()).version == first.version
    index.search(replace(PLAN, dictionary=first.version))
    with pytest.raises(DictionaryMismatch):
        index.search(replace(PLAN, dictionary=second.version))


def test_a_swap_and_a_rollback_show_no_shopper_an_error(index: ProductIndex) -> None:
    shown(index, small_shop())
    recorder = PlanRecorder(index)
    search = search_of(recorder)

    def find(query: str) -> SearchResult:
        return search.find(SearchRequest(query=query), NOW)

    assert brands_of(find("拾光里连衣裙")) == {"拾光里"}
    shown(index, AUTUMN)
    after = find("星野开衫")
    assert (after.total, brands_of(after)) == (3, {"星野"})
    fresh = search_of(index).find(SearchRequest(query="星野开衫"), NOW)
    assert [hit["objectID"] for hit in after.hits] == [hit["objectID"] for hit in fresh.hits]
    assert (after.trace, after.explanations) == (fresh.trace, fresh.explanations)
    index.rollback()
    assert brands_of(find("拾光里连衣裙")) == {"拾光里"}
    # One refused and one repeated for the swap, the same for the rollback.
    assert len(recorder.plans) == 5


def test_even_words_that_change_with_every_search_show_no_error(index: ProductIndex) -> None:
    shown(index, small_shop())

    class Restless(PlanRecorder):
        def search(self, plan: Plan) -> object:
            lesson = Dictionary.learn([{"brand": (f"牌子{len(self.plans)}",)}])
            index.teach(lesson.packed())
            return super().search(plan)

    restless = Restless(index)
    result = search_of(restless).find(SearchRequest(query="拾光里连衣裙"), NOW)
    assert result.total > 0
    assert restless.plans[-1].dictionary is None


def test_the_index_follows_its_shop(index: ProductIndex) -> None:
    clock = MovableClock(NOW)
    teaching = Teaching(index, ANALYSER, clock)
    index.ensure(ANALYSER.signature)

    def change(each: Product, revision: int) -> None:
        assert not index.apply([_write(each, revision)])
        teaching.follow(1)

    change(AUTUMN[0], 1)
    assert "星野" in unpacked(index.dictionary()).brands
    change(product("x", "山野集帐篷", brand="山野集"), 2)
    assert "山野集" not in unpacked(index.dictionary()).brands
    clock.advance(timedelta(minutes=10))
    teaching.follow(0)
    assert "山野集" in unpacked(index.dictionary()).brands
    change(product("y", "云朵衣橱长裙", brand="云朵衣橱"), 3)
    teaching.follow(20)
    assert "云朵衣橱" in unpacked(index.dictionary()).brands


def test_a_teacher_that_dies_half_way_leaves_the_words_before_in_use(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in made("opensearch", request):
        assert isinstance(index, OpenSearchProductIndex)
        index.ensure(ANALYSER.signature)
        index.teach(WORDS.packed())
        client = index._client
        for step in ("put_alias", "put_mapping", "update_aliases"):
            with monkeypatch.context() as patched:
                patched.setattr(client.indices, step, _dies)
                with pytest.raises(KeyboardInterrupt):
                    index.teach(OTHERS.packed())
            index.search(replace(PLAN, dictionary=unpacked(index.dictionary()).version))
        # Its words are there, and the same lesson again leaves no name behind.
        index.teach(OTHERS.packed())
        assert len(client.indices.get_alias(index=f"{index._alias}-first")[f"{index._alias}-first"]["aliases"]) == 3


def _dies(*arguments: object, **named: object) -> None:
    raise KeyboardInterrupt


def _write(each: Product, revision: int) -> Write:
    return Write(each.product_id, revision, document_of(each, revision, ANALYSER))
