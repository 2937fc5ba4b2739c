"""Any dictionary word inside an indexed title finds that title."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.search import Search
from chalicelib.search.text import choose_segmenter, fold
from infra.local.demo_shop import products
from tests.support.search import analyser, filled, ids, product, search_over

HARD_WORDS = """
连衣裙 充电宝 两件套 1.8米 2斤 不锈钢 官方旗舰店 正品 100元以内 无糖 SK-II 5W-30 Lancôme 行動電源 iPhone15 帐篷 纯棉 U2 蓝牙耳机
三轮车 500毫升 十片装 ❤ ！ - / 的 2-3 s/m/l 不含酒精 便宜
"""


@cache
def _shop() -> tuple[Search, list[tuple[str, str]]]:
    titles = [(str(number), line["title"]) for number, line in enumerate(products())]
    index = filled(EmbeddedProductIndex("demo"), [product(*each) for each in titles], analyser())
    return search_over(index), titles


def _dictionary_words(title: str) -> list[str]:
    return list(dict.fromkeys(word for word in choose_segmenter().lattice(fold(title)) if any(map(str.isalnum, word))))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_dictionary_word_of_a_title_finds_it(data: st.DataObject) -> None:
    search, titles = _shop()
    product_id, title = data.draw(st.sampled_from(titles))
    word = data.draw(st.sampled_from(_dictionary_words(title)))
    assert product_id in ids(search, word, page_size=1_000)


@given(st.lists(st.sampled_from(HARD_WORDS.split()), min_size=1, max_size=6), st.sampled_from(["", " "]), st.data())
@settings(max_examples=150, deadline=None)
def test_so_does_any_word_of_a_title_made_of_what_is_hard_to_cut(
    parts: list[str], between: str, data: st.DataObject
) -> None:
    title = between.join(parts)
    words = _dictionary_words(title)
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    search = search_over(filled(EmbeddedProductIndex("one"), [product("a", title)], analyser()))
    assert ids(search, word) == ["a"], (title, word)
