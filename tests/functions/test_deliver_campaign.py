"""The campaign queue's messages: delivered, to be delivered again, or set aside with the reason."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.adapters.memory.core import MemoryFailures
from chalicelib.campaigns import PageMessage, PageUnfinished, RunNotFound
from chalicelib.core.settings import Settings
from functions.deliver_campaign.handler import DELIVERING, handle


class Deliveries:
    """Deliveries that note what they were given, and fail by the run's name."""

    def __init__(self) -> None:
        self.pages: list[PageMessage] = []

    def deliver_page(self, message: PageMessage) -> None:
        self.pages.append(message)
        troubles = {"held": PageUnfinished("held"), "gone": RunNotFound("there is no such run"), "bug": KeyError("bug")}
        if message.run_id in troubles:
            raise troubles[message.run_id]


@pytest.fixture
def services() -> Iterator[Any]:
    services: Any = wiring.Services(Settings(), client=lambda _: None)
    services.deliveries, services.failures = Deliveries(), MemoryFailures()
    wiring.install(services)
    yield services
    wiring.install(None)


def record(run_id: str, body: str | None = None) -> dict[str, Any]:
    page = {"campaign_id": "recall", "run_id": run_id, "occurrence": "2026-11-22T12:00:00Z", "shard": 1, "cursor": "li"}
    return {
        "messageId": f"message-{run_id}",
        "receiptHandle": "handle",
        "body": json.dumps(page) if body is None else body,
        "attributes": {"SentTimestamp": "1795309380000"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }


def answer_to(*records: dict[str, Any]) -> list[str]:
    return [each["itemIdentifier"] for each in handle({"Records": list(records)}, None)["batchItemFailures"]]


def test_a_page_is_delivered(services: Any) -> None:
    assert answer_to(record("run-1")) == []
    (page,) = services.deliveries.pages
    assert (page.campaign_id, page.run_id, page.shard, page.cursor) == ("recall", "run-1", 1, "li")


def test_only_what_may_succeed_later_comes_again(services: Any) -> None:
    assert answer_to(record("held"), record("run-1"), record("gone"), record("bug")) == ["message-held", "message-bug"]
    assert len(services.deliveries.pages) == 4


@pytest.mark.parametrize("body", ["", "{", "{}", '{"campaign_id": 1}', "[]"])
def test_a_message_that_is_no_page_is_set_aside_once(services: Any, body: str) -> None:
    assert answer_to(record("odd", body), record("odd", body)) == []
    (failure,), _ = services.failures.list(10)
    assert (failure.source, failure.body) == (DELIVERING, body)


def test_a_page_of_a_run_that_does_not_exist_is_set_aside_with_the_reason(services: Any) -> None:
    assert answer_to(record("gone")) == []
    (failure,), _ = services.failures.list(10)
    assert failure.reason == "there is no such run"
