"""The ways back for what was set aside: each source's failures go to the step that could not do them.

Every way is harmless when it is gone twice: an event keeps its message id, a missed event is brought in once, a product is
written as it is now, a campaign's page knows whom it reached.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.activities import activity_of
from chalicelib.adapters.aws.queues import sendable
from chalicelib.adapters.dynamodb.event_log import recorded_event
from chalicelib.adapters.dynamodb.items import to_item
from chalicelib.adapters.dynamodb.keys import PK, PRODUCT_PREFIX
from chalicelib.adapters.links import link_of
from chalicelib.campaigns import PageMessage
from chalicelib.catalog.ports import Products
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest, Unavailable
from chalicelib.core.failures import Failure
from chalicelib.core.shapes import decode
from chalicelib.events.returning import event_again
from chalicelib.profiles.activity import Activity, sequence_text
from chalicelib.profiles.identity import Link
from chalicelib.search.log.trail import SEARCH_MARK, decode_search

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class QueueReturn:
    """Back onto the queue it came from. ``readable`` gives the body to send, or raises ``InvalidRequest``."""

    def __init__(self, client: "SQSClient", url: str, readable: Callable[[Failure], str]) -> None:
        self._client = client
        self._url = url
        self._readable = readable

    def __call__(self, failure: Failure) -> None:
        body = self._readable(failure)
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=sendable(body))
        except (ClientError, BotoCoreError) as error:
            raise Unavailable("the queue did not take it, try again") from error


class ProjectionReturn:
    """A missed event into its shopper's profile, with the link it tells of: ``Profiles.recover``, ``Identities.link``."""

    def __init__(self, recover: Callable[[str, Activity], bool], follow: Callable[[Link], object]) -> None:
        self._recover = recover
        self._follow = follow

    def __call__(self, failure: Failure) -> None:
        record = _decoded(failure)
        try:
            event = recorded_event(record["NewImage"])
            activity = activity_of(event, sequence_text(record["SequenceNumber"])) if event else None
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidRequest(f"the record cannot be read: {type(error).__name__}: {error}") from error
        if event and activity:
            self._recover(event.shopper_id, activity)
        if event and (link := link_of(event)):
            self._follow(link)


class LinkReturn:
    """A link that a limit forbade. ``follow`` is ``Identities.link``; the limit may still stand."""

    def __init__(self, follow: Callable[[Link], object]) -> None:
        self._follow = follow

    def __call__(self, failure: Failure) -> None:
        try:
            event = recorded_event(_decoded(failure)["NewImage"])
            link = link_of(event) if event else None
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidRequest(f"the record cannot be read: {type(error).__name__}: {error}") from error
        if link:
            self._follow(link)


class ProductReturn:
    """A product to the index, as the catalogue has it now: it is written unchanged under a newer revision."""

    def __init__(self, products: Products, clock: Clock) -> None:
        self._products = products
        self._clock = clock

    def __call__(self, failure: Failure) -> None:
        product_id = _product_of(_decoded(failure))
        revision = int(self._clock.now().timestamp() * 1000)
        product = self._products.get(product_id)
        if product is None:
            self._products.delete(product_id, revision)
        else:
            self._products.put_many([product], revision)


def recordable(failure: Failure) -> str:
    """What ``record_events`` could not read, or had no place for. Raises ``InvalidRequest`` when it is still unreadable."""
    if failure.body.startswith(SEARCH_MARK):
        decode_search(failure.body)
        return failure.body
    return event_again(failure)


def deliverable(failure: Failure) -> str:
    """The page of a campaign that could not be delivered. Raises ``InvalidRequest`` when it is none."""
    decode(failure.body.encode(), PageMessage)
    return failure.body


def _product_of(body: Mapping[str, Any]) -> str:
    """Which product a stream record, or the note of a rebuild, is about."""
    if "product" in body:
        return str(body["product"])
    try:
        key: str = to_item(body["dynamodb"]["Keys"])[PK]
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"the record has no key: {type(error).__name__}: {error}") from error
    if not key.startswith(PRODUCT_PREFIX):
        raise InvalidRequest("the record is not about a product")
    return key.removeprefix(PRODUCT_PREFIX)


def _decoded(failure: Failure) -> Any:
    try:
        return msgspec.json.decode(failure.body)
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"the body is no JSON: {error}") from error
