"""Everything that may happen to an owned coupon, on every store: reserve, redeem, release, refund, void, lapse."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.core.errors import Conflict, ZhaohuiError
from chalicelib.coupons import (
    BudgetFixed,
    CouponAlreadyRedeemed,
    CouponBudgetSpent,
    CouponDailyLimitReached,
    CouponKeyReused,
    CouponLimitReached,
    CouponNotRedeemed,
    CouponNotReserved,
    CouponReserved,
    CouponSoldOut,
    CouponState,
    CouponVoided,
    CouponWornOut,
    Redeem,
    Redemptions,
    Refund,
    RefundTooLarge,
    Wish,
)
from chalicelib.coupons.granting import MAX_ENTRIES
from tests.support.coupons import (
    NOON,
    Shop,
    dynamo_shop,
    hold,
    let_go,
    refund,
    twenty_off,
    use,
    void,
    wish,
)
from tests.support.stores import Store

TODAY = "2026-11-22"


def given(shop: Shop, shopper: str = "li", key: str = "key-1") -> str:
    return shop.coupons.issue("welcome-back", shopper, wish(key)).code


def test_a_reserved_coupon_is_redeemed_by_its_order_only(shop: Shop) -> None:
    shop.coupons.create(twenty_off(budget=5_000, budget_per_day=4_000))
    coupon = shop.coupons.get("welcome-back")
    code = given(shop)
    reserved = shop.coupons.move(code, hold())
    assert (reserved.state, reserved.standing.held) == (CouponState.RESERVED, 2_000)
    assert shop.coupons.spent(coupon) == (2_000, 2_000)
    assert shop.coupons.redeemed_from("hand") == Redemptions()
    with pytest.raises(CouponReserved):
        shop.coupons.move(code, use(order_id="another"))
    with pytest.raises(CouponReserved):
        shop.coupons.move(code, hold(key="reserve-2"))
    redeemed = shop.coupons.move(code, use())
    assert (redeemed.state, redeemed.version) == (CouponState.REDEEMED, 3)
    assert shop.coupons.spent(coupon) == (2_000, 2_000)
    assert shop.coupons.redeemed_from("hand") == Redemptions(1, 2_000)
    assert shop.ledger.find(code) == redeemed
    assert shop.ledger.due(NOON + timedelta(days=9), 10) == []


def test_every_wish_repeated_gets_the_answer_that_it_got_first(shop: Shop) -> None:
    shop.coupons.create(twenty_off(budget=5_000))
    coupon = shop.coupons.get("welcome-back")
    issued = shop.coupons.issue("welcome-back", "li", wish())
    wishes = [
        hold(),
        let_go(),
        hold(key="reserve-2"),
        use(),
        refund(500),
        refund(key="refund-2", returns=True),
        void(returns=True),
    ]
    answers = [shop.coupons.move(issued.code, each) for each in wishes]
    stood = shop.coupons.left(coupon), shop.coupons.spent(coupon), shop.coupons.redeemed_from("hand")
    shop.clock.advance(timedelta(days=30))
    assert [shop.coupons.move(issued.code, each) for each in wishes] == answers
    assert shop.coupons.issue("welcome-back", "li", wish()) == issued
    assert (shop.coupons.left(coupon), shop.coupons.spent(coupon), shop.coupons.redeemed_from("hand")) == stood
    assert stood == (10, (0, 0), Redemptions())
    assert [answer.state for answer in answers] == [
        "reserved",
        "issued",
        "reserved",
        "redeemed",
        "partially_refunded",
        "issued",
        "voided",
    ]


@pytest.mark.parametrize(
    "other", [hold(order_id="another"), hold(amount=13_000), let_go(key="reserve-1"), void("reserve-1")]
)
def test_a_key_that_comes_with_another_wish_is_refused(shop: Shop, other: Wish) -> None:
    shop.coupons.create(twenty_off())
    code = given(shop)
    shop.coupons.move(code, hold())
    with pytest.raises(CouponKeyReused):
        shop.coupons.move(code, other)


def test_a_released_coupon_and_its_money_are_free_again(shop: Shop) -> None:
    shop.coupons.create(twenty_off(budget=2_000, per_shopper=2))
    coupon = shop.coupons.get("welcome-back")
    first, second = given(shop), given(shop, key="key-2")
    shop.coupons.move(first, hold())
    with pytest.raises(CouponBudgetSpent):
        shop.coupons.move(second, hold())
    assert shop.ledger.find(second) is not None
    assert shop.coupons.find(second).version == 1
    with pytest.raises(CouponReserved):
        shop.coupons.move(first, let_go(order_id="another"))
    shop.coupons.move(first, let_go())
    assert shop.coupons.spent(coupon) == (0, 0)
    shop.coupons.move(second, use())
    with pytest.raises(CouponBudgetSpent):
        shop.coupons.move(first, use(key="redeem-2"))
    with pytest.raises(CouponNotReserved):
        shop.coupons.move(first, let_go(key="release-2"))


def test_a_budget_of_a_day_is_full_again_on_the_next_and_a_refund_goes_to_its_own(shop: Shop) -> None:
    shop.coupons.create(twenty_off(budget_per_day=2_000, per_shopper=2))
    coupon = shop.coupons.get("welcome-back")
    first, second = given(shop), given(shop, key="key-2")
    shop.coupons.move(first, use())
    with pytest.raises(CouponBudgetSpent, match="今日"):
        shop.coupons.move(second, use())
    shop.clock.advance(timedelta(days=1))
    shop.coupons.move(second, use())
    shop.coupons.move(first, refund(1_500))
    assert shop.templates.spent(coupon, TODAY) == (0, 500)
    assert shop.templates.spent(coupon, "2026-11-23") == (0, 2_000)


def test_a_refund_restores_exactly_once_and_never_more_than_was_taken_off(shop: Shop) -> None:
    shop.coupons.create(twenty_off(budget=2_000))
    coupon = shop.coupons.get("welcome-back")
    code = given(shop)
    with pytest.raises(CouponNotRedeemed):
        shop.coupons.move(code, refund())
    shop.coupons.move(code, use())
    assert shop.coupons.move(code, refund(1_200)).state is CouponState.PARTIALLY_REFUNDED
    assert shop.coupons.redeemed_from("hand") == Redemptions(1, 800)
    with pytest.raises(RefundTooLarge, match="¥8 "):
        shop.coupons.move(code, refund(801, key="refund-2"))
    done = shop.coupons.move(code, refund(key="refund-3"))
    assert (done.state, done.entries[-1].discount) == (CouponState.REFUNDED, 800)
    assert shop.coupons.spent(coupon) == (0, 0)
    assert shop.coupons.redeemed_from("hand") == Redemptions()
    with pytest.raises(CouponNotRedeemed):
        shop.coupons.move(code, refund(key="refund-4"))
    with pytest.raises(CouponAlreadyRedeemed):
        shop.coupons.move(code, use(key="redeem-2"))


def test_a_coupon_given_back_by_a_refund_is_used_again(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    code = given(shop)
    shop.coupons.move(code, use())
    assert shop.coupons.move(code, refund(returns=True)).state is CouponState.ISSUED
    again = shop.coupons.move(code, use(order_id="order-2", key="redeem-2"))
    assert again.redemption is not None
    assert again.redemption.order_id == "order-2"


def test_a_voided_coupon_goes_back_to_the_stock_if_asked(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(stock=1, budget=2_000))
    code = given(shop)
    shop.coupons.move(code, hold())
    voided = shop.coupons.move(code, void(returns=True))
    assert voided.state is CouponState.VOIDED
    assert (shop.coupons.left(coupon), shop.coupons.spent(coupon)) == (1, (0, 0))
    with pytest.raises(CouponVoided):
        shop.coupons.move(code, use())
    kept = given(shop, key="key-2")
    shop.coupons.move(kept, void())
    assert shop.coupons.left(coupon) == 0
    with pytest.raises(CouponSoldOut):
        given(shop, "wang")


def test_a_reservation_ends_by_its_due_time_and_brings_the_money_back(shop: Shop) -> None:
    shop.coupons.create(twenty_off(budget=4_000, per_shopper=2))
    coupon = shop.coupons.get("welcome-back")
    first, second = given(shop), given(shop, key="key-2")
    shop.coupons.move(first, hold(seconds=60))
    shop.coupons.move(second, hold(seconds=3_600))
    shop.clock.advance(timedelta(seconds=59, milliseconds=999))
    assert shop.coupons.lapse_due() == 0
    shop.clock.advance(timedelta(milliseconds=1))
    assert shop.coupons.find(first).state_at(shop.clock.now()) is CouponState.ISSUED
    assert shop.coupons.lapse_due() == 1
    assert shop.coupons.lapse_due() == 0
    assert shop.coupons.spent(coupon) == (2_000, 0)
    lapsed = shop.coupons.find(first)
    assert (lapsed.state, lapsed.entries[-1].movement, lapsed.entries[-1].actor) == ("issued", "lapsed", "clock")


def test_a_reservation_whose_time_is_over_holds_nobody_up_before_the_clock_comes_by(shop: Shop) -> None:
    shop.coupons.create(twenty_off(budget=2_000))
    coupon = shop.coupons.get("welcome-back")
    code = given(shop)
    shop.coupons.move(code, hold(seconds=60))
    shop.clock.advance(timedelta(seconds=60))
    redeemed = shop.coupons.move(code, use(order_id="order-2"))
    assert [entry.movement for entry in redeemed.entries] == ["issued", "reserved", "lapsed", "redeemed"]
    assert shop.coupons.spent(coupon) == (2_000, 0)
    assert shop.coupons.lapse_due() == 0


def test_money_of_reservations_that_are_over_is_there_before_the_clock_comes_by(shop: Shop) -> None:
    shop.coupons.create(twenty_off(budget=4_000, per_shopper=None))
    coupon = shop.coupons.get("welcome-back")
    first, second, third = (given(shop, key=f"key-{number}") for number in range(3))
    shop.coupons.move(first, hold(seconds=60))
    shop.coupons.move(second, hold(order_id="order-2", seconds=3_600))
    with pytest.raises(CouponBudgetSpent):
        shop.coupons.move(third, use(order_id="order-3"))
    shop.clock.advance(timedelta(seconds=60))
    assert shop.coupons.move(third, use(order_id="order-3")).state is CouponState.REDEEMED
    assert shop.coupons.find(first).entries[-1].movement == "lapsed"
    assert shop.coupons.spent(coupon) == (4_000, 0)
    with pytest.raises(CouponBudgetSpent):
        shop.coupons.move(first, use())


def test_a_coupon_voided_back_on_its_day_does_not_count_on_it(shop: Shop) -> None:
    shop.coupons.create(twenty_off(per_shopper=None, per_shopper_per_day=1))
    code = given(shop)
    shop.coupons.move(code, void())
    with pytest.raises(CouponDailyLimitReached):
        given(shop, key="key-2")
    shop.clock.advance(timedelta(days=1))
    code = given(shop, key="key-2")
    shop.coupons.move(code, void(returns=True))
    code = given(shop, key="key-3")
    shop.clock.advance(timedelta(days=1))
    shop.coupons.move(code, void(returns=True))
    given(shop, key="key-4")
    with pytest.raises(CouponDailyLimitReached):
        given(shop, key="key-5")


def test_a_shopper_is_given_so_many_a_day(shop: Shop) -> None:
    shop.coupons.create(twenty_off(per_shopper=3, per_shopper_per_day=2))
    given(shop, key="1")
    given(shop, key="2")
    with pytest.raises(CouponDailyLimitReached, match="每人每天限领 2 张"):
        given(shop, key="3")
    given(shop, "wang")
    shop.clock.advance(timedelta(hours=12))
    given(shop, key="3")
    with pytest.raises(CouponLimitReached):
        given(shop, key="4")


def test_a_discount_that_an_offer_found_is_held_and_kept(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    code = given(shop)
    held = hold()
    shop.coupons.move(code, type(held)("order-1", 12_000, "reserve-1", "admin", discount=1_234, unchecked=True))
    assert shop.coupons.move(code, use()).standing.discount == 1_234


def test_a_coupon_that_is_reserved_for_ever_wears_out_and_is_still_redeemed(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    code = given(shop)

    def go_on() -> None:
        for number in range(100):
            shop.coupons.move(code, hold(key=f"hold-{number}"))
            shop.coupons.move(code, let_go(key=f"let-go-{number}"))

    with pytest.raises(CouponWornOut):
        go_on()
    assert shop.coupons.move(code, use()).state is CouponState.REDEEMED


def test_a_coupon_that_comes_back_for_ever_ends_and_what_is_left_of_a_use_can_always_be_given_back(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    code = given(shop)
    for number in range(100):
        shop.coupons.move(code, use(key=f"use-{number}"))
        shop.coupons.move(code, refund(key=f"refund-{number}", returns=True))
    with pytest.raises(CouponWornOut):
        shop.coupons.move(code, use(key="use-again"))
    other = given(shop, "wang")
    shop.coupons.move(other, use())
    for number in range(MAX_ENTRIES - 2):
        shop.coupons.move(other, refund(1, key=f"fen-{number}"))
    with pytest.raises(CouponWornOut):
        shop.coupons.move(other, refund(1, key="fen-more"))
    assert shop.coupons.move(other, refund(key="the rest")).state is CouponState.REFUNDED


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_a_ledger_stays_an_item_and_its_last_refund_fits(store: Store) -> None:
    shop = dynamo_shop(store)
    shop.coupons.create(twenty_off())
    code = given(shop)
    shop.coupons.move(code, use())
    long = "退" * 2_000

    def go_on() -> None:
        for number in range(100):
            shop.coupons.move(code, Refund("order-1", f"{number}", "admin", 1, reason=long))

    with pytest.raises(CouponWornOut):
        go_on()
    assert shop.coupons.move(code, Refund("order-1", "rest", "admin", reason=long)).state is CouponState.REFUNDED


def test_paying_for_a_reservation_that_is_over_is_told_as_such(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    code = given(shop)
    shop.coupons.move(code, hold())
    shop.clock.advance(timedelta(hours=1))
    with pytest.raises(CouponNotReserved):
        shop.coupons.move(code, Redeem("order-1", None, "use-late", "admin"))
    assert shop.coupons.move(code, use()).state is CouponState.REDEEMED


@pytest.mark.parametrize("change", [{"budget": 1_000}, {"budget_per_day": None}])
def test_a_budget_neither_comes_nor_goes_later(shop: Shop, change: dict[str, int | None]) -> None:
    shop.coupons.create(twenty_off(budget_per_day=5_000))
    with pytest.raises(BudgetFixed):
        shop.coupons.replace(twenty_off(**({"budget_per_day": 5_000} | change)))
    shop.coupons.replace(twenty_off(budget_per_day=9_000))


def test_refusals_are_conflicts_that_leave_nothing_behind(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(budget=1_000))
    code = given(shop)
    acts: list[Callable[[], object]] = [
        lambda: shop.coupons.move(code, hold()),
        lambda: shop.coupons.move(code, let_go()),
        lambda: shop.coupons.move(code, refund()),
    ]
    for act in acts:
        with pytest.raises(ZhaohuiError) as refused:
            act()
        assert isinstance(refused.value, Conflict)
    assert shop.coupons.find(code).version == 1
    assert shop.coupons.spent(coupon) == (0, 0)
