"""Data keys: one is made once however many containers ask at once, none is ever lost, and only KMS opens them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.adapters.aws.kms import KmsKeyWrapper
from chalicelib.adapters.dynamodb.data_keys import DynamoDataKeys, KeyWrapper, LocalKeyWrapper
from chalicelib.adapters.dynamodb.keys import DATA_KEYS
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.data_keys import MemoryDataKeys
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SecureRandomness
from chalicelib.core.sealing import SECRET_BYTES, Sealer
from chalicelib.core.settings import Settings
from chalicelib.wiring import Services
from infra.local.cloud import LocalCloud
from tests.support.stores import Store

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
Keys = MemoryDataKeys | DynamoDataKeys


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def container(store_or_twin: Store | None, clock: MovableClock) -> Callable[[], Keys]:
    """Another container's view of the same shop's keys."""
    if store_or_twin is None:
        twin = MemoryDataKeys(SecureRandomness())
        return lambda: twin
    table = Table(store_or_twin.client, store_or_twin.names.marketing)
    return lambda: DynamoDataKeys(table, LocalKeyWrapper(SecureRandomness()), clock)


def test_the_first_who_asks_makes_the_first_key_and_all_use_it(container: Callable[[], Keys]) -> None:
    one, other = container(), container()
    key = one.current()
    assert (key.key_id, len(key.secret)) == ("k1", SECRET_BYTES)
    assert other.current() == one.first() == key
    assert one.ids() == ["k1"]


def test_a_new_key_seals_and_the_old_one_is_still_found(container: Callable[[], Keys], clock: MovableClock) -> None:
    one, other = container(), container()
    first = other.current()
    assert one.rotate() == "k2"
    second = one.current()
    assert second.key_id == "k2"
    assert (one.first(), one.find("k1")) == (first, first)
    clock.advance(timedelta(seconds=6))
    assert other.find("k2") == second
    clock.advance(timedelta(minutes=6))
    assert other.current() == second


def test_an_id_that_no_key_has_finds_none(container: Callable[[], Keys]) -> None:
    keys = container()
    keys.current()
    assert keys.find("k7") is None


class Counting(LocalKeyWrapper):
    def __init__(self) -> None:
        super().__init__(SecureRandomness())
        self.unwrapped = 0

    def unwrap(self, wrapped: bytes) -> bytes:
        self.unwrapped += 1
        return super().unwrap(wrapped)


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_a_container_asks_kms_once_for_each_key(store: Store, clock: MovableClock) -> None:
    wrapper = Counting()
    sealer = Sealer(DynamoDataKeys(Table(store.client, store.names.marketing), wrapper, clock))
    tokens = [sealer.seal(f"{number}@example.com", "li") for number in range(20)]
    assert [sealer.open(token) for token in tokens] == [f"{number}@example.com" for number in range(20)]
    assert wrapper.unwrapped == 1


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_forged_key_ids_do_not_make_us_read_the_table_each_time(store: Store, clock: MovableClock) -> None:
    table = Table(store.client, store.names.marketing)
    keys = DynamoDataKeys(table, LocalKeyWrapper(SecureRandomness()), clock)
    keys.current()
    reads: list[str] = []
    table.query_all = lambda pk, **_: reads.append(pk) or iter(())  # type: ignore[assignment, func-returns-value]
    assert [keys.find(f"k{number}") for number in range(5, 50)] == [None] * 45
    assert reads == []


class RacingWrapper(LocalKeyWrapper):
    """While one container has its key made, another stores its own."""

    def __init__(self, other: DynamoDataKeys) -> None:
        super().__init__(SecureRandomness())
        self._other = other

    def new(self) -> tuple[bytes, bytes]:
        self._other.rotate()
        return super().new()


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_of_two_containers_that_make_a_key_at_once_both_use_the_same_one(store: Store, clock: MovableClock) -> None:
    table = Table(store.client, store.names.marketing)
    other = DynamoDataKeys(table, LocalKeyWrapper(SecureRandomness()), clock)
    one = DynamoDataKeys(table, RacingWrapper(other), clock)
    assert one.current() == other.current()
    assert one.ids() == ["k1"]


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud() as opened:
        yield opened


@pytest.fixture
def kms(cloud: LocalCloud) -> KeyWrapper:
    client = cloud.client("kms")
    return KmsKeyWrapper(client, client.create_key()["KeyMetadata"]["Arn"])


def test_kms_wraps_a_key_and_opens_it_again(kms: KeyWrapper) -> None:
    secret, wrapped = kms.new()
    assert len(secret) == SECRET_BYTES
    assert secret not in wrapped
    assert kms.unwrap(wrapped) == secret


def test_the_table_alone_opens_nothing(cloud: LocalCloud, kms: KeyWrapper, clock: MovableClock) -> None:
    from infra.local.tables import create_tables

    table = Table(cloud.client("dynamodb"), create_tables(cloud.client("dynamodb"), "t").marketing)
    keys = DynamoDataKeys(table, kms, clock)
    secret = keys.current().secret
    (item,) = table.query_all(DATA_KEYS)
    assert secret not in item["w"]
    assert DynamoDataKeys(table, kms, clock).current().secret == secret


@pytest.mark.parametrize("call", ["new", "unwrap"])
def test_a_kms_that_refuses_is_unavailable_and_not_our_fault(cloud: LocalCloud, call: str) -> None:
    wrapper: Any = KmsKeyWrapper(cloud.client("kms"), "arn:aws:kms:us-east-1:123456789012:key/none")
    with pytest.raises(Unavailable):
        getattr(wrapper, call)(*([b"nothing"] if call == "unwrap" else []))


def test_a_deployed_shop_does_not_keep_its_key_beside_what_it_seals() -> None:
    with pytest.raises(ValueError, match="ZHAOHUI_SEALING_KEY"):
        _ = Services(Settings(stage="prod"), client=lambda service: None).data_keys
