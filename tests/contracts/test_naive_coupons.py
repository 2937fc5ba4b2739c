"""The harness finds what it is there to find: a ledger that reads, checks and writes oversells in it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.adapters.dynamodb.keys import stock_key
from chalicelib.adapters.dynamodb.table import Table
from tests.support.stores import Store

THREADS = 32
STOCK = 5


@pytest.mark.parametrize("store", [pytest.param("dynamodb-local", marks=pytest.mark.engine)], indirect=True)
def test_reading_checking_and_writing_oversells(store: Store) -> None:
    table = Table(store.client, store.names.marketing)
    key = stock_key("naive", 0)
    table.put({**key, "n": STOCK})
    together = threading.Barrier(THREADS)

    def take(_: int) -> bool:
        together.wait()
        item = table.get(key, consistent=True)
        if item is None or item["n"] <= 0:
            return False
        table.put({**key, "n": item["n"] - 1})
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        taken = sum(pool.map(take, range(THREADS)))
    assert taken > STOCK
