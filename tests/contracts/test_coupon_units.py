"""What a movement of a coupon costs: its items by the price list, and that counting for reports adds none to a claim."""

from collections import Counter
from math import ceil
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.items import to_item
from chalicelib.coupons import Coupon, Recipient
from tests.support.coupons import dynamo_shop, hold, let_go, refund, twenty_off, use, void, wish
from tests.support.stores import Store

SEGMENTS = (
    "high-value",
    "new-2026",
    "dormant-60d",
    "tea-lovers",
    "north",
    "birthday",
    "vip",
    "cart-open",
    "mums",
    "b2b",
)


class Priced:
    """A client that adds up what the transactions of an act cost: twice the started KB of each item as it is afterwards, and
    one for each entry of ``lists`` that comes, goes or changes. (DynamoDB Local counts transactions wrong.)"""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.units = 0
        self.items: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **arguments: Any) -> Any:
        targets = [(_place(action)) for action in arguments["TransactItems"]]
        before = [self._read(*target) for target in targets]
        answer = self._client.transact_write_items(**arguments)
        after = [self._read(*target) for target in targets]
        for (_, key), old, new in zip(targets, before, after, strict=True):
            index = _index(old) != _index(new)
            self.units += 2 * max(1, ceil(max(_bytes(old), _bytes(new)) / 1_024)) + index
            self.items.append(f"{key['pk']['S'].partition('#')[0]}/{key['sk']['S'].partition('#')[0]}")
        return answer

    def _read(self, table: str, key: Any) -> dict[str, Any]:
        found = self._client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
        return to_item(found)


def _place(action: dict[str, Any]) -> tuple[str, Any]:
    ((_, what),) = action.items()
    key = what.get("Key") or {name: what["Item"][name] for name in ("pk", "sk")}
    return what["TableName"], key


def _index(item: dict[str, Any]) -> Any:
    return item.get("lpk"), item.get("lsk")


def _bytes(item: dict[str, Any]) -> int:
    return sum(
        len(name) + (len(value.encode()) if isinstance(value, str) else len(str(value)) // 2 + 2)
        for name, value in item.items()
    )


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_counting_costs_a_claim_nothing_and_a_redemption_two_units(store: Store) -> None:
    client = Priced(store.client)
    shop = dynamo_shop(store, client)
    shop.coupons.create(twenty_off(coupon_id="plain", per_shopper=None))
    shop.coupons.create(twenty_off(coupon_id="limited", per_shopper_per_day=1))
    units: dict[str, int] = {}

    def priced(name: str, act: Any) -> Any:
        client.units = 0
        answer = act()
        units[name] = client.units
        return answer

    code = priced("issue", lambda: shop.coupons.issue("plain", "li", wish())).code
    priced("issue, limits", lambda: shop.coupons.issue("limited", "li", wish()))
    priced("reserve", lambda: shop.coupons.move(code, hold()))
    priced("release", lambda: shop.coupons.move(code, let_go()))
    priced("first redeem of a day", lambda: shop.coupons.move(code, use()))
    priced("refund", lambda: shop.coupons.move(code, refund(500)))
    priced("refund whole", lambda: shop.coupons.move(code, refund(key="refund-2", returns=True)))
    second = shop.coupons.issue("plain", "zhou", wish()).code
    priced("redeem", lambda: shop.coupons.move(second, use(order_id="order-2", key="use-2")))
    other = shop.coupons.issue("plain", "wang", wish()).code
    priced("void", lambda: shop.coupons.move(other, void(returns=True)))
    batch = shop.desk.open("plain", 2, "batch", "admin")
    made = shop.desk.page("plain", batch.batch_id, 0)[1].codes
    shop.desk.claim(made[0], "zhao", "claim")
    priced("claim of a code", lambda: shop.desk.claim(made[1], "qian", "claim"))
    redeem, claim = units.pop("redeem"), units.pop("claim of a code")
    assert units == {
        "issue": 5,
        "issue, limits": 9,
        "reserve": 5,
        "release": 5,
        "first redeem of a day": 7,
        "refund": 4,
        "refund whole": 6,
        "void": 4,
    }
    assert redeem in (6, 7), "it may be the first of its shard"
    assert claim == 7


@pytest.mark.parametrize("store", ["moto"], indirect=True)
@pytest.mark.parametrize(("segments", "units"), [((), 1), (SEGMENTS[:4], 1), (SEGMENTS, 2)])
def test_a_shard_of_stock_that_counts_for_every_stage_segment_and_source_stays_within_its_units(
    store: Store, segments: tuple[str, ...], units: int
) -> None:
    shop = dynamo_shop(store)
    shop.coupons.create(twenty_off(stock=100, stock_shards=1, per_shopper=None))

    class Recipients:
        def of(self, coupon: Coupon, shopper_id: str) -> Recipient:
            return Recipient(("new", "active", "dormant", "")[int(shopper_id) % 4], segments)

    shop.coupons._recipients = Recipients()
    sources = ["hand", "code", "campaign/double-eleven-recall-2026"]
    for number in range(12):
        shop.coupons.issue("welcome-back", str(number), wish(source=sources[number % 3]))
    items = store.client.scan(TableName=store.names.marketing)["Items"]
    sizes = Counter({each["pk"]["S"]: _bytes(to_item(each)) for each in items if each["pk"]["S"].startswith("STOCK#")})
    assert ceil(max(sizes.values()) / 1_024) == units, sizes
