"""What the door costs, in write units of the price list, as ``docs/coupon-abuse.md`` says."""

from datetime import timedelta

import pytest

from chalicelib.coupons.guards import SINGLE, Guards, Marks, Mode
from infra.local.bench.claim_meter import ClaimMeter
from tests.support.coupons import twenty_off, use
from tests.support.guards import GuardedShop, guarded
from tests.support.stores import Store

MARKS = Marks(device="phone-1", address="浙江省杭州市西湖区文三路1号", payment="tok_1", ip="203.0.113.7")
LIMITS = {"per_device": 9, "per_address": 9, "per_payment": 9}


@pytest.fixture
def meter(store: Store) -> ClaimMeter:
    return ClaimMeter(store.client)


def units(meter: ClaimMeter, at: GuardedShop, coupon_id: str, marks: Marks | None, key: str, **more: str) -> int:
    meter.clear()
    at.door.claim(coupon_id, "li", key, marks, **more)
    return meter.units


def test_claims_and_uses_cost_what_the_docs_say(store: Store, meter: ClaimMeter) -> None:
    at = guarded(store, client=meter)
    plain = {"per_shopper": 99, "stock_shards": 1}
    at.coupons.create(twenty_off(coupon_id="plain", **plain))
    at.coupons.create(twenty_off(coupon_id="limited", **plain, **LIMITS))
    at.coupons.create(twenty_off(coupon_id="friend", **plain, referral=True, per_referrer=9))
    at.book.store(Guards(dict.fromkeys(SINGLE, Mode.OFF), (), 1))
    assert units(meter, at, "plain", MARKS, "off") == 7
    at.book.store(Guards(version=2))
    assert units(meter, at, "plain", None, "no marks") == 7
    # Three shipped paces, and three marks seen for the first time.
    assert units(meter, at, "plain", MARKS, "first") == 7 + 3 + 3
    assert units(meter, at, "plain", MARKS, "known") == 7 + 3
    assert units(meter, at, "limited", MARKS, "limited") == 7 + 3 + 6
    assert units(meter, at, "friend", None, "friend", referrer="wang") == 7 + 2 + 2
    modes = dict.fromkeys(SINGLE, Mode.ENFORCE)
    at.book.store(Guards(modes, (), 3))
    at.shop.clock.advance(timedelta(days=200))
    assert units(meter, at, "limited", MARKS, "enforced") == 7 + 3 + 6
    assert units(meter, at, "friend", MARKS, "enforced", referrer="zhao") == 7 + 2 + 2 + 2
    code = at.door.claim("limited", "zhao", "k", Marks(device="phone-1")).code
    meter.clear()
    at.door.using(MARKS, lambda guard: at.coupons.move(code, use(), guard))
    with_marks = meter.units
    code = at.door.claim("plain", "zhao", "k").code
    meter.clear()
    at.door.using(None, lambda guard: at.coupons.move(code, use(), guard))
    assert with_marks - meter.units == 2 + 4


def test_a_merged_id_is_closed_once(store: Store, meter: ClaimMeter) -> None:
    at = guarded(store, client=meter)
    at.coupons.create(twenty_off(per_shopper=9, stock_shards=1))
    for visitor in ("v1", "v2", "v3"):
        at.people.merge(visitor, "li")
    assert units(meter, at, "welcome-back", None, "1") == 7 + 3
    assert units(meter, at, "welcome-back", None, "2") == 7
