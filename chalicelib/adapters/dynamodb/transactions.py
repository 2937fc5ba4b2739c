"""Actions of a transaction, and patience with those that others made fail."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from chalicelib.adapters.dynamodb.items import Item, to_typed
from chalicelib.adapters.dynamodb.table import Table, transact
from chalicelib.core.errors import Unavailable, ZhaohuiError
from chalicelib.core.ids import Randomness

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Action = Mapping[str, Any]
Refusable = tuple[Action, ZhaohuiError]
"""An action, and what its refusal means."""
_TRIES: Final = 8
_FIRST_PAUSE_SECONDS: Final = 0.02
_LONGEST_PAUSE_SECONDS: Final = 0.5


def put_action(table: Table, item: Item, condition: str | None, values: Mapping[str, Any] | None = None) -> Action:
    """Store ``item`` if ``condition`` holds; a refusal carries the item that was there."""
    return _action("Put", table, {"Item": to_typed(item)}, condition, values)


def update_action(
    table: Table,
    key: Mapping[str, str],
    expression: str,
    values: Mapping[str, Any],
    condition: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Action:
    """Apply ``expression`` to the item at ``key`` if ``condition`` holds; ``names`` for words that DynamoDB reserves."""
    what: dict[str, Any] = {"Key": to_typed(key), "UpdateExpression": expression}
    if names:
        what["ExpressionAttributeNames"] = dict(names)
    return _action("Update", table, what, condition, values)


def check_action(
    table: Table, key: Mapping[str, str], condition: str, values: Mapping[str, Any] | None = None
) -> Action:
    """Change nothing; ``condition`` must hold of the item at ``key``."""
    return _action("ConditionCheck", table, {"Key": to_typed(key)}, condition, values)


def delete_action(
    table: Table, key: Mapping[str, str], condition: str | None = None, values: Mapping[str, Any] | None = None
) -> Action:
    """Remove the item at ``key`` if ``condition`` holds."""
    return _action("Delete", table, {"Key": to_typed(key)}, condition, values)


def _action(
    kind: str, table: Table, what: Mapping[str, Any], condition: str | None, values: Mapping[str, Any] | None
) -> Action:
    options: dict[str, Any] = {"TableName": table.name, **what}
    if condition:
        options |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if values:
        options["ExpressionAttributeValues"] = to_typed(values)
    return {kind: options}


class Transactions:
    """Transactions tried again, with jitter, when they collide with others.

    Repeating one whose answer was lost is safe only where its conditions refuse a second effect: all of ours do.
    """

    def __init__(
        self, client: "DynamoDBClient", randomness: Randomness, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._randomness = randomness
        self._pause = pause

    def run(self, actions: Sequence[Action]) -> None:
        """All of ``actions`` or none. Raises ``ConditionFailed``, or ``Unavailable`` after eight collisions."""
        for tried in range(1, _TRIES):
            try:
                return transact(self._client, actions)
            except Unavailable:
                # Full jitter: those who collided spread out instead of meeting again.
                self._pause(self._fraction() * min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**tried))
        return transact(self._client, actions)

    def shuffled(self, numbers: Sequence[int]) -> list[int]:
        """``numbers`` in a random order."""
        return sorted(numbers, key=lambda _: self._randomness.token_bytes(8))

    def _fraction(self) -> float:
        return int.from_bytes(self._randomness.token_bytes(4)) / 2**32
