"""However much a shopper does, the profile stays small: a write is billed by the size of the whole item."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb.packed_days import packed_days, to_days
from chalicelib.adapters.dynamodb.profile_items import profile_item
from chalicelib.profiles import Activity, DayCounts, Days, Deed, Device, Facts, Missed, Profile, Touched, sequence_text
from chalicelib.profiles.days import DAYS_KEPT
from tests.support.shoppers import NOW, TwinShop

EVENTS = 10_000
BATCH = 200
MOST_BYTES = 3_000
CATEGORIES = (
    "露营帐篷",
    "登山背包",
    "户外照明",
    "睡袋防潮垫",
    "连衣裙",
    "半身裙",
    "手冲咖啡",
    "面部护肤",
    "蓝牙耳机",
    "女童连衣裙",
)
DEEDS = (*[Deed.VIEWED] * 8, *[Deed.SEARCHED] * 4, Deed.WISHED, Deed.ADDED_TO_CART, Deed.ORDERED, Deed.REVIEWED)


def bytes_of(profile: Profile) -> int:
    item = profile_item("3f0d2b6e-8a54-4c3e-9d38-6c1f2f0a7b11", profile, 4)
    return sum(len(name) + len(str(value).encode()) for name, value in item.items())


def busy(number: int, drawn: random.Random) -> Activity:
    """One of the events of somebody who shops every day, with every device, and likes everything."""
    facts = Facts(
        f"品牌名称{drawn.randint(1, 40)}",
        (f"大类{drawn.randint(1, 5)}", "中类", drawn.choice(CATEGORIES)),
        (f"标签{drawn.randint(1, 9)}",),
        drawn.choice((900, 4_900, 9_900, 19_900, 49_900, 99_900, 299_900)),
        size=f"女装 {drawn.randint(1, 7)}XL",
    )
    deed = drawn.choice(DEEDS)
    return Activity(
        sequence_text(f"4961600000000{number:020d}"),
        deed,
        NOW - timedelta(days=DAYS_KEPT - DAYS_KEPT * number / EVENTS),
        (Touched(f"p{number}", facts),),
        drawn.randint(1_000, 300_000) if deed is Deed.ORDERED else None,
        key=f"{number:016x}",
        order_id=f"o{number}" if deed is Deed.ORDERED else None,
        discount=1_000 if deed is Deed.ORDERED else None,
        words=f"搜索词 {drawn.randint(1, 50)}" if deed is Deed.SEARCHED else None,
        device=drawn.choice(list(Device)),
        dwell_seconds=drawn.randint(1, 900),
        stars=drawn.randint(1, 5) if deed is Deed.REVIEWED else None,
    )


def test_ten_thousand_events_of_one_shopper_stay_under_three_kilobytes() -> None:
    shop, drawn = TwinShop(), random.Random(3)
    for first in range(0, EVENTS, BATCH):
        shop.profiles.project("u1", [busy(number, drawn) for number in range(first, first + BATCH)])
    profile = shop.profiles.get("u1").profile
    assert profile.counters.seen == EVENTS
    assert len(profile.days.counts) >= DAYS_KEPT - 1
    size = bytes_of(profile)
    print(f"{size} bytes after {EVENTS} events")
    assert size < MOST_BYTES


COUNTS = st.builds(DayCounts, *[st.integers(-300, 70_000)] * 5, st.integers(-1, 10**9))


@given(st.dictionaries(st.integers(0, DAYS_KEPT - 1), COUNTS.filter(lambda each: each != DayCounts())))
def test_days_come_back_from_their_bytes(distances: dict[int, DayCounts]) -> None:
    days = Days(738_000, {738_000 - distance: counts for distance, counts in distances.items()})
    assert to_days(packed_days(days)) == days


@given(st.lists(st.text("ab", min_size=1), max_size=40), st.integers(0, 40))
def test_which_missed_events_are_remembered_does_not_depend_on_their_order(names: list[str], cut: int) -> None:
    one, other = Missed(), Missed()
    for name in names:
        one = one.plus(frozenset({name}))
    for name in reversed(names[:cut]):
        other = other.plus(frozenset({name}))
    assert one == other.together_with(Missed().plus(frozenset(names[cut:])))


@pytest.mark.parametrize("days", [7, 30, 90])
def test_a_clock_that_is_a_day_ahead_takes_no_day_from_a_window(days: int) -> None:
    today = 738_000
    kept = Days()
    for day in range(today - 95, today + 2):
        kept = kept.plus(day, DayCounts(views=1))
    assert kept.within(days, today).views == kept.active(days, today) == days
