"""The transport facts of real clients, over real HTTP against the laptop shop."""

import base64
import gzip
import http.client
import json
from urllib.parse import urlsplit

import pytest

from infra.local.shop import LaptopShop
from tests.support.http import Http

EVENT = {
    "type": "track",
    "event": "Product Viewed",
    "userId": "u1",
    "messageId": "m1",
    "properties": {"title": "连衣裙"},
}


@pytest.fixture(scope="module")
def http_call(shop: LaptopShop) -> Http:
    return Http(shop.base_url)


def test_health_needs_no_key(http_call: Http) -> None:
    answer = http_call("GET", "/v1/health")
    assert (answer.status, answer.body["status"]) == (200, "ok")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "text/plain;charset=UTF-8", "application/json", "nonsense"],
)
def test_a_body_is_json_whatever_its_content_type_says(http_call: Http, shop: LaptopShop, content_type: str) -> None:
    body = {"requests": [{"indexName": "products", "query": ""}]}
    headers = {"Content-Type": content_type}
    answer = http_call("POST", "/1/indexes/*/queries", body, shop.keys.search, headers)
    assert answer.status == 200, answer.body
    assert answer.body["results"][0]["nbHits"] == 0


@pytest.mark.parametrize("name", ["x-algolia-api-key", "X-Algolia-API-Key"])
def test_a_key_may_stand_in_the_query_string_in_any_case(http_call: Http, shop: LaptopShop, name: str) -> None:
    answer = http_call("POST", f"/1/indexes/products/query?{name}={shop.keys.search}", {"query": ""})
    assert answer.status == 200, answer.body


def test_the_star_of_the_queries_path_may_come_encoded(http_call: Http, shop: LaptopShop) -> None:
    answer = http_call("POST", "/1/indexes/%2A/queries", {"requests": []}, shop.keys.search)
    assert (answer.status, answer.body) == (200, {"results": []})


def test_segments_write_key_comes_as_the_basic_user(http_call: Http, shop: LaptopShop) -> None:
    basic = base64.b64encode(f"{shop.keys.write}:".encode()).decode()
    answer = http_call("POST", "/v1/batch", {"batch": [EVENT]}, headers={"Authorization": f"Basic {basic}"})
    assert answer.status == 200, answer.body
    assert answer.body["results"][0]["status"] == "accepted"


def test_a_bearer_key_is_a_key(http_call: Http, shop: LaptopShop) -> None:
    headers = {"Authorization": f"Bearer {shop.keys.admin}"}
    assert http_call("GET", "/v1/products/none", headers=headers).status == 404


@pytest.mark.parametrize(
    ("path", "key", "status", "code"),
    [
        ("/v1/products/p1", None, 401, "key_missing"),
        ("/v1/products/p1", "zh_admin_guessed", 401, "key_missing"),
        ("/v1/products/p1", "search", 403, "scope_missing"),
        ("/v1/no-such-thing", "admin", 404, "no_such_route"),
    ],
)
def test_refusals_name_their_reason_and_may_be_read_by_any_origin(
    http_call: Http, shop: LaptopShop, path: str, key: str | None, status: int, code: str
) -> None:
    secret = getattr(shop.keys, key, key) if key else None
    answer = http_call("GET", path, key=secret)
    assert (answer.status, answer.body["error"]["code"]) == (status, code)
    assert answer.headers["access-control-allow-origin"] == "*"


def test_algolia_clients_can_read_an_error(http_call: Http) -> None:
    answer = http_call("POST", "/1/indexes/*/queries", {"requests": []})
    assert answer.status == 401
    assert answer.body == {"message": "an API key is required", "status": 401}
    assert answer.headers["access-control-allow-origin"] == "*"


def test_segments_python_sdk_can_read_an_error(http_call: Http) -> None:
    answer = http_call("POST", "/v1/batch", {"batch": []})
    assert (answer.status, answer.body["code"], answer.body["message"]) == (
        401,
        "key_missing",
        "an API key is required",
    )


def test_a_revoked_key_stops_working(http_call: Http, shop: LaptopShop) -> None:
    from dataclasses import replace
    from datetime import timedelta

    from chalicelib.core.access import Scope, new_key

    services = shop.services
    secret, key = new_key(Scope.SEARCH, "short", shop.clock.now(), services.randomness)
    services.api_keys.put(key)
    assert http_call("POST", "/1/indexes/*/queries", {"requests": []}, secret).status == 200
    services.api_keys.put(replace(key, revoked_at=shop.clock.now()))
    shop.clock.advance(timedelta(seconds=services.settings.key_cache_seconds + 1))
    assert http_call("POST", "/1/indexes/*/queries", {"requests": []}, secret).status == 401


