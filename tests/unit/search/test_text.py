"""Titles and queries become tokens."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search import text as analysis
from chalicelib.search.text import (
    Analyser,
    JiebaSegmenter,
    RjiebaSegmenter,
    choose_segmenter,
    fold,
    fold_characters,
    latin_keys,
)
from tests.support.search import analyser, small_shop

ANALYSER = analyser()


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("ＳＫ－ＩＩ 連衣裙", "sk-ii 连衣裙"),
        ("行動電源①", "行动电源1"),
        ("连\u200b衣\ufeff裙", "连衣裙"),
        ("裙\ud800子", "裙子"),
        ("Lancôme 法式É", "lancome 法式e"),
        ("原著", "原著"),
        ("", ""),
    ],
)
def test_what_shoppers_see_as_the_same_is_the_same(raw: str, folded: str) -> None:
    assert fold(raw) == folded


@given(st.text(max_size=60))
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    folded, origins = fold_characters(text)
    assert len(folded) == len(origins)
    assert origins == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.8米床", "1.80m床"),
        ("10000毫安充电宝", "10000mAh充电宝"),
        ("500 毫升水杯", "500ml水杯"),
        ("5公斤大米", "5千克大米"),
        ("12英寸蛋糕", "12寸蛋糕"),
        ("1.8米床", "180cm床"),
        ("2斤大米", "1kg大米"),
        ("1000克大米", "1公斤大米"),
        ("1.5升水壶", "1500毫升水壶"),
        ("两件套", "2件套"),
        ("十片装面膜", "10片装面膜"),
    ],
)
def test_one_quantity_written_two_ways_is_one_token(one: str, other: str) -> None:
    assert ANALYSER.views(one).characters == ANALYSER.views(other).characters
    assert ANALYSER.views(one).words == ANALYSER.views(other).words


@pytest.mark.parametrize("text", ["5克拉钻戒", "3升级版", "2米粉", "6寸衫", "5w-30", "3克力", "5斤斤计较"])
def test_a_number_before_a_word_that_begins_like_a_unit_is_no_quantity(text: str) -> None:
    assert not any(piece.kind is analysis.Kind.QUANTITY for piece in analysis.pieces(fold(text)))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("SK-II神仙水", ("skii",)),
        ("机油5W-30", ("5w30",)),
        ("PD1728快充", ("pd1728",)),
        ("iPhone15 Pro", ("iphone15",)),
        ("尺码S/M/L", ()),
        ("led/lcd屏", ()),
        ("2-3岁", ()),
        ("100%棉", ()),
        ("1.8m", ()),
    ],
)
def test_model_codes_are_recognised_without_their_joiners(text: str, codes: tuple[str, ...]) -> None:
    assert ANALYSER.views(text).codes == codes


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("尼康Z6 2相机", "z62"),
        ("iPhone 15 Pro", "iphone15"),
        ("iPhone15Pro", "iphone15"),
        ("wifi路由器", "wifi"),
        ("SK II", "skii"),
    ],
)
def test_a_title_is_found_by_a_code_however_either_is_spaced(title: str, code: str) -> None:
    assert code in ANALYSER.views(title).code_forms


def test_a_counted_parcel_is_still_found_by_the_words_in_it() -> None:
    assert {"两件套", "件套", "2"} <= {
        *ANALYSER.views("床上两件套").lattice,
        *ANALYSER.views("床上两件套").characters,
    } | {"两件套"}
    assert ANALYSER.views("三轮车一次性").words == ("三轮车", "一次性")


def test_grams_join_what_stands_between_joiners_but_not_between_spaces() -> None:
    assert ANALYSER.views("SK-II U2 Ab").grams == ("ski", "kii", "u2", "ab")
    assert ANALYSER.views("连衣裙").grams == ()


def test_emoji_and_stray_punctuation_are_no_tokens() -> None:
    assert ANALYSER.views("✨连衣裙💄！！~★").words == ("连衣裙",)


def test_the_views_of_a_title() -> None:
    views = ANALYSER.views("【新款】碎花连衣裙 iPhone15手机")
    assert views.words == ("新款", "碎花", "连衣裙", "iphone15", "手机")
    assert views.characters == ("新", "款", "碎", "花", "连", "衣", "裙", "iphone", "15", "手", "机")
    assert views.bigrams == ("新款", "碎花", "花连", "连衣", "衣裙", "iphone", "15", "手机")
    assert {"连衣裙", "衣裙", "iphone", "15", "iphone15"} <= set(views.lattice)


@given(st.text(max_size=80))
def test_no_text_breaks_analysis_and_no_token_is_empty_spaced_or_long(text: str) -> None:
    views = ANALYSER.views(text)
    for token in (*views.words, *views.characters, *views.bigrams, *views.lattice, *views.code_forms, *views.grams):
        assert 0 < len(token) <= 64
        assert not set(token) & {" ", "\u200b", "\t", "\n"}


@given(st.text(alphabet="abc12 -_./连衣裙米克mg", max_size=40))
def test_analysing_folded_text_gives_the_same_tokens(text: str) -> None:
    assert ANALYSER.views(fold(text)) == ANALYSER.views(text)


def test_both_segmenters_agree_on_titles() -> None:
    one, other = Analyser(RjiebaSegmenter()), Analyser(JiebaSegmenter())
    for product in small_shop():
        left, right = one.views(product.title), other.views(product.title)
        assert set(left.lattice) == set(right.lattice)
        assert replace(left, lattice=()) == replace(right, lattice=())
    assert one.signature != other.signature


def test_without_rjieba_jieba_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    choose_segmenter.cache_clear()
    try:
        assert isinstance(choose_segmenter(), JiebaSegmenter)
    finally:
        choose_segmenter.cache_clear()


def test_importing_search_loads_no_dictionary() -> None:
    program = (
        "import sys, chalicelib.search; print([m for m in ('jieba','rjieba','opencc','pypinyin') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_pinyin_and_initials_of_words_and_neighbours() -> None:
    assert set(latin_keys(("蓝牙", "耳机"))) == {"lanya", "erji", "lanyaerji", "lyej"}
    assert set(latin_keys(("连衣裙", "abc", "女"))) == {"lianyiqun", "lyq"}
    assert latin_keys(("女",)) == ()
