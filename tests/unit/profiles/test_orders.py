"""What an order gives to a profile, and what is taken back."""

from datetime import timedelta
from itertools import permutations

import pytest

from chalicelib.profiles import Kind, Order, OrderStep
from chalicelib.profiles.orders import Basket
from tests.support.shoppers import NOW

LESSONS = ((Kind.BRAND, "山野", 5.0),)
PLACED = (OrderStep.PLACED, Basket(NOW, "a", 10_000, 500, LESSONS), None)
REFUND = (OrderStep.REFUNDED, Basket(NOW + timedelta(days=1), "b", 3_000), "r1")
CANCEL = (OrderStep.CANCELLED, Basket(NOW + timedelta(days=2), "c"), None)


def told(*steps: tuple[OrderStep, Basket, str | None]) -> Order:
    order = Order("o1")
    for step, basket, refund_id in steps:
        order = order.after(step, basket, refund_id)
    return order


def test_an_order_gives_itself_its_money_and_what_its_products_teach() -> None:
    gift = told(PLACED).gift()
    assert (gift.orders, gift.spend, gift.discounted, gift.discount, gift.lessons) == (1, 10_000, 1, 500, LESSONS)


@pytest.mark.parametrize("steps", list(permutations([PLACED, REFUND, CANCEL, PLACED])))
def test_whatever_comes_first_a_cancelled_order_gives_nothing(steps: tuple) -> None:  # type: ignore[type-arg]
    gift = told(*steps).gift()
    assert (gift.orders, gift.spend, gift.refunded, gift.refunds, gift.cancellations) == (0, 0, 10_000, 1, 1)
    assert gift.lessons == ()


def test_a_part_paid_back_is_not_spent_and_the_order_stands() -> None:
    gift = told(REFUND, PLACED).gift()
    assert (gift.orders, gift.spend, gift.refunded, gift.lessons) == (1, 7_000, 3_000, LESSONS)


def test_the_same_refund_told_twice_counts_once_and_never_more_than_was_paid_goes_back() -> None:
    assert told(PLACED, REFUND, REFUND).gift() == told(PLACED, REFUND).gift()
    more = (OrderStep.REFUNDED, Basket(NOW, "d", 9_000), "r2")
    gift = told(PLACED, REFUND, more).gift()
    assert (gift.orders, gift.spend, gift.refunded, gift.refunds) == (0, 0, 10_000, 2)


def test_a_refund_without_an_amount_gives_everything_back() -> None:
    assert told(PLACED, (OrderStep.REFUNDED, Basket(NOW, "e"), None)).gift().spend == 0


def test_the_latest_revision_says_what_was_paid() -> None:
    early = (OrderStep.REVISED, Basket(NOW + timedelta(hours=1), "f", 9_000), None)
    late = (OrderStep.REVISED, Basket(NOW + timedelta(hours=2), "g", 8_000), None)
    for steps in permutations([PLACED, early, late]):
        assert told(*steps).gift().spend == 8_000


def test_the_same_order_under_another_message_counts_once() -> None:
    again = (OrderStep.PLACED, Basket(NOW + timedelta(seconds=5), "z", 10_000, 500, LESSONS), None)
    assert told(again, PLACED) == told(PLACED, again)
    assert told(PLACED, again).gift().orders == 1
