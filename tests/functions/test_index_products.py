"""The catalogue's stream to the index: what is written is found, what fails comes again or is set aside."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.adapters.dynamodb.products import DynamoProducts
from chalicelib.adapters.memory.core import MemoryFailures
from chalicelib.catalog import Product, ProductChange
from chalicelib.core.errors import Unavailable
from chalicelib.core.settings import Settings
from chalicelib.search import IndexingFailure
from functions.index_products.handler import handle
from infra.local.sources import StreamSource
from tests.support.stores import Store, moto_store

TITLELESS = {"b": {"S": '{"id": "帐", "title": " ", "price": 1}'}, "rev": {"N": "3"}}
TENT, LAMP, KETTLE = (Product(name, f"{name}子", 100) for name in ("帐", "灯", "壶"))


@dataclass
class Index:
    """An index that notes what it was given, and fails as told."""

    failing: dict[str, IndexingFailure] = field(default_factory=dict)
    error: Exception | None = None
    calls: list[list[ProductChange]] = field(default_factory=list)

    def apply(self, changes: Sequence[ProductChange]) -> Sequence[IndexingFailure]:
        self.calls.append(list(changes))
        if self.error:
            raise self.error
        return [self.failing[change.product_id] for change in changes if change.product_id in self.failing]


@dataclass
class Shop:
    products: DynamoProducts
    index: Index
    failures: MemoryFailures
    records: Callable[[], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with moto_store() as made:
        yield made


@pytest.fixture
def shop(store: Store) -> Iterator[Shop]:
    services: Any = wiring.Services(Settings(catalog_table=store.names.catalog), client=store.connect)
    services.indexing, services.failures = Index(), MemoryFailures()
    wiring.install(services)
    before = len(stream(store))
    yield Shop(services.products, services.indexing, services.failures, lambda: stream(store)[before:])
    for product in list(services.products.all()):
        services.products.delete(product.product_id)
    wiring.install(None)


def stream(store: Store) -> list[dict[str, Any]]:
    """The table's whole stream, as Lambda would see it."""
    seen: list[dict[str, Any]] = []
    source = StreamSource(
        "index_products", store.connect, store.names.catalog, lambda event, _: seen.extend(event["Records"]), print
    )
    while source.poll():
        continue
    return seen


def number(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def record_of(records: Sequence[dict[str, Any]], product_id: str) -> dict[str, Any]:
    """The last record of a product."""
    return [each for each in records if each["dynamodb"]["Keys"]["pk"]["S"] == f"P#{product_id}"][-1]


def answer_to(records: Sequence[dict[str, Any]]) -> list[str]:
    return [each["itemIdentifier"] for each in handle({"Records": records}, None)["batchItemFailures"]]


def test_a_batch_becomes_one_bulk_with_the_last_state_of_each_product(shop: Shop) -> None:
    for product in (TENT, LAMP, replace(TENT, price=200)):
        shop.products.put(product)
    shop.products.delete("灯")
    assert answer_to(shop.records()) == []
    ((first, second),) = shop.index.calls
    assert (first.product_id, first.product) == ("帐", replace(TENT, price=200))
    assert (second.product_id, second.product) == ("灯", None)


def test_a_failure_that_may_pass_names_the_first_record_to_come_again(shop: Shop) -> None:
    shop.products.put_many([TENT])
    shop.products.put_many([LAMP])
    shop.products.put_many([KETTLE])
    for name in ("壶", "灯"):
        shop.index.failing[name] = IndexingFailure(name, "too busy", is_retryable=True)
    records = shop.records()
    assert answer_to(records) == [number(record_of(records, "灯"))]
    assert shop.failures.list(10)[0] == []


def test_a_product_that_can_never_be_indexed_is_set_aside_once_and_holds_up_nobody(shop: Shop) -> None:
    shop.products.put_many([TENT, LAMP])
    shop.index.failing["帐"] = IndexingFailure("帐", "no such field: 颜色", is_retryable=False)
    records = shop.records()
    assert answer_to(records) == []
    assert answer_to(records) == []
    ((failure,), _) = shop.failures.list(10)
    assert (failure.source, failure.reason) == ("index_products", "no such field: 颜色")
    assert "帐子" in failure.body


def test_an_index_out_of_reach_makes_the_whole_batch_come_again(shop: Shop) -> None:
    shop.products.put_many([TENT, LAMP])
    shop.index.error = Unavailable("no index")
    records = shop.records()
    assert answer_to(records) == [
        number(next(each for each in records if len(each["dynamodb"].get("NewImage", {})) > 2))
    ]


def test_an_unexpected_error_is_lambdas_to_repeat(shop: Shop) -> None:
    shop.products.put(TENT)
    shop.index.error = RuntimeError("a bug")
    with pytest.raises(RuntimeError):
        handle({"Records": shop.records()}, None)


@pytest.mark.parametrize(
    "image", [{"b": {"S": "{}"}, "rev": {"N": "3"}}, {"b": {"S": "not json"}}, {"rev": {"S": "x"}}, TITLELESS]
)
def test_an_unreadable_record_is_set_aside_and_the_others_go_on(shop: Shop, image: dict[str, Any]) -> None:
    shop.products.put_many([TENT])
    shop.products.put_many([LAMP])
    records = shop.records()
    spoilt = record_of(records, "帐")
    spoilt["dynamodb"]["NewImage"] = {**spoilt["dynamodb"]["Keys"], **image}
    assert answer_to(records) == []
    ((failure,), _) = shop.failures.list(10)
    assert "unreadable record" in failure.reason
    assert [change.product_id for change in shop.index.calls[0]] == ["灯"]


def test_records_about_other_things_are_passed_over(shop: Shop, store: Store) -> None:
    store.client.put_item(TableName=store.names.catalog, Item={"pk": {"S": "RULES"}, "sk": {"S": "x"}, "a": {"S": "b"}})
    assert answer_to(shop.records()) == []
    assert shop.index.calls in ([], [[]])


def test_a_product_put_deleted_and_put_again_is_found_and_gone_in_a_real_index(store: Store) -> None:
    services: Any = wiring.Services(Settings(catalog_table=store.names.catalog), client=store.connect)
    services.failures = MemoryFailures()
    wiring.install(services)
    source = StreamSource("index_products", store.connect, store.names.catalog, handle, print)

    def drain() -> None:
        while source.poll():
            continue

    drain()
    for change, expected in [
        (lambda: services.products.put(TENT), 1),
        (lambda: services.products.delete("帐"), 0),
        (lambda: services.products.put(replace(TENT, price=300)), 1),
        (lambda: services.products.put(replace(TENT, is_on_sale=False)), 0),
        (lambda: services.products.put(TENT), 1),
    ]:
        change()
        drain()
        assert services.product_index.count() == expected
    services.products.delete("帐")
    wiring.install(None)
    assert services.failures.list(1)[0] == []
