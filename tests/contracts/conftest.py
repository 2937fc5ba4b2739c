"""What several contracts are asked of."""

import pytest

from tests.support.coupons import Shop, dynamo_shop, memory_shop
from tests.support.stores import Store


@pytest.fixture
def shop(store_or_twin: Store | None) -> Shop:
    """Coupons on the twin, and on each DynamoDB in turn."""
    return memory_shop() if store_or_twin is None else dynamo_shop(store_or_twin)
