"""What a query says."""

import pytest

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.search import Dictionary, Understood, understand
from chalicelib.search.synonyms import Synonyms, shipped_synonyms
from tests.support.search import analyser, filled, ids, product, search_over

ANALYSER = analyser()
SHOP = Dictionary.learn(
    [
        {"brand": ("Lancôme/兰蔻",), "category": ("连衣裙",), "attributes.领型": ("娃娃领",)},
        {"brand": ("other/其他",), "category": ("女装/女士精品", "裤子"), "attributes.货号": ("123",)},
    ]
)


def asked(query: str) -> Understood:
    return understand(query, ANALYSER, SHOP)


def tags(query: str) -> set[tuple[str, str, str]]:
    return {(tag.kind, tag.text, tag.name) for tag in asked(query).tags}


@pytest.mark.parametrize(
    ("query", "tag"),
    [
        ("兰蔻小黑瓶", ("brand", "兰蔻", "Lancôme/兰蔻")),
        ("Lancome 小黑瓶", ("brand", "lancome", "Lancôme/兰蔻")),
        ("碎花连衣裙", ("category", "连衣裙", "连衣裙")),
        ("白色礼服裙", ("product", "礼服裙", "礼服裙")),
        ("白色礼服裙", ("category", "礼服裙", "连衣裙")),
        ("白色礼服裙", ("attribute", "白色", "颜色")),
        ("娃娃领衬衫", ("attribute", "娃娃领", "领型")),
        ("2斤大米", ("quantity", "2斤", "1kg")),
        ("床上两件套", ("quantity", "两件套", "2件套")),
        ("SK-II神仙水", ("model", "sk-ii", "skii")),
        ("不含酒精的漱口水", ("negated", "酒精", "酒精")),
        ("高端耳机", ("price", "高端耳机", "high")),
    ],
)
def test_parts_of_a_query_are_recognised(query: str, tag: tuple[str, str, str]) -> None:
    assert tag in tags(query)


def test_a_word_that_begins_with_a_negation_is_a_word() -> None:
    for query in ("无糖可乐", "免洗洗手液", "不锈钢锅", "无线耳机"):
        assert not any(kind == "negated" for kind, _, _ in tags(query))


def test_no_brand_is_learnt_from_other() -> None:
    assert "other" not in SHOP.brands
    assert "其他" not in SHOP.brands


@pytest.mark.parametrize(
    ("query", "filters", "words"),
    [
        ("100元以内的连衣裙", ("price<=100",), ("连衣裙",)),
        ("连衣裙 50-100元", ("price>=50", "price<=100"), ("连衣裙",)),
        ("连衣裙500以下", ("price<=500",), ("连衣裙",)),
        ("1000元以上连衣裙", ("price>=1000",), ("连衣裙",)),
        ("99.5元左右连衣裙", ("price>=79.6", "price<=119.4"), ("连衣裙",)),
    ],
)
def test_an_amount_becomes_a_filter_to_offer_and_is_not_looked_for(
    query: str, filters: tuple[str, ...], words: tuple[str, ...]
) -> None:
    understood = asked(query)
    assert understood.price is not None
    assert understood.price.numeric_filters() == filters
    assert understood.words == words


@pytest.mark.parametrize("query", ["2-3岁连衣裙", "60元", "5以下岁", "iphone15", "s-xl码"])
def test_other_numbers_are_no_price(query: str) -> None:
    understood = asked(query)
    assert understood.price is None or understood.characters


def test_words_about_the_shop_are_left_out_unless_nothing_else_is_said() -> None:
    assert asked("晴天先生官方旗舰店").left_out == ("官方旗舰店",)
    assert asked("晴天先生官方旗舰店").words == asked("晴天先生").words
    assert asked("官方旗舰店").left_out == ()
    assert asked("官方旗舰店").words


def test_a_synonym_is_another_wording_of_the_whole_query() -> None:
    assert "快充充电宝" in {wording.text for wording in asked("快充行動電源").wordings}
    assert "lancome 粉底" not in {wording.text for wording in asked("粉底").wordings}
    assert "lancome粉底" in {wording.text for wording in asked("兰蔻粉底").wordings}
    assert Synonyms(["小米=xiaomi"]).met(("小米粥",)) == []


def test_a_narrow_word_finds_the_wide_one_but_not_the_other_way_round() -> None:
    synonyms = Synonyms(["苹果手机 > iphone", "a = b"])
    assert synonyms.wordings(("苹果", "手机", "新")) == ("iphone新",)
    assert synonyms.wordings(("iphone",)) == ()
    assert synonyms.wordings(("b",)) == ("a",)


def test_every_shipped_synonym_is_written_as_it_is_folded() -> None:
    for term, others in shipped_synonyms().rules():
        for word in (term, *others):
            assert "".join(ANALYSER.views(word).words) == word


def test_a_product_is_found_by_another_word_for_it_and_by_the_other_name_of_its_brand() -> None:
    shop = [
        product("a", "大容量充电宝"),
        product("b", "Lancome 小黑瓶"),
        product("c", "电源适配器"),
        product("d", "帐篷"),
    ]
    search = search_over(filled(EmbeddedProductIndex("s"), shop, ANALYSER))
    assert ids(search, "行動電源")[0] == "a"
    assert ids(search, "兰蔻") == ["b"]


def test_a_latin_name_is_found_however_it_is_joined() -> None:
    shop = [product("a", "Acorn Biscuits 饼干"), product("b", "acornbiscuits曲奇"), product("c", "小熊饼干")]
    search = search_over(filled(EmbeddedProductIndex("s"), shop, ANALYSER))
    assert set(ids(search, "acornbiscuits")) == {"a", "b"}
    assert ids(search, "acorn饼干")[0] == "a"
