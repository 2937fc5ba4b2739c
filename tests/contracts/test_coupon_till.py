"""A coupon used on a cart and given back piece by piece, on every store; and how large that makes its item."""

import pytest

from chalicelib.adapters.dynamodb.coupon_items import from_owned_item, to_owned_item
from chalicelib.coupons import CouponState, Redeem, Redemptions, Reserve, Terms
from chalicelib.coupons.offers import RefundPolicy
from chalicelib.coupons.terms import BundlePrice, FlashSale, Gift, PercentOff, Place
from chalicelib.coupons.till import FULL_LINES, PartReturn
from tests.contracts.test_marketing_items import KILOBYTE, size_of
from tests.support.coupon_audit import assert_sound
from tests.support.coupons import dynamo_shop, memory_shop
from tests.support.offers import cart, line
from tests.support.stores import Store
from tests.support.till import TillShop, dynamo_till, memory_till, purchase

SHOPPER = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
def till(store_or_twin: Store | None) -> TillShop:
    if store_or_twin is None:
        return memory_till(memory_shop())
    return dynamo_till(dynamo_shop(store_or_twin), store_or_twin)


def redeem(order_id: str = "order-1", key: str = "d-1") -> Redeem:
    return Redeem(order_id, None, key, "admin")


def back(returned: dict[str, int], key: str, policy: str = "proportional") -> PartReturn:
    return PartReturn("order-1", key, "admin", returned, RefundPolicy(policy), returns=True)


def test_a_cart_is_reserved_paid_and_comes_back_in_parts(till: TillShop) -> None:
    terms = Terms("户外九折", PercentOff(1_000), scope=(Place(brands=("山野",)),))
    coupon = till.template("fold", terms, budget=5_000, budget_per_day=5_000)
    code = till.given("fold").code
    goods = till.sell(cart(line("1", 3_333, 3, brand="山野"), line("2", 9_900), line("3", 5_001, brand="山野")))
    held = till.till.move(code, Reserve("order-1", None, "r-1", "admin"), purchase(goods))
    assert held.standing.discount == 1_500
    used = till.till.move(code, redeem(), purchase(goods))
    assert till.till.move(code, redeem(), purchase(goods)) == used
    assert till.shop.coupons.find(code) == used
    parts = [till.shop.coupons.move(code, back({"1": 1}, f"b-{number}")) for number in range(2)]
    assert till.shop.coupons.move(code, back({"1": 1}, "b-1")) == parts[1]
    assert till.shop.coupons.redeemed_from("campaign/fold") == Redemptions(1, parts[1].standing.held)
    assert parts[1].standing.returned == {"1": 2}
    done = till.shop.coupons.move(code, back({"1": 1, "3": 1}, "b-3"))
    assert sum(entry.discount or 0 for entry in done.entries if entry.movement == "refunded") == 1_500
    assert done.state is CouponState.ISSUED
    assert_sound(till.shop, coupon, ("li",), "campaign/fold")


def test_another_cart_at_the_till_moves_the_money_that_was_held(till: TillShop) -> None:
    coupon = till.template("fold", Terms("九折", PercentOff(1_000)), budget=3_000)
    code = till.given("fold").code
    first, second = (till.sell(cart(line("1", price))) for price in (10_000, 25_000))
    till.till.move(code, Reserve("order-1", None, "r-1", "admin"), purchase(first))
    used = till.till.move(code, redeem(), purchase(second, asked="cart-2"))
    assert (used.standing.amount, used.standing.discount) == (25_000, 2_500)
    assert till.shop.coupons.spent(coupon)[0] == 2_500
    # One basket is kept: that of the movement that stands.
    assert [entry.basket is not None for entry in used.entries] == [False, False, True]
    assert till.shop.coupons.find(code) == used
    assert_sound(till.shop, coupon, ("li",), "campaign/fold")


def test_the_books_of_a_gift_that_came_back_in_parts_and_was_used_again_stay_right(till: TillShop) -> None:
    coupon = till.template("tea", Terms("满赠", Gift("tea-1", worth=3_900)), budget=10_000)
    code = till.given("tea").code
    first, second = till.sell(cart(line("1", 10_000, 2))), till.sell(cart(line("1", 10_000, 3)))
    till.till.move(code, redeem(), purchase(first))
    assert till.shop.coupons.move(code, back({"1": 1}, "b-1")).state is CouponState.PARTIALLY_REFUNDED
    assert till.shop.coupons.move(code, back({"1": 1}, "b-2")).state is CouponState.ISSUED
    # The second basket takes the place of the first: what the first one's returns came to is told by their entries.
    till.till.move(code, redeem("order-2", "d-2"), purchase(second, asked="cart-2"))
    assert_sound(till.shop, coupon, ("li",), "campaign/tea")


@pytest.mark.parametrize(("lines", "most"), [(10, 1.0), (FULL_LINES, 1.75), (200, 4.0)])
def test_a_coupon_used_on_a_cart_stays_within_a_few_units(lines: int, most: float) -> None:
    till = memory_till(memory_shop())
    name = "double-eleven-recall-2026"
    till.template(name, Terms("双十一老客回归专享满减礼券", PercentOff(1_200)))
    code = till.given(name, SHOPPER, "0f8fad5bd9cb469fa16570867728950e").code
    goods = till.sell(cart(*(line(str(at + 1), 9_900 + at * 37, 2) for at in range(lines)), shipping=1_200))
    asked = purchase(goods, asked="0123456789abcdef")
    used = till.till.move(code, Redeem("2026112200000000001", None, "k" * 32, "admin"), asked)
    assert size_of(to_owned_item(used)) <= most * KILOBYTE


def test_a_basket_is_read_as_it_was_written() -> None:
    till = memory_till(memory_shop())
    bought = cart(line("1", 900, 2), line("2", 0), line("3", 500, brand="b"), shipping=800)
    benefits = (PercentOff(1_000), FlashSale({"p1": 500}, 1), BundlePrice(2, 100))
    for number, benefit in enumerate(benefits):
        till.template(f"t{number}", Terms("t", benefit, exclude=(Place(brands=("b",)),)))
        code = till.given(f"t{number}").code
        till.till.move(code, redeem(), purchase(till.sell(bought)))
        used = till.shop.coupons.move(code, back({"1": 1}, "b-1"))
        assert from_owned_item(to_owned_item(used)) == used
