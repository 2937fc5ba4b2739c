"""Interleaved orders in the log: who is credited, and what counts as one contest."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.memory.search_log import MemorySearchLog
from chalicelib.search import Action, LoggedSearch, contested, noted
from chalicelib.search.interleaving import sign_test, win_interval
from chalicelib.search.log.contests import ContestLine, Score, reported, together
from tests.support.search import NOW
from tests.support.search_log import acted, keeping, searched

TEAMS = {"p1": "A", "p2": "B", "p3": "B"}


def contest(query: str = "帐篷", shopper: str | None = "u1", *, after: float = 0.0, first: int = 0) -> LoggedSearch:
    search = searched(query, shopper, after=after, first=first)
    return replace(search, attributes=noted("diversity", TEAMS, search.shown))


def test_each_product_is_stored_with_its_team_and_a_pinned_one_with_none() -> None:
    assert noted("personal", TEAMS, ("p0", "p1", "p3")) == {"interleaving": {"variant": "personal", "teams": "-AB"}}


def test_clicks_and_purchases_are_credited_to_the_team_that_showed_the_product() -> None:
    one, other, third, idle = (contest(shopper=f"u{each}") for each in range(4))
    actions = [
        acted(one, "p2"),
        acted(one, "p2", name="twice"),
        acted(one, "p1", Action.ADDED),
        acted(other, "p1"),
        acted(third, "p1"),
        acted(third, "p3"),
        acted(third, "never shown"),
        acted(idle, "p2", Action.VIEWED),
    ]
    plain = searched("帐篷", "u9")
    assert contested([one, other, third, idle, plain], [*actions, acted(plain)]) == [
        ContestLine("diversity", 4, Score(1, 1, 1, 2, 2), Score(1, 0, 0, 1, 0))
    ]


def test_a_shopper_who_comes_back_to_a_query_is_one_contest_over_all_pages() -> None:
    pages = [contest(), contest(after=60, first=20), contest(after=600)]
    (line,) = contested(pages, [acted(pages[0], "p1"), acted(pages[1], "p2"), acted(pages[2], "p3")])
    assert (line.contests, line.clicks) == (1, Score(0, 1, 0, 1, 2))
    strangers = [contest(shopper=None), contest(shopper=None, after=60)]
    assert contested(strangers, [])[0].contests == 2


def test_spans_are_summed_by_experiment() -> None:
    one = ContestLine("diversity", 2, Score(1, 0, 1, 3, 2))
    other = ContestLine("personal", 1, Score(0, 1, 0, 0, 1))
    assert together([[one], [other, one], []]) == [ContestLine("diversity", 4, Score(2, 0, 2, 6, 4)), other]


def test_the_report_says_how_sure_it_is() -> None:
    (line,) = reported([ContestLine("diversity", 100, Score(10, 30, 5, 12, 40))])
    assert (line.clicks.wins, line.clicks.losses, line.clicks.ties, line.clicks.win_share) == (30, 10, 5, 0.75)
    # Wilson for 30 of 40, and 2 P(X <= 10) for 40 fair coins, as any table has them.
    assert line.clicks.interval == pytest.approx((0.5981, 0.8581), abs=2e-4)
    assert line.clicks.p_value == pytest.approx(0.00222, abs=1e-5)
    assert (line.purchases.win_share, line.purchases.interval, line.purchases.p_value) == (None, None, 1.0)
    assert win_interval(0, 3) == pytest.approx((0.0, 0.5615), abs=1e-4)
    assert sign_test(0, 0) == 1.0


def test_the_log_is_folded_to_days_of_contests_however_often() -> None:
    log = keeping()
    for number in range(6):
        page = contest(shopper=None, after=number * 700)
        log.record(page, f"u{number}")
        log.act(acted(page, "p2" if number else "p1"))
    for minutes in (80, 81):
        log.fold(NOW + timedelta(minutes=minutes))
    today = NOW.date()
    (line,) = log.contests(today, today)
    assert (line.experiment, line.contests, line.clicks.wins, line.clicks.losses) == ("diversity", 6, 5, 1)
    assert log.contests(today - timedelta(days=9), today - timedelta(days=1)) == []


def test_a_forgotten_shopper_is_somebody_else_from_then_on() -> None:
    kept = MemorySearchLog()
    log = keeping(log=kept)
    before, after = searched("帐篷", None), searched("帐篷", None, after=60)
    log.record(before, "u1")
    log.forget("u1")
    log.record(after, "u1")
    names = [found.client for each in (before, after) if (found := kept.of(each.query_id)[0])]
    assert len({*names, None}) == 3