def test_a_preflight_allows_the_headers_that_clients_send(http_call: Http) -> None:
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Headers": "x-algolia-api-key"}
    answer = http_call("OPTIONS", "/1/indexes/*/queries", headers=asked)
    assert answer.status == 200
    allowed = answer.headers["access-control-allow-headers"].lower().split(",")
    assert {"x-algolia-api-key", "x-algolia-application-id", "content-type", "authorization"} <= set(allowed)
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_a_body_may_come_in_chunks(shop: LaptopShop) -> None:
    connection = http.client.HTTPConnection(urlsplit(shop.base_url).netloc, timeout=10)
    text = json.dumps({"requests": [{"indexName": "products", "query": "连衣裙"}]}, ensure_ascii=False).encode()
    pieces = iter([text[:10], text[10:40], text[40:]])
    headers = {"x-algolia-api-key": shop.keys.search}
    connection.request("POST", "/1/indexes/*/queries", body=pieces, headers=headers, encode_chunked=True)
    answer = connection.getresponse()
    assert answer.status == 200
    assert json.loads(answer.read())["results"][0]["query"] == "连衣裙"
    connection.close()


@pytest.mark.parametrize("says_so", [True, False])
def test_a_body_may_come_compressed(http_call: Http, shop: LaptopShop, says_so: bool) -> None:
    body = gzip.compress(json.dumps({"batch": [EVENT]}).encode())
    headers = {"Content-Encoding": "gzip"} if says_so else {}
    answer = http_call("POST", "/v1/batch", body, shop.keys.write, headers)
    assert answer.status == 200, answer.body
    assert answer.body["success"] is True


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 400, "body"),
        (b"{", 400, "body"),
        (b'{"batch": "\xff\xfe"}', 400, "body"),
        (gzip.compress(b'{"batch": []}')[:12], 400, "body"),
        (b"[" * 100_000, 400, "body"),
        (b'{"batch": [' + b" " * 500_000 + b"]}", 413, "body"),
        (gzip.compress(b'{"batch": [' + b" " * 5_000_000 + b"]}"), 413, "body"),
    ],
    ids=["empty", "no json", "no utf-8", "half a gzip", "too deep", "too large", "a bomb"],
)
def test_an_unreadable_body_is_refused_with_its_reason(
    http_call: Http, shop: LaptopShop, body: bytes, status: int, field: str
) -> None:
    answer = http_call("POST", "/v1/batch", body, shop.keys.write)
    assert (answer.status, answer.body["error"]["field"]) == (status, field)


def test_chinese_leaves_as_it_came(shop: LaptopShop) -> None:
    connection = http.client.HTTPConnection(urlsplit(shop.base_url).netloc, timeout=10)
    body = json.dumps({"requests": [{"indexName": "products", "query": "露营"}]})
    connection.request("POST", "/1/indexes/*/queries", body=body, headers={"x-algolia-api-key": shop.keys.search})
    assert "露营".encode() in connection.getresponse().read()
    connection.close()


def test_an_idempotency_key_brings_the_first_answer_again(http_call: Http, shop: LaptopShop) -> None:
    headers = {"Idempotency-Key": "coupon-1"}
    body = {"name": "满100减10", "value": 1000, "minimum_spend": 10000, "stock": 5, "valid_days": 7}
    first = http_call("POST", "/v1/coupons", body, shop.keys.admin, headers)
    again = http_call("POST", "/v1/coupons", body, shop.keys.admin, headers)
    assert first.status in (200, 201), first.body
    assert again == first or (again.status, again.body) == (first.status, first.body)
    other = http_call("POST", "/v1/coupons", {**body, "stock": 6}, shop.keys.admin, headers)
    assert (other.status, other.body["error"]["code"]) == (409, "idempotency_key_reused")


def test_an_overlong_idempotency_key_is_refused_by_name(http_call: Http, shop: LaptopShop) -> None:
    answer = http_call("POST", "/v1/batch", {"batch": []}, shop.keys.write, {"Idempotency-Key": "k" * 256})
    assert (answer.status, answer.body["error"]["field"]) == (400, "Idempotency-Key")


def test_many_threads_each_get_their_own_answer(http_call: Http, shop: LaptopShop) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def search(number: int) -> str:
        body = {"requests": [{"indexName": "products", "query": f"词{number}"}]}
        query: str = http_call("POST", "/1/indexes/*/queries", body, shop.keys.search).body["results"][0]["query"]
        return query

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(search, range(60))) == [f"词{number}" for number in range(60)]
