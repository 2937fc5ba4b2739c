"""The contract of ``EventLog``: the twin, moto and DynamoDB Local keep it alike."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb.event_log import DynamoEventLog, recorded_event
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.events import MemoryEventLog
from chalicelib.events import Call, Event, EventLog, Outcome
from tests.support.shoppers import NOW, event
from tests.support.stores import Store

HOUR = timedelta(hours=1)
DAYS = 90


@pytest.fixture
def log(store_or_twin: Store | None) -> EventLog:
    if store_or_twin is None:
        return MemoryEventLog()
    return DynamoEventLog(Table(store_or_twin.client, store_or_twin.names.events), DAYS)


def test_an_event_is_recorded_once(log: EventLog) -> None:
    assert [log.append(event()) for _ in range(3)] == [Outcome.RECORDED, Outcome.DUPLICATE, Outcome.DUPLICATE]
    assert log.of("u1", 10) == ([event()], None)


def test_a_retry_received_later_is_the_same_event(log: EventLog) -> None:
    log.append(event())
    assert log.append(event(received_at=NOW + HOUR)) is Outcome.DUPLICATE
    assert log.of("u1", 10)[0] == [event()]


def test_another_body_under_the_same_id_is_a_conflict_and_changes_nothing(log: EventLog) -> None:
    log.append(event())
    assert log.append(event(properties={"product_id": "p2"})) is Outcome.CONFLICT
    assert log.of("u1", 10)[0] == [event()]


def test_an_event_without_a_time_keeps_the_time_of_its_first_delivery(log: EventLog) -> None:
    first = event(is_time_given=False)
    again = event(is_time_given=False, at=NOW + HOUR, received_at=NOW + HOUR)
    assert [log.append(first), log.append(again)] == [Outcome.RECORDED, Outcome.DUPLICATE]
    other = event(is_time_given=False, at=NOW + HOUR, name="Product Clicked")
    assert log.append(other) is Outcome.CONFLICT
    assert log.of("u1", 10)[0] == [first]


@pytest.mark.parametrize("turn", [timedelta(0), datetime(2026, 11, 30, 23, 30, tzinfo=UTC) - NOW])
@pytest.mark.parametrize("apart", [timedelta(milliseconds=1), HOUR, -HOUR, 6 * HOUR, -6 * HOUR])
def test_the_same_message_id_with_another_time_is_the_same_event(
    log: EventLog, turn: timedelta, apart: timedelta
) -> None:
    first = event(at=NOW + turn)
    assert log.append(first) is Outcome.RECORDED
    assert log.append(event(at=NOW + turn + apart)) is Outcome.DUPLICATE
    assert log.append(event(at=NOW + turn + apart, name="Product Clicked")) is Outcome.CONFLICT
    assert log.of("u1", 10)[0] == [first]


def test_within_a_month_the_message_id_alone_counts(log: EventLog) -> None:
    first = event(at=datetime(2026, 11, 3, tzinfo=UTC))
    assert [log.append(first), log.append(event(at=datetime(2026, 11, 27, tzinfo=UTC)))] == [
        Outcome.RECORDED,
        Outcome.DUPLICATE,
    ]


def test_a_correction_that_comes_out_differently_does_not_make_another_event(log: EventLog) -> None:
    told = datetime(2026, 12, 1, 0, 0, 5, tzinfo=UTC)
    first = event(at=told - HOUR, original_at=told)
    again = event(at=told - HOUR - timedelta(milliseconds=40), original_at=told, received_at=NOW + HOUR)
    uncorrected = event(at=told)
    assert [log.append(each) for each in (first, again, uncorrected)] == [
        Outcome.RECORDED,
        Outcome.DUPLICATE,
        Outcome.DUPLICATE,
    ]
    assert log.of("u1", 10)[0] == [first]


@given(
    st.lists(
        st.tuples(st.sampled_from(["m1", "m2", "m3"]), st.integers(-6, 0), st.booleans()), min_size=1, max_size=12
    ),
    st.sampled_from([NOW, datetime(2026, 12, 1, 12, tzinfo=UTC), datetime(2027, 1, 1, 23, 59, tzinfo=UTC)]),
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_times_of_hours_of_deliveries_each_message_is_one_event(
    deliveries: list[tuple[str, int, bool]], until: datetime
) -> None:
    log = MemoryEventLog()
    for message_id, hours, is_given in deliveries:
        log.append(event(message_id, at=until + timedelta(hours=hours), is_time_given=is_given))
    assert sorted(each.message_id for each in log.of("u1", 20)[0]) == sorted({each[0] for each in deliveries})


def test_the_same_message_id_of_two_shoppers_is_two_events(log: EventLog) -> None:
    assert log.append(event()) is Outcome.RECORDED
    assert log.append(event(shopper_id="u2", user_id="u2")) is Outcome.RECORDED


def test_a_history_is_read_newest_first_by_event_time_in_pages(log: EventLog) -> None:
    for position in (3, 0, 4, 1, 2):
        log.append(event(f"消息#{position}", at=NOW - HOUR * position))
    read, cursor = [], None
    for _ in range(4):
        page, cursor = log.of("u1", 2, cursor)
        read += [each.message_id for each in page]
        if cursor is None:
            break
    assert read == [f"消息#{position}" for position in range(5)]


def test_a_history_over_months_goes_on_where_a_page_ended(log: EventLog) -> None:
    times = [NOW - timedelta(days=9 * position) for position in range(12)]
    for position, at in enumerate(reversed(times)):
        log.append(event(f"m{position % 5}-{position}", at=at))
    for size in (1, 3, 5, 12, 50):
        read: list[datetime] = []
        cursor: str | None = None
        for _ in range(20):
            page, cursor = log.of("u1", size, cursor)
            read += [each.at for each in page]
            if cursor is None:
                break
        assert read == times


@pytest.mark.parametrize("cursor", ["nonsense", "~", "\x00", "字"])
def test_a_cursor_nobody_gave_leads_to_a_page_not_to_an_error(log: EventLog, cursor: str) -> None:
    log.append(event())
    assert len(log.of("u1", 2, cursor)[0]) <= 1


def test_everything_of_an_event_comes_back(log: EventLog) -> None:
    whole = event(
        call=Call.IDENTIFY,
        name="",
        anonymous_id="a1",
        properties={"价格": 27.5, "大": 10**18, "列": [None, True, {"深": "\uffff\x00"}]},
        traits={"email": "a@example.com"},
        context={"ip": "1.2.3.4"},
    )
    log.append(whole)
    assert log.of("u1", 1)[0] == [whole]


def stream_of(store: Store) -> list[dict[str, Any]]:
    """Every record of the events table's stream."""
    streams = store.connect("dynamodbstreams")
    arn = store.client.describe_table(TableName=store.names.events)["Table"]["LatestStreamArn"]
    records: list[dict[str, Any]] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records += streams.get_records(ShardIterator=iterator)["Records"]
    return records


