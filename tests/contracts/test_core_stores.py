"""What keys, remembered answers and failures promise, kept by the twins, by moto and by DynamoDB Local alike."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.adapters.dynamodb.api_keys import DynamoApiKeys
from chalicelib.adapters.dynamodb.failures import DynamoFailures
from chalicelib.adapters.dynamodb.idempotency import DynamoIdempotencyRecords
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.core import MemoryApiKeys, MemoryFailures, MemoryIdempotencyRecords
from chalicelib.core.access import ApiKey, ApiKeys, Scope, hash_key
from chalicelib.core.failures import Failure, Failures
from chalicelib.core.idempotency import IdempotencyRecords, Remembered
from tests.support.stores import Store

NOW = datetime(2026, 11, 22, 8, 0, 0, 123_000, tzinfo=UTC)
KEY = ApiKey(hash_key("secret"), Scope.SEARCH, "小程序", NOW)


def _table(store: Store) -> Table:
    return Table(store.client, store.names.marketing)


@pytest.fixture
def keys(store_or_twin: Store | None) -> ApiKeys:
    return DynamoApiKeys(_table(store_or_twin)) if store_or_twin else MemoryApiKeys()


@pytest.fixture
def records(store_or_twin: Store | None) -> IdempotencyRecords:
    return DynamoIdempotencyRecords(_table(store_or_twin)) if store_or_twin else MemoryIdempotencyRecords()


@pytest.fixture
def failures(store_or_twin: Store | None) -> Failures:
    return DynamoFailures(_table(store_or_twin), 90) if store_or_twin else MemoryFailures()


def test_a_key_that_nobody_stored_is_not_found(keys: ApiKeys) -> None:
    assert keys.find(KEY.key_hash) is None
    assert keys.all() == []


def test_a_key_comes_back_as_it_was_stored(keys: ApiKeys) -> None:
    keys.put(KEY)
    assert keys.find(KEY.key_hash) == KEY


def test_a_key_that_is_revoked_comes_back_revoked(keys: ApiKeys) -> None:
    keys.put(KEY)
    revoked = replace(KEY, revoked_at=NOW + timedelta(hours=1))
    keys.put(revoked)
    assert keys.find(KEY.key_hash) == revoked
    assert keys.all() == [revoked]


def test_all_keys_are_listed_in_the_order_of_their_hashes(keys: ApiKeys) -> None:
    made = [replace(KEY, key_hash=hash_key(f"secret {number}"), scope=scope) for number, scope in enumerate(Scope)]
    for key in made:
        keys.put(key)
    assert keys.all() == sorted(made, key=lambda key: key.key_hash)


def test_the_first_request_gets_the_key_and_the_second_learns_that_it_is_running(records: IdempotencyRecords) -> None:
    assert records.begin("k", "d", NOW) is None
    assert records.begin("k", "d", NOW) == Remembered("d", None)


def test_a_repeated_request_gets_the_first_answer(records: IdempotencyRecords) -> None:
    records.begin("k", "d", NOW)
    records.finish("k", "d", 201, '{"名称":"连衣裙"}', NOW)
    assert records.begin("k", "d", NOW + timedelta(hours=1)) == Remembered("d", '{"名称":"连衣裙"}', 201)


def test_another_request_under_the_same_key_learns_the_digest_of_the_first(records: IdempotencyRecords) -> None:
    records.begin("k", "first", NOW)
    assert records.begin("k", "second", NOW) == Remembered("first", None)
    records.finish("k", "first", 200, "{}", NOW)
    assert records.begin("k", "second", NOW) == Remembered("first", "{}", 200)


def test_keys_do_not_know_of_each_other(records: IdempotencyRecords) -> None:
    records.begin("k", "d", NOW)
    assert records.begin("l", "d", NOW) is None


@pytest.mark.parametrize(("seconds", "is_free"), [(59, False), (60, False), (61, True)])
def test_a_request_whose_holder_died_a_minute_ago_may_be_tried_again(
    records: IdempotencyRecords, seconds: int, is_free: bool
) -> None:
    records.begin("k", "d", NOW)
    assert (records.begin("k", "d", NOW + timedelta(seconds=seconds)) is None) == is_free


def test_a_dead_holder_does_not_free_its_key_for_another_request(records: IdempotencyRecords) -> None:
    records.begin("k", "d", NOW)
    assert records.begin("k", "other", NOW + timedelta(minutes=5)) == Remembered("d", None)


@pytest.mark.parametrize(("hours", "is_free"), [(24, False), (47, False), (49, True)])
def test_an_answer_is_remembered_for_a_day_at_least_and_forgotten_after_two(
    records: IdempotencyRecords, hours: int, is_free: bool
) -> None:
    records.begin("k", "d", NOW)
    records.finish("k", "d", 200, "{}", NOW)
    assert (records.begin("k", "d", NOW + timedelta(hours=hours)) is None) == is_free


def test_a_key_freed_after_an_error_may_be_used_with_the_corrected_request(records: IdempotencyRecords) -> None:
    records.begin("k", "wrong", NOW)
    records.forget("k", "wrong")
    assert records.begin("k", "right", NOW) is None


def test_freeing_takes_nothing_from_another_holder_and_no_known_answer(records: IdempotencyRecords) -> None:
    records.forget("k", "never begun")
    records.begin("k", "d", NOW)
    records.forget("k", "other")
    assert records.begin("k", "d", NOW) == Remembered("d", None)
    records.finish("k", "d", 200, "{}", NOW)
    records.forget("k", "d")
    assert records.begin("k", "d", NOW) == Remembered("d", "{}", 200)


def test_of_many_requests_at_once_exactly_one_gets_the_key(store: Store) -> None:
    records = DynamoIdempotencyRecords(_table(store))
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: records.begin("k", "d", NOW), range(32)))
    assert answers.count(None) == 1


def _failure(number: int, **changes: object) -> Failure:
    made = Failure(f"f{number}", "record_events", "不是 JSON", '{"a":1}', NOW + timedelta(seconds=number))
    return replace(made, **changes)  # type: ignore[arg-type]


def test_failures_are_listed_newest_first(failures: Failures) -> None:
    for number in (2, 0, 1):
        failures.add(_failure(number))
    listed, cursor = failures.list(10)
    assert listed == [_failure(2), _failure(1), _failure(0)]
    assert cursor is None


def test_no_failures_make_an_empty_list(failures: Failures) -> None:
    assert failures.list(10) == ([], None)


@pytest.mark.parametrize("repeat", [_failure(1, reason="again"), _failure(1, failed_at=NOW + timedelta(days=1))])
def test_adding_a_failure_again_changes_nothing(failures: Failures, repeat: Failure) -> None:
    failures.add(_failure(1))
    failures.add(repeat)
    assert failures.list(10) == ([_failure(1)], None)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_of_failures_hold_each_failure_once(failures: Failures, limit: int) -> None:
    made = [_failure(number, failed_at=NOW + timedelta(seconds=number // 2)) for number in range(7)]
    for failure in made:
        failures.add(failure)
    assert _walk(failures.list, limit) == sorted(made, key=lambda each: (each.failed_at, each.failure_id), reverse=True)


def test_a_failure_is_found_by_its_id_and_remembers_when_it_was_replayed(failures: Failures) -> None:
    failures.add(_failure(1))
    assert failures.get("f1") == _failure(1)
    failures.mark_replayed("f1", NOW + timedelta(days=1))
    failures.mark_replayed("nobody", NOW)
    failures.add(_failure(1))
    replayed = _failure(1, replayed_at=NOW + timedelta(days=1))
    assert (failures.get("f1"), failures.get("nobody")) == (replayed, None)
    assert failures.list(10) == ([replayed], None)


def test_a_failure_expires_with_the_events(store: Store) -> None:
    DynamoFailures(_table(store), 90).add(_failure(0))
    (item,) = _table(store).scan()
    assert item["ttl"] == int((NOW + timedelta(days=90)).timestamp())


def _walk(page_of: "Callable[[int, str | None], tuple[object, str | None]]", limit: int) -> list[Failure]:
    seen: list[Failure] = []
    cursor: str | None = None
    for _ in range(20):
        page, cursor = page_of(limit, cursor)
        seen += page  # type: ignore[arg-type]
        if cursor is None:
            return seen
    raise AssertionError("the pages never end")
