"""The ledger's state machine on a real DynamoDB: fewer examples than on the twin, the same rules."""

import pytest

from tests.support.coupon_machine import machine_on
from tests.support.coupons import dynamo_shop
from tests.support.stores import Store


@pytest.mark.parametrize("store", [pytest.param("dynamodb-local", marks=pytest.mark.engine)], indirect=True)
def test_the_ledger_machine_runs_on_dynamodb(store: Store) -> None:
    machine_on(lambda: dynamo_shop(store), examples=4, steps=25)("runTest").runTest()
