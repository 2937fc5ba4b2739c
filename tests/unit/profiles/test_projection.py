"""What events make of a profile, and that neither batches nor repetition leave a trace in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb.keys import BODY
from chalicelib.adapters.dynamodb.profile_items import (
    profile_item,
    tag_item,
    to_profile,
    to_tag,
    to_traits,
    traits_item,
)
from chalicelib.adapters.logged_activities import LoggedActivities
from chalicelib.adapters.memory.profiles import MemoryProductFacts, MemoryProfileRecords
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.profiles import (
    Activity,
    ActivityUnusable,
    Deed,
    Facts,
    Kind,
    Lifecycle,
    ProfileChange,
    Profiles,
    Shopkeeping,
    Shopper,
    StaleProfile,
    Touched,
)
from chalicelib.profiles.folding import MAX_TRAITS
from tests.support.shoppers import AT_CHECKOUT, DRESS, NOW, TwinShop, activity, without_version

HOUR = timedelta(hours=1)
FACTS = st.builds(
    Facts,
    brand=st.sampled_from([None, "山野", "云织", "晨雾", "小麦", "拾光", "北屿", "青禾"]),
    category_path=st.sampled_from([(), ("户外", "露营", "帐篷"), ("女装", "裙装", "连衣裙"), ("美妆", "护肤")]),
    tags=st.sampled_from([(), ("轻量",), ("新品", "热卖")]),
    price=st.one_of(st.none(), st.integers(0, 900_000)),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Activity]:
    """Up to 25 activities of one shopper in the log's order, their event times out of order."""
    count = draw(st.integers(1, 25))
    return [
        Activity(
            f"{position:040d}",
            draw(st.sampled_from(list(Deed))),
            NOW - HOUR * draw(st.integers(0, 24 * 80)),
            tuple(Touched(None, facts) for facts in draw(st.lists(FACTS, max_size=2))),
            draw(st.one_of(st.none(), st.integers(0, 300_000))),
            draw(
                st.dictionaries(st.sampled_from(["name", "email", "城市"]), st.one_of(st.none(), st.text()), max_size=2)
            ),
            until=draw(st.one_of(st.none(), st.integers(1, 200).map(lambda hours: NOW + HOUR * hours))),
        )
        for position in range(1, count + 1)
    ]


def projected(batches: Sequence[Sequence[Activity]]) -> Shopper:
    shop = TwinShop()
    for batch in batches:
        shop.profiles.project("u1", batch)
    return shop.records.load("u1")


@given(histories(), st.data())
@settings(max_examples=40, deadline=None)
def test_batch_boundaries_and_redelivery_leave_no_trace(history: list[Activity], data: st.DataObject) -> None:
    batches, done = [], 0
    while done < len(history):
        # Each delivery begins at or before the place the last one reached, as a stream does after a failure.
        begin = data.draw(st.integers(0, done))
        end = data.draw(st.integers(done + 1, len(history)))
        batches.append(history[begin:end])
        done = end
        if data.draw(st.booleans()):
            batches.append(batches[-1])
    assert without_version(projected(batches)) == without_version(projected([history]))


@given(histories())
@settings(max_examples=25, deadline=None)
def test_a_profile_comes_back_from_its_items_as_it_was(history: list[Activity]) -> None:
    shopper = projected([history])
    assert to_profile(profile_item("u1", shopper.profile, 4)) == shopper.profile
    assert to_traits(traits_item("u1", shopper.traits)) == shopper.traits
    assert {tag: to_tag(tag, tag_item("u1", each, 4)) for tag, each in shopper.tags.items()} == shopper.tags


@given(histories())
@settings(max_examples=25, deadline=None)
def test_counters_and_recency_do_not_depend_on_the_order_of_arrival(history: list[Activity]) -> None:
    turned = [replace(each, sequence=f"{position:040d}") for position, each in enumerate(reversed(history), start=1)]
    one, other = projected([history]).profile, projected([turned]).profile
    assert (one.counters, one.recency, one.reminded) == (other.counters, other.recency, other.reminded)


@given(histories(), st.data())
@settings(max_examples=25, deadline=None)
def test_dying_around_any_write_changes_nothing_after_redelivery(history: list[Activity], data: st.DataObject) -> None:
    shop = TwinShop()
    dying = DyingRecords(shop.records)
    profiles = over(shop, dying)
    cut = data.draw(st.integers(0, len(history)))
    for batch in (history[:cut], history[cut:]):
        dying.next_death = data.draw(st.sampled_from(["before", "after", None]))
        try:
            profiles.project("u1", batch)
        except Unavailable:
            profiles.project("u1", batch)
    assert without_version(shop.records.load("u1")) == without_version(projected([history]))


def over(shop: TwinShop, records: Any) -> Profiles:
    """Profiles over other records."""
    history = LoggedActivities(shop.log, shop.clock)
    return Profiles(
        records,
        MemoryProductFacts(),
        history,
        shop.clock,
        SeededRandomness("over"),
        Shopkeeping(zone=ZoneInfo("Asia/Shanghai")),
    )


