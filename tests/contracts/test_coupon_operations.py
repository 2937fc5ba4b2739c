"""What operators do with templates, on every store: pause, resume, top up, archive, and the history of it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons import (
    Act,
    BudgetFixed,
    CouponArchived,
    CouponKeyReused,
    CouponNotFound,
    CouponPaused,
    CouponState,
    CouponStatus,
    TopUp,
)
from tests.support.coupon_operations import Office, office_on
from tests.support.coupons import twenty_off, use, wish
from tests.support.mortal import Death, Fate, Killed, Mortal
from tests.support.stores import Store

THREADS = 16


@pytest.fixture
def office(store_or_twin: Store | None) -> Office:
    return office_on(store_or_twin)


def test_a_paused_coupon_is_not_given_and_what_was_given_stays_valid(office: Office) -> None:
    office.shop.coupons.create(twenty_off(public_code="2026"))
    given = office.shop.coupons.issue("welcome-back", "li", wish())
    office.pause()
    with pytest.raises(CouponPaused):
        office.shop.coupons.issue("welcome-back", "wang", wish())
    with pytest.raises(CouponPaused):
        office.shop.desk.claim("2026", "wang", "key-1")
    assert office.shop.coupons.move(given.code, use()).state is CouponState.REDEEMED
    office.resume()
    assert office.shop.coupons.issue("welcome-back", "wang", wish()).shopper_id == "wang"


def test_the_history_tells_who_did_what_when_and_why_newest_first(office: Office) -> None:
    office.shop.coupons.create(twenty_off(budget=5_000))
    office.shop.clock.advance(timedelta(minutes=1))
    paused_at = office.shop.clock.now()
    office.pause()
    office.top_up(stock=5, budget=1_000)
    office.shop.coupons.replace(replace(office.shop.coupons.get("welcome-back"), stock=20))
    office.archive()
    page, cursor = office.operations.history("welcome-back", 3)
    rest, end = office.operations.history("welcome-back", 3, cursor)
    told = [*page, *rest]
    acts = [each.act for each in told]
    assert acts == [Act.ARCHIVED, Act.REPLACED, Act.TOPPED_UP, Act.PAUSED, Act.CREATED]
    assert [each.version for each in told] == [5, 4, 3, 2, 1]
    assert [each.stock for each in told] == [20, 20, 15, 10, 10]
    assert (told[2].added, told[2].budget) == (TopUp(stock=5, budget=1_000), 6_000)
    assert (told[3].actor, told[3].reason, told[3].at) == ("小王", "预算复核", paused_at)
    assert (told[3].status, end) == (CouponStatus.PAUSED, None)


def test_a_repeated_top_up_adds_once_and_answers_as_before(office: Office) -> None:
    office.shop.coupons.create(twenty_off(budget=5_000, budget_per_day=2_000))
    first = office.top_up(stock=5, budget=1_000, budget_per_day=500)
    office.top_up("another", stock=1)
    assert office.top_up(stock=5, budget=1_000, budget_per_day=500) == first
    coupon = office.shop.coupons.get("welcome-back")
    assert (office.left, coupon.stock, coupon.budget, coupon.budget_per_day) == (16, 16, 6_000, 2_500)
    with pytest.raises(CouponKeyReused):
        office.top_up(stock=6)
    with pytest.raises(CouponKeyReused):
        office.pause("top-up-1")


def test_a_top_up_says_what_cannot_be(office: Office) -> None:
    office.shop.coupons.create(twenty_off())
    with pytest.raises(BudgetFixed) as fixed:
        office.top_up(budget=100)
    assert fixed.value.field == "budget"
    for wrong in ({"stock": -1}, {}, {"stock": 1_000_000_000}):
        with pytest.raises(InvalidRequest) as refused:
            office.top_up(**wrong)
        assert refused.value.field == "stock"
    with pytest.raises(CouponNotFound):
        office.operations.history("nothing", 10)
    assert office.left == 10


def test_an_archived_coupon_is_out_of_use_for_good_and_keeps_its_ledger(office: Office) -> None:
    office.shop.coupons.create(twenty_off())
    office.shop.coupons.create(twenty_off(coupon_id="another"))
    given = office.shop.coupons.issue("welcome-back", "li", wish())
    office.archive()
    assert office.archive("again").status is CouponStatus.ARCHIVED
    with pytest.raises(CouponArchived):
        office.shop.coupons.issue("welcome-back", "wang", wish())
    for act in (office.resume, office.pause, lambda: office.top_up(stock=1)):
        with pytest.raises(CouponArchived):
            act()
    with pytest.raises(CouponArchived):
        office.shop.coupons.replace(twenty_off(stock=20))
    assert office.shop.coupons.issue("welcome-back", "li", wish()) == given
    assert office.shop.coupons.move(given.code, use()).state is CouponState.REDEEMED
    assert [each.coupon_id for each in office.shop.coupons.list(10, is_archived=False)[0]] == ["another"]
    assert [each.coupon_id for each in office.shop.coupons.list(10, is_archived=True)[0]] == ["welcome-back"]


def test_a_list_without_archived_coupons_has_full_pages(office: Office) -> None:
    for number in range(7):
        office.shop.coupons.create(twenty_off(coupon_id=f"c{number}"))
    for number in (0, 1, 3, 6):
        archived = replace(office.shop.coupons.get(f"c{number}"), status=CouponStatus.ARCHIVED, version=2)
        office.shop.templates.replace(archived, 0)
    page, cursor = office.shop.coupons.list(2, is_archived=False)
    rest, end = office.shop.coupons.list(2, cursor, is_archived=False)
    assert ([each.coupon_id for each in page], [each.coupon_id for each in rest]) == (["c2", "c4"], ["c5"])
    assert end is None


def test_a_claim_that_read_the_template_before_a_pause_still_goes_through_and_no_other(office: Office) -> None:
    office.shop.coupons.create(twenty_off())
    before = office.shop.coupons.get("welcome-back")
    prepared = office.shop.coupons.prepare(before, "li", wish())
    office.pause()
    assert office.shop.ledger.issue(before, prepared).state is CouponState.ISSUED
    with pytest.raises(CouponPaused):
        office.shop.coupons.issue("welcome-back", "wang", wish())
    assert office.left == 9


@pytest.mark.parametrize("death", list(Death))
def test_a_top_up_that_dies_at_any_write_and_is_told_again_adds_once(store: Store, death: Death) -> None:
    office_on(store).shop.coupons.create(twenty_off(budget=5_000))
    for at in (1, 2):
        office = office_on(store, Mortal(store.client, Fate(at, death)))
        with suppress(Killed):
            office.top_up(f"key-{at}", stock=5, budget=100)
        office_on(store).top_up(f"key-{at}", stock=5, budget=100)
    office = office_on(store)
    assert (office.left, office.shop.coupons.get("welcome-back").budget) == (20, 5_200)
    acts = [each.act for each in office.operations.history("welcome-back", 10)[0]]
    assert acts == [Act.TOPPED_UP, Act.TOPPED_UP, Act.CREATED]


@pytest.mark.engine
@pytest.mark.parametrize("store", ["dynamodb-local"], indirect=True)
def test_top_ups_at_once_add_once_for_each_key(store: Store) -> None:
    office_on(store).shop.coupons.create(twenty_off())

    def top_up(number: int) -> int:
        return int(office_on(store).top_up(f"key-{number % 4}", stock=5).version)

    with ThreadPoolExecutor(THREADS) as threads:
        versions = list(threads.map(top_up, range(THREADS)))
    office = office_on(store)
    assert (office.left, len(set(versions))) == (30, 4)


@pytest.mark.engine
@pytest.mark.parametrize("store", ["dynamodb-local"], indirect=True)
def test_no_claim_that_begins_after_a_pause_was_answered_is_given(store: Store) -> None:
    office_on(store).shop.coupons.create(twenty_off(stock=1_000))

    def claim(number: int) -> str:
        office = office_on(store)
        if number == THREADS:
            office.pause()
        # Whoever was told of the pause asks once more: nothing may come of it.
        try:
            office.shop.coupons.issue("welcome-back", f"shopper-{number}", wish())
        except CouponPaused:
            return "paused"
        return "given" if number != THREADS else "given after the pause"

    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(claim, range(3 * THREADS)))
    office = office_on(store)
    assert "given after the pause" not in answers
    assert office.left == 1_000 - answers.count("given")
