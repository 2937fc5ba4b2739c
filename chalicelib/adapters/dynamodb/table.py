"""One table as plain Python: dictionaries in, dictionaries out, AWS errors translated to ours."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, HTTPClientError

from chalicelib.adapters.dynamodb.items import Item, to_item, to_typed
from chalicelib.adapters.dynamodb.keys import LIST_PK, LIST_SK, LISTS_INDEX, PK, SK
from chalicelib.core.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_BATCH_GET_KEYS = 100
_BATCH_PUT_ITEMS = 25


class ConditionFailed(Exception):
    """A condition did not hold; ``existing`` is the item that was there, or None.

    In a transaction ``position`` is the index of the first action whose condition failed.
    """

    def __init__(self, existing: Item | None, position: int = 0) -> None:
        super().__init__("condition failed")
        self.existing = existing
        self.position = position


@dataclass(frozen=True, slots=True)
class Page:
    """Items of one query and the key to go on from (None at the end)."""

    items: list[Item]
    next_key: str | None


class Table:
    """A thin hand on one table. All methods raise ``Unavailable`` when DynamoDB asks to slow down."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self.client = client
        self.name = name

    def get(self, key: Mapping[str, str], *, consistent: bool = False) -> Item | None:
        answer = call(self.client.get_item, TableName=self.name, Key=to_typed(key), ConsistentRead=consistent)
        return to_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Mapping[str, str]], *, consistent: bool = False) -> list[Item]:
        """Items of ``keys``, in any order; missing ones are left out."""
        found: list[Item] = []
        for start in range(0, len(keys), _BATCH_GET_KEYS):
            page = [to_typed(key) for key in keys[start : start + _BATCH_GET_KEYS]]
            wanted: Any = {self.name: {"Keys": page, "ConsistentRead": consistent}}
            while wanted:
                answer = call(self.client.batch_get_item, RequestItems=wanted)
                found += [to_item(typed) for typed in answer["Responses"].get(self.name, [])]
                wanted = answer.get("UnprocessedKeys")
        return found

    def put(
        self,
        item: Item,
        condition: str | None = None,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Store ``item``. Raises ``ConditionFailed`` (with the existing item) when ``condition`` does not hold."""
        call(self.client.put_item, TableName=self.name, Item=to_typed(item), **_conditional(condition, values, names))

    def put_many(self, items: Sequence[Item]) -> None:
        """Store ``items``, each under a key of its own, in any order: some may be stored when it raises."""
        for start in range(0, len(items), _BATCH_PUT_ITEMS):
            page = [{"PutRequest": {"Item": to_typed(item)}} for item in items[start : start + _BATCH_PUT_ITEMS]]
            wanted: Any = {self.name: page}
            while wanted:
                wanted = call(self.client.batch_write_item, RequestItems=wanted).get("UnprocessedItems")

    def update(
        self,
        key: Mapping[str, str],
        expression: str,
        values: Mapping[str, Any] | None = None,
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Item:
        """Apply an update expression and return the item as it is afterwards. Raises ``ConditionFailed``."""
        conditional = _conditional(condition, values, names)
        answer = call(
            self.client.update_item,
            TableName=self.name,
            Key=to_typed(key),
            UpdateExpression=expression,
            ReturnValues="ALL_NEW",
            **conditional,
        )
        return to_item(answer["Attributes"])

    def delete(
        self, key: Mapping[str, str], condition: str | None = None, values: Mapping[str, Any] | None = None
    ) -> Item | None:
        """Remove the item and return it, or None when it was not there."""
        answer = call(
            self.client.delete_item,
            TableName=self.name,
            Key=to_typed(key),
            ReturnValues="ALL_OLD",
            **_conditional(condition, values, None),
        )
        return to_item(answer["Attributes"]) if answer.get("Attributes") else None

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        span: tuple[str, str] | None = None,
        limit: int = 1000,
        after: str | None = None,
        newest_first: bool = False,
        consistent: bool = False,
    ) -> Page:
        """One page of a partition, by sort key; ``after`` is a sort key (a page's ``next_key``), ``span`` the first and the
        last that are asked for."""
        condition, values = "pk = :pk", {":pk": pk}
        if prefix:
            condition, values = "pk = :pk AND begins_with(sk, :prefix)", {":pk": pk, ":prefix": prefix}
        elif span:
            condition, values = (
                "pk = :pk AND sk BETWEEN :first AND :last",
                {":pk": pk, ":first": span[0], ":last": span[1]},
            )
        start = {"ExclusiveStartKey": to_typed({PK: pk, SK: after})} if after else {}
        answer = call(
            self.client.query,
            TableName=self.name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_typed(values),
            Limit=limit,
            ScanIndexForward=not newest_first,
            ConsistentRead=consistent,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        return Page([to_item(typed) for typed in answer["Items"]], to_item(last)[SK] if last else None)

    def query_all(
        self, pk: str, *, prefix: str = "", span: tuple[str, str] | None = None, consistent: bool = False
    ) -> Iterator[Item]:
        """Every item of a partition whose sort key begins with ``prefix``, or lies in ``span``."""
        after: str | None = None
        while True:
            page = self.query(pk, prefix=prefix, span=span, after=after, consistent=consistent)
            yield from page.items
            if page.next_key is None:
                return
            after = page.next_key

    def query_list(
        self,
        lpk: str,
        *,
        limit: int = 100,
        after: Mapping[str, str] | None = None,
        up_to: str | None = None,
        newest_first: bool = False,
    ) -> tuple[list[Item], Item | None]:
        """One page of the ``lists`` index: keys of items in the order of ``lsk``, at most ``up_to``, and where to go on."""
        condition, values = "lpk = :lpk", {":lpk": lpk}
        if up_to is not None:
            condition, values = "lpk = :lpk AND lsk <= :up_to", {":lpk": lpk, ":up_to": up_to}
        start = {"ExclusiveStartKey": to_typed(after)} if after else {}
        answer = call(
            self.client.query,
            TableName=self.name,
            IndexName=LISTS_INDEX,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_typed(values),
            Limit=limit,
            ScanIndexForward=not newest_first,
            **start,
        )
        last = answer.get("LastEvaluatedKey")
        return [to_item(typed) for typed in answer["Items"]], to_item(last) if last else None

    def scan(self) -> Iterator[Item]:
        """Every item of the table: for rebuilds only."""
        start: dict[str, Any] = {}
        while True:
            answer = call(self.client.scan, TableName=self.name, **start)
            yield from (to_item(typed) for typed in answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def scan_page(
        self,
        after: Mapping[str, str] | None,
        limit: int,
        *,
        sort_key: str | None = None,
        only: tuple[str, Mapping[str, Any]] | None = None,
    ) -> tuple[list[Item], Item | None]:
        """Some items of the table behind ``after``, and the key to go on from (None at the end): for rebuilds and repairs.

        ``limit`` counts those that were looked at; with ``sort_key`` only those that have it are answered, with ``only`` (a
        filter and its values) those that it lets through.
        """
        start: dict[str, Any] = {"ExclusiveStartKey": to_typed(after)} if after else {}
        if sort_key is not None:
            values = to_typed({":sk": sort_key})
            start |= {"FilterExpression": "sk = :sk", "ExpressionAttributeValues": values}
        elif only is not None:
            start |= {"FilterExpression": only[0], "ExpressionAttributeValues": to_typed(only[1])}
        answer = call(self.client.scan, TableName=self.name, Limit=limit, **start)
        last = answer.get("LastEvaluatedKey")
        return [to_item(typed) for typed in answer["Items"]], to_item(last) if last else None


def list_start(item: Mapping[str, str]) -> dict[str, str]:
    """The four keys that make a place in the ``lists`` index."""
    return {name: item[name] for name in (PK, SK, LIST_PK, LIST_SK)}


def transact(client: "DynamoDBClient", actions: Sequence[Mapping[str, Any]], token: str | None = None) -> None:
    """All of ``actions`` (as boto3 takes them) or none. Raises ``ConditionFailed`` with the position of the first refusal."""
    options = {"ClientRequestToken": token} if token else {}
    call(client.transact_write_items, TransactItems=list(actions), **options)


def _conditional(
    condition: str | None, values: Mapping[str, Any] | None, names: Mapping[str, str] | None
) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if condition:
        options |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if values:
        options["ExpressionAttributeValues"] = to_typed(values)
    if names:
        options["ExpressionAttributeNames"] = dict(names)
    return options


def call(method: Callable[..., Any], **arguments: Any) -> Any:
    """Call DynamoDB and translate its refusals, and its silence: whether it acted, the caller's condition will tell."""
    try:
        return method(**arguments)
    except ClientError as error:
        raise _translated(error) from error
    except HTTPClientError as error:
        raise Unavailable("the store does not answer, try again", retry_after_seconds=1) from error


def _translated(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        existing: Any = error.response.get("Item")
        return ConditionFailed(to_item(existing) if existing else None)
    if code == "TransactionCanceledException":
        return _cancelled(error)
    if code in _BUSY:
        return Unavailable("the store is busy, try again", retry_after_seconds=1)
    return error


def _cancelled(error: ClientError) -> Exception:
    reasons: list[dict[str, Any]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    for position, reason in enumerate(reasons):
        if reason.get("Code") == "ConditionalCheckFailed":
            existing = reason.get("Item")
            return ConditionFailed(to_item(existing) if existing else None, position)
    if any(
        reason.get("Code") in ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded")
        for reason in reasons
    ):
        return Unavailable("the store is busy, try again", retry_after_seconds=1)
    return error