class DyingRecords:
    """Records whose next write is lost, or done without an answer."""

    def __init__(self, records: MemoryProfileRecords) -> None:
        self._records = records
        self.next_death: str | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def save(self, change: ProfileChange) -> None:
        death, self.next_death = self.next_death, None
        if death == "before":
            raise Unavailable("died before the write")
        self._records.save(change)
        if death == "after":
            raise Unavailable("died after the write")


class ContestedRecords:
    """Records that someone else writes to just before each of the first ``times`` saves."""

    def __init__(self, records: MemoryProfileRecords, others: Profiles, times: int) -> None:
        self._records = records
        self._others = others
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def save(self, change: ProfileChange) -> None:
        if self._times:
            self._times -= 1
            self._others.set_tag("u1", "vip", str(self._times))
        self._records.save(change)


def test_a_projection_that_meets_another_writer_loses_neither_change() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1)])
    contested = ContestedRecords(shop.records, shop.profiles, times=2)
    assert over(shop, contested).project("u1", [activity(2)])
    shopper = shop.profiles.get("u1")
    assert (shopper.profile.counters.views, shopper.tags["vip"].value) == (2, "0")


def test_a_profile_that_others_keep_changing_is_given_up_for_now() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1)])
    contested = ContestedRecords(shop.records, shop.profiles, times=99)
    with pytest.raises(StaleProfile):
        over(shop, contested).project("u1", [activity(2)])


def test_behaviours_are_counted() -> None:
    deeds = [Deed.VIEWED, Deed.SEARCHED, Deed.ADDED_TO_CART, Deed.WISHED, Deed.CLICKED, Deed.AT_CART, Deed.SEEN]
    shopper = projected([[activity(position, deed) for position, deed in enumerate(deeds, 1)]])
    counters = shopper.profile.counters
    assert (counters.seen, counters.views, counters.searches, counters.carts, counters.wishes) == (7, 1, 1, 1, 1)


def test_orders_and_refunds_are_counted_in_fen() -> None:
    shopper = projected([[activity(1, Deed.ORDERED, amount=5997), activity(2, Deed.REFUNDED, amount=1000)]])
    counters = shopper.profile.counters
    assert (counters.orders, counters.spend, counters.refunds, counters.refunded) == (1, 5997, 1, 1000)


def test_a_product_teaches_its_brand_its_price_band_and_its_categories_the_special_one_most() -> None:
    affinities = projected([[activity(1, Deed.ADDED_TO_CART)]]).profile.affinities
    assert affinities.top(Kind.BRAND, NOW) == ("山野", pytest.approx(3.0, rel=1e-3))
    assert affinities.top(Kind.PRICE_BAND, NOW) == ("200-500", pytest.approx(3.0, rel=1e-3))
    assert affinities.weights(Kind.CATEGORY, NOW) == {
        "帐篷": pytest.approx(3.0, rel=1e-3),
        "露营": pytest.approx(1.5, rel=1e-3),
        "户外": pytest.approx(0.75, rel=1e-3),
    }


def test_what_the_event_left_out_comes_from_the_catalogue_and_what_it_says_wins() -> None:
    shop = TwinShop({"p1": DRESS})
    shop.profiles.project("u1", [activity(1, touched=(Touched("p1", Facts(brand="山野")),))])
    affinities = shop.profiles.get("u1").profile.affinities
    assert [name for name, _ in affinities.weights(Kind.BRAND, NOW).items()] == ["山野"]
    assert "连衣裙" in affinities.weights(Kind.CATEGORY, NOW)


def test_a_late_event_moves_no_recency_back() -> None:
    shopper = projected([[activity(1), activity(2, at=NOW - timedelta(days=3))]])
    recency = shopper.profile.recency
    assert (recency.first_seen, recency.last_seen, recency.last_view) == (NOW - timedelta(days=3), NOW, NOW)


def test_an_event_applied_before_is_not_applied_again() -> None:
    shop = TwinShop()
    assert shop.profiles.project("u1", [activity(9)])
    assert not shop.profiles.project("u1", [activity(9), activity(1)])
    assert shop.profiles.get("u1").profile.version == 1


def test_sequences_are_compared_as_numbers_of_any_length() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(9), activity(10), activity(10**20)])
    assert shop.profiles.get("u1").profile.counters.views == 3


def test_with_personalisation_off_orders_are_counted_and_nothing_is_learnt() -> None:
    shop = TwinShop()
    shop.privacy.set_personalisation("u1", False, AT_CHECKOUT)
    shop.profiles.project("u1", [activity(1), activity(2, Deed.ORDERED, amount=500_000)])
    shopper = shop.profiles.get("u1")
    counters = shopper.profile.counters
    assert (counters.seen, counters.views, counters.orders, counters.spend) == (2, 0, 1, 500_000)
    assert (shopper.profile.affinities.scores, shopper.profile.learnt, shopper.tags) == ({}, 0, {})


