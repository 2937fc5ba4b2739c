"""The door, on the twin, moto and DynamoDB Local: each rule by itself, what shadow does, and whom limits count."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons import CouponLimitReached, CouponSoldOut, OwnedCoupon, ShopperMerged, tie_of
from chalicelib.coupons.guards import (
    CouponNotForShopper,
    CouponRefused,
    GuardReason,
    Guards,
    GuardsChanged,
    Hit,
    Mark,
    Marks,
    Mode,
    ReferrerNeeded,
    Verb,
    doorkeeper,
)
from chalicelib.coupons.offers.cart import Customer
from chalicelib.coupons.terms import AmountOff, Audience, FirstOrder, Hours, Terms
from chalicelib.coupons.till import Order
from tests.support.coupon_audit import assert_all_sound
from tests.support.coupons import hold, let_go, twenty_off, use, void, wish
from tests.support.guards import GuardedShop, guarded, pace
from tests.support.offers import cart, line
from tests.support.stores import Store
from tests.support.till import dynamo_till, memory_till, purchase

PHONE = Marks(device="phone-1", address="浙江省杭州市西湖区文三路1号3幢2单元501室", payment="tok_1", ip="203.0.113.7")


@pytest.fixture
def at(store_or_twin: Store | None) -> Iterator[GuardedShop]:
    """What it ends with is checked too: counts of marks, limits and stock are what the entries say."""
    at = guarded(store_or_twin)
    yield at
    assert_all_sound(at.shop)


def claim(at: GuardedShop, shopper: str, marks: Marks | None = PHONE, key: str = "k", **more: str) -> OwnedCoupon:
    return at.door.claim("welcome-back", shopper, key, marks, **more)


def reasons(at: GuardedShop) -> list[tuple[str, str, str]]:
    return [(hit.reason, hit.mode, hit.shopper_id) for hit in at.book.hits(100)[0]]


def redeem(at: GuardedShop, code: str, marks: Marks | None, key: str = "redeem-1") -> OwnedCoupon:
    return at.door.using(marks, lambda guard: at.coupons.move(code, use(key=key), guard))


def test_a_device_is_given_so_many_of_a_template(at: GuardedShop) -> None:
    coupon = at.coupons.create(twenty_off(per_device=2))
    at.set_modes(Mode.ENFORCE, GuardReason.DEVICE_LIMIT)
    first = claim(at, "li")
    claim(at, "wang")
    with pytest.raises(CouponRefused, match="暂时无法领取") as refused:
        claim(at, "zhao")
    assert (refused.value.code, refused.value.reason) == ("coupon_refused", "device_limit")
    assert "device" not in refused.value.message
    claim(at, "zhao", Marks(device="phone-2"))
    assert at.coupons.left(coupon) == 7
    assert claim(at, "li") == first
    assert reasons(at) == [("device_limit", "enforce", "zhao")]
    assert [hit.reason for hit in at.hits] == ["device_limit"]


def test_in_shadow_nothing_is_refused_and_everything_is_counted(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(per_device=1, per_address=1, referral=True, per_referrer=1))
    for shopper in ("li", "wang", "li-too"):
        claim(at, shopper, referrer="li")
    found = {(reason, shopper) for reason, mode, shopper in reasons(at) if mode == "shadow"}
    assert found == {
        (reason, shopper)
        for shopper, all_of in {
            "li": ["self_referral"],
            "wang": ["device_limit", "address_limit", "referrer_limit", "self_referral"],
            "li-too": ["device_limit", "address_limit", "referrer_limit", "self_referral"],
        }.items()
        for reason in all_of
    }
    at.set_modes(Mode.ENFORCE, GuardReason.DEVICE_LIMIT)
    with pytest.raises(CouponRefused):
        claim(at, "sun", referrer="qian")


def test_a_rule_that_is_off_counts_nothing(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(per_device=1))
    at.set_modes(Mode.OFF, *GuardReason)
    claim(at, "li")
    assert not claim(at, "wang").ties
    assert reasons(at) == []
    at.set_modes(Mode.ENFORCE, GuardReason.DEVICE_LIMIT)
    claim(at, "zhao")


def test_a_coupon_that_goes_back_to_the_stock_frees_its_marks(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(per_device=1, per_address=1, per_shopper=2, referral=True, per_referrer=1))
    at.set_modes(Mode.ENFORCE, GuardReason.DEVICE_LIMIT, GuardReason.ADDRESS_LIMIT, GuardReason.REFERRER_LIMIT)
    code = claim(at, "li", referrer="wang").code
    with pytest.raises(CouponRefused):
        claim(at, "li", key="k2", referrer="wang")
    at.coupons.move(code, void(returns=True))
    code = claim(at, "li", key="k3", referrer="wang").code
    at.coupons.move(code, void())
    with pytest.raises(CouponRefused):
        claim(at, "li", key="k4", referrer="wang")


def test_what_is_known_at_the_till_only_is_counted_there_and_once_a_coupon(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(per_payment=1))
    at.set_modes(Mode.ENFORCE, GuardReason.PAYMENT_LIMIT)
    li, wang = claim(at, "li", None).code, claim(at, "wang", None).code
    card = Marks(payment="TOK 99")
    reserved = at.door.using(card, lambda guard: at.coupons.move(li, hold(), guard))
    assert [tie_of(text).kind for text in reserved.ties] == ["payment"]
    at.coupons.move(li, let_go())
    assert redeem(at, li, Marks(payment="tok99")).state == "redeemed"
    with pytest.raises(CouponRefused) as refused:
        redeem(at, wang, card)
    assert refused.value.reason == "payment_limit"
    assert at.coupons.find(wang).state == "issued"
    assert redeem(at, wang, Marks(payment="another")).state == "redeemed"
    assert redeem(at, wang, Marks(payment="another")).version == 2
    assert [(hit.verb, hit.shopper_id) for hit in at.book.hits(10)[0]] == [(Verb.REDEEM, "wang")]


def test_a_mark_that_a_limit_needs_may_be_demanded(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(per_device=1, per_payment=1))
    at.set_modes(Mode.ENFORCE, GuardReason.MARK_MISSING)
    with pytest.raises(CouponRefused) as refused:
        claim(at, "li", None)
    assert refused.value.reason == "mark_missing"
    code = claim(at, "li", Marks(device="d")).code
    with pytest.raises(CouponRefused):
        redeem(at, code, Marks(device="d"))
    assert redeem(at, code, Marks(payment="p")).state == "redeemed"


@pytest.mark.parametrize("per", [Mark.DEVICE, Mark.ADDRESS, Mark.PAYMENT, Mark.IP])
def test_a_pace_holds_over_all_templates_until_its_window_ends(at: GuardedShop, per: Mark) -> None:
    for name in ("one", "two"):
        at.coupons.create(twenty_off(coupon_id=name, per_shopper=None))
    at.set_modes(Mode.ENFORCE, paces=[pace(per, 2)])
    at.door.claim("one", "li", "1", PHONE)
    at.door.claim("two", "wang", "2", PHONE)
    with pytest.raises(CouponRefused) as refused:
        at.door.claim("two", "zhao", "3", PHONE)
    assert (refused.value.reason, refused.value.rule) == ("velocity", f"{per}-claim")
    at.door.claim("two", "zhao", "3", None)
    at.door.claim("one", "li", "1", PHONE)
    at.shop.clock.advance(timedelta(hours=1))
    at.door.claim("two", "zhao", "4", PHONE)


def test_a_pace_of_a_shopper_counts_failed_attempts_but_not_those_for_what_nobody_is_given(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(stock=1))
    at.coupons.create(
        twenty_off(coupon_id="for-new", terms=Terms("新客券", AmountOff(100), audience=Audience(is_new=True)))
    )
    at.set_modes(Mode.ENFORCE, paces=[pace(Mark.SHOPPER, 2)])
    at.people.customers["wang"] = Customer(orders=3)
    claim(at, "li")
    with pytest.raises(CouponNotForShopper):
        at.door.claim("for-new", "wang", "k", PHONE)
    for key in ("1", "2"):
        with pytest.raises(CouponSoldOut):
            claim(at, "wang", key=key)
    with pytest.raises(CouponRefused):
        claim(at, "wang", key="3")


def test_a_pace_of_uses_counts_a_coupon_once_from_its_reservation_to_its_redemption(at: GuardedShop) -> None:
    at.coupons.create(twenty_off())
    at.set_modes(Mode.ENFORCE, paces=[pace(Mark.DEVICE, 1, on=Verb.REDEEM)])
    li, wang = claim(at, "li").code, claim(at, "wang").code
    at.door.using(PHONE, lambda guard: at.coupons.move(li, hold(), guard))
    assert redeem(at, li, PHONE).state == "redeemed"
    with pytest.raises(CouponRefused):
        redeem(at, wang, PHONE)


def test_in_shadow_a_pace_lets_everybody_through(at: GuardedShop) -> None:
    at.coupons.create(twenty_off())
    at.set_modes(Mode.SHADOW, paces=[pace(Mark.IP, 1, Mode.SHADOW)])
    for shopper in ("li", "wang", "zhao"):
        claim(at, shopper)
    assert sorted(hit.shopper_id for hit in at.book.hits(10)[0]) == ["wang", "zhao"]
    assert {hit.rule for hit in at.hits} == {"ip-claim"}


def test_nobody_refers_themselves_under_whatever_id_or_from_the_same_device(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(referral=True))
    at.set_modes(Mode.ENFORCE, GuardReason.SELF_REFERRAL)
    with pytest.raises(ReferrerNeeded) as needed:
        claim(at, "li")
    assert needed.value.field == "referrer"
    at.people.merge("visitor", "li")
    for shopper, referrer in (("li", "li"), ("li", "visitor"), ("visitor", "li")):
        with pytest.raises(CouponRefused) as refused:
            claim(at, shopper, referrer=referrer)
        assert refused.value.reason == "self_referral"
    claim(at, "wang", referrer="li")
    for same in (Marks(device="phone-1"), Marks(payment="TOK_1"), Marks(address="杭州西湖文三路1号3栋2-501")):
        with pytest.raises(CouponRefused):
            claim(at, "zhao", same, referrer="wang")
    claim(at, "zhao", Marks(device="phone-2", ip="203.0.113.7"), referrer="wang")


def test_referrals_do_not_go_in_a_circle(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(referral=True, per_shopper=None))
    at.set_modes(Mode.ENFORCE, GuardReason.REFERRAL_CIRCLE)
    claim(at, "wang", None, referrer="li")
    claim(at, "zhao", None, referrer="wang")
    for referrer in ("wang", "zhao"):
        with pytest.raises(CouponRefused) as refused:
            claim(at, "li", None, referrer=referrer)
        assert refused.value.reason == "referral_circle"
    claim(at, "zhao", None, key="k2", referrer="li")
    claim(at, "li", None, referrer="somebody")


def test_a_referrer_brings_so_many(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(referral=True, per_referrer=2))
    at.set_modes(Mode.ENFORCE, GuardReason.REFERRER_LIMIT)
    at.people.merge("li-old", "li")
    claim(at, "wang", None, referrer="li")
    claim(at, "zhao", None, referrer="li-old")
    with pytest.raises(CouponRefused):
        claim(at, "sun", None, referrer="li")


@pytest.mark.parametrize(
    ("terms", "customer", "reason"),
    [
        ({"audience": Audience(is_new=True)}, Customer(orders=1), "new_shoppers_only"),
        ({"audience": Audience(is_new=True)}, Customer(), "new_shoppers_only"),
        ({"benefit": FirstOrder(500)}, Customer(orders=2), "first_order_only"),
        ({"audience": Audience(levels=("金卡",))}, Customer(levels=frozenset({"银卡"})), "wrong_level"),
        ({"audience": Audience(segments=("回流",))}, Customer(), "wrong_segment"),
        ({"audience": Audience(tags=("母婴",))}, Customer(), "wrong_tag"),
        ({"hours": (Hours("20:00", "22:00"),)}, Customer(), "out_of_hours"),
    ],
)
def test_only_those_it_is_for_take_a_coupon_and_the_shop_may_give_it_to_anybody(
    at: GuardedShop, terms: dict[str, object], customer: Customer, reason: str
) -> None:
    told = {"name": "券", "benefit": AmountOff(500), **terms}
    coupon = at.coupons.create(twenty_off(terms=Terms(**told), public_code="SAVE20"))  # type: ignore[arg-type]
    at.people.customers["li"] = customer
    for attempt in (lambda: claim(at, "li"), lambda: at.door.claim_code("save20", "li", "k", PHONE)):
        with pytest.raises(CouponNotForShopper, match="不能领取：") as refused:
            attempt()
        assert refused.value.reason == reason
    assert at.coupons.left(coupon) == 10
    at.coupons.issue("welcome-back", "li", wish())


def test_a_coupon_is_claimed_in_its_time_only(at: GuardedShop) -> None:
    now = at.shop.clock.now()
    at.coupons.create(twenty_off(claims_from=now + timedelta(seconds=1), claims_until=now + timedelta(seconds=2)))
    with pytest.raises(CouponNotForShopper, match="尚未开始"):
        claim(at, "li")
    at.shop.clock.advance(timedelta(seconds=1))
    first = claim(at, "li")
    at.shop.clock.advance(timedelta(seconds=1))
    assert claim(at, "li") == first
    with pytest.raises(CouponNotForShopper, match="已结束"):
        claim(at, "wang")


def test_codes_pass_the_same_door(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(per_device=1, public_code="SAVE20"))
    at.set_modes(Mode.ENFORCE, GuardReason.DEVICE_LIMIT)
    batch = at.shop.desk.open("welcome-back", 1, "batch", "admin")
    code = at.shop.desk.page("welcome-back", batch.batch_id, 0)[1].codes[0]
    owned = at.door.claim_code(code, "li", "k", PHONE)
    assert at.door.claim_code(code, "li", "again", PHONE) == owned
    with pytest.raises(CouponRefused):
        at.door.claim_code("save20", "wang", "k", PHONE)
    assert reasons(at) == [("device_limit", "enforce", "wang")]


def test_limits_count_what_all_ids_of_a_shopper_were_given(at: GuardedShop) -> None:
    coupon = at.coupons.create(twenty_off(per_shopper=2, per_shopper_per_day=2, public_code="SAVE20"))
    claim(at, "visitor", None, key="1")
    at.people.merge("visitor", "li")
    second = claim(at, "visitor", None, key="2")
    assert second.shopper_id == "li"
    assert claim(at, "visitor", None, key="1").shopper_id == "visitor"
    assert claim(at, "li", None, key="1").shopper_id == "visitor"
    for attempt in (
        lambda: claim(at, "li", None, key="3"),
        lambda: at.coupons.issue("welcome-back", "visitor", wish("4")),
        lambda: at.door.claim_code("save20", "visitor", "5"),
    ):
        with pytest.raises(CouponLimitReached):
            attempt()
    assert at.coupons.left(coupon) == 8


def test_a_limit_that_other_ids_used_up_leaves_no_first_one(at: GuardedShop) -> None:
    at.coupons.create(twenty_off())
    claim(at, "visitor", None)
    at.people.merge("visitor", "li")
    with pytest.raises(CouponLimitReached):
        claim(at, "li", None, key="2")


def test_an_id_that_was_merged_is_given_nothing_more_by_whoever_has_not_heard(at: GuardedShop) -> None:
    coupon = at.coupons.create(twenty_off(per_shopper_per_day=1))
    at.people.merge("visitor", "li")
    claim(at, "li", None)
    with pytest.raises(ShopperMerged):
        at.coupons.issue_to(coupon, ("visitor",), wish("late"))
    assert at.coupons.left(coupon) == 9


@pytest.mark.parametrize("per_shopper", [None, 3])
def test_a_claim_repeated_while_its_id_is_merged_gives_one_coupon(
    at: GuardedShop, per_shopper: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    coupon = at.coupons.create(twenty_off(per_shopper=per_shopper))
    first = at.coupons.issue_to(coupon, ("li", "visitor"), wish("1"))
    with pytest.raises(ShopperMerged):
        at.coupons.issue_to(coupon, ("visitor",), wish("1"))
    assert at.coupons.issue_to(coupon, ("li", "visitor"), wish("1")) == first
    plain, unaware = at.coupons.prepare, ["guest"]

    def meanwhile(*arguments: object) -> OwnedCoupon:
        """Somebody who has not heard of the merge is faster by a moment."""
        if unaware:
            at.coupons.issue_to(coupon, (unaware.pop(),), wish("2"))
        return plain(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(at.coupons, "prepare", meanwhile)
    second = at.coupons.issue_to(coupon, ("wang", "guest"), wish("2"))
    assert second.shopper_id == "guest"
    assert at.coupons.issue_to(coupon, ("wang", "guest"), wish("2")) == second
    owned = [at.coupons.owned_by(each, 10) for each in ("li", "visitor", "wang", "guest")]
    assert owned == [([first], None), ([], None), ([], None), ([second], None)]
    assert at.coupons.left(coupon) == 8


def test_hits_are_walked_in_pages_latest_first_for_thirty_days(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(per_device=1, stock=100))
    for number in range(7):
        claim(at, f"s{number}")
        at.shop.clock.advance(timedelta(hours=20))
    found: list[Hit] = []
    cursor = None
    while True:
        page, cursor = at.book.hits(2, cursor)
        found += page
        if cursor is None:
            break
    assert [hit.shopper_id for hit in found] == [f"s{number}" for number in (6, 5, 4, 3, 2, 1)]
    with pytest.raises(InvalidRequest):
        at.book.hits(2, "nonsense")
    at.shop.clock.advance(timedelta(days=32))
    assert at.book.hits(100) == ([], None)


def test_rules_are_stored_on_their_version(at: GuardedShop) -> None:
    assert at.book.stored() == Guards()
    guards = Guards({GuardReason.DEVICE_LIMIT: Mode.ENFORCE}, (pace(Mark.IP, 3),), 1)
    at.book.store(guards)
    assert at.book.stored() == guards
    assert at.book.current() == guards
    with pytest.raises(GuardsChanged):
        at.book.store(guards)


def test_a_mark_that_everybody_sends_is_not_counted_for_ever(at: GuardedShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorkeeper, "SATURATED", 2)
    at.coupons.create(twenty_off(per_device=1))
    owned = [claim(at, f"s{number}", Marks(device="unknown")) for number in range(6)]
    assert at.shop.ledger.counted("welcome-back", [tie_of(owned[0].ties[0])]) == [3]
    assert [len(each.ties) for each in owned] == [1, 1, 1, 0, 0, 0]
    assert len(at.hits) == 5


def test_a_campaign_counts_what_merged_ids_were_given(at: GuardedShop) -> None:
    coupon = at.coupons.create(twenty_off())
    claim(at, "visitor", None)
    owned = at.coupons.prepare(coupon, "li", wish("send"))
    within = at.coupons.within_limits(coupon, ("li", "visitor"), owned)
    assert (within.elsewhere, within.elsewhere_today) == (1, 0)
    with pytest.raises(CouponLimitReached):
        at.shop.ledger.issue(coupon, owned, None, within)


def test_an_order_with_two_coupons_of_a_template_counts_both_for_its_card(store_or_twin: Store | None) -> None:
    at = guarded(store_or_twin)
    till = memory_till(at.shop) if store_or_twin is None else dynamo_till(at.shop, store_or_twin)
    at.set_modes(Mode.ENFORCE, GuardReason.PAYMENT_LIMIT)
    coupon = till.template("ten", Terms("十元", AmountOff(1_000), group="a"), per_payment=3)
    tens = [till.given("ten", "li", f"ten-{pair}").code for pair in range(2)]
    # Two of a template stack only when its terms changed in between.
    at.coupons.replace(replace(coupon, terms=Terms("五元", AmountOff(500), group="b")))
    pairs = [[ten, till.given("ten", "li", f"five-{ten}").code] for ten in tens]
    bought = purchase(till.sell(cart(line("1", 20_000))))

    def reserve(order_id: str, codes: list[str]) -> Order:
        return at.door.using(
            PHONE, lambda guard: till.checkout.reserve(order_id, codes, bought, f"r-{order_id}", "admin", guard=guard)
        )

    held = reserve("order-1", pairs[0])
    assert [len(each.ties) for each in held.coupons] == [1, 1]
    assert at.shop.ledger.counted("ten", [tie_of(held.coupons[0].ties[0])]) == [2]
    with pytest.raises(CouponRefused) as refused:
        reserve("order-2", pairs[1])
    assert refused.value.reason == "payment_limit"
    assert [at.coupons.find(code).state for code in pairs[1]] == ["issued", "issued"]
    assert reserve("order-1", pairs[0]) == held
    assert redeem(at, pairs[1][0], PHONE).state == "redeemed"
