"""Transactions that collide are tried again; what cannot succeed is not."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.dynamodb.table import ConditionFailed
from chalicelib.adapters.dynamodb.transactions import Transactions
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness


class Contended:
    """A client whose transactions are cancelled for ``reasons``, one after the other."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = list(reasons)
        self.calls = 0

    def transact_write_items(self, **_: Any) -> None:
        self.calls += 1
        if self.reasons:
            cancelled: Any = {
                "Error": {"Code": "TransactionCanceledException"},
                "CancellationReasons": [{"Code": "None"}, {"Code": self.reasons.pop(0)}],
            }
            raise ClientError(cancelled, "TransactWriteItems")


def transactions(client: Contended) -> tuple[Transactions, list[float]]:
    pauses: list[float] = []
    return Transactions(client, SeededRandomness("any"), pauses.append), pauses  # type: ignore[arg-type]


def test_a_collision_is_tried_again_after_a_random_pause() -> None:
    client = Contended("TransactionConflict", "TransactionConflict")
    patient, pauses = transactions(client)
    patient.run([])
    assert client.calls == 3
    assert len(set(pauses)) == 2
    assert all(0 <= pause <= 0.5 for pause in pauses)


def test_after_eight_collisions_the_caller_is_told_to_come_back() -> None:
    client = Contended(*["TransactionConflict"] * 20)
    with pytest.raises(Unavailable):
        transactions(client)[0].run([])
    assert client.calls == 8


def test_a_condition_that_failed_is_not_tried_again() -> None:
    client = Contended("ConditionalCheckFailed")
    with pytest.raises(ConditionFailed) as refused:
        transactions(client)[0].run([])
    assert refused.value.position == 1
    assert client.calls == 1