def test_a_trait_told_later_wins_however_late_the_other_arrives() -> None:
    newer = activity(1, Deed.IDENTIFIED, NOW, traits={"email": "new@example.com", "name": "小林"})
    older = activity(2, Deed.IDENTIFIED, NOW - HOUR, traits={"email": "old@example.com", "city": "杭州"})
    traits = projected([[newer, older]]).traits
    assert traits.values() == {"email": "new@example.com", "name": "小林", "city": "杭州"}


def test_a_trait_told_as_null_is_taken_back() -> None:
    told = activity(1, Deed.IDENTIFIED, NOW, traits={"phone": "13800000000"})
    taken = activity(2, Deed.IDENTIFIED, NOW + HOUR, traits={"phone": None})
    traits = projected([[told, taken]]).traits
    assert (traits.values(), traits.phone) == ({}, None)


def test_traits_are_bounded_in_number_and_size() -> None:
    many = {f"trait{position}": position for position in range(MAX_TRAITS + 10)} | {"essay": "长" * 400}
    values = projected([[activity(1, Deed.IDENTIFIED, traits={"essay": "长" * 400} | many)]]).traits.values()
    assert len(values) == MAX_TRAITS
    assert "essay" not in values


def test_an_activity_that_cannot_be_applied_is_named() -> None:
    shop = TwinShop()
    broken = activity(2, touched=(Touched(None, Facts(price="cheap")),))  # type: ignore[arg-type]
    with pytest.raises(ActivityUnusable) as refused:
        shop.profiles.project("u1", [activity(1), broken, activity(3)])
    assert refused.value.sequence == broken.sequence


def test_a_well_filled_profile_is_stored_in_a_kilobyte() -> None:
    categories = ["露营帐篷", "登山背包", "户外照明", "睡袋防潮垫", "连衣裙", "半身裙", "手冲咖啡", "面部护肤"]
    history = [
        activity(
            position,
            Deed.ORDERED,
            NOW + HOUR * position,
            amount=123_456,
            touched=(
                Touched(
                    f"p{position}",
                    Facts(
                        f"品牌名称{position}",
                        (f"大类{position}", "中类", name),
                        ("新品",),
                        9999,
                        size=f"女装 {position % 7}XL",
                    ),
                ),
            ),
        )
        for position, name in enumerate(categories * 4, 1)
    ]
    item = profile_item("1234567890123", projected([history]).profile, 4)
    size = sum(len(name) + len(str(value).encode()) for name, value in item.items())
    assert size <= 1024, f"{size} bytes: {item[BODY]}"
    stored = msgspec.json.decode(item[BODY])["a"]
    assert (len(stored["c"]), len(stored["s"])) == (8, 5)


SHOE = Facts("踏川", ("鞋靴箱包", "运动鞋"), (), 29_900, sizes={"sku-42": "鞋 42", "42": "鞋 42", "43码": "鞋 43"})


@pytest.mark.parametrize(
    ("deed", "choices", "expected"),
    [
        (Deed.ADDED_TO_CART, ("sku-42",), {"鞋 42": 3.0}),
        (Deed.ORDERED, ("黑色/43码", "黑色", "43码"), {"鞋 43": 5.0}),
        (Deed.ORDERED, ("47",), {}),
        (Deed.ORDERED, (), {}),
        (Deed.VIEWED, ("sku-42",), {}),
        (Deed.WISHED, ("sku-42",), {}),
    ],
)
def test_who_takes_a_size_teaches_it_and_who_looks_does_not(
    deed: Deed, choices: tuple[str, ...], expected: dict[str, float]
) -> None:
    shop = TwinShop({"p1": SHOE})
    shop.profiles.project("u1", [activity(1, deed, touched=(Touched("p1", choices=choices),))])
    weights = shop.profiles.get("u1").profile.affinities.weights(Kind.SIZE, NOW)
    assert weights == pytest.approx(expected, rel=1e-3)


def test_the_catalogue_knows_a_size_better_than_the_event_does() -> None:
    shop = TwinShop({"p1": SHOE})
    said = Touched("p1", Facts(size="裤 42"), ("42",))
    unknown = Touched("elsewhere", Facts(size="裤 31"), ("31",))
    shop.profiles.project("u1", [activity(1, Deed.ORDERED, touched=(said, unknown))])
    assert set(shop.profiles.get("u1").profile.affinities.weights(Kind.SIZE, NOW)) == {"鞋 42", "裤 31"}


def test_a_shopper_is_new_until_the_first_order_or_a_week_has_passed() -> None:
    assert projected([[activity(1)]]).profile.lifecycle is Lifecycle.NEW
    assert projected([[activity(1), activity(2, Deed.ORDERED)]]).profile.lifecycle is Lifecycle.ACTIVE
    assert projected([[activity(1), activity(2, at=NOW + timedelta(days=7))]]).profile.lifecycle is Lifecycle.ACTIVE
