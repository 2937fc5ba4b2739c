"""Counting the search log: one record per user query, people counted once, and the same result however often."""

import math
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.search import Action
from chalicelib.search.log import crowd
from chalicelib.search.log.counting import QueryLine, collapsed, counted, summed, worth
from chalicelib.search.log.query_reports import low_click, top, without_results
from chalicelib.search.log.trail import new_query_id, query_key, time_of
from tests.support.search import NOW
from tests.support.search_log import DRAWN, acted, searched


def queries(*searches: object) -> list[str]:
    return [each.query for each in collapsed(searches)]  # type: ignore[arg-type]


def test_a_query_id_says_when_its_search_was_and_sorts_as_searches_came() -> None:
    ids = [new_query_id(NOW + timedelta(milliseconds=each), DRAWN) for each in range(20)]
    assert ids == sorted(ids)
    assert [time_of(each) for each in ids] == [NOW + timedelta(milliseconds=each) for each in range(20)]
    assert {len(each) for each in ids} == {32}


@pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "g" * 32, "F" * 32, None, 7, "f" * 32])
def test_what_is_no_query_id_of_ours_has_no_time(text: object) -> None:
    assert time_of(text) is None


def test_key_strokes_on_the_way_to_a_query_are_one_search() -> None:
    assert queries(searched("连"), searched("连衣", after=1), searched("连衣裙", after=2)) == ["连衣裙"]


def test_a_corrected_query_is_the_last_one() -> None:
    assert queries(searched("连衣裙子"), searched("连衣裙", after=1)) == ["连衣裙"]


def test_half_typed_pinyin_and_the_word_made_of_it_are_one_search() -> None:
    assert queries(searched("lianyi'q"), searched("连衣裙", after=2)) == ["连衣裙"]


def test_other_words_other_shoppers_later_times_and_further_pages_are_searches_of_their_own() -> None:
    assert queries(searched("连衣裙"), searched("帐篷", after=1)) == ["连衣裙", "帐篷"]
    assert queries(searched("连衣"), searched("连衣裙", "u2", after=1)) == ["连衣", "连衣裙"]
    assert queries(searched("连衣"), searched("连衣裙", after=60)) == ["连衣", "连衣裙"]
    assert queries(searched("连衣", None), searched("连衣裙", None, after=1)) == ["连衣", "连衣裙"]
    assert queries(searched("连衣裙"), searched("连衣裙", after=2, first=20)) == ["连衣裙", "连衣裙"]


def test_a_key_stroke_that_was_clicked_was_a_search() -> None:
    stroke, whole = searched("连衣"), searched("连衣裙", after=1)
    lines = counted([stroke, whole], [acted(stroke)])
    assert {line.query: (line.searches, line.clicks) for line in lines} == {"连衣": (1, 1), "连衣裙": (1, 0)}


def test_a_line_counts_searches_people_empty_ones_clicks_and_positions() -> None:
    one, again, other = searched("帐篷"), searched("帐篷", after=60), searched(" 帳篷 ", "u2", after=90)
    page_two = searched("帐篷", after=120, first=20, shown=("p21", "p22"))
    empty = searched("帐篷", "u3", after=150, shown=())
    actions = [acted(one, "p2"), acted(one, "p3"), acted(page_two, "p22"), acted(other, "p1", Action.CONVERTED)]
    (line,) = counted([one, again, other, page_two, empty], actions)
    assert (line.query, line.searches, line.people, line.empty) == ("帐篷", 4, 3, 1)
    assert (line.clicked, line.clicks, line.conversions, line.positions) == (1, 3, 1, 2 + 3 + 22)
    (reported,) = top([line])
    assert (reported.click_through, reported.average_position) == (round(1 / 3, 4), 9.0)


def test_what_the_ladder_found_instead_is_no_result_of_the_query() -> None:
    search = replace(searched("火箭"), rung="fewer_words")
    (line,) = counted([search], [acted(search)])
    assert (line.searches, line.empty, line.clicked, line.clicks) == (1, 1, 0, 1)


def test_clicks_on_what_was_not_shown_and_views_count_for_nothing() -> None:
    search = searched("帐篷")
    (line,) = counted([search], [acted(search, "never shown"), acted(search, "p1", Action.VIEWED)])
    assert (line.clicks, line.products) == (0, {})


def test_one_client_counts_once_per_product_with_the_most_they_did() -> None:
    first, second = searched("帐篷"), searched("帐篷", after=60)
    actions = [acted(first), acted(second), acted(second, "p1", Action.CONVERTED), acted(second, "p1", name="again")]
    (line,) = counted([first, second], actions)
    assert line.products["p1"].weight == worth(Action.CONVERTED, 1) == 3.0
    assert line.products["p1"].people == 1


def test_a_click_further_down_says_more() -> None:
    assert worth(Action.CLICKED, 1) == 1.0
    assert worth(Action.CLICKED, 3) == 2.0
    assert worth(Action.CLICKED, 10_000) == worth(Action.CLICKED, 20) == pytest.approx(math.log2(21))


def test_hours_sum_to_the_day_and_a_shopper_of_two_hours_is_one() -> None:
    morning, evening = searched("帐篷"), searched("帐篷", after=36_000)
    apart = summed([counted([morning], [acted(morning)]), counted([evening], [acted(evening)])])
    (line,) = apart
    assert (line.searches, line.people, line.clicks) == (2, 1, 2)
    assert line.products["p1"].people == 1


def test_the_order_of_records_and_repetitions_of_actions_do_not_matter() -> None:
    draw = random.Random(3)
    searches = [
        searched(draw.choice(["帐篷", "连衣裙", "杯子"]), f"u{draw.randrange(5)}", after=each * 7) for each in range(60)
    ]
    actions = [acted(each, draw.choice(each.shown)) for each in searches if draw.random() < 0.5]
    expected = counted(searches, actions)
    draw.shuffle(searches)
    draw.shuffle(actions)
    assert counted(searches, actions) == expected


@given(st.lists(st.integers(0, 400), max_size=300), st.lists(st.integers(0, 400), max_size=300))
def test_a_crowd_joins_in_any_order_and_is_exact_while_small(one: list[int], other: list[int]) -> None:
    crowds = [crowd.joined(crowd.hash_of(str(each)) for each in people) for people in (one, other)]
    both = crowd.joined(*crowds)
    assert both == crowd.joined(*reversed(crowds)) == crowd.joined(both, crowds[0])
    people = len({*one, *other})
    if people < crowd.KEPT:
        assert crowd.size_of(both) == people
    else:
        assert crowd.size_of(both) == pytest.approx(people, rel=0.6)


def test_reports_rank_by_what_they_are_about() -> None:
    lines = [
        QueryLine("popular", 100, empty=1, clicked=50),
        QueryLine("missing", 9, empty=9),
        QueryLine("rarely missing", 20, empty=2, clicked=9),
        QueryLine("unloved", 40, clicked=1),
        QueryLine("once", 2),
    ]
    assert [each.query for each in top(lines)][:2] == ["popular", "unloved"]
    assert [each.query for each in without_results(lines)] == ["missing", "rarely missing", "popular"]
    assert [each.query for each in low_click(lines)] == ["unloved"]


def test_queries_are_counted_folded_and_cut() -> None:
    assert query_key("  連衣裙　ＸＬ ") == "连衣裙 xl"
    assert len(query_key("长" * 300)) == 100
