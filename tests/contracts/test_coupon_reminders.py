"""A coupon that nobody used says once that it ends soon, on every store."""

from datetime import timedelta

import pytest

from chalicelib.coupons import OwnedCoupon, Reminder, Reminding, Validity
from chalicelib.coupons.operations import reminding
from tests.support.coupon_operations import Office, office_on
from tests.support.coupons import NOON, hold, twenty_off, use, void, wish
from tests.support.stores import Store

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def office(store_or_twin: Store | None) -> Office:
    return office_on(store_or_twin)


def given(office: Office, shopper: str = "li") -> OwnedCoupon:
    return office.shop.coupons.issue("welcome-back", shopper, wish())


def told(office: Office) -> list[str]:
    office.reminding.send_due()
    return [each.shopper_id for each in office.queue.drain()]


def test_a_coupon_says_so_many_hours_before_its_end_and_once(office: Office) -> None:
    office.shop.coupons.create(twenty_off(remind_hours=72))
    given(office)
    office.shop.clock.advance(4 * DAY - timedelta(seconds=1))
    assert told(office) == []
    office.shop.clock.advance(timedelta(seconds=1))
    assert office.reminding.send_due() == 1
    (event,) = office.queue.drain()
    assert (event.shopper_id, event.name, event.at) == ("li", "Coupon Expiring", NOON + 4 * DAY)
    assert event.properties == {
        "coupon_id": "welcome-back",
        "coupon_name": "回归礼券",
        "expires_at": "2026-11-29T04:00:00.000Z",
    }
    assert told(office) == []


def test_no_coupon_says_so_in_the_first_half_of_its_time(office: Office) -> None:
    office.shop.coupons.create(twenty_off(remind_hours=72, validity=Validity(valid_days=1)))
    given(office)
    office.shop.clock.advance(12 * HOUR - timedelta(seconds=1))
    assert told(office) == []
    office.shop.clock.advance(timedelta(seconds=1))
    assert told(office) == ["li"]


def test_a_template_that_wants_no_reminders_makes_none(office: Office) -> None:
    office.shop.coupons.create(twenty_off(remind_hours=None))
    given(office)
    office.shop.clock.advance(7 * DAY - HOUR)
    assert told(office) == []


def test_a_coupon_that_was_used_or_voided_or_is_over_is_passed_over(office: Office) -> None:
    office.shop.coupons.create(twenty_off(remind_hours=24))
    office.shop.coupons.move(given(office, "used").code, use())
    office.shop.coupons.move(given(office, "voided").code, void())
    given(office, "over")
    office.shop.clock.advance(7 * DAY)
    assert told(office) == []
    assert office.reminders.due(office.shop.clock.now(), 10) == []


def test_a_coupon_that_an_order_holds_is_looked_at_again_when_it_lets_go(office: Office) -> None:
    office.shop.coupons.create(twenty_off(remind_hours=24))
    released, paid = given(office, "released"), given(office, "paid")
    office.shop.clock.advance(6 * DAY - timedelta(minutes=1))
    office.shop.coupons.move(released.code, hold(seconds=600))
    office.shop.coupons.move(paid.code, hold("order-2", seconds=600))
    office.shop.clock.advance(timedelta(minutes=1))
    assert told(office) == []
    office.shop.coupons.move(paid.code, use("order-2"))
    office.shop.clock.advance(timedelta(minutes=8))
    assert told(office) == []
    office.shop.clock.advance(timedelta(minutes=1))
    assert told(office) == ["released"]


def test_a_code_made_ahead_reminds_whoever_claimed_it(office: Office) -> None:
    office.shop.coupons.create(twenty_off(remind_hours=24))
    batch = office.shop.desk.open("welcome-back", 2, "batch", "admin")
    codes = office.shop.desk.page("welcome-back", batch.batch_id, 0)[1].codes
    office.shop.desk.claim(codes[0], "li", "claim")
    office.shop.clock.advance(6 * DAY)
    assert told(office) == ["li"]


def test_a_sweep_that_dies_before_it_clears_its_list_sends_the_same_event_again(office: Office) -> None:
    office.shop.coupons.create(twenty_off(remind_hours=24))
    given(office)
    office.shop.clock.advance(6 * DAY)

    class Dying:
        def __getattr__(self, name: str) -> object:
            return getattr(office.reminders, name)

        def done(self, reminder: Reminder) -> None:
            raise RuntimeError("the process died")

    dying = Reminding(Dying(), office.reminding._post, office.shop.clock)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        dying.send_due()
    office.shop.clock.advance(HOUR)
    office.reminding.send_due()
    first, second = office.queue.drain()
    assert first == second
    assert told(office) == []


def test_more_than_a_page_is_sent_in_one_sweep(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "_PAGE", 2)
    office.shop.coupons.create(twenty_off(remind_hours=24, stock=12))
    for number in range(12):
        given(office, f"shopper-{number}")
    office.shop.clock.advance(6 * DAY)
    assert len(set(told(office))) == 12
