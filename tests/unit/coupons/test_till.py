"""What a coupon takes off a cart at the till: what the best offer said, to the fen, and given back piece by piece."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons import CouponKeyReused, CouponNotRedeemed, CouponReserved, CouponState, Redeem, Reserve
from chalicelib.coupons.offers import Customer, RefundPolicy, best_offer
from chalicelib.coupons.offers.refunds import Order as PaidOrder
from chalicelib.coupons.offers.refunds import refund as owed_for
from chalicelib.coupons.takings import AmountDiffers, DiscountDiffers
from chalicelib.coupons.terms import (
    AmountOff,
    Audience,
    CartNeeded,
    FirstOrder,
    FreeShipping,
    Gift,
    Hours,
    MemberPrice,
    NthItem,
    PercentOff,
    Place,
    Terms,
    Tier,
    Tiers,
)
from chalicelib.coupons.till import FULL_LINES, OfferDoesNotApply, PartReturn, PiecesUnknown
from tests.support.coupons import memory_shop
from tests.support.offers import asking, cart, drawn_cart, drawn_offers, line
from tests.support.till import TillShop, memory_till, purchase


@pytest.fixture
def till() -> TillShop:
    return memory_till(memory_shop())


def reserve(key: str = "r-1", order_id: str = "order-1", **more: object) -> Reserve:
    return Reserve(order_id, more.pop("amount", None), key, "admin", **more)  # type: ignore[arg-type]


def redeem(key: str = "d-1", order_id: str = "order-1", **more: object) -> Redeem:
    return Redeem(order_id, more.pop("amount", None), key, "admin", **more)  # type: ignore[arg-type]


def back(
    returned: dict[str, int], policy: str = "proportional", key: str = "b-1", *, returns: bool = False
) -> PartReturn:
    return PartReturn("order-1", key, "admin", returned, RefundPolicy(policy), returns)


def own(till: TillShop, terms: Terms, coupon_id: str = "one", **more: object) -> str:
    till.template(coupon_id, terms, **more)
    return till.given(coupon_id).code


def test_the_cart_says_what_a_coupon_takes_off_and_the_entry_keeps_it(till: TillShop) -> None:
    code = own(till, Terms("户外八折", PercentOff(2_000), scope=(Place(brands=("山野",)),)))
    goods = till.sell(cart(line("1", 10_001, 2, brand="山野"), line("2", 5_000, 1, brand="木"), shipping=800))
    held = till.till.move(code, reserve(), purchase(goods))
    assert (held.standing.amount, held.standing.discount) == (25_802, 4_000)
    assert held.standing.basket is not None
    assert held.standing.basket.parts == {"1": 4_000}
    used = till.till.move(code, redeem(), purchase(goods))
    assert (used.state, used.standing.discount, used.standing.basket) == ("redeemed", 4_000, held.standing.basket)


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        (Terms("t", AmountOff(500), minimum_spend=99_900), "below_minimum_spend"),
        (Terms("t", AmountOff(500), scope=(Place(brands=("别家",)),)), "no_goods_in_scope"),
        (Terms("t", AmountOff(500), channels=("app",)), "wrong_channel"),
        (Terms("t", AmountOff(500), hours=(Hours("20:00", "22:00"),)), "out_of_hours"),
        (Terms("t", AmountOff(500), audience=Audience(levels=("金卡",))), "wrong_level"),
        (Terms("t", AmountOff(500), currency="USD"), "currency_differs"),
        (Terms("t", FirstOrder(500)), "first_order_only"),
        (Terms("t", FreeShipping()), "no_shipping_fee"),
    ],
)
def test_a_coupon_that_does_not_fit_the_cart_is_refused_with_its_reason(
    till: TillShop, terms: Terms, reason: str
) -> None:
    code = own(till, terms)
    with pytest.raises(OfferDoesNotApply) as refused:
        till.till.move(code, redeem(), purchase(till.sell(cart(line("1", 10_000)))))
    assert (refused.value.reason, refused.value.field, refused.value.code) == (reason, "cart", "offer_does_not_apply")
    assert till.shop.coupons.find(code).version == 1


def test_offers_of_one_order_count_together_or_it_says_which_does_not(till: TillShop) -> None:
    ten, fold, ship = (
        own(till, Terms("十元", AmountOff(1_000), group="a"), "ten"),
        own(till, Terms("九折", PercentOff(1_000), group="b"), "fold"),
        own(till, Terms("包邮", FreeShipping()), "ship"),
    )
    goods = till.sell(cart(line("1", 20_000), shipping=1_200))
    held = till.till.move(ten, reserve(), purchase(goods, fold, ship))
    assert held.standing.basket is not None
    # The share comes first: it is what saves most.
    assert (held.standing.discount, held.standing.basket.lines[0].left) == (1_000, 18_000)
    clash = own(till, Terms("满减", AmountOff(900), group="a"), "clash")
    with pytest.raises(OfferDoesNotApply, match="不能与已选优惠同享") as refused:
        till.till.move(ten, redeem(), purchase(goods, clash, asked="cart-2"))
    assert (refused.value.reason, refused.value.field) == ("not_stackable", "with[0]")


def test_the_ledger_keeps_what_each_offer_was_judged_on_and_what_was_left_of_it(till: TillShop) -> None:
    member, fold, tier = (
        own(till, Terms("会员价", MemberPrice(basis_points=1_000)), "member"),
        own(till, Terms("九折", PercentOff(1_000), group="a"), "fold"),
        own(till, Terms("满减", Tiers((Tier(18_000, 500),)), group="b"), "tier"),
    )
    some, rest = (
        own(till, Terms("减运费", FreeShipping(cap=500), group="c"), "some"),
        own(till, Terms("再减", FreeShipping(cap=600), group="d", priority=1), "rest"),
    )
    goods = purchase(till.sell(cart(line("1", 20_000), shipping=1_200)), member, fold, tier, some, rest)
    baskets = {}
    for code in (member, fold, tier, some, rest):
        others = [each for each in goods.beside if each != code]
        held = till.till.move(code, reserve(), purchase(goods.question, *others))
        assert held.standing.basket is not None
        baskets[code] = held.standing.basket
    kept = {code: (basket.lines[0].left, basket.lines[0].judged, basket.fee) for code, basket in baskets.items()}
    # Prices come first; both offers on the order are judged on what prices left, the later one takes from less.
    assert kept[member] == (20_000, None, 1_200)
    assert kept[fold] == (18_000, None, 1_200)
    assert kept[tier] == (16_200, 18_000, 1_200)
    assert (kept[some][2], kept[rest][2]) == (1_200, 700)


def test_the_missing_amount_is_told(till: TillShop) -> None:
    code = own(till, Terms("满减", Tiers((Tier(10_000, 1_000),))))
    with pytest.raises(OfferDoesNotApply, match=r"再买 ¥?23\.5"):
        till.till.move(code, redeem(), purchase(till.sell(cart(line("1", 7_650)))))


def test_amount_and_discount_that_are_sent_have_to_be_ours(till: TillShop) -> None:
    code = own(till, Terms("九折", PercentOff(1_000)))
    goods = till.sell(cart(line("1", 20_000)))
    with pytest.raises(DiscountDiffers, match="2000, not 2500"):
        till.till.move(code, redeem(discount=2_500), purchase(goods))
    with pytest.raises(AmountDiffers):
        till.till.move(code, redeem(amount=19_000), purchase(goods))
    with pytest.raises(DiscountDiffers):
        till.shop.coupons.move(code, redeem(amount=20_000, discount=1_999))
    assert till.till.move(code, redeem(amount=20_000, discount=2_000), purchase(goods)).state == "redeemed"


def test_without_a_cart_conditions_on_goods_are_asked_for_one_unless_the_till_answers_for_them(till: TillShop) -> None:
    code = own(till, Terms("第二件半价", NthItem(2, 5_000)))
    scoped = own(till, Terms("限品牌", AmountOff(700), scope=(Place(brands=("a",)),)), "scoped")
    for each in (code, scoped):
        for discount in (None, 700):
            with pytest.raises(CartNeeded):
                till.shop.coupons.move(each, redeem(amount=9_000, discount=discount))
    used = till.shop.coupons.move(code, redeem(amount=9_000, discount=650, unchecked=True))
    assert (used.standing.discount, used.entries[-1].unchecked) == (650, True)
    assert till.shop.coupons.move(scoped, redeem(amount=9_000, unchecked=True)).standing.discount == 700


def test_what_was_reserved_for_a_cart_is_redeemed_after_its_hours(till: TillShop) -> None:
    code = own(till, Terms("午市", AmountOff(700), hours=(Hours("11:00", "12:05"),)))
    goods = till.sell(cart(line("1", 20_000)))
    till.till.move(code, reserve(), purchase(goods))
    till.shop.clock.advance(timedelta(minutes=10))
    with pytest.raises(OfferDoesNotApply):
        till.till.move(code, redeem(), purchase(goods, asked="cart-2"))
    assert till.till.move(code, redeem(), purchase(goods)).standing.discount == 700


def test_a_repeat_is_answered_whatever_the_catalogue_says_by_now(till: TillShop) -> None:
    code = own(till, Terms("九折", PercentOff(1_000)))
    first = till.till.move(code, redeem(), purchase(till.sell(cart(line("1", 20_000)))))
    dearer = till.sell(cart(line("1", 30_000)))
    assert till.till.move(code, redeem(), purchase(dearer)) == first
    for other in (redeem(amount=1), redeem(order_id="order-2"), redeem(discount=2_001)):
        with pytest.raises(CouponKeyReused):
            till.till.move(code, other, purchase(dearer))
    with pytest.raises(CouponKeyReused):
        till.till.move(code, redeem(), purchase(dearer, asked="cart-2"))


def test_a_customer_is_known_by_the_coupon_and_somebody_else_may_not_use_it(till: TillShop) -> None:
    code = own(till, Terms("首单", FirstOrder(500)))
    goods = till.sell(cart(line("1", 20_000)))
    with pytest.raises(OfferDoesNotApply) as refused:
        till.till.move(code, redeem(), purchase(goods, shopper="wang"))
    assert refused.value.reason == "not_owned"
    till.customers.customer = Customer(orders=0)
    assert till.till.move(code, redeem(), purchase(goods)).standing.discount == 500


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 6), st.integers(1, 8))
def test_the_till_takes_off_what_the_best_offer_said(seed: int, lines: int, offers: int) -> None:
    random, till = Random(seed), memory_till(memory_shop())
    bought, drawn = drawn_cart(random, lines), drawn_offers(random, offers, ("a", "b", None))
    for each in drawn:
        till.template(each.key, each.terms)
        till.given(each.key)
    question = till.sell(bought)
    said = till.offers.best(replace(question, owners=("li",)), 0).offer
    chosen = [each.candidate.key for each in said.applied]
    for each in said.applied:
        code = each.candidate.key
        others = [other for other in chosen if other != code]
        held = till.till.move(code, reserve(f"r-{code}"), purchase(question, *others))
        basket = held.standing.basket
        assert basket is not None
        assert held.standing.discount == each.saved == sum(basket.parts.values()) + basket.on_shipping
        assert (basket.parts, basket.on_shipping) == (dict(each.by_line), each.on_shipping)
        assert all(line.left is None or line.part <= line.left for line in basket.lines)


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(list(RefundPolicy)), st.booleans())
def test_refunds_in_any_split_sum_to_the_discount_and_never_exceed_it(
    seed: int, policy: RefundPolicy, returns: bool
) -> None:
    random, till = Random(seed), memory_till(memory_shop())
    bought, drawn = drawn_cart(random, random.randrange(1, 6)), drawn_offers(random, 4, ("a", "b", None))
    for each in drawn:
        till.template(each.key, each.terms)
        till.given(each.key)
    question = till.sell(bought)
    chosen = [each.candidate.key for each in till.offers.best(replace(question, owners=("li",)), 0).offer.applied]
    for code in chosen[:1]:
        used = till.till.move(code, redeem(), purchase(question, *chosen[1:]))
        discount, basket = used.standing.discount, used.standing.basket
        assert basket is not None
        pieces = [line.line_id for line in basket.concerned() for _ in range(line.pieces)]
        random.shuffle(pieces)
        total = 0
        for number, piece in enumerate(pieces):
            wish = back({piece: 1}, policy, f"b-{number}", returns=returns)
            after = till.shop.coupons.move(code, wish)
            assert till.shop.coupons.move(code, wish) == after
            given_back = after.entries[-1].discount
            assert given_back is not None
            assert given_back >= 0
            total += given_back
            assert total <= discount
            is_last = number == len(pieces) - 1
            assert is_last or after.state is CouponState.PARTIALLY_REFUNDED or total == discount
            if after.state in (CouponState.REFUNDED, CouponState.ISSUED):
                break
        assert total == discount
        assert after.state is (CouponState.ISSUED if returns else CouponState.REFUNDED)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(list(RefundPolicy)))
def test_one_offer_gives_back_what_the_orders_refund_says_is_not_owed(seed: int, policy: RefundPolicy) -> None:
    """Listed price of what comes back = what the shopper is owed for it + what of the discount goes back."""
    random, till = Random(seed), memory_till(memory_shop())
    bought, (offer,) = drawn_cart(random, random.randrange(2, 6)), drawn_offers(random, 1)
    price = best_offer(bought, [offer], asking())
    if not price.applied or not price.applied[0].by_line:
        return
    code = own(till, offer.terms)
    used = till.till.move(code, redeem(), purchase(till.sell(bought)))
    first = used.standing.basket.concerned()[0]  # type: ignore[union-attr]
    returned = {first.line_id: random.randrange(1, first.pieces + 1)}
    after = till.shop.coupons.move(code, back(returned, policy))
    owed = owed_for(PaidOrder(bought, price, asking(), {}), returned, policy)
    listed = sum(line.price * returned.get(line.line_id, 0) for line in bought.lines)
    # Kept goods out of the coupon's scope carry its discount in an order's account, not in the coupon's own.
    if policy is not RefundPolicy.KEEP or not offer.terms.scope:
        assert owed.amount == max(0, listed - (after.entries[-1].discount or 0))


def test_a_whole_return_brings_the_coupon_back_and_a_gift_is_over_with_its_last_piece(till: TillShop) -> None:
    code = own(till, Terms("赠品", Gift("mug", worth=900), scope=(Place(brands=("a",)),)))
    goods = till.sell(cart(line("1", 10_000, 2, brand="a"), line("2", 100, brand="b")))
    till.till.move(code, redeem(), purchase(goods))
    assert till.shop.coupons.move(code, back({"1": 1}, key="b-1", returns=True)).state == "partially_refunded"
    assert till.shop.coupons.move(code, back({"1": 1}, key="b-2", returns=True)).state == "issued"


def test_what_comes_back_is_checked_line_by_line(till: TillShop) -> None:
    code = own(till, Terms("九折", PercentOff(1_000)))
    till.till.move(code, redeem(), purchase(till.sell(cart(line("1", 10_000, 2)))))
    for returned, field in (
        ({"9": 1}, "returned.9"),
        ({"1": 3}, "returned.1"),
        ({"1": 0}, "returned.1"),
        ({}, "returned"),
    ):
        with pytest.raises(Exception, match="returned") as refused:
            till.shop.coupons.move(code, back(returned))
        assert refused.value.field == field  # type: ignore[attr-defined]
    till.shop.coupons.move(code, back({"1": 1}))
    with pytest.raises(Exception, match="between 1 and 1"):
        till.shop.coupons.move(code, back({"1": 2}, key="b-2"))


def test_a_large_cart_keeps_parts_only(till: TillShop) -> None:
    code = own(till, Terms("九折", PercentOff(1_000)))
    bought = cart(*(line(str(number), 1_000 + number, 2) for number in range(FULL_LINES + 1)))
    used = till.till.move(code, redeem(), purchase(till.sell(bought)))
    assert used.standing.basket is not None
    assert used.standing.basket.is_brief
    with pytest.raises(PiecesUnknown, match="proportional"):
        till.shop.coupons.move(code, back({"1": 1}, "re_evaluate"))
    after = till.shop.coupons.move(code, back({"1": 2}))
    assert after.entries[-1].discount == used.standing.basket.parts["1"]


def test_a_coupon_redeemed_without_a_cart_knows_no_pieces(till: TillShop) -> None:
    code = own(till, Terms("十元", AmountOff(1_000)))
    till.shop.coupons.move(code, redeem(amount=5_000))
    with pytest.raises(PiecesUnknown):
        till.shop.coupons.move(code, back({"1": 1}))


@pytest.mark.parametrize("returns", [False, True])
def test_a_coupon_that_went_back_whole_gives_nothing_back_with_what_else_of_the_order_does(
    till: TillShop, returns: bool
) -> None:
    """A storefront tells each coupon of each return: the ones that are done say 0, not that they are not of the order."""
    code = own(till, Terms("户外八折", PercentOff(2_000), scope=(Place(brands=("山野",)),)))
    goods = till.sell(cart(line("1", 10_000, 1, brand="山野"), line("2", 5_000, 2, brand="木")))
    till.till.move(code, redeem(), purchase(goods))
    amount, owned = till.till.give_back(code, back({"1": 1}, returns=returns))
    assert (amount, owned.state) == (2_000, CouponState.ISSUED if returns else CouponState.REFUNDED)
    for key in ("b-2", "b-3"):
        assert till.till.give_back(code, back({"2": 1}, key=key, returns=returns)) == (0, owned)
    assert till.till.give_back(code, back({"1": 1}, returns=returns))[0] == 2_000
    if not returns:
        with pytest.raises(InvalidRequest, match=r"returned\.1"):
            till.till.give_back(code, back({"1": 1}, key="b-4"))
    other = PartReturn("order-2", "b-5", "admin", {"2": 1}, RefundPolicy.KEEP)
    with pytest.raises(CouponNotRedeemed):
        till.till.give_back(code, other)


def test_an_order_that_asks_again_is_told_that_it_holds_the_coupon_itself(till: TillShop) -> None:
    code = own(till, Terms("立减", AmountOff(500)))
    till.till.move(code, reserve(), purchase(till.sell(cart(line("1", 5_000, 1)))))
    with pytest.raises(CouponReserved, match="本订单已占用"):
        till.till.move(code, reserve("r-2"), purchase(till.sell(cart(line("1", 6_000, 1)))))
    with pytest.raises(CouponReserved, match="另一订单"):
        till.till.move(code, reserve("r-3", "order-2"), purchase(till.sell(cart(line("1", 6_000, 1)))))
