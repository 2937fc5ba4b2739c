"""The events queue on SQS."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.events.model import Event, QueueUnavailable, encode_event

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

CALL_MESSAGES = 10
CALL_BYTES = 256 * 1024 - 2048
"""SQS takes 256 KB a call, here with room for the entries' ids."""
_TRIES = 3
_PAUSE_SECONDS = 0.05


class SqsEventQueue:
    """``EventQueue`` on SQS: as few calls as their limits allow, and no event forgotten by a half-refused call."""

    def __init__(self, client: "SQSClient", url: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._url = url
        self._pause = pause

    def send(self, events: Sequence[Event]) -> None:
        for bodies in _calls([_message(event) for event in events]):
            self._send(bodies)

    def _send(self, bodies: list[str]) -> None:
        waiting = {str(position): body for position, body in enumerate(bodies)}
        for attempt in range(_TRIES):
            refused = self._refused(waiting)
            if not refused:
                return
            waiting = {entry_id: waiting[entry_id] for entry_id in refused}
            self._pause(_PAUSE_SECONDS * 2**attempt)
        raise QueueUnavailable(f"{len(waiting)} events could not be queued, send the batch again")

    def _refused(self, waiting: dict[str, str]) -> list[str]:
        entries: Any = [{"Id": entry_id, "MessageBody": body} for entry_id, body in waiting.items()]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            raise QueueUnavailable("the events could not be queued, send the batch again") from error
        return [failed["Id"] for failed in answer.get("Failed", [])]


def sendable(body: str) -> str:
    """A JSON text that SQS takes: it refuses a whole call for two characters that nothing keeps a shopper from typing."""
    return body.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def _message(event: Event) -> str:
    return sendable(encode_event(event))


def _calls(bodies: Sequence[str]) -> Iterator[list[str]]:
    call: list[str] = []
    size = 0
    for body in bodies:
        body_size = len(body.encode())
        if call and (len(call) == CALL_MESSAGES or size + body_size > CALL_BYTES):
            yield call
            call, size = [], 0
        call.append(body)
        size += body_size
    if call:
        yield call
