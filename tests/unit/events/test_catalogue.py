"""The events that are understood by name."""

import json
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.activities import DEEDS, activity_of
from chalicelib.events import CATALOGUE, Call, Event, EventInvalid, read_event
from chalicelib.events.checks import MAX_REMARKS
from chalicelib.events.properties import PROPERTIES, TRAITS
from chalicelib.events.segment import Taken, read_call
from chalicelib.profiles import Deed, sequence_text
from tests.support.shoppers import NOW

EXAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "reference" / "segment_spec_examples.json"
TOKEN = re.compile(r"'((?:[^'\\]|\\.)*)'|(\b[A-Za-z_]\w*)(?=\s*:)|,(?=\s*[}\]])|(?<=')(?=\s*\n\s*\w+:)")


def track(name: str, /, **properties: Any) -> Taken:
    item = {"type": "track", "event": name, "userId": "u1", "messageId": "m1", "properties": properties}
    return read_call(item, NOW, "fresh", at="batch[0]")


def properties_in(code: str) -> Any:
    """The second argument of a JavaScript call, which is JSON but for quotes, bare names and commas."""

    def as_json(found: re.Match[str]) -> str:
        if found[1] is not None:
            return json.dumps(found[1])
        return f'"{found[2]}"' if found[2] else ""

    plain = TOKEN.sub(as_json, code[code.index("{") : code.rindex("}") + 1])
    # One of the examples forgets a comma.
    return json.loads(re.sub(r'"\s*\n(\s*)"', r'",\n\1"', plain))


@pytest.mark.skipif(not EXAMPLES.exists(), reason="../shared/data/reference is absent")
def test_every_commerce_example_of_segments_specification_is_understood() -> None:
    examples = [each for each in json.loads(EXAMPLES.read_text()) if each["file"] == "v2.md"]
    assert len(examples) == 28
    for example in examples:
        taken = track(example["event"], **properties_in(example["code"]))
        assert example["event"] in CATALOGUE
        assert (example["event"], taken.remarks) == (example["event"], ())
        activity = activity_of(taken.event, sequence_text("1"))
        assert activity is not None
        assert activity.deed is DEEDS.get(example["event"], Deed.SEEN)
        unknown = taken.event.properties.keys() - {each.name for each in CATALOGUE[example["event"]].properties}
        # Of these two, orders repeat what lines say, and one coupon speaks of its order.
        assert not unknown, (example["event"], unknown)


def test_every_name_with_a_meaning_to_profiles_is_in_the_catalogue() -> None:
    assert set(DEEDS) <= set(CATALOGUE)


def test_no_two_properties_of_an_event_share_a_name_or_an_alias() -> None:
    for kind in CATALOGUE.values():
        names = [name for each in kind.properties for name in (each.name, *each.other_names)]
        assert len(names) == len(set(names)), kind.name
    names = [name for each in TRAITS.values() for name in (each.name, *each.other_names)]
    assert len(names) == len(set(names))


def test_every_property_is_used() -> None:
    used = {each.name for kind in CATALOGUE.values() for each in kind.properties}
    assert set(PROPERTIES) - used <= {"title", "path", "referrer", "search"}


def test_what_happened_to_a_shopper_is_no_visit() -> None:
    for name in ("Message Sent", "Email Delivered", "Order Delivered", "Push Notification Received"):
        assert activity_of(track(name).event, sequence_text("1")) is None
    for name in ("Email Opened", "Push Notification Tapped", "Anything Else"):
        assert activity_of(track(name).event, sequence_text("1")) is not None


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"revenue": "a lot"}, "batch[0].properties.revenue"),
        ({"discount": -1}, "batch[0].properties.discount"),
        ({"shipping": []}, "batch[0].properties.shipping"),
        ({"products": {"product_id": "p1"}}, "batch[0].properties.products"),
        ({"products": ["p1"]}, "batch[0].properties.products"),
    ],
)
@pytest.mark.parametrize("name", ["Order Completed", "Order Updated", "Order Refunded", "Order Cancelled"])
def test_an_order_with_wrong_money_or_lines_is_refused(name: str, properties: dict[str, Any], field: str) -> None:
    with pytest.raises(EventInvalid) as refused:
        track(name, order_id="o1", **properties)
    assert refused.value.field == field


