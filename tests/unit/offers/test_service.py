"""What counts for a shopper at the till, from coupons, templates and what the shop knows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from chalicelib.core.errors import InvalidRequest, Unavailable
from chalicelib.coupons import AmountOff, Terms
from chalicelib.coupons.offers import BestOffers, Customer, Filler, Goods, Question, Wanted
from chalicelib.coupons.terms import FlashSale, Tier, Tiers
from tests.support.coupons import Shop, memory_shop, twenty_off, wish
from tests.support.offers import SHANGHAI

GOODS = {"p1": Goods(9_000, ("户外",), "山野", frozenset(), {"big": 12_000})}


class Known:
    """Goods and customers that are always the same."""

    def of(self, product_ids: Sequence[str]) -> Mapping[str, Goods]:
        return {each: GOODS[each] for each in product_ids if each in GOODS}


class Newcomers:
    """Nobody has ordered yet."""

    def of(self, shopper_id: str) -> Customer:
        return Customer(orders=0)


class NoSearch:
    """The search engine does not answer."""

    def at_least(
        self, price: int, terms: Terms, without: Collection[str], limit: int, now: datetime
    ) -> Sequence[Filler]:
        raise Unavailable("down")

    def below(self, price: int, terms: Terms, without: Collection[str], limit: int, now: datetime) -> Sequence[Filler]:
        raise Unavailable("down")


def till(shop: Shop) -> BestOffers:
    return BestOffers(shop.coupons, Known(), Newcomers(), NoSearch(), shop.clock, SHANGHAI, shop.desk)


def test_the_price_is_told_though_search_is_down() -> None:
    shop = memory_shop()
    terms = Terms("满减", Tiers((Tier(10_000, 1_000),)), is_automatic=True)
    shop.coupons.create(twenty_off(terms=terms))
    answer = till(shop).best(Question((Wanted("1", "p1"),)))
    assert (answer.offer.payable, answer.offer.next_tiers[0].amount) == (9_000, 1_000)
    assert answer.fillers == {"welcome-back": ()}


def test_the_price_of_the_sku_comes_before_that_of_its_product_and_the_tills_before_both() -> None:
    best = till(memory_shop()).best
    for wanted, price in (
        (Wanted("1", "p1"), 9_000),
        (Wanted("1", "p1", sku_id="big"), 12_000),
        (Wanted("1", "p1", sku_id="big", price=1), 1),
    ):
        assert best(Question((wanted,))).offer.payable == price


def test_a_sku_that_the_product_does_not_have_is_not_sold_at_its_products_price() -> None:
    with pytest.raises(InvalidRequest) as refused:
        till(memory_shop()).best(Question((Wanted("1", "p1", sku_id="huge"),)))
    assert refused.value.field == "cart.lines[0].sku"


@pytest.mark.parametrize(
    ("terms", "budget", "field"),
    [
        (Terms("抢购", FlashSale({"p1": 100}), is_automatic=True), {}, "is_automatic"),
        (Terms("满减", AmountOff(100), is_automatic=True), {"budget": 1_000}, "budget"),
        (Terms("满减", AmountOff(100), is_automatic=True), {"budget_per_day": 1_000}, "budget_per_day"),
    ],
)
def test_what_counts_without_a_coupon_has_nothing_that_only_coupons_use_up(
    terms: Terms, budget: dict[str, int], field: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        twenty_off(terms=terms, **budget)
    assert refused.value.field == field


def test_a_code_that_nobody_claimed_yet_is_told_from_one_that_there_is_not() -> None:
    shop = memory_shop()
    shop.coupons.create(twenty_off(public_code="春节快乐"))
    made = shop.desk.page("welcome-back", shop.desk.open("welcome-back", 1, "k", "admin").batch_id, 0)[1].codes[0]
    question = Question((Wanted("1", "p1"),), codes=("春节快乐", made, "NOSUCHCODE"))
    answer = till(shop).best(question)
    assert [each.reason for each in answer.unusable] == ["not_claimed", "not_claimed", "unknown_code"]


def test_who_typed_too_many_wrong_codes_is_told_the_price_without_codes() -> None:
    shop = memory_shop()
    shop.coupons.create(twenty_off(public_code="春节快乐", terms=Terms("券", AmountOff(500))))
    owned = shop.coupons.issue("welcome-back", "li", wish())
    guesses = Question((Wanted("1", "p1"),), owners=("li",), codes=("NOSUCHCODE",) * 20)
    till(shop).best(guesses)
    asked = replace(guesses, codes=("春节快乐", owned.code))
    answer = till(shop).best(asked)
    assert [(each.code, each.reason) for each in answer.unusable] == [("春节快乐", "too_many_wrong_codes")]
    assert answer.offer.payable == 8_500
    assert [each.reason for each in till(shop).best(replace(asked, owners=("wang",))).unusable] == [
        "not_claimed",
        "not_owned",
    ]


def test_a_coupon_that_is_no_longer_there_says_so() -> None:
    shop = memory_shop()
    shop.coupons.create(twenty_off(terms=Terms("券", AmountOff(500))))
    owned = shop.coupons.issue("welcome-back", "li", wish())
    question = Question((Wanted("1", "p1"),), owners=("li",))
    assert till(shop).best(question).offer.payable == 8_500
    other = till(shop).best(Question((Wanted("1", "p1"),), owners=("wang",), codes=(owned.code,)))
    assert [each.reason for each in other.unusable] == ["not_owned"]
