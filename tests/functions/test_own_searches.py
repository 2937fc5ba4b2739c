"""A search of our own API that something came of is one search in the shopper's profile, whoever tells of it."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.adapters.activities import activity_of
from chalicelib.adapters.memory.search_log import MemoryLogNames, MemorySearchLog
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.events import Event, encode_event
from chalicelib.profiles import Deed, Profile, sequence_text
from chalicelib.search.log.trail import encode_search
from functions.record_events.handler import handle
from tests.support.search_log import keeping, searched
from tests.support.shoppers import NOW, TwinShop, event, queue_message

SEARCH = searched("露营 帐篷", None, at=NOW - timedelta(minutes=1))
QUERY_ID = SEARCH.query_id


class Shop(TwinShop):
    """A twin shop that keeps a search log."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.searches = MemorySearchLog()
        self.keeping = keeping(log=self.searches, names=MemoryLogNames(self.consents, SeededRandomness("names")))

    def deliver(self, *bodies: str) -> dict[str, Any]:
        messages = [queue_message(body, str(number)) for number, body in enumerate(bodies)]
        answer: dict[str, Any] = handle({"Records": messages}, None)
        return answer

    def profile(self) -> Profile:
        """After the stream brought all that the log has."""
        known = [activity_of(each, sequence_text(str(number))) for number, each in enumerate(self.log.stream, 1)]
        self.profiles.project("u1", [activity for activity in known if activity])
        return self.profiles.get("u1").profile


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    services = made.services
    vars(services)["record_keeping"] = made.keeping
    wiring.install(services)
    yield made
    wiring.install(None)


def click(name: str = "c1", **changes: Any) -> Event:
    properties = {"query_id": QUERY_ID, "product_id": "p1", "position": 1}
    return event(name, "Product Clicked", properties=properties, **changes)


def told(name: str = "s1", query: str = "露营帐篷 ", **changes: Any) -> Event:
    """What a storefront says of its search, in words that fold to what was logged."""
    return event(name, "Products Searched", properties={"query": query, "query_id": QUERY_ID}, **changes)


def test_a_search_alone_is_no_deed_of_the_shopper(shop: Shop) -> None:
    shop.deliver(encode_search(SEARCH, "u1"))
    assert not shop.log.stream


def test_a_search_that_led_to_a_click_counts_with_its_words_and_when_it_was(shop: Shop) -> None:
    shop.deliver(encode_search(SEARCH, "u1"), encode_event(click()))
    profile = shop.profile()
    assert (profile.counters.searches, profile.recency.last_search) == (1, SEARCH.at)
    assert len(shop.log.stream) == 2


def test_however_often_and_by_whomever_it_is_told_it_counts_once(shop: Shop) -> None:
    same = event("s1", "Products Searched", properties={"query": " 露营  帐篷", "query_id": QUERY_ID})
    bodies = [encode_event(each) for each in (click("c1"), click("c2"), same)]
    shop.deliver(encode_search(SEARCH, "u1"))
    for order in itertools.permutations(bodies):
        shop.deliver(*order)
    assert shop.profile().counters.searches == 1
    assert not shop.failures.list(10)[0]


def test_a_storefront_may_tell_of_a_search_before_the_log_has_it_and_without_a_click(shop: Shop) -> None:
    shop.deliver(encode_event(told()))
    assert shop.profile().counters.searches == 1
    shop.deliver(encode_search(SEARCH, "u1"))
    assert shop.profile().counters.searches == 1


def test_searches_elsewhere_count_as_they_are_told(shop: Shop) -> None:
    for number, query_id in enumerate([None, "theirs-1", "theirs-1"]):
        shop.deliver(
            encode_event(event(f"s{number}", "Products Searched", properties={"query": "帐篷", "query_id": query_id}))
        )
    assert shop.profile().counters.searches == 3


def test_what_nobody_in_particular_searched_is_nobodys_search(shop: Shop) -> None:
    shop.deliver(encode_search(SEARCH, None), encode_event(click()))
    assert [each.name for each in shop.log.stream] == ["Product Clicked"]


def test_one_id_of_a_search_never_counts_from_two_devices_of_one_account(shop: Shop) -> None:
    shop.deliver(encode_search(SEARCH, "u1"))
    shop.deliver(encode_event(click("c1", anonymous_id="phone")), encode_event(click("c2", anonymous_id="desk")))
    assert shop.profile().counters.searches == 1
    assert not shop.failures.list(10)[0]


def test_a_worker_that_dies_between_the_writes_brings_the_search_when_the_message_comes_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = shop.log.append

    def dying(one: Event, *rest: Any) -> Any:
        if one.message_id.startswith("search-"):
            raise Unavailable("died")
        return append(one, *rest)

    shop.deliver(encode_search(SEARCH, "u1"))
    with monkeypatch.context() as patch:
        patch.setattr(shop.log, "append", dying)
        assert shop.deliver(encode_event(click())) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert shop.deliver(encode_event(click())) == {"batchItemFailures": []}
    assert shop.profile().counters.searches == 1


def test_the_told_event_itself_is_kept_and_only_says_that_somebody_was_there() -> None:
    activity = activity_of(told(), sequence_text("1"))
    assert activity is not None
    assert (activity.deed, activity.words) == (Deed.SEEN, None)
