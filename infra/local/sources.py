"""Queues and streams as Lambda's event source mappings read them: batches in, partial failures honoured."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Protocol

from infra.local.cloud import REGION

Handler = Callable[[dict[str, Any], Any], Any]
QUEUE_BATCH = 10
STREAM_BATCH = 100
STREAM_TRIES = 5
RETRY_AFTER_SECONDS = 1


class Source(Protocol):
    """Something that feeds a handler."""

    name: str

    def poll(self) -> int:
        """Hand the next batch to the handler; how many records were done with. 0: nothing to do right now."""
        ...


def lambda_context(name: str) -> Any:
    """The part of Lambda's context object that handlers read."""
    return SimpleNamespace(
        function_name=name,
        function_version="$LATEST",
        memory_limit_in_mb=512,
        invoked_function_arn=f"arn:aws:lambda:{REGION}:123456789012:function:{name}",
        aws_request_id=f"laptop-{name}",
        get_remaining_time_in_millis=lambda: 60_000,
    )


def _failed_ids(answer: Any) -> set[str]:
    return {failure["itemIdentifier"] for failure in (answer or {}).get("batchItemFailures", [])}


@dataclass
class QueueSource:
    """An SQS queue; messages that failed come back after a moment, and after too many times go to the queue's DLQ.

    ``delivered`` holds the bodies of messages that were done with.
    """

    name: str
    sqs: Any
    url: str
    handler: Handler
    delivered: list[str] = field(default_factory=list)

    def poll(self) -> int:
        answer = self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=QUEUE_BATCH, MessageSystemAttributeNames=["All"]
        )
        messages = answer.get("Messages", [])
        if not messages:
            return 0
        failed = self._handle(messages)
        done = [message for message in messages if message["MessageId"] not in failed]
        for message in done:
            self.delivered.append(message["Body"])
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        for message in messages:
            if message["MessageId"] in failed:
                self.sqs.change_message_visibility(
                    QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=RETRY_AFTER_SECONDS
                )
        return len(done)

    def _handle(self, messages: list[dict[str, Any]]) -> set[str]:
        records = [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message.get("Attributes", {}),
                "messageAttributes": {},
                "md5OfBody": message.get("MD5OfBody", ""),
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{self.url.rsplit('/', 1)[-1]}",
                "awsRegion": REGION,
            }
            for message in messages
        ]
        try:
            return _failed_ids(self.handler({"Records": records}, lambda_context(self.name)))
        except Exception as error:  # noqa: BLE001 - as Lambda: whatever a handler raises fails its whole batch
            print(f"  {self.name} raised {type(error).__name__}: {error}")
            return {message["MessageId"] for message in messages}


class StreamSource:
    """A DynamoDB stream; a failing record is tried again with what follows it, then given to ``give_up``."""

    def __init__(
        self,
        name: str,
        cloud_client: Callable[[str], Any],
        table: str,
        handler: Handler,
        give_up: Callable[[dict[str, Any]], Any],
    ) -> None:
        self.name = name
        self._handler = handler
        self._give_up = give_up
        self._streams = cloud_client("dynamodbstreams")
        description = cloud_client("dynamodb").describe_table(TableName=table)["Table"]
        self._arn = description["LatestStreamArn"]
        self._iterators: dict[str, str | None] = {}
        self._waiting: list[dict[str, Any]] = []
        self._tries = 0
        self._try_again_at = 0.0

    def poll(self) -> int:
        if not self._waiting:
            self._waiting = self._next_records()
            self._tries = 0
        if not self._waiting or time.monotonic() < self._try_again_at:
            return 0
        return self._settle(self._failures(self._waiting))

    def _settle(self, failed: set[str]) -> int:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in self._waiting]
        first = min((numbers.index(number) for number in failed if number in numbers), default=len(numbers))
        if first:
            self._tries = 0
        self._waiting = self._waiting[first:]
        if not self._waiting:
            return first
        self._tries += 1
        if self._tries < STREAM_TRIES:
            self._try_again_at = time.monotonic() + RETRY_AFTER_SECONDS
            return first
        self._give_up(self._waiting.pop(0))
        self._tries = 0
        return first + 1

    def _failures(self, records: list[dict[str, Any]]) -> set[str]:
        try:
            return _failed_ids(self._handler({"Records": records}, lambda_context(self.name)))
        except Exception as error:  # noqa: BLE001 - as Lambda: whatever a handler raises fails its whole batch
            print(f"  {self.name} raised {type(error).__name__}: {error}")
            return {record["dynamodb"]["SequenceNumber"] for record in records}

    def _next_records(self) -> list[dict[str, Any]]:
        shards = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        for shard in shards:
            if shard["ShardId"] not in self._iterators:
                started = self._streams.get_shard_iterator(
                    StreamArn=self._arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
                )
                self._iterators[shard["ShardId"]] = started["ShardIterator"]
        for shard_id, iterator in self._iterators.items():
            if iterator is None:
                continue
            answer = self._streams.get_records(ShardIterator=iterator, Limit=STREAM_BATCH)
            self._iterators[shard_id] = answer.get("NextShardIterator")
            if records := [self._as_lambda_sees_it(each) for each in answer["Records"] if _changed(each)]:
                return records
        return []

    def _as_lambda_sees_it(self, record: dict[str, Any]) -> dict[str, Any]:
        change = dict(record["dynamodb"])
        change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
        whole = {**record, "dynamodb": change, "eventSourceARN": self._arn, "awsRegion": REGION}
        text = json.dumps(whole, default=lambda raw: base64.b64encode(bytes(raw)).decode())
        plain: dict[str, Any] = json.loads(text)
        return plain


def _changed(record: dict[str, Any]) -> bool:
    """Whether DynamoDB would have made this record.

    moto also makes one for a write that changed nothing, and tells of an upsert twice, first with the key alone.
    """
    change = record["dynamodb"]
    image = change.get("NewImage")
    return image is None or image not in (change.get("OldImage"), change["Keys"])
