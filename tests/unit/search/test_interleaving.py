"""Team draft: fair, repeatable, and counted by who was clicked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search import credit, drafted, judged

orders = st.lists(st.integers(0, 30).map(str), unique=True, max_size=20)


@given(orders, orders, st.text(max_size=5))
def test_a_draft_holds_every_product_of_both_orders_once(one: list[str], other: list[str], seed: str) -> None:
    order, teams = drafted(one, other, seed)
    assert sorted(order) == sorted({*one, *other})
    assert set(teams) == set(order)
    assert drafted(one, other, seed) == (order, teams)


@given(
    st.permutations([str(each) for each in range(20)]), st.permutations([str(each) for each in range(20)]), st.text()
)
def test_after_every_round_both_teams_have_placed_as_many(one: list[str], other: list[str], seed: str) -> None:
    order, teams = drafted(one, other, seed)
    for end in range(2, len(order) + 1, 2):
        assert sum(teams[each] == "A" for each in order[:end]) == end / 2


@given(st.permutations([str(each) for each in range(8)]), st.text())
def test_each_teams_hits_stand_in_its_own_order(one: list[str], seed: str) -> None:
    other = list(reversed(one))
    order, teams = drafted(one, other, seed)
    for team, source in (("A", one), ("B", other)):
        placed = [each for each in order if teams[each] == team]
        assert placed == sorted(placed, key=source.index)


def test_a_shopper_who_clicks_by_place_alone_prefers_nobody() -> None:
    one, other = [str(each) for each in range(10)], [str(each) for each in range(9, -1, -1)]
    pages = []
    for session in range(2_000):
        order, teams = drafted(one, other, f"shopper {session}")
        pages.append((teams, order[:1]))
    verdict = judged(pages)
    assert verdict.a + verdict.b == 2_000
    assert verdict.a / 2_000 == pytest.approx(0.5, abs=0.035)
    assert verdict.p_value > 0.01


def test_the_order_with_the_better_products_wins() -> None:
    good = [str(each) for each in range(10)]
    bad = [str(each) for each in range(9, -1, -1)]
    pages = []
    for session in range(200):
        order, teams = drafted(good, bad, str(session))
        # Somebody who wants one of the first three products, and finds it on the first half of the page.
        pages.append((teams, [each for each in order[:5] if each in "012"]))
    verdict = judged(pages)
    assert verdict.a > verdict.b
    assert verdict.p_value < 0.001


def test_clicks_count_once_per_hit_and_only_on_what_was_shown() -> None:
    assert credit({"a": "A", "b": "B", "c": "B"}, ["b", "b", "c", "elsewhere"]) == {"A": 0, "B": 2}
    assert judged([({"a": "A"}, [])]).drawn == 1
    assert judged([]).p_value == 1.0
