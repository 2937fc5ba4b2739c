"""The event archive: files by day, and every event of a day once."""

import io
import json
from argparse import Namespace
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.adapters.aws.event_archive import S3EventArchive
from chalicelib.adapters.memory.event_archive import MemoryEventArchive
from chalicelib.core.errors import Unavailable
from chalicelib.core.settings import Settings
from chalicelib.events import EventArchive, archived_events, encode_event, packed
from functions.archive_events import handler
from infra.local.archiving import act
from infra.local.cloud import LocalCloud
from infra.local.tables import create_archive
from tests.support.shoppers import NOW, event, stream

DAY = NOW.date()
EVENTS = [event(f"m{number}", properties={"product_id": "帐篷"}) for number in range(5)]


@pytest.fixture(params=["twin", "moto"])
def archive(request: pytest.FixtureRequest) -> Iterator[EventArchive]:
    if request.param == "twin":
        yield MemoryEventArchive()
        return
    with LocalCloud() as cloud:
        client = cloud.client("s3")
        yield S3EventArchive(client, create_archive(client, "test"))


@pytest.fixture
def worker(archive: EventArchive) -> Iterator[Any]:
    services = wiring.Services(Settings())
    vars(services)["event_archive"] = archive
    wiring.install(services)
    yield handler.handle
    wiring.install(None)


def test_files_come_back_by_day_in_the_order_of_their_names(archive: EventArchive) -> None:
    archive.put(DAY, "b", b"2")
    archive.put(DAY, "a", b"1")
    archive.put(DAY, "b", b"3")
    archive.put(DAY - timedelta(days=1), "z", b"0")
    assert list(archive.files(DAY)) == [b"1", b"3"]
    assert list(archive.days()) == [DAY - timedelta(days=1), DAY]
    assert list(archive.files(date(2000, 1, 1))) == []


def test_a_batch_of_the_stream_is_a_file_and_the_same_batch_again_is_the_same_file(
    archive: EventArchive, worker: Any
) -> None:
    for _ in range(2):
        assert worker({"Records": stream(EVENTS)}, None) == {"batchItemFailures": []}
    assert len(list(archive.files(DAY))) == 1
    assert list(archived_events(archive, DAY)) == EVENTS


def test_a_batch_that_comes_again_in_parts_makes_no_event_twice(archive: EventArchive, worker: Any) -> None:
    records = stream(EVENTS)
    worker({"Records": records}, None)
    for part in (records[:2], records[2:]):
        worker({"Records": part}, None)
    assert len(list(archive.files(DAY))) == 3
    assert list(archived_events(archive, DAY)) == EVENTS


def test_a_batch_over_midnight_is_a_file_of_each_day(archive: EventArchive, worker: Any) -> None:
    tomorrow = event("late", received_at=NOW + timedelta(days=1))
    worker({"Records": stream([*EVENTS, tomorrow])}, None)
    assert list(archive.days()) == [DAY, DAY + timedelta(days=1)]
    assert list(archived_events(archive, DAY + timedelta(days=1))) == [tomorrow]


def test_what_cannot_be_read_is_archived_as_it_is_and_left_out_when_read(archive: EventArchive, worker: Any) -> None:
    records = stream(EVENTS)
    records[1]["dynamodb"]["NewImage"] = {"pk": {"S": "S#u1"}, "sk": {"S": "E#?"}}
    records[2]["dynamodb"]["NewImage"]["b"] = {"S": "{}"}
    worker({"Records": records}, None)
    assert [each.message_id for each in archived_events(archive, DAY)] == ["m0", "m3", "m4"]


def test_an_archive_that_does_not_answer_is_asked_again_from_there(worker: Any, archive: EventArchive) -> None:
    class Silent:
        def put(self, *_: Any) -> None:
            raise Unavailable("not now")

    vars(wiring.services())["event_archive"] = Silent()
    assert worker({"Records": stream(EVENTS, first=7)}, None) == {"batchItemFailures": [{"itemIdentifier": "7"}]}


def test_the_same_events_make_the_same_bytes() -> None:
    lines = [encode_event(each) for each in EVENTS]
    assert packed(lines) == packed(lines)


def test_the_command_writes_a_day_as_json_lines(archive: EventArchive, worker: Any) -> None:
    worker({"Records": stream([*EVENTS, event("other", shopper_id="u2")])}, None)
    out = io.BytesIO()
    assert act(archive, Namespace(action="cat", day=DAY, shopper="u2"), out) == 0
    assert [json.loads(line)["message_id"] for line in out.getvalue().splitlines()] == ["other"]
    out = io.BytesIO()
    assert act(archive, Namespace(action="days"), out) == 0
    assert out.getvalue() == f"{DAY}\n".encode()
    assert act(archive, Namespace(action="cat", day=None, shopper=None), out) == 2
