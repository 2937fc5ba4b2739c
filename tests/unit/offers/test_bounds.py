"""What the search believes that offers can save together is never less than what they do save."""

from random import Random

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.coupons.offers.bounds import Bounds
from chalicelib.coupons.offers.cart import Candidate
from chalicelib.coupons.offers.eligibility import refusal
from chalicelib.coupons.offers.left import Left
from chalicelib.coupons.offers.rule import Rule, rules_of
from chalicelib.coupons.offers.search import best_of
from chalicelib.coupons.offers.steps import Step, after
from tests.support.offers import asking, drawn_cart, drawn_offers, with_sets

STACKING = tuple(f"g{number}" for number in range(4))


def bounded(seed: int, lines: int, count: int) -> tuple[list[Rule], Left, Bounds]:
    """Rules, most of them on all goods and of groups that stack; what a cart costs; the bounds of the search."""
    random = Random(seed)
    goods = drawn_cart(random, lines)
    drawn = with_sets(random, drawn_offers(random, count, STACKING))
    wide = [
        Candidate(one.key, msgspec.structs.replace(one.terms, scope=()), one.usable_from, one.expires_at)
        if random.random() < 0.7
        else one
        for one in drawn
    ]
    rules = rules_of([one for one in wide if refusal(one, goods, asking()) is None], goods)
    left = Left([*(line.amount for line in goods.lines), goods.shipping])
    clashing = [[one is not other and one.clashes(other) for other in rules] for one in rules]
    return rules, left, Bounds(rules, len(goods.lines), clashing, gained(rules, left))


def gained(rules: list[Rule], left: Left) -> dict[int, tuple[int, int]]:
    return {at: (rule.saving(left, left), rule.worth) for at, rule in enumerate(rules)}


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9), lines=st.integers(1, 12), count=st.integers(1, 7))
def test_no_choice_saves_more_than_the_bound(seed: int, lines: int, count: int) -> None:
    rules, left, bounds = bounded(seed, lines, count)
    gains = gained(rules, left)
    best = best_of(rules, left, budget=10**9)
    goods = sum(left) - left[-1]
    assert sum(step.saved for step in best.steps) <= bounds.saving(gains, goods)
    assert bounds.saving(gains, goods) <= bounds.scored(gains, (0, 0, 0))[0]


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 10**9), lines=st.integers(1, 12), data=st.data())
def test_an_offer_on_all_goods_leaves_the_others_no_more_than_their_share(
    seed: int, lines: int, data: st.DataObject
) -> None:
    rules, left, bounds = bounded(seed, lines, 6)
    spreading = [at for at, _ in enumerate(rules) if bounds.spreads[at]]
    assume(spreading)
    first = data.draw(st.sampled_from(spreading))
    gains = gained(rules, left)
    then = after(Step(rules[first], rules[first].shares(left, left), left), left)
    goods, stays = sum(left) - left[-1], sum(then) - then[-1]
    for at, (at_most, _) in bounds.scaled(gains, stays, goods).items():
        assert rules[at].saving(then, then) <= at_most
