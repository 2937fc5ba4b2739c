"""What counts for a shopper at the till, from coupons, templates and what the shop knows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from chalicelib.core.errors import Unavailable
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


def till(shop: Shop) -> BestOffers:
    return BestOffers(shop.coupons, Known(), Newcomers(), NoSearch(), shop.clock, SHANGHAI)


def test_the_price_is_told_though_search_is_down() -> None:
    shop = memory_shop()
    terms = Terms("满减", Tiers((Tier(10_000, 1_000),)), is_automatic=True)
    shop.coupons.create(twenty_off(terms=terms))
    answer = till(shop).best(Question((Wanted("1", "p1"),)), ())
    assert (answer.offer.payable, answer.offer.next_tiers[0].amount) == (9_000, 1_000)
    assert answer.fillers == {"welcome-back": ()}


def test_the_price_of_the_sku_comes_before_that_of_its_product_and_the_tills_before_both() -> None:
    best = till(memory_shop()).best
    for wanted, price in (
        (Wanted("1", "p1"), 9_000),
        (Wanted("1", "p1", sku_id="big"), 12_000),
        (Wanted("1", "p1", sku_id="big", price=1), 1),
    ):
        assert best(Question((wanted,)), ()).offer.payable == price


def test_a_flash_sale_ends_with_its_stock() -> None:
    shop = memory_shop()
    terms = Terms("抢购", FlashSale({"p1": 100}), is_automatic=True)
    coupon = shop.coupons.create(twenty_off(terms=terms, stock=1))
    question = Question((Wanted("1", "p1"),))
    assert till(shop).best(question, ()).offer.payable == 100
    shop.coupons.issue(coupon.coupon_id, "li", wish())
    answer = till(shop).best(question, ())
    assert (answer.offer.payable, [each.reason for each in answer.unusable]) == (9_000, ["sold_out"])


def test_a_coupon_that_is_no_longer_there_says_so() -> None:
    shop = memory_shop()
    shop.coupons.create(twenty_off(terms=Terms("券", AmountOff(500))))
    owned = shop.coupons.issue("welcome-back", "li", wish())
    question = Question((Wanted("1", "p1"),), owners=("li",))
    assert till(shop).best(question, (owned,)).offer.payable == 8_500
    other = till(shop).best(Question((Wanted("1", "p1"),), owners=("wang",)), (owned,))
    assert [each.reason for each in other.unusable] == ["not_owned"]
