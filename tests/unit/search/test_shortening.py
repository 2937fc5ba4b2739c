"""Which words of a query are left out first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search import Relaxing
from chalicelib.search.shortening import MAX_DROPS, shortened


@pytest.mark.parametrize(
    ("relaxing", "texts"),
    [
        (Relaxing.FULL, ["复古帐篷", "帐篷"]),
        (Relaxing.FIRST_WORDS, ["复古帐篷", "帐篷"]),
        (Relaxing.LAST_WORDS, ["火箭复古", "火箭"]),
    ],
)
def test_words_go_from_one_side_or_by_what_they_are_worth(relaxing: Relaxing, texts: list[str]) -> None:
    assert [text for text, _ in shortened(("火箭", "复古", "帐篷"), relaxing, lambda word: False)] == texts


def test_what_the_shop_does_not_say_goes_first_and_the_noun_stays() -> None:
    found = list(shortened(("复古", "火箭", "帐篷"), Relaxing.FULL, {"复古", "帐篷"}.__contains__))
    assert found == [("复古帐篷", ("火箭",)), ("帐篷", ("复古", "火箭"))]


@given(st.lists(st.sampled_from("甲乙丙丁帐篷ab"), min_size=1, max_size=9, unique=True), st.sampled_from(Relaxing))
def test_something_is_left_and_few_searches_are_spent(words: list[str], relaxing: Relaxing) -> None:
    found = list(shortened(words, relaxing, lambda word: False))
    assert len(found) <= MAX_DROPS
    for text, dropped in found:
        assert 0 < len(dropped) < len(words)
        assert sorted((*dropped, *text.replace(" ", ""))) == sorted(words)
