"""What is owed when a part of an order comes back."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons import AmountOff
from chalicelib.coupons.offers import Order, RefundPolicy, best_offer, refund
from chalicelib.coupons.terms import FreeShipping
from tests.support.offers import asking, cart, drawn_cart, drawn_offers, line, offer, with_sets


def ordered() -> Order:
    """Two things of ¥100, ¥40 off from ¥150 on, ¥10 shipping: ¥170 were paid."""
    goods = cart(line("a"), line("b"), shipping=1_000)
    offers = [offer("k", AmountOff(4_000), minimum_spend=15_000)]
    return Order(goods, best_offer(goods, offers, asking()), asking(), {})


@pytest.mark.parametrize(
    ("policy", "owed", "payable", "lost"),
    [
        (RefundPolicy.KEEP, 10_000, 7_000, 0),
        (RefundPolicy.PROPORTIONAL, 8_000, 9_000, 2_000),
        (RefundPolicy.RE_EVALUATE, 6_000, 11_000, 4_000),
    ],
)
def test_the_policy_says_what_becomes_of_the_discount(policy: RefundPolicy, owed: int, payable: int, lost: int) -> None:
    back = refund(ordered(), {"a": 1}, policy)
    assert (back.amount, back.payable, back.lost) == (owed, payable, lost)


def shipped_free() -> Order:
    """Two things of ¥100, free shipping from ¥150 on (¥10 otherwise): ¥200 were paid."""
    goods = cart(line("a"), line("b"), shipping=1_000)
    offers = [offer("k", FreeShipping(), minimum_spend=15_000)]
    return Order(goods, best_offer(goods, offers, asking()), asking(), {})


@pytest.mark.parametrize(
    ("policy", "owed", "payable", "lost"),
    [
        (RefundPolicy.KEEP, 10_000, 10_000, 0),
        (RefundPolicy.PROPORTIONAL, 10_000, 10_000, 0),
        (RefundPolicy.RE_EVALUATE, 9_000, 11_000, 1_000),
    ],
)
def test_shipping_that_is_no_longer_free_is_owed_where_offers_are_worked_out_again(
    policy: RefundPolicy, owed: int, payable: int, lost: int
) -> None:
    back = refund(shipped_free(), {"a": 1}, policy)
    assert (back.amount, back.payable, back.lost) == (owed, payable, lost)


def test_shipping_that_is_owed_again_takes_no_more_than_what_comes_back() -> None:
    """What comes back cost ¥5, shipping ¥10: nothing is owed, and nobody pays more."""
    goods = cart(line("a", 500), line("b", 14_500), shipping=1_000)
    order = Order(goods, best_offer(goods, [offer("k", FreeShipping(), minimum_spend=15_000)], asking()), asking(), {})
    back = refund(order, {"a": 1}, RefundPolicy.RE_EVALUATE)
    assert (back.amount, back.payable) == (0, 15_000)
    rest = replace(order, returned={"a": 1}, refunded=0)
    assert refund(rest, {"b": 1}, RefundPolicy.RE_EVALUATE).amount == 15_000


@pytest.mark.parametrize("policy", list(RefundPolicy))
@pytest.mark.parametrize(("with_shipping", "owed"), [(False, 16_000), (True, 17_000)])
def test_who_returns_everything_gets_everything(policy: RefundPolicy, with_shipping: bool, owed: int) -> None:
    assert refund(ordered(), {"a": 1, "b": 1}, policy, with_shipping=with_shipping).amount == owed


@pytest.mark.parametrize(("coming_back", "field"), [({"a": 2}, "a"), ({"c": 1}, "c"), ({"a": 0}, "a")])
def test_more_than_was_bought_cannot_come_back(coming_back: dict[str, int], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        refund(ordered(), coming_back, RefundPolicy.KEEP)
    assert refused.value.field == f"returned.{field}"


@pytest.mark.parametrize(
    ("returned", "refunded", "field"),
    [
        ({"a": 2}, 0, "returned_before.a"),
        ({"a": -1}, 0, "returned_before.a"),
        ({"c": 1}, 0, "returned_before.c"),
        ({"b": 1}, 0, "returned.b"),
        ({}, 17_001, "refunded_before"),
        ({}, -1, "refunded_before"),
    ],
)
def test_what_is_said_of_earlier_returns_must_be_possible(returned: dict[str, int], refunded: int, field: str) -> None:
    order = replace(ordered(), returned=returned, refunded=refunded)
    with pytest.raises(InvalidRequest) as refused:
        refund(order, {"b": 1}, RefundPolicy.PROPORTIONAL)
    assert refused.value.field == field


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9), lines=st.integers(1, 5), policy=st.sampled_from(RefundPolicy), data=st.data())
def test_however_it_comes_back_never_more_than_was_paid(
    seed: int, lines: int, policy: RefundPolicy, data: st.DataObject
) -> None:
    random = Random(seed)
    goods = drawn_cart(random, lines)
    offer_then = best_offer(goods, with_sets(random, drawn_offers(random, 4, (None, "platform"))), asking())
    pieces = data.draw(st.permutations([each.line_id for each in goods.lines for _ in range(each.quantity)]))
    returned: dict[str, int] = {}
    refunded = 0
    while pieces:
        count = data.draw(st.integers(1, len(pieces)))
        coming = {line_id: pieces[:count].count(line_id) for line_id in pieces[:count]}
        back = refund(Order(goods, offer_then, asking(), returned, refunded), coming, policy, with_shipping=True)
        assert back.amount >= 0
        refunded += back.amount
        assert refunded + back.payable == offer_then.payable
        for line_id, number in coming.items():
            returned[line_id] = returned.get(line_id, 0) + number
        pieces = pieces[count:]
    assert refunded == offer_then.payable


def test_what_does_not_divide_is_owed_with_the_later_pieces() -> None:
    """Three pieces of ¥1 cost ¥2 together: ¥0.66, then ¥0.67 twice."""
    goods = cart(line("a", 100, 3))
    offer_then = best_offer(goods, [offer("k", AmountOff(100))], asking())
    owed: list[int] = []
    for count in range(3):
        order = Order(goods, offer_then, asking(), {"a": count}, sum(owed))
        owed.append(refund(order, {"a": 1}, RefundPolicy.PROPORTIONAL).amount)
    assert owed == [66, 67, 67]
