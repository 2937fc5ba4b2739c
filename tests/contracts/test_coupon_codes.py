"""Codes made ahead, public codes, and those who guess, on every store."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb import coupon_codes
from chalicelib.adapters.dynamodb.coupon_stock import shards_of
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import SecureRandomness, SeededRandomness
from chalicelib.coupons import (
    PAGE_SIZE,
    CodePage,
    CouponCodeClaimed,
    CouponCodeMistyped,
    CouponCodeTaken,
    CouponLimitReached,
    CouponNotFound,
    CouponPaused,
    CouponSoldOut,
    CouponStatus,
    PublicCodeUnfit,
    TooManyWrongCodes,
    draw_code,
)
from tests.support.coupon_audit import assert_sound
from tests.support.coupons import Shop, dynamo_shop, twenty_off, use, wish
from tests.support.stores import Store


def test_a_batch_is_made_page_by_page_and_every_page_once(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(stock=200, code_prefix="D"))
    batch = shop.desk.open("welcome-back", 100, "batch", "admin")
    assert shop.desk.open("welcome-back", 100, "batch", "admin") == batch
    first, second = (shop.desk.page("welcome-back", batch.batch_id, number)[1] for number in range(2))
    assert shop.desk.page("welcome-back", batch.batch_id, 0)[1] == first
    codes = {*first.codes, *second.codes}
    assert (len(first.codes), len(codes)) == (PAGE_SIZE, 100)
    assert all(code.startswith("D") and len(code) == 15 for code in codes)
    assert shop.coupons.left(coupon) == 100
    for number in (-1, 2):
        with pytest.raises(CouponNotFound):
            shop.desk.page("welcome-back", batch.batch_id, number)


def test_a_page_waits_for_stock_and_is_made_when_there_is_some(shop: Shop) -> None:
    shop.coupons.create(twenty_off(stock=4))
    batch = shop.desk.open("welcome-back", 5, "batch", "admin")
    with pytest.raises(CouponSoldOut):
        shop.desk.page("welcome-back", batch.batch_id, 0)
    grown = shop.coupons.replace(twenty_off(stock=5))
    assert len(shop.desk.page("welcome-back", batch.batch_id, 0)[1].codes) == 5
    assert shop.coupons.left(grown) == 0


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_a_page_that_two_make_at_once_is_one_page_though_it_takes_the_last_of_the_stock(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = dynamo_shop(store)
    shop.coupons.create(twenty_off(stock=5))
    batch = shop.desk.open("welcome-back", 5, "batch", "admin")
    made: list[CodePage] = []

    def overtaken(*arguments: Any) -> Any:
        monkeypatch.setattr(coupon_codes, "shards_of", shards_of)
        made.append(shop.desk.page("welcome-back", batch.batch_id, 0)[1])
        return shards_of(*arguments)

    monkeypatch.setattr(coupon_codes, "shards_of", overtaken)
    assert shop.desk.page("welcome-back", batch.batch_id, 0)[1] == made[0]


def test_a_code_made_ahead_is_claimed_once_and_used_under_its_own_name(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(stock=2))
    batch = shop.desk.open("welcome-back", 2, "batch", "admin")
    first, second = shop.desk.page("welcome-back", batch.batch_id, 0)[1].codes
    owned = shop.desk.claim(f" {first[:5].lower()}-{first[5:]}", "li", "claim-1")
    assert (owned.code, owned.shopper_id, owned.entries[0].movement) == (first, "li", "claimed")
    assert shop.desk.claim(first, "li", "claim-2") == owned
    with pytest.raises(CouponCodeClaimed):
        shop.desk.claim(first, "wang", "claim-1")
    with pytest.raises(CouponLimitReached):
        shop.desk.claim(second, "li", "claim-3")
    assert shop.coupons.move(first, use()).standing.discount == 2_000
    shop.desk.claim(second, "wang", "claim-4")
    assert_sound(shop, coupon, ["li", "wang"], "code", made_ahead=2)


def test_a_paused_template_gives_nothing_for_a_code(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    batch = shop.desk.open("welcome-back", 1, "batch", "admin")
    (code,) = shop.desk.page("welcome-back", batch.batch_id, 0)[1].codes
    shop.coupons.replace(twenty_off(status=CouponStatus.PAUSED))
    with pytest.raises(CouponPaused):
        shop.desk.claim(code, "li", "claim")


def test_a_public_code_serves_everybody_within_stock_and_limits(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(stock=2, public_code="双十一2026"))
    with pytest.raises(CouponCodeTaken):
        shop.coupons.create(twenty_off(coupon_id="other", public_code="双十一2026"))
    owned = shop.desk.claim("双十一 2026", "li", "claim-1")
    assert shop.desk.claim("双十一2026", "li", "claim-1") == owned
    with pytest.raises(CouponLimitReached):
        shop.desk.claim("双十一2026", "li", "claim-2")
    shop.desk.claim("双十一2026", "wang", "claim-1")
    with pytest.raises(CouponSoldOut):
        shop.desk.claim("双十一2026", "zhao", "claim-1")
    assert_sound(shop, coupon, ["li", "wang", "zhao"])


@pytest.mark.parametrize("code", ["ABC", "A" * 21, "save20", "A B C D", draw_code(SeededRandomness("code"))])
def test_what_cannot_be_a_public_code_is_refused(code: str) -> None:
    with pytest.raises(PublicCodeUnfit):
        twenty_off(public_code=code)


def test_a_prefix_has_the_alphabet_of_the_codes() -> None:
    with pytest.raises(InvalidRequest):
        twenty_off(code_prefix="1O")


def test_whoever_guesses_is_asked_to_wait_for_the_next_hour(shop: Shop) -> None:
    shop.coupons.create(twenty_off(public_code="SAVE20"))
    shop.clock.advance(timedelta(minutes=20))
    for number in range(20):
        wrong, refusal = (draw_code(SecureRandomness()), CouponNotFound) if number % 2 else ("NOPE", CouponCodeMistyped)
        with pytest.raises(refusal):
            shop.desk.claim(wrong, "li", f"guess-{number}")
    with pytest.raises(TooManyWrongCodes) as asked:
        shop.desk.claim("SAVE20", "li", "claim")
    assert asked.value.retry_after_seconds == 40 * 60
    shop.desk.claim("SAVE20", "wang", "claim")
    shop.clock.advance(timedelta(minutes=40))
    shop.desk.claim("SAVE20", "li", "claim")


def test_wrong_codes_of_a_claim_are_held_against_whoever_typed_them(shop: Shop) -> None:
    shop.coupons.create(twenty_off(public_code="SAVE20"))
    for number in range(20):
        with pytest.raises(CouponCodeMistyped):
            shop.desk.claim_to("NOPE", ("li",), f"guess-{number}", client="app-7")
    with pytest.raises(TooManyWrongCodes):
        shop.desk.claim_to("SAVE20", ("wang",), "claim", client="app-7")
    assert (shop.desk.tries_left("app-7"), shop.desk.tries_left("li")) == (0, 20)
    shop.desk.claim_to("SAVE20", ("li",), "claim")


def test_those_who_are_not_named_share_one_count_that_nobody_else_has(shop: Shop) -> None:
    for _ in range(25):
        shop.desk.count_wrong(None)
    assert [shop.desk.tries_left(who) for who in (None, "None", "li")] == [975, 20, 20]
    shop.clock.advance(timedelta(hours=1))
    assert shop.desk.tries_left(None) == 1_000


def test_a_block_is_leased_once_and_comes_back_when_its_time_is_over(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(stock=10, stock_shards=2, per_shopper=None))
    _, lease = shop.blocks.lease("welcome-back", 4, 60, "page-1")
    assert shop.blocks.lease("welcome-back", 4, 60, "page-1")[1] == lease
    assert (lease.size, shop.coupons.left(coupon)) == (4, 10)
    shop.ledger.issue(coupon, shop.coupons.prepare(coupon, "li", wish()), lease)
    assert shop.blocks.return_due() == 0
    shop.clock.advance(timedelta(seconds=60))
    assert shop.blocks.return_due() == 3
    assert shop.blocks.give_back(lease) == 0
    assert shop.coupons.left(coupon) == 9
    for number in range(9):
        shop.ledger.issue(coupon, shop.coupons.prepare(coupon, "li", wish(f"key-{number}-")), lease)
    assert shop.coupons.left(coupon) == 0


def test_a_claim_takes_from_another_workers_block_before_it_is_refused(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(stock=4, stock_shards=1))
    shop.blocks.lease("welcome-back", 4, 60, "page-1")
    for number in range(4):
        shop.coupons.issue("welcome-back", f"s{number}", wish())
    with pytest.raises(CouponSoldOut):
        shop.coupons.issue("welcome-back", "s4", wish())
    assert_sound(shop, coupon, [f"s{number}" for number in range(5)])
