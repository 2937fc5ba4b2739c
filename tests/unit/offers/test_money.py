"""Money adds up, whatever offers count."""

from decimal import ROUND_HALF_UP, Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.coupons.offers import best_offer
from chalicelib.coupons.offers.pieces import choosing, pieces_of
from chalicelib.coupons.terms import share_of, shares_of
from tests.support.offers import asking, drawn_cart, drawn_offers, with_sets


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9), lines=st.integers(1, 20), count=st.integers(0, 12))
def test_discounts_add_up_to_the_fen_and_nothing_costs_less_than_nothing(seed: int, lines: int, count: int) -> None:
    random = Random(seed)
    goods = drawn_cart(random, lines)
    offers = with_sets(random, drawn_offers(random, count, (None, "platform")))
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


@given(st.integers(0, 10**8), st.integers(1, 10_000))
def test_a_share_is_rounded_half_up_and_one_by_one_as_together(amount: int, share: int) -> None:
    exact = (Decimal(amount) * share / 10_000).quantize(Decimal(1), ROUND_HALF_UP)
    assert share_of(amount, share) == exact
    assert shares_of([amount, 5], share) == [exact, share_of(5, share)]


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 9)), min_size=1, max_size=20))
def test_pieces_of_a_line_sum_to_it_and_are_at_most_a_fen_apart(lines: list[tuple[int, int]]) -> None:
    amounts = [amount for amount, _ in lines]
    for position, (amount, quantity) in enumerate(lines):
        pieces = pieces_of(amounts, {quantity: choosing([position])})
        assert (sum(pieces), len(pieces)) == (amount, quantity)
        assert 0 <= pieces[0] - pieces[-1] <= 1
    of_each = {n: choosing([at for at, (_, q) in enumerate(lines) if q == n]) for n in range(1, 10)}
    together = pieces_of(amounts, of_each)
    assert (sum(together), together) == (sum(amounts), sorted(together, reverse=True))
