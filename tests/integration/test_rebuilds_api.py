"""A rebuild over HTTP: asked for, done by the stream's worker page by page, and taken back."""

from collections.abc import Iterator

import pytest

from infra.local.shop import LaptopShop
from tests.support.http import Http


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[LaptopShop]:
    monkeypatch.setattr("chalicelib.search.rebuilds.PAGE_SIZE", 2)
    with LaptopShop(pumped=False) as running:
        yield running


def test_the_index_is_rebuilt_while_it_serves_and_can_be_taken_back(shop: LaptopShop) -> None:
    call, admin = Http(shop.base_url), shop.keys.admin
    assert call("GET", "/v1/catalog/index", key=admin).body == {"count": None, "analysis": None, "rebuild_needed": None}
    assert call("POST", "/v1/catalog/rollback", key=admin).status == 404
    products = [{"id": f"杯/{number}", "title": f"马克杯{number}号", "price": 10} for number in range(5)]
    call("POST", "/v1/products/batch", {"products": products}, admin)
    shop.pump.drain()
    started = call("POST", "/v1/catalog/rebuilds", {}, admin)
    assert (started.status, started.body["status"], started.body["pages"]) == (202, "running", 0)
    place = f"/v1/catalog/rebuilds/{started.body['id']}"
    shop.pump.drain()
    ended = call("GET", place, key=admin).body
    assert (ended["status"], ended["loaded"], ended["refused"], ended["count"]) == ("done", 5, 0, 5)
    assert ended["pages"] >= 3
    assert call("POST", f"{place}/resume", {}, admin).body["error"]["code"] == "rebuild_ended"
    index = call("GET", "/v1/catalog/index", key=admin).body
    assert (index["count"], index["rebuild_needed"]) == (5, None)
    assert call("POST", "/v1/catalog/rollback", {}, admin).body["version"] != ended["version"]
    assert call("GET", "/v1/catalog/rebuilds/nobody", key=admin).status == 404
    assert call("POST", "/v1/catalog/rebuilds", {}, shop.keys.search).status == 403
