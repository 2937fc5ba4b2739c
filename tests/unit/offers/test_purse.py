"""Which of a shopper's coupons are compared, which are told of, and what the answer says when there are too many."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.coupons import AmountOff, OwnedCoupon, Terms
from chalicelib.coupons.offers import Answer, Question, Wanted, purse
from tests.support.coupons import Shop, hold, memory_shop, use, void
from tests.support.till import TillShop, memory_till

CART = Question((Wanted("1", "p1", price=9_000),), owners=("li",))


@pytest.fixture
def till() -> TillShop:
    made = memory_till(memory_shop())
    made.template("five", Terms("五元券", AmountOff(500)))
    made.template("zz-big", Terms("大额券", AmountOff(3_000)))
    return made


def many(till: TillShop, count: int) -> list[OwnedCoupon]:
    return [till.given("five", key=f"k{number}") for number in range(count)]


def told(answer: Answer) -> dict[str, tuple[str, str | None]]:
    return {each.code: (each.reason.value, each.name) for each in answer.unusable}


def spent(shop: Shop, owned: OwnedCoupon) -> None:
    shop.coupons.move(owned.code, use(f"order-{owned.code}", 9_000, f"d-{owned.code}"))


def test_a_hundred_and_thirty_spent_coupons_hide_no_usable_one(till: TillShop) -> None:
    till.shop.coupons.replace(replace(till.shop.coupons.get("five"), stock=130))
    for owned in many(till, 130):
        spent(till.shop, owned)
    usable = [till.given("zz-big", key=f"k{number}") for number in range(3)]
    answer = till.offers.best(CART)
    assert (answer.offer.saved, answer.is_exact, answer.offer.left_out, answer.note) == (3_000, True, 0, None)
    # Nothing is told of what is spent: only of the two that are the same as the one that counts.
    keys = {each.candidate.key for each in answer.offer.applied}
    keys |= {each.candidate.key for each in answer.offer.not_applied}
    assert (keys, answer.unusable) == ({owned.code for owned in usable}, ())


def test_what_an_order_holds_is_told_and_what_is_spent_only_where_its_code_was_typed(till: TillShop) -> None:
    held, used, voided = many(till, 3)
    till.shop.coupons.move(held.code, hold(amount=9_000))
    spent(till.shop, used)
    till.shop.coupons.move(voided.code, void())
    assert told(till.offers.best(CART)) == {held.code: ("reserved", "五元券")}
    typed = replace(CART, codes=(f" {used.code[:4].lower()}-{used.code[4:]}", voided.code))
    assert told(till.offers.best(typed)) == {
        held.code: ("reserved", "五元券"),
        used.code: ("already_used", "五元券"),
        voided.code: ("voided", "五元券"),
    }


def test_what_became_of_their_own_coupon_is_told_to_whoever_typed_too_many_wrong_codes(till: TillShop) -> None:
    (used,) = many(till, 1)
    spent(till.shop, used)
    till.offers.best(replace(CART, codes=("NOSUCHCODE",) * 20))
    assert told(till.offers.best(replace(CART, codes=(used.code,)))) == {used.code: ("already_used", "五元券")}


def test_an_expired_coupon_is_told_where_its_code_was_typed(till: TillShop) -> None:
    (owned,) = many(till, 1)
    till.shop.clock.advance(timedelta(days=7))
    assert till.offers.best(CART).offer.not_applied == ()
    (expired,) = till.offers.best(replace(CART, codes=(owned.code,))).offer.not_applied
    assert (expired.candidate.key, expired.reason) == (owned.code, "expired")


@pytest.mark.parametrize("owners", [("wang",), ()])
def test_the_name_of_a_coupon_that_is_not_the_askers_is_not_told(till: TillShop, owners: tuple[str, ...]) -> None:
    (owned,) = many(till, 1)
    spent(till.shop, owned)
    (_, name) = told(till.offers.best(replace(CART, owners=owners, codes=(owned.code,))))[owned.code]
    assert name is None


@pytest.mark.parametrize(("most", "whole"), [(4, False), (5, True), (6, True)])
def test_whoever_has_more_coupons_than_are_read_is_told_so(
    till: TillShop, monkeypatch: pytest.MonkeyPatch, most: int, whole: bool
) -> None:
    many(till, 3)
    for number in range(2):
        till.given("five", "visitor", f"k{number}")
    monkeypatch.setattr(purse, "MOST_READ", most)
    answer = till.offers.best(replace(CART, owners=("li", "visitor")))
    assert (answer.is_exact, answer.note is None, answer.offer.saved) == (whole, whole, 500)
    # What was not looked at might save all that is left to pay.
    assert answer.at_most_missed == (0 if whole else 8_500)


def test_more_coupons_than_are_searched_among_are_told_to_be_left_out(till: TillShop) -> None:
    for number in range(250):
        till.template(f"t{number}", Terms(f"券{number}", AmountOff(1_000 + number)))
        till.given(f"t{number}")
    answer = till.offers.best(CART)
    assert (answer.offer.saved, answer.offer.left_out, answer.is_exact) == (1_249, 220, False)


def test_no_more_wrong_codes_of_one_cart_are_looked_up_than_the_hour_has_left(till: TillShop) -> None:
    (owned,) = many(till, 1)
    codes = ("NOSUCHCODE",) * 22
    answer = till.offers.best(replace(CART, owners=("wang",), codes=(owned.code, *codes, owned.code)))
    reasons = [each.reason.value for each in answer.unusable]
    assert [reasons.count(each) for each in ("unknown_code", "too_many_wrong_codes", "not_owned")] == [20, 3, 1]


def test_wrong_codes_are_held_against_whoever_typed_them_before_the_shopper(till: TillShop) -> None:
    till.offers.best(replace(CART, codes=("NOSUCHCODE",) * 20, client="app-7"))
    for client, who, left in (("app-7", "app-7", 0), (None, "li", 20)):
        assert replace(CART, client=client).guesser == who
        assert till.shop.desk.tries_left(who) == left


def test_nobody_in_particular_is_stopped_after_a_thousand_wrong_codes_of_all_in_an_hour(till: TillShop) -> None:
    (owned,) = many(till, 1)
    unnamed = replace(CART, owners=(), codes=("NOSUCHCODE",) * 50)
    for _ in range(20):
        assert {reason for reason, _ in told(till.offers.best(unnamed)).values()} == {"unknown_code"}
    stopped = till.offers.best(replace(unnamed, codes=(owned.code,)))
    assert told(stopped) == {owned.code: ("too_many_wrong_codes", None)}
    # Who is named goes on.
    assert till.offers.best(replace(unnamed, codes=(owned.code,), client="app-7")).offer.saved == 500
    till.shop.clock.advance(timedelta(hours=1))
    assert till.offers.best(replace(unnamed, codes=(owned.code,))).offer.saved == 500
