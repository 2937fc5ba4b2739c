"""Money adds up, whatever offers count."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.coupons.offers import best_offer
from tests.support.offers import asking, drawn_cart, drawn_offers


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9), lines=st.integers(1, 20), count=st.integers(0, 12))
def test_discounts_add_up_to_the_fen_and_nothing_costs_less_than_nothing(seed: int, lines: int, count: int) -> None:
    random = Random(seed)
    goods = drawn_cart(random, lines)
    offers = drawn_offers(random, count, (None, "platform"))
    answer = best_offer(goods, offers, asking())
    assert answer.payable == goods.goods + goods.shipping - answer.saved
    assert answer.payable == sum(line.payable for line in answer.lines) + answer.shipping_payable
    for line in answer.lines:
        assert 0 <= line.payable <= line.amount
        assert line.amount - sum(line.discounts.values()) == line.payable
    for each in answer.applied:
        assert each.saved == sum(each.by_line.values()) + each.on_shipping
    told = [each.candidate.key for each in (*answer.applied, *answer.not_applied)]
    assert sorted(told) == sorted(each.key for each in offers)