def test_the_stream_tells_of_a_recorded_event_once_and_of_duplicates_never(store: Store) -> None:
    log = DynamoEventLog(Table(store.client, store.names.events), DAYS)
    untimed = event("m2", is_time_given=False, at=NOW + HOUR)
    for each in (event(), event(), event(properties={"x": 1}), untimed, untimed):
        log.append(each)
    records = [record for record in stream_of(store) if record["eventName"] == "INSERT"]
    told = [recorded_event(record["dynamodb"]["NewImage"]) for record in records]
    assert [each for each in told if each] == [event(), untimed]
    assert all(record["eventName"] == "INSERT" for record in stream_of(store))


class DyingClient:
    """A client whose ``nth`` write dies: before it is done, or after, when the answer is lost."""

    def __init__(self, client: Any, nth: int, *, is_done: bool) -> None:
        self._client = client
        self._left = nth
        self._is_done = is_done

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, name)
        return method if name != "put_item" else self._put

    def _put(self, **arguments: Any) -> Any:
        self._left -= 1
        if self._left == 0 and not self._is_done:
            raise ConnectionError("died before the write")
        answer = self._client.put_item(**arguments)
        if self._left == 0:
            raise ConnectionError("died after the write")
        return answer


LAST_HOUR = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(("first", "is_given"), [(NOW, False), (LAST_HOUR, True)])
@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("is_done", [False, True])
def test_dying_around_any_write_leaves_one_event_after_the_retry(
    store: Store, nth: int, is_done: bool, first: datetime, is_given: bool
) -> None:
    def delivery(hours: int) -> Event:
        at = first + hours * HOUR
        return event(is_time_given=is_given, at=at, received_at=at)

    name = store.names.events
    dying = DynamoEventLog(Table(DyingClient(store.client, nth, is_done=is_done), name), DAYS)  # type: ignore[arg-type]
    log = DynamoEventLog(Table(store.client, name), DAYS)
    with pytest.raises(ConnectionError):
        dying.append(delivery(0))
    log.append(delivery(1))
    log.append(delivery(2))
    events, _ = log.of("u1", 10)
    assert len(events) == 1
    # The time is claimed by the first write: once that is done, no retry changes it.
    assert events[0].at == first + (HOUR if (nth, is_done) == (1, False) else 0 * HOUR)


@pytest.mark.parametrize("store", [pytest.param("dynamodb-local", marks=pytest.mark.engine)], indirect=True)
def test_an_event_in_the_table_costs_one_unit(store: Store) -> None:
    units: list[float] = []

    class Metered:
        def __getattr__(self, name: str) -> Any:
            return getattr(store.client, name)

        def put_item(self, **arguments: Any) -> Any:
            answer = store.client.put_item(**arguments, ReturnConsumedCapacity="TOTAL")
            units.append(answer["ConsumedCapacity"]["CapacityUnits"])
            return answer

    properties = {
        "product_id": "p1",
        "name": "轻量双人露营帐篷",
        "brand": "山野",
        "category": "户外 > 露营 > 帐篷",
        "price": 399,
    }
    log = DynamoEventLog(Table(Metered(), store.names.events), DAYS)  # type: ignore[arg-type]
    log.append(event("3f2504e0-4f89-11d3-9a0c-0305e82c3301", properties=properties, context={"library": {"name": "x"}}))
    assert units == [1.0]
