"""What is kept of a context."""

from typing import Any

import pytest

from chalicelib.events import Call, read_event
from chalicelib.events.context import kept
from tests.support.shoppers import NOW

WHOLE: dict[str, Any] = {
    "active": True,
    "app": {"name": "拾光里", "version": "3.1", "secret": "x"},
    "device": {"id": "B5372DB0", "advertisingId": "7A3CBEA0", "token": "ff15", "type": "ios", "model": "iPhone7,2"},
    "ip": "203.0.113.9",
    "library": {"name": "analytics.js", "version": "2.11.1"},
    "location": {"city": "杭州", "latitude": 30.27},
    "page": {"path": "/p", "url": "https://shop.example/p?email=a@example.com", "referrer": "", "search": "?email=a"},
    "traits": {"email": "a@example.com"},
    "userAgent": "Mozilla/5.0",
    "userAgentData": {"mobile": False},
}


def test_what_a_profile_is_made_of_is_kept_and_what_identifies_is_not() -> None:
    assert kept(WHOLE) == {
        "active": True,
        "app": {"name": "拾光里", "version": "3.1"},
        "device": {"type": "ios", "model": "iPhone7,2"},
        "library": {"name": "analytics.js", "version": "2.11.1"},
        "location": {"city": "杭州"},
        "page": {"path": "/p", "url": "https://shop.example/p", "referrer": ""},
        "userAgent": "Mozilla/5.0",
    }


@pytest.mark.parametrize("odd", [None, 7, "x", [], {"type": None}, {"url": 7}])
def test_odd_parts_are_left_out(odd: object) -> None:
    assert kept({"device": odd, "page": odd, "userAgent": None}) == {}


def test_an_event_is_read_without_the_rest() -> None:
    item = {"userId": "u1", "event": "Product Viewed", "context": WHOLE, "integrations": {"All": True}, "_metadata": {}}
    assert read_event(item, NOW, "fresh", call=Call.TRACK).context == kept(WHOLE)
