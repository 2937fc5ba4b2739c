"""What is taken for an event, and what is refused with which field."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.events import Call, Event, EventInvalid, EventTooLarge, decode_event, encode_event, read_event
from tests.support.shoppers import NOW

EXAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "reference" / "segment_spec_examples.json"
TRACK: dict[str, Any] = {
    "type": "track",
    "event": "Product Viewed",
    "userId": "u1",
    "messageId": "m1",
    "timestamp": "2026-11-22T15:30:00.1239+08:00",
    "properties": {"product_id": "p1", "name": "连衣裙"},
}


def read(**changes: Any) -> Event:
    item = {name: value for name, value in (TRACK | changes).items() if value is not ...}
    return read_event(item, NOW, "fresh", at="batch[3]")


def test_an_event_is_read_in_utc_and_whole_milliseconds() -> None:
    event = read()
    assert event.at == datetime(2026, 11, 22, 7, 30, 0, 123_000, tzinfo=UTC)
    assert (event.message_id, event.shopper_id, event.call, event.name) == ("m1", "u1", Call.TRACK, "Product Viewed")
    assert event.is_time_given


def test_absent_and_null_ids_mean_the_same() -> None:
    assert read(userId=None, anonymousId="a1").shopper_id == "a1"
    assert read(userId=..., anonymousId="a1").shopper_id == "a1"


def test_a_known_shopper_goes_by_the_user_id() -> None:
    event = read(type="identify", anonymousId="a1", traits={"email": "a@example.com"})
    assert (event.shopper_id, event.user_id, event.anonymous_id) == ("u1", "u1", "a1")


def test_a_numeric_id_is_taken_as_text() -> None:
    assert read(userId=1234).shopper_id == "1234"


def test_what_came_without_id_or_time_is_given_them() -> None:
    event = read(messageId=..., timestamp=None)
    assert (event.message_id, event.at, event.is_time_given) == ("fresh", NOW, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "buy"}, "batch[3].type"),
        ({"type": ["track"]}, "batch[3].type"),
        ({"type": ...}, "batch[3].type"),
        ({"event": ...}, "batch[3].event"),
        ({"event": 7}, "batch[3].event"),
        ({"event": "  "}, "batch[3].event"),
        ({"event": "x" * 201}, "batch[3].event"),
        ({"userId": ...}, "batch[3].userId"),
        ({"userId": ""}, "batch[3].userId"),
        ({"userId": True}, "batch[3].userId"),
        ({"userId": "u" * 129}, "batch[3].userId"),
        ({"anonymousId": {}}, "batch[3].anonymousId"),
        ({"messageId": 5}, "batch[3].messageId"),
        ({"messageId": "m" * 129}, "batch[3].messageId"),
        ({"timestamp": "yesterday"}, "batch[3].timestamp"),
        ({"timestamp": "2026-11-22T08:00:00"}, "batch[3].timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "batch[3].timestamp"),
        ({"timestamp": 1_795_000_000}, "batch[3].timestamp"),
        ({"timestamp": (NOW + timedelta(days=2)).isoformat()}, "batch[3].timestamp"),
        ({"timestamp": "2016-01-01T00:00:00Z"}, "batch[3].timestamp"),
        ({"properties": []}, "batch[3].properties"),
        ({"traits": "x"}, "batch[3].traits"),
        ({"context": 1}, "batch[3].context"),
        ({"event": "Order Completed", "properties": {"revenue": "a lot"}}, "batch[3].properties.revenue"),
        ({"event": "Order Refunded", "properties": {"total": -1}}, "batch[3].properties.total"),
        ({"event": "Order Completed", "properties": {"products": {}}}, "batch[3].properties.products"),
    ],
)
def test_a_wrong_event_is_refused_by_the_path_of_what_is_wrong(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(EventInvalid) as refused:
        read(**changes)
    assert refused.value.field == field


def test_thirty_two_kilobytes_are_enough_whatever_the_letters() -> None:
    with pytest.raises(EventTooLarge):
        read(properties={"text": "字" * 11_000})
    assert read(properties={"text": "字" * 10_000}).properties["text"]


def test_nesting_has_an_end() -> None:
    deep: Any = 1
    for _ in range(70):
        deep = [deep]
    with pytest.raises(EventInvalid, match="nested"):
        read(properties={"deep": deep})


def test_an_event_comes_back_from_its_text_as_it_was() -> None:
    event = read(context={"ip": "1.2.3.4"}, traits={"名": "林"})
    assert decode_event(encode_event(event)) == event


def test_a_retry_has_the_same_digest_and_another_body_has_not() -> None:
    again = read_event(TRACK | {"sentAt": "2026-11-22T08:01:00Z"}, NOW + timedelta(minutes=1), "other")
    assert again.digest == read().digest
    assert read(properties={"product_id": "p2"}).digest != read().digest


def test_the_order_of_properties_does_not_make_another_event() -> None:
    assert read(properties={"a": 1, "b": 2}).digest == read(properties={"b": 2, "a": 1}).digest


@pytest.mark.skipif(not EXAMPLES.exists(), reason="../shared/data/reference is absent")
def test_the_json_examples_of_segments_own_specification_are_taken() -> None:
    taken = 0
    for example in json.loads(EXAMPLES.read_text()):
        try:
            item = json.loads(example["code"])
        except ValueError:
            continue
        kind = item.get("type") or item.get("action") if isinstance(item, dict) else None
        if kind not in list(Call) or not (item.get("userId") or item.get("anonymousId")):
            continue
        received_at = datetime(2018, 1, 1, tzinfo=UTC)
        assert read_event(item, received_at, "fresh", call=Call(kind)).call == kind
        taken += 1
    assert taken > 3
