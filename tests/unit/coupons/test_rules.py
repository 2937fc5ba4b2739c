"""What is true of coupons on paper."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons import (
    AmountOff,
    BelowMinimumSpend,
    CouponAlreadyRedeemed,
    CouponCodeMistyped,
    CouponExpired,
    CouponKeyReused,
    CouponNotFound,
    CouponNotYetValid,
    CouponPaused,
    CouponStatus,
    StockCannotShrink,
    Terms,
    Validity,
)
from tests.support.coupons import NOON, memory_shop, twenty_off, use, wish


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Terms("券", AmountOff(0)), "value"),
        (lambda: Terms(" ", AmountOff(100)), "name"),
        (lambda: Terms("券", AmountOff(100), -1), "minimum_spend"),
        (lambda: Terms("券", AmountOff(100), 0, "yuan"), "currency"),
        (lambda: Validity(), "valid_days"),
        (lambda: Validity(7, None, NOON), "valid_days"),
        (lambda: Validity(7, NOON, None), "starts_at"),
        (lambda: Validity(0), "valid_days"),
        (lambda: Validity(None, NOON, NOON), "ends_at"),
        (lambda: twenty_off(stock=-1), "stock"),
        (lambda: twenty_off(per_shopper=0), "per_shopper"),
        (lambda: twenty_off(coupon_id=""), "id"),
        (lambda: use(order_id=""), "order_id"),
        (lambda: use(amount=-1), "amount"),
    ],
)
def test_what_could_not_be_a_coupon_is_refused_by_its_field(make: Any, field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        make()
    assert refused.value.field == field


@given(st.integers(0, 10_000), st.integers(1, 50))
def test_shards_share_the_stock_to_the_last_coupon(stock: int, shards: int) -> None:
    parts = twenty_off(stock=stock, stock_shards=shards).spread(stock)
    assert sum(parts) == stock
    assert max(parts) - min(parts) <= 1


@given(st.integers(1, 10**8), st.integers(0, 10**8), st.integers(0, 10**9))
def test_a_discount_never_exceeds_its_value_nor_the_order(value: int, minimum: int, amount: int) -> None:
    terms = Terms("券", AmountOff(value), minimum)
    if amount < minimum:
        with pytest.raises(BelowMinimumSpend) as refused:
            terms.discount_on(amount)
        assert refused.value.field == "amount"
    else:
        assert terms.discount_on(amount) == min(value, amount)


def test_an_order_below_the_minimum_is_told_what_is_missing() -> None:
    with pytest.raises(BelowMinimumSpend, match=r"还差 ¥0\.50"):
        twenty_off().terms.discount_on(9_950)


def test_a_coupon_expires_to_the_second() -> None:
    shop = memory_shop()
    shop.coupons.create(twenty_off())
    early, late = (shop.coupons.issue("welcome-back", shopper, wish()).code for shopper in ("li", "wang"))
    shop.clock.advance(timedelta(days=7, seconds=-1))
    shop.coupons.move(early, use())
    shop.clock.advance(timedelta(seconds=1))
    with pytest.raises(CouponExpired, match="已过期"):
        shop.coupons.move(late, use())


def test_a_coupon_of_a_period_waits_for_it_and_ends_with_it() -> None:
    shop = memory_shop()
    period = Validity(None, NOON + timedelta(days=1), NOON + timedelta(days=2))
    shop.coupons.create(twenty_off(validity=period))
    code = shop.coupons.issue("welcome-back", "li", wish()).code
    with pytest.raises(CouponNotYetValid):
        shop.coupons.move(code, use())
    shop.clock.advance(timedelta(days=2))
    with pytest.raises(CouponExpired):
        shop.coupons.move(code, use())
    with pytest.raises(CouponExpired):
        shop.coupons.issue("welcome-back", "wang", wish())


def test_a_paused_template_gives_nothing_and_keeps_what_was_promised() -> None:
    shop = memory_shop()
    shop.coupons.create(twenty_off())
    code = shop.coupons.issue("welcome-back", "li", wish()).code
    shop.coupons.replace(twenty_off(status=CouponStatus.PAUSED, terms=Terms("改了", AmountOff(1))))
    with pytest.raises(CouponPaused):
        shop.coupons.issue("welcome-back", "wang", wish())
    redeemed = shop.coupons.move(code, use())
    assert redeemed.redemption is not None
    assert redeemed.redemption.discount == 2_000


def test_stock_never_shrinks_by_a_replacement() -> None:
    shop = memory_shop()
    shop.coupons.create(twenty_off(stock=10))
    with pytest.raises(StockCannotShrink):
        shop.coupons.replace(twenty_off(stock=9))
    with pytest.raises(CouponNotFound):
        shop.coupons.replace(twenty_off(coupon_id="nothing"))


def test_the_same_key_for_another_order_is_refused() -> None:
    shop = memory_shop()
    shop.coupons.create(twenty_off())
    code = shop.coupons.issue("welcome-back", "li", wish()).code
    shop.coupons.move(code, use())
    with pytest.raises(CouponKeyReused):
        shop.coupons.move(code, use(order_id="order-2"))
    with pytest.raises(CouponAlreadyRedeemed):
        shop.coupons.move(code, use(order_id="order-2", key="another"))


def test_a_mistyped_code_is_told_apart_from_an_unknown_one() -> None:
    shop = memory_shop()
    with pytest.raises(CouponCodeMistyped):
        shop.coupons.move("ABCDEFGHJKMNPQ", use())
    with pytest.raises(CouponNotFound):
        shop.coupons.move(shop.coupons.prepare(twenty_off(), "li", wish()).code, use())


def test_the_ledger_of_a_coupon_says_who_did_what_when_and_why() -> None:
    shop = memory_shop()
    shop.coupons.create(twenty_off())
    code = shop.coupons.issue("welcome-back", "li", wish()).code
    shop.clock.advance(timedelta(hours=1))
    issued, redeemed = shop.coupons.move(code, use()).entries
    assert (issued.movement, issued.at, issued.actor, issued.reason, issued.key) == (
        "issued",
        NOON,
        "admin",
        "补偿",
        "key-1",
    )
    assert (redeemed.movement, redeemed.order_id, redeemed.amount, redeemed.discount) == (
        "redeemed",
        "order-1",
        12_000,
        2_000,
    )
