"""The queue of audience pages on SQS."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.campaigns import PageMessage
from chalicelib.core.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_CALL_MESSAGES: Final = 10


class SqsPageQueue:
    """``PageQueue`` on SQS. A half-refused call is refused as a whole: putting a page twice is harmless."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, messages: Sequence[PageMessage]) -> None:
        for start in range(0, len(messages), _CALL_MESSAGES):
            self._put(messages[start : start + _CALL_MESSAGES])

    def _put(self, messages: Sequence[PageMessage]) -> None:
        entries: Any = [
            {"Id": str(position), "MessageBody": msgspec.json.encode(message).decode()}
            for position, message in enumerate(messages)
        ]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("the campaign queue cannot be reached, try again") from error
        if answer.get("Failed"):
            raise Unavailable("the campaign queue refused some pages, try again")
