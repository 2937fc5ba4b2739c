"""What every store of products promises: the twin, moto and DynamoDB Local."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import product_key
from chalicelib.adapters.dynamodb.products import DynamoProducts, read_change
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.products import MemoryProducts
from chalicelib.catalog import Product, ProductChange, Products, Sku
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from tests.support.stores import Store, local_store, moto_store

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
LAMP = Product(
    "灯/1",
    "陶瓷台灯",
    12_900,
    category_path=("家居", "灯具", "台灯"),
    brand="青禾",
    list_price=19_900,
    attributes={"材质": ("陶瓷", "亚麻"), "颜色": ("米白",)},
    tags=("新品",),
    skus=(Sku("灯/1-a", 12_900, 7, {"颜色": "米白"}), Sku("灯/1-b", 15_900, 0, {"颜色": "墨绿"})),
    sales_30d=12,
    stock=7,
    created_at=NOON,
)
KETTLE = Product("壶", "手冲壶", None)


@dataclass
class Kept:
    """A store under test and what its stream has said so far, oldest first."""

    products: Products
    changes: Callable[[], Sequence[ProductChange]]


@pytest.fixture(params=["memory", "moto", pytest.param("dynamodb-local", marks=pytest.mark.engine)])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        twin = MemoryProducts()
        yield Kept(twin, lambda: twin.changes)
        return
    if request.param == "moto":
        with moto_store() as store:
            yield _on_dynamodb(store)
    else:
        with local_store(request.getfixturevalue("dynamodb_local_url")) as store:
            yield _on_dynamodb(store)


def _on_dynamodb(store: Store) -> Kept:
    table = Table(store.client, store.names.catalog)
    return Kept(DynamoProducts(table, MovableClock(NOON)), lambda: stream_changes(store))


def stream_changes(store: Store) -> list[ProductChange]:
    changes = (read_change(record) for record in stream_records(store))
    return [change for change in changes if change is not None]


def stream_records(store: Store) -> Iterator[dict[str, Any]]:
    streams = store.connect("dynamodbstreams")
    arn = store.client.describe_table(TableName=store.names.catalog)["Table"]["LatestStreamArn"]
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            answer = streams.get_records(ShardIterator=iterator, Limit=1000)
            yield from answer["Records"]
            iterator = answer.get("NextShardIterator") if answer["Records"] else None


def test_a_product_comes_back_as_it_was_put(kept: Kept) -> None:
    assert kept.products.put(LAMP)
    assert kept.products.get("灯/1") == LAMP
    assert kept.products.get("壶") is None


def test_a_product_without_a_price_stays_without_one(kept: Kept) -> None:
    kept.products.put(KETTLE)
    assert kept.products.get("壶") == KETTLE


def test_an_unchanged_put_changes_nothing_and_nobody_hears_of_it(kept: Kept) -> None:
    kept.products.put(LAMP)
    reordered = replace(LAMP, attributes=dict(reversed(LAMP.attributes.items())))
    assert kept.products.put(LAMP) is False
    assert kept.products.put(reordered) is False
    assert kept.products.put_many([reordered]) == [False]
    assert len(kept.changes()) == 1


def test_every_change_is_heard_with_a_higher_revision(kept: Kept) -> None:
    kept.products.put(LAMP)
    kept.products.put(replace(LAMP, price=9_900))
    kept.products.delete("灯/1")
    kept.products.put(LAMP)
    changes = kept.changes()
    assert [change.product and change.product.price for change in changes] == [12_900, 9_900, None, 12_900]
    assert [change.revision for change in changes] == sorted({change.revision for change in changes})


def test_a_deleted_product_is_gone_until_it_is_put_again(kept: Kept) -> None:
    kept.products.put(LAMP)
    assert kept.products.delete("灯/1")
    assert kept.products.delete("灯/1") is False
    assert kept.products.get("灯/1") is None
    assert kept.products.get_many(["灯/1"]) == {}
    assert list(kept.products.all()) == []
    assert kept.products.put_many([LAMP]) == [True]
    assert kept.products.get("灯/1") == LAMP


def test_deleting_what_never_was_changes_nothing(kept: Kept) -> None:
    assert kept.products.delete("灯/1") is False
    assert list(kept.changes()) == []


def test_many_products_are_put_and_found_at_once(kept: Kept) -> None:
    many = [replace(KETTLE, product_id=f"壶{number}", price=number) for number in range(130)]
    assert kept.products.put_many(many[:100]) == [True] * 100
    assert kept.products.put_many(many[90:]) == [False] * 10 + [True] * 30
    assert kept.products.get_many([*(each.product_id for each in many), "壶0", "none"]) == {
        each.product_id: each for each in many
    }
    assert sorted(kept.products.all(), key=lambda each: each.price or 0) == many
    assert kept.products.put_many([]) == []


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "put_many", "delete"]), st.sampled_from("ab"), st.integers(0, 2)), max_size=15
)


@pytest.mark.parametrize("store", ["moto"], indirect=True)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, clock_jumps=st.lists(st.integers(-5, 5), min_size=15, max_size=15))
def test_revisions_rise_and_the_last_change_is_the_truth_in_any_interleaving(
    store: Store, steps: list[tuple[str, str, int]], clock_jumps: list[int]
) -> None:
    """The same steps on DynamoDB and on the twin: same answers, same stream but for the numbers, whatever clocks do."""
    already = len(stream_changes(store))
    clock = MovableClock(NOON)
    ours = DynamoProducts(Table(store.client, store.names.catalog), clock)
    twin = MemoryProducts()
    for before in "ab":
        if ours.delete(before):
            already += 1
    for (step, name, price), jump in zip(steps, clock_jumps, strict=False):
        clock.advance(timedelta(milliseconds=jump))
        assert _do(ours, step, name, price) == _do(twin, step, name, price)
    heard = stream_changes(store)
    assert [(each.product_id, each.product) for each in heard[already:]] == [
        (each.product_id, each.product) for each in twin.changes
    ]
    for name in "ab":
        revisions = [each.revision for each in heard if each.product_id == name]
        assert revisions == sorted(set(revisions))
        assert ours.get(name) == twin.get(name)


def _do(products: Products, step: str, name: str, price: int) -> object:
    product = Product(name, "壶", price)
    if step == "delete":
        return products.delete(name)
    return products.put(product) if step == "put" else products.put_many([product])


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_a_product_recreated_after_its_tombstone_was_cleared_away_continues_above_it(store: Store) -> None:
    table = Table(store.client, store.names.catalog)
    clock = MovableClock(NOON)
    products = DynamoProducts(table, clock)
    products.put(LAMP)
    products.delete("灯/1")
    table.delete(product_key("灯/1"))
    clock.advance(timedelta(seconds=1))
    products.put(LAMP)
    removed, recreated = [each.revision for each in stream_changes(store)][-2:]
    assert recreated > removed


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_an_item_removed_by_hand_is_a_deletion_above_its_last_revision(store: Store) -> None:
    table = Table(store.client, store.names.catalog)
    DynamoProducts(table, MovableClock(NOON)).put(LAMP)
    table.delete(product_key("灯/1"))
    put, removed = stream_changes(store)
    assert (removed.product, removed.revision) == (None, put.revision + 1)


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_a_change_of_an_old_product_stands_above_a_rebuild_that_began_before_it(store: Store) -> None:
    clock = MovableClock(NOON)
    products = DynamoProducts(Table(store.client, store.names.catalog), clock)
    products.put(LAMP)
    rebuild_began = int(clock.advance(timedelta(days=30)).timestamp() * 1000) - 1
    products.put(replace(LAMP, price=9_900))
    products.delete("灯/1")
    first, *later = [each.revision for each in stream_changes(store)]
    assert first < rebuild_began < min(later)


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_a_store_that_is_busy_half_way_is_finished_by_doing_it_again(store: Store) -> None:
    class Busy(Table):
        writes = 0

        def update(self, *arguments: Any, **options: Any) -> Item:
            self.writes += 1
            if self.writes == 3:
                raise Unavailable("busy")
            return super().update(*arguments, **options)

    products = DynamoProducts(Busy(store.client, store.names.catalog), MovableClock(NOON))
    many = [replace(KETTLE, product_id=str(number)) for number in range(6)]
    with pytest.raises(Unavailable):
        products.put_many(many)
    stored = len(products.get_many([each.product_id for each in many]))
    assert stored < 6
    assert products.put_many(many).count(True) == 6 - stored
    assert len(products.get_many([each.product_id for each in many])) == len(stream_changes(store)) == 6


def test_pages_hold_every_product_once(kept: Kept) -> None:
    expected = {f"p{number}" for number in range(7)}
    kept.products.put_many([Product(name, "杯子", 100) for name in sorted(expected)])
    kept.products.put(LAMP)
    kept.products.delete(LAMP.product_id)
    seen, after = [], None
    while True:
        products, after = kept.products.page(after, 3)
        assert len(products) <= 3
        seen += [product.product_id for product in products]
        if after is None:
            break
    assert sorted(seen) == sorted(expected)


LATER = int((NOON + timedelta(hours=1)).timestamp() * 1000)
"""A revision above those that the stores under test give at noon."""


def test_products_are_settled_as_of_a_revision_unless_they_changed_since(kept: Kept) -> None:
    kept.products.put_many([LAMP, KETTLE])
    cheap = replace(LAMP, price=1)
    assert kept.products.settle({"灯/1": cheap, "壶": None, "没有": None}, LATER) == 2
    assert kept.products.get("灯/1") == cheap
    assert kept.products.get("壶") is None
    # Again, and of an earlier moment: nothing more.
    assert kept.products.settle({"灯/1": LAMP, "壶": KETTLE}, LATER) == 0
    assert kept.products.settle({"灯/1": None}, LATER - 5) == 0
    assert kept.products.put(LAMP)
    assert kept.products.settle({"灯/1": cheap}, LATER) == 0
    assert kept.products.get("灯/1") == LAMP


def test_an_unchanged_product_is_settled_without_a_write_unless_it_must_look_changed(kept: Kept) -> None:
    kept.products.put(LAMP)
    assert kept.products.settle({"灯/1": LAMP}, LATER) == 0
    assert kept.products.put_many([LAMP], LATER) == [True]
    assert kept.products.put_many([LAMP], LATER) == [False]
    assert kept.products.settle({"灯/1": None}, LATER) == 0


def test_what_was_taken_out_since_is_not_settled_again(kept: Kept) -> None:
    assert kept.products.delete("灯/1", LATER)
    assert kept.products.settle({"灯/1": LAMP}, LATER) == 0
    assert kept.products.delete("灯/1", LATER) is False
    assert kept.products.get("灯/1") is None
