"""The search finds what trying everything finds."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.coupons import AmountOff
from chalicelib.coupons.offers import best_offer
from chalicelib.coupons.offers.eligibility import refusal
from chalicelib.coupons.offers.rule import Rule, rule_of, rules_of
from chalicelib.coupons.offers.search import best_of
from chalicelib.coupons.offers.steps import Step, after
from chalicelib.coupons.terms import Every, FreeShipping, Gift, PercentOff, Place
from tests.support.offers import asking, cart, drawn_cart, drawn_offers, line, offer, with_sets

GROUPS = (None, "platform", "shop")


def everything_tried(rules: Sequence[Rule], amounts: Sequence[int]) -> tuple[int, int, int]:
    """Every subset in every order that keeps the levels: no bound, no memory, no order of preference."""
    best = (0, 0, 0)

    def go_on(chosen: tuple[Rule, ...], left: Sequence[int], base: Sequence[int], score: tuple[int, int, int]) -> None:
        nonlocal best
        best = max(best, score)
        for rule in rules:
            if any(rule is one or rule.clashes(one) for one in chosen):
                continue
            if chosen and rule.level < chosen[-1].level:
                continue
            judged_on = base if chosen and rule.level == chosen[-1].level else left
            if rule.unmet(judged_on) is not None:
                continue
            step = Step(rule, rule.shares(left, judged_on), judged_on)
            gained = (score[0] + step.saved, score[1] + rule.worth, score[2] - 1)
            go_on((*chosen, rule), after(step, left), judged_on, gained)

    go_on((), amounts, amounts, best)
    return best


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9), lines=st.integers(1, 5), count=st.integers(1, 5), stacked=st.booleans())
def test_no_other_choice_or_order_is_cheaper(seed: int, lines: int, count: int, stacked: bool) -> None:
    random = Random(seed)
    goods = drawn_cart(random, lines)
    groups = tuple(f"g{number}" for number in range(count)) if stacked else GROUPS
    drawn = with_sets(random, drawn_offers(random, count, groups))
    rules = rules_of([each for each in drawn if refusal(each, goods, asking()) is None], goods)
    amounts = [*(each.amount for each in goods.lines), goods.shipping]
    best = best_of(rules, amounts, budget=10**9)
    found = (
        sum(step.saved for step in best.steps),
        sum(step.rule.worth for step in best.steps),
        -len(best.steps),
    )
    assert found == everything_tried(rules, amounts)
    assert best.at_most_missed == 0


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**9), lines=st.integers(1, 6), data=st.data())
def test_a_rule_takes_no_less_from_more(seed: int, lines: int, data: st.DataObject) -> None:
    """The bound of the search rests on this."""
    random = Random(seed)
    goods = drawn_cart(random, lines)
    (each,) = with_sets(random, drawn_offers(random, 1))
    assume(refusal(each, goods, asking()) is None)
    rule = rule_of(each, goods)
    more = [one.amount for one in goods.lines] + [goods.shipping]
    less = [data.draw(st.integers(0, amount)) for amount in more]
    assert rule.saving(less, less) <= rule.saving(more, more)
    assert rule.saving(less, less) <= rule.saving(less, more)


def test_it_says_by_how_much_it_may_miss_the_best_when_it_stops_early() -> None:
    random = Random(7)
    goods = drawn_cart(random, 12)
    offers = drawn_offers(random, 14, tuple(f"g{number}" for number in range(14)))
    whole = best_offer(goods, offers, asking(), budget=10**9)
    short = best_offer(goods, offers, asking(), budget=20)
    assert whole.is_exact
    assert not short.is_exact
    assert whole.payable <= short.payable <= whole.payable + short.at_most_missed


def test_of_more_offers_than_it_searches_the_most_promising_are_searched() -> None:
    offers = [
        offer(f"k{number:02d}", AmountOff(100 + number), scope=(Place(products=("p1",)),)) for number in range(40)
    ]
    answer = best_offer(cart(line(price=10_000)), offers, asking())
    assert [each.candidate.key for each in answer.applied] == ["k39"]
    assert sum(each.reason == "too_many" for each in answer.not_applied) == 10
    assert not answer.is_exact


def test_many_offers_of_one_group_push_none_of_another_out() -> None:
    offers = [offer(f"k{number:02d}", AmountOff(2_000 + number)) for number in range(40)]
    answer = best_offer(cart(line(price=10_000), shipping=600), [*offers, offer("ship", FreeShipping())], asking())
    assert ([each.candidate.key for each in answer.applied], answer.left_out) == (["k39", "ship"], 11)


def test_offers_that_cannot_count_yet_are_none_of_the_too_many() -> None:
    offers = [offer(f"k{number:02d}", AmountOff(100 + number), minimum_spend=20_000) for number in range(60)]
    answer = best_offer(cart(line(price=10_000)), [*offers, offer("now", AmountOff(100))], asking())
    assert [each.candidate.key for each in answer.applied] == ["now"]
    assert {each.reason for each in answer.not_applied} == {"below_minimum_spend"}
    assert (answer.left_out, answer.is_exact) == (0, True)


def test_a_gift_that_is_left_out_is_missed_though_no_price_is_lower() -> None:
    offers = [offer(f"k{number:02d}", Gift(f"sku{number}", worth=100 + number)) for number in range(31)]
    answer = best_offer(cart(line(price=10_000)), offers, asking())
    assert [each.candidate.key for each in answer.applied] == ["k30"]
    assert (answer.left_out, answer.at_most_missed, answer.is_exact) == (1, 0, False)


def test_the_better_order_is_found() -> None:
    """A share before an amount: 10% of ¥100 and ¥20 leave ¥70, the other way round ¥72."""
    offers = [offer("a", AmountOff(2_000), group="shop"), offer("b", PercentOff(1_000), group="platform")]
    answer = best_offer(cart(line(price=10_000)), offers, asking())
    assert ([each.candidate.key for each in answer.applied], answer.payable) == (["b", "a"], 7_000)


def test_a_larger_coupon_may_lose_to_two_that_stack() -> None:
    offers = [
        offer("alone", AmountOff(2_500), is_exclusive=True),
        offer("one", AmountOff(1_500), group="shop"),
        offer("two", AmountOff(1_200), group="platform"),
    ]
    answer = best_offer(cart(line(price=10_000)), offers, asking())
    assert answer.saved == 2_700
    assert [(each.candidate.key, each.reason) for each in answer.not_applied] == [("alone", "not_stackable")]


@pytest.mark.parametrize(("priority", "applied"), [(0, ["every", "coupon"]), (1, ["every"])])
def test_offers_of_one_priority_do_not_take_each_others_threshold_away(priority: int, applied: list[str]) -> None:
    offers = [
        offer("coupon", AmountOff(2_000), group="shop"),
        offer("every", Every(30_000, 4_000), group="platform", priority=priority),
    ]
    answer = best_offer(cart(line(price=30_000)), offers, asking())
    assert [each.candidate.key for each in answer.applied] == applied


def test_a_share_taken_first_leaves_the_threshold_beside_it_reached() -> None:
    offers = [
        offer("share", PercentOff(1_000), group="shop"),
        offer("every", Every(30_000, 4_000), group="platform"),
        offer("third", AmountOff(500), minimum_spend=30_000, group="bank"),
    ]
    answer = best_offer(cart(line(price=30_000)), offers, asking())
    assert [(each.candidate.key, each.saved) for each in answer.applied] == [
        ("share", 3_000),
        ("every", 4_000),
        ("third", 500),
    ]
