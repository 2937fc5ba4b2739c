"""Templates that count without a coupon are found without reading the others: the twin, moto, and DynamoDB Local."""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil
from typing import Any

import pytest

from chalicelib.core.errors import ZhaohuiError
from chalicelib.coupons import AmountOff, Coupon, CouponStatus, Terms
from chalicelib.coupons.terms import FreeShipping
from tests.support import stores
from tests.support.coupons import Shop, dynamo_shop, memory_shop, twenty_off

LOCAL = pytest.param("dynamodb-local", marks=pytest.mark.engine)
TEMPLATES, AUTOMATIC = 60, 5


def self_acting(coupon_id: str = "ship", **changes: Any) -> Coupon:
    terms = Terms("满99包邮", FreeShipping(), minimum_spend=9_900, is_automatic=True)
    return replace(twenty_off(coupon_id=coupon_id, terms=terms), **changes)


@pytest.fixture(params=["twin", "moto", LOCAL])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    if request.param == "twin":
        yield memory_shop()
    elif request.param == "moto":
        with stores.moto_store() as store:
            yield dynamo_shop(store)
    else:
        with stores.local_store(request.getfixturevalue("dynamodb_local_url")) as store:
            yield dynamo_shop(store)


def test_what_is_automatic_is_listed_as_it_stands(shop: Shop) -> None:
    for coupon in (twenty_off(), self_acting("b"), self_acting("a"), self_acting("c", status=CouponStatus.PAUSED)):
        shop.coupons.create(coupon)
    assert [each.coupon_id for each in shop.coupons.automatic()] == ["a", "b"]
    changed = shop.coupons.replace(self_acting("b", stock=20))
    assert shop.coupons.automatic()[1] == changed == shop.coupons.get("b")


@pytest.mark.parametrize(
    "no_longer",
    [
        {"status": CouponStatus.PAUSED},
        {"status": CouponStatus.ARCHIVED},
        {"terms": Terms("券", AmountOff(500))},
    ],
)
def test_what_is_paused_or_needs_a_coupon_leaves_and_may_come_back(shop: Shop, no_longer: dict[str, Any]) -> None:
    shop.coupons.create(self_acting())
    gone = replace(shop.coupons.get("ship"), version=2, **no_longer)
    shop.templates.replace(gone, 0)
    assert shop.coupons.automatic() == []
    shop.templates.replace(self_acting(version=3), 0)
    assert shop.coupons.automatic() == [shop.coupons.get("ship")]


def test_who_was_too_late_changes_nothing_of_it(shop: Shop) -> None:
    shop.coupons.create(self_acting())
    for late in (self_acting(version=1, status=CouponStatus.PAUSED), self_acting(version=7, stock=99)):
        with pytest.raises(ZhaohuiError):
            shop.templates.replace(late, 0)
    with pytest.raises(ZhaohuiError):
        shop.coupons.create(self_acting(stock=99))
    assert shop.coupons.automatic() == [shop.coupons.get("ship")]


class Metered:
    """A client that adds up what queries read."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.units = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def query(self, **arguments: Any) -> Any:
        answer = self._client.query(**arguments, ReturnConsumedCapacity="TOTAL")
        self.units += answer["ConsumedCapacity"]["CapacityUnits"]
        return answer


@pytest.mark.engine
def test_finding_them_costs_the_same_whatever_else_the_shop_has(dynamodb_local_url: str) -> None:
    """``docs/access-patterns.md``: half a unit per 4 KB of what is automatic."""
    with stores.local_store(dynamodb_local_url) as store:
        client = Metered(store.client)
        shop = dynamo_shop(store, client)
        for number in range(AUTOMATIC):
            shop.coupons.create(self_acting(f"auto-{number}"))
        for number in range(TEMPLATES):
            shop.coupons.create(twenty_off(coupon_id=f"k{number}", stock_shards=1))
        client.units = 0
        assert len(shop.coupons.automatic()) == AUTOMATIC
        few, client.units = client.units, 0
        shop.coupons.list(100)
        print(f"{AUTOMATIC} automatic: {few} units, all {TEMPLATES + AUTOMATIC}: {client.units}")
        assert few <= 0.5 * ceil(AUTOMATIC * 0.8 / 4) < client.units