def test_elsewhere_a_wrong_property_is_told_and_the_event_is_taken() -> None:
    taken = track("Product Viewed", product_id=True, price="cheap", quantity=1.5, brand=7)
    assert [remark.field.rpartition(".")[2] for remark in taken.remarks] == ["product_id", "price", "quantity", "brand"]
    assert taken.event.properties["price"] == "cheap"
    lines = track("Order Completed", order_id="o1", products=[{"product_id": "p1", "price": "?"}])
    assert [remark.field for remark in lines.remarks] == ["batch[0].properties.products[0].price"]


def test_what_an_event_says_little_without_is_told() -> None:
    (remark,) = track("Order Completed", revenue=10).remarks
    assert "order_id is missing" in remark.message
    assert track("Cart Viewed").remarks == ()
    assert track("直播观看", 房间=7).remarks == ()


def test_remarks_have_an_end() -> None:
    lines = [{"product_id": "p", "price": "?"}] * 100
    assert len(track("Product List Viewed", products=lines).remarks) == MAX_REMARKS


@pytest.mark.parametrize("value", [1e400, float("inf"), 10**400, "9" * 500, "1e999", [], {}, True, "\x00"])
def test_no_value_breaks_a_check(value: Any) -> None:
    for kind in CATALOGUE.values():
        for each in kind.properties:
            with suppress(EventInvalid):
                track(kind.name, **{each.name: value})


def test_an_unknown_event_is_taken_as_it_is() -> None:
    event = track("直播观看", 商品编号="p1", 价格="¥5").event
    assert event.properties == {"商品编号": "p1", "价格": "¥5"}


def page(**properties: Any) -> Event:
    item = {
        "userId": "u1",
        "name": "首页",
        "properties": properties,
        "timestamp": (NOW - timedelta(hours=1)).isoformat(),
    }
    return read_event(item, NOW, "fresh", call=Call.PAGE)


def test_a_shops_own_words_become_segments() -> None:
    order = track(
        "Order Completed",
        订单号="D1",
        实付金额="¥1,299.50",
        优惠="20元",
        商品=[{"商品编号": 7, "品牌": "山野", "类目": "户外 > 露营", "价格": "￥1,319.5", "数量": 1}],
        会员="是",
    )
    assert order.remarks == ()
    assert order.event.properties == {
        "order_id": "D1",
        "revenue": "1299.50",
        "discount": "20",
        "products": [{"product_id": 7, "brand": "山野", "category": "户外 > 露营", "price": "1319.5", "quantity": 1}],
        "会员": "是",
    }
    assert page(停留秒数=12).properties == {"dwell_seconds": 12}


def test_a_name_in_segments_words_goes_before_its_alias() -> None:
    assert track("Product Viewed", product_id="p1", 商品编号="p2").event.properties == {
        "product_id": "p1",
        "商品编号": "p2",
    }
    assert track("Product Viewed", product_id=None, 商品编号="p2").event.properties == {"product_id": "p2"}


def test_of_a_refund_its_own_amount_counts_not_what_was_paid() -> None:
    refund = track("Order Refunded", 订单号="D1", 实付金额=100, 退款金额="30元").event
    assert refund.properties == {"order_id": "D1", "实付金额": 100, "revenue": "30"}
    activity = activity_of(refund, sequence_text("1"))
    assert activity is not None
    assert activity.amount == 3_000


def test_traits_of_an_identify_are_reworded_and_those_of_a_group_are_not() -> None:
    item = {"userId": "u1", "groupId": 7, "traits": {"手机号": "13800138000", "城市": "杭州", "兴趣": "露营"}}
    known = read_event(item, NOW, "fresh", call=Call.IDENTIFY)
    assert known.traits == {"phone": "13800138000", "city": "杭州", "兴趣": "露营"}
    group = read_event(item, NOW, "fresh", call=Call.GROUP)
    assert (group.group_id, group.traits) == ("7", item["traits"])
