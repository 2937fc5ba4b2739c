"""How often each kind of event comes."""

from datetime import date, timedelta

from chalicelib.adapters.dynamodb.name_tallies import MOST_KINDS, bounded
from chalicelib.events import Call
from chalicelib.events.names import MOST_CHARACTERS, OTHERS
from tests.support.shoppers import TwinShop, event

TODAY = date(2026, 11, 22)


def test_kinds_are_counted_by_day_most_frequent_first() -> None:
    shop = TwinShop()
    page = event(call=Call.PAGE, name="首页")
    shop.event_names.count([event(), event("m2"), event("m3", "直播观看"), page])
    shop.clock.advance(timedelta(days=1))
    shop.event_names.count([event("m4")])
    found = shop.event_names.of_last(2)
    assert [(each.call, each.name, each.count, each.is_known) for each in found] == [
        (Call.TRACK, "Product Viewed", 3, True),
        (Call.PAGE, "", 1, True),
        (Call.TRACK, "直播观看", 1, False),
    ]
    assert found[0].days == {TODAY: 2, TODAY + timedelta(days=1): 1}
    assert [each.count for each in shop.event_names.of_last(1)] == [1]


def test_days_begin_at_the_shops_midnight() -> None:
    shop = TwinShop()
    shop.clock.advance(timedelta(hours=8))
    shop.event_names.count([event()])
    assert list(shop.event_names.of_last(1)[0].days) == [TODAY + timedelta(days=1)]


def test_a_long_name_is_counted_under_its_beginning() -> None:
    shop = TwinShop()
    shop.event_names.count([event(name="长" * 200), event(name="长" * 150), event(name="a:b")])
    assert {each.name: each.count for each in shop.event_names.of_last(1)} == {"长" * MOST_CHARACTERS: 2, "a:b": 1}


def test_made_up_names_are_added_up_once_there_are_too_many() -> None:
    seen = frozenset(f"track:made up {number}" for number in range(MOST_KINDS - 1))
    counts = {
        "track:made up 0": 1,
        "track:new": 2,
        "track:newer": 3,
        "track:newest": 4,
        "track:Order Completed": 5,
        "page:": 6,
    }
    assert bounded(counts, seen) == {
        "track:made up 0": 1,
        "track:new": 2,
        f"track:{OTHERS}": 7,
        "track:Order Completed": 5,
        "page:": 6,
    }
