"""What each kind takes off, and on which lines."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.coupons import AmountOff
from chalicelib.coupons.offers import best_offer
from chalicelib.coupons.terms import (
    Audience,
    Benefit,
    BundlePrice,
    BuyGet,
    Deposit,
    Every,
    FirstOrder,
    FlashSale,
    FreeShipping,
    Gift,
    Hours,
    MemberPrice,
    NthItem,
    PercentOff,
    Place,
    Tier,
    Tiers,
    allocated,
    share_of,
)
from tests.support.coupons import NOON
from tests.support.offers import asking, cart, line, offer

TIERS = Tiers((Tier(10_000, 1_000), Tier(30_000, 4_000)))
THREE = (line("1", 10_000, 2), line("2", 5_000), line("3", 3_000))


@pytest.mark.parametrize(
    ("benefit", "saved"),
    [
        (AmountOff(2_000), 2_000),
        (AmountOff(99_000), 28_000),
        (PercentOff(1_200), 3_360),
        (PercentOff(1_200, 2_000), 2_000),
        (TIERS, 1_000),
        (Every(10_000, 900), 1_800),
        (Every(10_000, 900, 1_000), 1_000),
        (NthItem(2, 5_000), 5_000 + 1_500),
        (NthItem(2, 5_000, 1), 5_000),
        (NthItem(3, 10_000), 5_000),
        (BuyGet(2), 5_000),
        (BuyGet(1), 10_000 + 3_000),
        (BuyGet(1, 1, 1), 10_000),
        (BundlePrice(3, 19_900), 5_100),
        (BundlePrice(2, 19_900), 100),
        (MemberPrice({"p1": 9_500}), 1_000),
        (MemberPrice({"p1": 9_500}, 1_000), 1_000 + 500 + 300),
        (FlashSale({"p1": 4_000, "p3": 5_000}), 12_000),
        (FlashSale({"p1": 4_000}, 1), 6_000),
        (Deposit(5_000, 10_000), 5_000),
        (FirstOrder(3_000), 3_000),
    ],
)
def test_a_kind_takes_off_what_it_promises(benefit: Benefit, saved: int) -> None:
    answer = best_offer(cart(*THREE), [offer("k", benefit)], asking(orders=0))
    assert answer.saved == saved
    assert answer.payable == 28_000 - saved
    assert sum(each.payable for each in answer.lines) == answer.payable


@pytest.mark.parametrize(
    ("benefit", "region", "saved", "reason"),
    [
        (FreeShipping(), None, 1_200, None),
        (FreeShipping(cap=800), None, 800, None),
        (FreeShipping(("浙江省",)), "浙江省 > 杭州市", 1_200, None),
        (FreeShipping(("浙江省",)), "江苏省", 0, "wrong_region"),
        (FreeShipping(("浙江省",)), None, 0, "wrong_region"),
        (FreeShipping(except_regions=("西藏自治区",)), "西藏自治区 > 拉萨市", 0, "wrong_region"),
        (FreeShipping(except_regions=("西藏自治区",)), None, 0, "wrong_region"),
        (FreeShipping(max_grams=1_999), "浙江省", 0, "too_heavy"),
        (FreeShipping(max_grams=2_000), "浙江省", 1_200, None),
    ],
)
def test_shipping_is_free_where_and_up_to_what_weight_it_says(
    benefit: Benefit, region: str | None, saved: int, reason: str | None
) -> None:
    goods = cart(line(quantity=2, grams=1_000), shipping=1_200, region=region)
    answer = best_offer(goods, [offer("k", benefit)], asking())
    assert (answer.saved, answer.shipping_payable) == (saved, 1_200 - saved)
    assert [each.reason for each in answer.not_applied] == ([reason] if reason else [])


def test_of_equal_prices_the_one_with_the_gift_is_better() -> None:
    offers = [offer("gift", Gift("cup"), group="a"), offer("dear", Gift("pot", worth=500), group="a")]
    answer = best_offer(cart(line()), offers, asking())
    assert ([each.candidate.key for each in answer.applied], answer.saved) == (["dear"], 0)


LINES = (
    line(
        "dress",
        10_000,
        brand="山野",
        category_path=("女装", "连衣裙"),
        tags=frozenset({"新品"}),
        sku_id="s1",
        shop="一店",
    ),
    line("cup", 10_000, brand="木与火", category_path=("家居",), shop="二店"),
)


@pytest.mark.parametrize(
    ("scope", "exclude", "touched"),
    [
        ((Place(categories=("女装",)),), (), ["dress"]),
        ((Place(categories=("女",)),), (), []),
        ((Place(categories=("女装 > 连衣裙",)),), (), ["dress"]),
        ((Place(brands=("山野", "木与火")),), (), ["dress", "cup"]),
        ((Place(brands=("山野",), categories=("家居",)),), (), []),
        ((Place(brands=("山野",)), Place(categories=("家居",))), (), ["dress", "cup"]),
        ((), (Place(tags=("新品",)),), ["cup"]),
        ((Place(skus=("s1",)),), (), ["dress"]),
        ((Place(products=("pcup",)),), (), ["cup"]),
        ((Place(shops=("二店",)),), (), ["cup"]),
    ],
)
def test_a_scope_says_which_lines_count(scope: Any, exclude: Any, touched: list[str]) -> None:
    answer = best_offer(cart(*LINES), [offer("k", AmountOff(1_000), scope=scope, exclude=exclude)], asking())
    assert [each.line_id for each in answer.lines if each.discounts] == touched


@pytest.mark.parametrize(
    ("terms", "asked", "reason"),
    [
        ({"currency": "USD"}, {}, "currency_differs"),
        ({}, {"now": NOON - timedelta(days=2)}, "not_yet_valid"),
        ({}, {"now": NOON + timedelta(days=7)}, "expired"),
        ({"hours": (Hours("20:00", "22:00"),)}, {}, "out_of_hours"),
        ({"hours": (Hours("22:00", "02:00"),)}, {"now": NOON + timedelta(hours=13)}, None),
        ({"hours": (Hours("12:00", "12:01"),)}, {}, None),
        ({"channels": ("app",)}, {}, "wrong_channel"),
        ({"channels": ("app",)}, {"channel": "app"}, None),
        ({"audience": Audience(is_new=True)}, {"orders": 1}, "new_shoppers_only"),
        ({"audience": Audience(is_new=True)}, {}, "new_shoppers_only"),
        ({"audience": Audience(is_new=True)}, {"orders": 0}, None),
        ({"audience": Audience(levels=("金卡",))}, {"levels": frozenset({"银卡"})}, "wrong_level"),
        ({"audience": Audience(segments=("沉睡",))}, {}, "wrong_segment"),
        ({"audience": Audience(tags=("vip",))}, {"tags": frozenset({"vip"})}, None),
        ({"audience": Audience(tags=("vip",))}, {}, "wrong_tag"),
        ({"scope": (Place(brands=("别家",)),)}, {}, "no_goods_in_scope"),
        ({"minimum_spend": 10_001}, {}, "below_minimum_spend"),
        ({"minimum_quantity": 2}, {}, "below_minimum_quantity"),
    ],
)
def test_what_does_not_count_says_why(terms: Any, asked: Any, reason: str | None) -> None:
    answer = best_offer(cart(line()), [offer("k", AmountOff(1_000), **terms)], asking(**asked))
    assert [each.reason for each in answer.not_applied] == ([reason] if reason else [])
    assert all(each.message for each in answer.not_applied)


def test_a_first_order_is_one_that_nothing_went_before() -> None:
    for orders, reasons in ((0, []), (1, ["first_order_only"]), (None, ["first_order_only"])):
        answer = best_offer(cart(line()), [offer("k", FirstOrder(1_000))], asking(orders=orders))
        assert [each.reason for each in answer.not_applied] == reasons


def test_of_equal_coupons_the_one_that_expires_first_is_used() -> None:
    late = offer("a", AmountOff(1_000), name="券")
    soon = replace(late, key="b", expires_at=NOON + timedelta(days=1))
    answer = best_offer(cart(line()), [late, soon], asking())
    assert [each.candidate.key for each in answer.applied] == ["b"]
    assert [each.reason for each in answer.not_applied] == ["same_as_another"]


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=50), st.data())
def test_parts_sum_to_the_fen_and_none_exceeds_its_weight(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    parts = allocated(total, weights)
    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    whole = sum(weights) or 1
    assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [(100, [1, 1, 1], [34, 33, 33]), (10, [70, 20, 10], [7, 2, 1]), (1, [1, 5, 5], [0, 1, 0]), (0, [0, 0], [0, 0])],
)
def test_what_is_left_goes_to_the_largest_remainders_the_earlier_first(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert allocated(total, weights) == parts


@pytest.mark.parametrize(
    ("amount", "share", "rounded"), [(9_999, 1_200, 1_200), (5, 5_000, 3), (4, 1_000, 0), (5, 1_000, 1)]
)
def test_shares_are_rounded_half_up(amount: int, share: int, rounded: int) -> None:
    assert share_of(amount, share) == rounded
