"""Query words are marked in the text as the shop shows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search import MatchLevel, highlight
from tests.support.search import analyser

ANALYSER = analyser()


def marked(text: str, query: str) -> str:
    return highlight(text, ANALYSER.views(query).words, "[", "]").value


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("法式碎花連衣裙", "连衣裙", "法式碎花[連衣裙]"),
        ("碎花连衣裙", "碎花连衣裙", "[碎花连衣裙]"),
        ("<b>连衣裙</b> & 裙子", "连衣裙", "<b>[连衣裙]</b> & 裙子"),
        ("ＩＰＨＯＮＥ 15 Pro", "iphone15", "[ＩＰＨＯＮＥ 15] Pro"),
        ("SK-II神仙水", "skii", "[SK-II]神仙水"),
        ("A15 150片 15片", "15", "A[15] 150片 [15]片"),
        ("party art", "art", "party [art]"),
        ("移动的电源", "移动电源", "[移动]的[电源]"),
        ("裙子", "连衣裙", "裙子"),
        ("x", "连衣裙", "x"),
    ],
)
def test_the_query_is_marked_where_it_stands(text: str, query: str, expected: str) -> None:
    assert marked(text, query) == expected


def test_levels_tell_how_much_of_the_query_is_there() -> None:
    words = ("碎花", "连衣裙")
    assert highlight("碎花连衣裙", words, "", "").level is MatchLevel.FULL
    assert highlight("碎花衬衫", words, "", "").level is MatchLevel.PARTIAL
    assert highlight("衬衫", words, "", "").level is MatchLevel.NONE
    whole = highlight("连衣裙", ("连衣裙",), "", "")
    assert (whole.is_whole, whole.matched_words) == (True, ("连衣裙",))


@given(st.text(max_size=40), st.text(max_size=20))
def test_without_the_tags_the_raw_text_is_back(text: str, query: str) -> None:
    found = highlight(text, ANALYSER.views(query).words, "\ue000", "\ue001")
    assert found.value.replace("\ue000", "").replace("\ue001", "") == text.replace("\ue000", "").replace("\ue001", "")
    assert found.value.count("\ue000") - text.count("\ue000") == found.value.count("\ue001") - text.count("\ue001")
