"""Write units, by what they were spent on: plain writes as DynamoDB counts them, transactions by its price list (twice the size,
and an index entry more), because DynamoDB Local counts those wrong."""

from collections import Counter
from collections.abc import Callable, Iterable
from math import ceil
from typing import Any

from infra.local.bench.load import Call

KINDS = (("E#", "event log"), ("U#", "event log"), ("P#G#", "tags"), ("O#", "orders"), ("P#", "profile, beside"))
HOT = "hot profile"
TWICE = "hot profile, once more with tags or orders"
_PLAIN = ("put_item", "update_item", "delete_item")


class Metered:
    """A DynamoDB client that adds up ``units`` by kind of item."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.units: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, name)
        return self._plain(method) if name in _PLAIN else method

    def transact_write_items(self, **arguments: Any) -> Any:
        answer = self._client.transact_write_items(**arguments)
        for action in arguments["TransactItems"]:
            ((_, what),) = action.items()
            item = what.get("Item", {})
            self.units[_kind(what)] += _kilobytes(item) + ("lpk" in item)
            # What a transaction doubles: the price of writing tags and orders with the profile.
            self.units[TWICE if _kind(what) == HOT else _kind(what)] += _kilobytes(item)
        return answer

    def _plain(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def counted(**arguments: Any) -> Any:
            answer = method(**arguments, ReturnConsumedCapacity="TOTAL")
            self.units[_kind(arguments)] += answer["ConsumedCapacity"]["CapacityUnits"]
            return answer

        return counted


def naive(client: Any, table: str, calls: Iterable[Call]) -> float:
    """Units of the design that comes first to mind: an item for each event, and three updates of its shopper's one item
    (a counter, an affinity, when they were last seen), which holds the traits and tags too."""
    units, known = 0.0, set[str]()
    for call in calls:
        key = {"pk": {"S": f"N#{call['userId']}"}, "sk": {"S": "P"}}
        body = str({name: call[name] for name in ("event", "properties", "context")})
        event = {"pk": key["pk"], "sk": {"S": f"E#{call['timestamp']}#{call['messageId']}"}, "b": {"S": body}}
        asked: dict[str, Any] = {"TableName": table, "ReturnConsumedCapacity": "TOTAL"}
        units += client.put_item(Item=event, **asked)["ConsumedCapacity"]["CapacityUnits"]
        if call["userId"] not in known:
            known.add(call["userId"])
            client.put_item(TableName=table, Item={**key, "traits": {"S": "x" * 300}, "tags": {"S": "x" * 500}})
        brand = call["properties"].get("brand", "-")
        for expression, names, values in (
            ("ADD #n :v", {"#n": f"count {call['event']}"}, {":v": {"N": "1"}}),
            ("ADD #n :v", {"#n": f"likes {brand}"}, {":v": {"N": "1"}}),
            ("SET #n = :v", {"#n": "last seen"}, {":v": {"S": call["timestamp"]}}),
        ):
            answer = client.update_item(
                Key=key,
                UpdateExpression=expression,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                **asked,
            )
            units += answer["ConsumedCapacity"]["CapacityUnits"]
    return units


def size_of(item: dict[str, Any]) -> int:
    """Bytes of an item as DynamoDB counts them, near enough: names and texts."""
    return sum(len(name) + len(str(value).encode()) for name, value in item.items())


def _kind(arguments: dict[str, Any]) -> str:
    key = arguments.get("Item") or arguments.get("Key") or {}
    place = key.get("sk", {}).get("S", "")
    if key.get("pk", {}).get("S", "").startswith("S#") and place == "P":
        return HOT
    known = next((kind for beginning, kind in KINDS if place.startswith(beginning)), None)
    return known or "other"


def _kilobytes(item: dict[str, dict[str, Any]]) -> int:
    return ceil(size_of({name: next(iter(value.values())) for name, value in item.items()}) / 1024) or 1
