"""Slips of every kind in the words of a shop, what the trade knows and the shop does not, and what must stay as it is."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search import document_of
from chalicelib.search.words.slips import shifted
from chalicelib.search.words.trade_names import trade_names
from infra.local.made_slips import KINDS
from infra.local.misspelling import SpellingShop
from tests.support.search import analyser, product

GOODS = (
    "连衣裙", "运动鞋", "双肩包", "保温杯", "洗面奶", "充电宝", "蓝牙耳机", "自动雨伞", "折叠椅", "收纳箱", "电饭煲", "吹风机",
    "行李箱", "防晒霜", "卫生巾", "不锈钢", "羽绒服", "牛仔裤", "打印机", "和田玉", "矿泉水", "巧克力", "方便面", "电热水壶",
)  # fmt: skip
STYLES = ("秋季", "轻便", "透气", "家庭")
REPAIRED = {
    "one character is a homophone": 1.0,
    "one sounds alike regionally": 1.0,
    "one looks alike": 1.0,
    "two neighbours changed over": 1.0,
    "one left out, of 4 or more": 0.5,
    "the middle one left out, of 3": 0.7,
    "one twice": 1.0,
    "pinyin without its last letter": 1.0,
    "pinyin with a neighbouring key": 1.0,
    "pinyin, the hand one key off": 1.0,
    "one syllable whole, else initials": 0.9,
    "one character as pinyin": 1.0,
    "the end as initials": 0.9,
}
"""The least share of slips that become the word again, measured with the goods of this shop."""


@pytest.fixture(scope="module")
def shop() -> SpellingShop:
    using = analyser()
    titles = [f"{style}{goods}" for goods in GOODS for style in STYLES]
    listed = [product(f"p{at}", title) for at, title in enumerate(titles)]
    return SpellingShop([document_of(each, 1, using) for each in listed], using)


@pytest.mark.parametrize("kind", KINDS)
def test_one_slip_in_a_word_of_the_shop_is_repaired(shop: SpellingShop, kind: str) -> None:
    chance, made = random.Random(11), []
    for goods in GOODS * 3:
        if (wrong := KINDS[kind](goods, chance)) and wrong not in shop.lexicon.words:
            made.append((wrong, goods))
    repaired = [shop.meant(wrong) == goods for wrong, goods in made]
    assert len(made) > 5
    assert sum(repaired) / len(made) >= REPAIRED[kind], [
        pair for pair, is_right in zip(made, repaired, strict=True) if not is_right
    ]


@given(st.lists(st.sampled_from((*GOODS, *STYLES)), min_size=1, max_size=4, unique=True))
def test_right_words_are_never_changed(shop: SpellingShop, words: list[str]) -> None:
    assert shop.meant("".join(words)) is None


@given(st.sampled_from(sorted(trade_names())))
def test_a_name_of_the_trade_is_no_slip_of_what_the_shop_sells(shop: SpellingShop, name: str) -> None:
    assert shop.meant(name) is None


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("lyqun", "连衣裙"),
        ("lianyq", "连衣裙"),
        ("lian衣裙", "连衣裙"),
        ("连yq", "连衣裙"),
        ("LIANYIWUN", "连衣裙"),
        ("ｌｉａｎｙｉｑ", "连衣裙"),
        ("衣连衣裙", "连衣裙"),
        ("你运动鞋", "运动鞋"),
        ("秋季运动协", "秋季运动鞋"),
        ("秋季lianyiq", "秋季连衣裙"),
        ("qiuji lianyiqun", "秋季 连衣裙"),
    ],
)
def test_what_keys_and_input_methods_leave_behind_is_read(shop: SpellingShop, typed: str, right: str) -> None:
    assert shop.meant(typed) == right


def test_two_slips_in_one_query_are_both_repaired(shop: SpellingShop) -> None:
    assert shop.meant("轻变运动协") == "轻便运动鞋"


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("欧来雅洗面奶", "欧莱雅洗面奶"),
        ("菲乐运动鞋", "斐乐运动鞋"),
        ("adiddas运动鞋", "adidas运动鞋"),
        ("美帝电饭煲", "美的电饭煲"),
    ],
)
def test_a_brand_that_the_shop_lacks_is_spelt_by_what_the_trade_knows(
    shop: SpellingShop, typed: str, right: str
) -> None:
    assert shop.meant(typed) == right


def test_what_the_shop_says_itself_is_no_slip_of_a_brand() -> None:
    using = analyser()
    own = SpellingShop([document_of(product("p", "菲乐运动鞋"), 1, using)], using)
    assert own.meant("菲乐运动鞋") is None


@pytest.mark.parametrize(
    "typed",
    [
        "dobe运动鞋",
        "腐蚀剂",
        "9分牛仔裤",
        "女xl连衣裙",
        "t恤",
        "v领连衣裙",
        "小米10手机壳",
        "lyq",
        "如果",
        "我的世界",
        "妈妈包",
        "usb充电宝",
    ],
)
def test_what_only_looks_like_a_slip_is_left_alone(shop: SpellingShop, typed: str) -> None:
    assert shop.meant(typed) is None


def test_a_hand_beside_its_keys_is_moved_back() -> None:
    assert set(shifted("comh")) == {"vp,j", "xing"}


def shop_of(*titles: str) -> SpellingShop:
    using = analyser()
    return SpellingShop([document_of(product(f"p{at}", title), 1, using) for at, title in enumerate(titles)], using)


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("9分裤秋季", [f"{style}九分裤" for style in STYLES]),
        ("棉拖", [*(f"{style}棉拖鞋" for style in STYLES), "居家棉拖"]),
        ("连依裙", [*(f"{style}连衣裙" for style in STYLES), "连依裙"]),
        ("电制", [f"{style}电子" for style in STYLES]),
        ("zdidas运动鞋", [f"{style}运动鞋" for style in STYLES]),
    ],
)
def test_what_the_shop_nearly_says_is_no_proof(typed: str, titles: list[str]) -> None:
    assert shop_of(*titles).meant(typed) is None
