"""What a shop teaches its index, and how long a container goes by it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.catalog import ProductChange
from chalicelib.core.clock import MovableClock
from chalicelib.search import (
    Dictionary,
    Indexing,
    IndexUnavailable,
    PackedDictionary,
    Plan,
    ShopDictionary,
    Teaching,
    product_types,
    understand,
    unpacked,
)
from chalicelib.search.shop_dictionary import KEPT
from tests.support.search import NOW, analyser, filled, product, small_shop

ANALYSER = analyser()


class Counting(EmbeddedProductIndex):
    """Counts how often it is read and taught."""

    def __init__(self) -> None:
        super().__init__("s")
        self.read = 0
        self.taught: list[PackedDictionary] = []

    def dictionary(self) -> PackedDictionary | None:
        self.read += 1
        return super().dictionary()

    def teach(self, dictionary: PackedDictionary, version: str | None = None) -> None:
        self.taught.append(dictionary)
        super().teach(dictionary, version)


def shop() -> tuple[Counting, MovableClock, Teaching]:
    index, clock = Counting(), MovableClock(NOW)
    filled(index, small_shop(), ANALYSER)
    return index, clock, Teaching(index, ANALYSER, clock)


def test_brands_categories_attributes_and_product_types_are_learnt() -> None:
    _, _, teaching = shop()
    learnt = teaching.teach()
    assert {"拾光里", "mori", "森屿"} <= set(learnt.brands)
    assert learnt.attributes["雪纺"] == "材质"
    assert learnt.categories["帐篷"] == ("帐篷",)
    assert learnt.products["连衣裙"] == "连衣裙"
    assert learnt.aliases == ("mori=森屿", "apple=苹果")


def test_a_head_noun_ends_as_the_category_of_its_products_does() -> None:
    titles = [
        ("复古 百褶裙 女 正品", ["女装", "半身裙"]),
        ("百褶裙 学院风", ["女装", "半身裙"]),
        ("百褶裙 儿童", ["童装", "童裙"]),
        ("短裙", ["女装", "半身裙"]),
        ("全自动 帐篷", ["运动", "帐篷"]),
        ("全自动 帐篷", ["运动", "帐篷"]),
    ]
    assert product_types((words.split(), path) for words, path in titles) == {"百褶裙": "半身裙", "帐篷": "帐篷"}


def test_a_learnt_product_type_is_tagged_with_the_category_it_stands_in_most() -> None:
    learnt = Dictionary.learn([{"category": ("半身裙",)}], {"百褶裙": "半身裙"})
    tags = {(tag.kind, tag.text, tag.name) for tag in understand("白色百褶裙", ANALYSER, learnt).tags}
    assert {("product", "百褶裙", "百褶裙"), ("category", "百褶裙", "半身裙")} <= tags


texts = st.text("甲乙丙丁abc/", min_size=1, max_size=4)


@given(
    st.lists(st.dictionaries(st.sampled_from(["brand", "category", "attributes.材质"]), st.lists(texts), max_size=3))
)
def test_packing_keeps_every_word_and_the_version(facets: list[dict[str, list[str]]]) -> None:
    learnt = Dictionary.learn(facets, {"百褶裙": "半身裙"})
    kept = unpacked(learnt.packed())
    assert replace(kept, named=None) == learnt
    assert (kept.version, kept.packed(), kept.meanings) == (learnt.version, learnt.packed(), learnt.meanings)


def test_the_version_an_index_names_stays_whatever_this_code_would_call_it() -> None:
    assert unpacked(replace(Dictionary().packed(), version="older")).version == "older"


def test_a_container_reads_the_dictionary_every_ten_minutes() -> None:
    index, _, teaching = shop()
    teaching.teach()
    dictionary = ShopDictionary(index)
    first = dictionary.at(NOW)
    assert dictionary.at(NOW + KEPT / 2) is first
    assert dictionary.at(NOW + KEPT).version == first.version
    assert index.read == 2


def test_beside_an_index_of_its_own_it_is_taught_what_changed_first() -> None:
    index, clock, teaching = shop()
    dictionary = ShopDictionary(index, teaching)
    assert "山野集" in dictionary.at(clock.now()).brands
    Indexing(index, ANALYSER, teaching=teaching).apply([ProductChange("n", 9, product("n", "杯", brand="白瓷坊"))])
    assert "白瓷坊" not in dictionary.at(clock.now()).brands
    clock.advance(timedelta(minutes=10))
    assert "白瓷坊" in dictionary.at(clock.now()).brands


def test_a_shop_that_is_filled_learns_with_every_tenth_of_it() -> None:
    index, clock = Counting(), MovableClock(NOW)
    indexing = Indexing(index, ANALYSER, teaching=Teaching(index, ANALYSER, clock))
    for number in range(400):
        brand = f"牌子{number}"
        assert not indexing.apply([ProductChange(f"p{number}", number, product(f"p{number}", "杯子", brand=brand))])
    assert 18 <= len(index.taught) <= 22
    assert len(unpacked(index.dictionary()).brands) > 360


def test_nothing_changed_teaches_nothing() -> None:
    index, clock, teaching = shop()
    teaching.follow(0)
    clock.advance(timedelta(days=1))
    teaching.follow(0)
    assert len(index.taught) == 1


def test_a_rebuild_teaches_the_new_version_before_it_is_read() -> None:
    index, _, teaching = shop()
    teaching.teach()
    Indexing(index, ANALYSER, teaching=teaching).rebuild([product("a", "白瓷杯", brand="白瓷坊")], 10)
    assert set(unpacked(index.dictionary()).brands) == {"白瓷坊"}
    index.rollback()
    assert "白瓷坊" not in unpacked(index.dictionary()).brands


def test_changes_are_made_even_if_nothing_can_be_learnt_of_them_now() -> None:
    class Mute(Counting):
        def teach(self, dictionary: PackedDictionary, version: str | None = None) -> None:
            raise IndexUnavailable("busy")

    index = Mute()
    indexing = Indexing(index, ANALYSER, teaching=Teaching(index, ANALYSER, MovableClock(NOW)))
    assert not indexing.apply([ProductChange("a", 1, product("a", "杯子"))])
    assert index.search(Plan(ANALYSER.signature)).total == 1
    with pytest.raises(IndexUnavailable):
        indexing.rebuild([product("a", "杯子")], 10)


def test_an_empty_shop_teaches_nothing() -> None:
    assert not ShopDictionary(EmbeddedProductIndex("s")).at(NOW).brands
    teaching = Teaching(index := Counting(), ANALYSER, MovableClock(NOW))
    teaching.follow(1)
    assert not index.taught
