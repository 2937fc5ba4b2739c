"""The laptop's pump keeps the promises of Lambda's event source mappings."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import MovableClock
from infra.local import sources
from infra.local.cloud import LocalCloud
from infra.local.pump import Pump, Schedule, rate_interval
from infra.local.sources import STREAM_TRIES, QueueSource, StreamSource

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalCloud]:
    monkeypatch.setattr(sources, "RETRY_AFTER_SECONDS", 0)
    with LocalCloud() as running:
        yield running


@pytest.fixture
def table(cloud: LocalCloud) -> str:
    cloud.client("dynamodb").create_table(
        TableName="things",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return "things"


class Recorder:
    """A handler that notes what it saw and fails what it is told to fail."""

    def __init__(self, failing: set[str] | None = None) -> None:
        self.seen: list[str] = []
        self.failing = failing or set()

    def stream(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        failures = []
        for record in event["Records"]:
            name = record["dynamodb"]["Keys"]["pk"]["S"]
            self.seen.append(name)
            if name in self.failing:
                failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
                break
        return {"batchItemFailures": failures}

    def queue(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        self.seen += [record["body"] for record in event["Records"]]
        failed = [record["messageId"] for record in event["Records"] if record["body"] in self.failing]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def put(cloud: LocalCloud, table: str, *names: str) -> None:
    for name in names:
        cloud.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": name}, "v": {"S": "一"}})


def drain(source: StreamSource | QueueSource) -> int:
    return Pump([source], [], MovableClock(NOW)).drain()


def test_a_stream_reaches_its_handler_in_order(cloud: LocalCloud, table: str) -> None:
    recorder = Recorder()
    source = StreamSource("things", cloud.client, table, recorder.stream, pytest.fail)
    names = [f"n{number}" for number in range(250)]
    put(cloud, table, *names)
    assert drain(source) == 250
    assert recorder.seen == names


def test_a_write_that_changes_nothing_makes_no_record(cloud: LocalCloud, table: str) -> None:
    recorder = Recorder()
    source = StreamSource("things", cloud.client, table, recorder.stream, pytest.fail)
    put(cloud, table, "a", "a", "b")
    drain(source)
    assert recorder.seen == ["a", "b"]


def test_a_failing_record_is_tried_again_and_what_follows_waits(cloud: LocalCloud, table: str) -> None:
    recorder = Recorder(failing={"b"})
    source = StreamSource("things", cloud.client, table, recorder.stream, pytest.fail)
    put(cloud, table, "a", "b", "c")
    assert source.poll() == 1
    recorder.failing.clear()
    drain(source)
    assert recorder.seen == ["a", "b", "b", "c"]


def test_a_record_that_never_succeeds_is_set_aside_and_the_rest_goes_on(cloud: LocalCloud, table: str) -> None:
    dead: list[dict[str, Any]] = []
    recorder = Recorder(failing={"b"})
    source = StreamSource("things", cloud.client, table, recorder.stream, dead.append)
    put(cloud, table, "a", "b", "c")
    for _ in range(STREAM_TRIES + 2):
        source.poll()
    assert recorder.seen == ["a", *["b"] * STREAM_TRIES, "c"]
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in dead] == ["b"]


def test_a_raising_handler_fails_its_whole_batch(cloud: LocalCloud, table: str) -> None:
    def explode(event: dict[str, Any], context: Any) -> None:
        raise RuntimeError("boom")

    dead: list[dict[str, Any]] = []
    source = StreamSource("things", cloud.client, table, explode, dead.append)
    put(cloud, table, "a")
    for _ in range(STREAM_TRIES):
        source.poll()
    assert len(dead) == 1


def test_a_queue_message_that_failed_comes_back_and_the_others_do_not(cloud: LocalCloud) -> None:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="things")["QueueUrl"]
    for body in ("a", "b", "c"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    recorder = Recorder(failing={"b"})
    source = QueueSource("things", sqs, url, recorder.queue)
    assert source.poll() == 2
    recorder.failing.clear()
    assert drain(source) == 1
    assert sorted(recorder.seen) == ["a", "b", "b", "c"]


def test_handlers_see_records_as_lambda_delivers_them(cloud: LocalCloud, table: str) -> None:
    seen: list[dict[str, Any]] = []
    source = StreamSource(
        "things", cloud.client, table, lambda event, context: seen.extend(event["Records"]), pytest.fail
    )
    put(cloud, table, "a")
    drain(source)
    (record,) = seen
    assert record["eventName"] == "INSERT"
    assert record["dynamodb"]["NewImage"] == {"pk": {"S": "a"}, "v": {"S": "一"}}
    assert isinstance(record["dynamodb"]["ApproximateCreationDateTime"], float)
    assert record["eventSourceARN"].startswith("arn:aws:dynamodb:")
    json.dumps(record)


@pytest.mark.parametrize(
    ("expression", "interval"),
    [
        ("rate(5 minutes)", timedelta(minutes=5)),
        ("rate(1 hour)", timedelta(hours=1)),
        ("rate(2 days)", timedelta(days=2)),
    ],
)
def test_rates_are_read_as_eventbridge_reads_them(expression: str, interval: timedelta) -> None:
    assert rate_interval(expression) == interval


def test_a_schedule_fires_when_the_shops_clock_has_moved_past_its_interval() -> None:
    fired: list[str] = []
    clock = MovableClock(NOW)
    schedule = Schedule("tick", timedelta(minutes=5), lambda event, context: fired.append(event["time"]), NOW)
    pump = Pump([], [schedule], clock)
    assert pump.fire_due() == []
    clock.advance(timedelta(minutes=5))
    assert pump.fire_due() == ["tick"]
    assert pump.fire_due() == []
    assert fired == ["2026-11-01T00:05:00Z"]
