"""Searches on their way to the log, through the events queue."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.telemetry import logger
from chalicelib.search.log.trail import LoggedSearch, encode_search

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_WAIT_SECONDS = 0.1
"""A queue that is slower than this keeps nobody waiting: the message leaves in the background, or with the next call."""
MOST_WAITING = 100


class SqsSearchTrail:
    """``SearchTrail`` on SQS. The message travels while the answer is written: two threads, since one may hang."""

    def __init__(self, client: "SQSClient", url: str, patience_seconds: float = LONGEST_WAIT_SECONDS) -> None:
        self._client = client
        self._url = url
        self._patience = patience_seconds
        self._senders = ThreadPoolExecutor(max_workers=2, thread_name_prefix="search-trail")
        self._room = threading.BoundedSemaphore(MOST_WAITING)

    def leave(self, search: LoggedSearch, shopper_id: str | None = None) -> Callable[[], None]:
        if not self._room.acquire(blocking=False):
            logger().warning("search not logged", extra={"reason": "the queue does not keep up"})
            return lambda: None
        sending = self._senders.submit(self._send, search, shopper_id)
        return lambda: wait([sending], timeout=self._patience) and None

    def _send(self, search: LoggedSearch, shopper_id: str | None) -> None:
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=_message(search, shopper_id))
        except (ClientError, BotoCoreError) as error:
            logger().warning("search not logged", extra={"reason": type(error).__name__})
        finally:
            self._room.release()


class NoSearchTrail:
    """``SearchTrail`` of a shop that keeps no search log."""

    def leave(self, search: LoggedSearch, shopper_id: str | None = None) -> Callable[[], None]:
        return lambda: None


def _message(search: LoggedSearch, shopper_id: str | None) -> str:
    # SQS refuses these two characters, and nothing keeps a shopper from typing them.
    return encode_search(search, shopper_id).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
