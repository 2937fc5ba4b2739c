"""The shop of one module of tests, and a client of it; a module that needs another one makes it under the same names."""

from collections.abc import Iterator

import pytest

from infra.local.shop import LaptopShop
from tests.support.http import Http


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    """An empty shop whose queues, streams and schedules run when a test says so."""
    with LaptopShop(pumped=False) as running:
        yield running


@pytest.fixture(scope="module")
def http(shop: LaptopShop) -> Iterator[Http]:
    """A client of ``shop``."""
    client = Http(shop.base_url)
    yield client
    client.close()
