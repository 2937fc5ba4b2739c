"""OpenSearch's troubles reach callers as ours."""

import pytest
from opensearchpy.exceptions import ConnectionTimeout, NotFoundError, RequestError, TransportError

from chalicelib.adapters.opensearch import OpenSearchProductIndex, connect
from chalicelib.adapters.opensearch.connection import translated
from chalicelib.adapters.opensearch.product_index import _failure
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import IndexMissing, IndexUnavailable, Plan


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ConnectionTimeout("TIMEOUT", "timed out", None), IndexUnavailable),
        (TransportError(429, "too many", {}), IndexUnavailable),
        (TransportError(503, "no shard", {}), IndexUnavailable),
        (NotFoundError(404, "index_not_found_exception", {}), IndexMissing),
        (RequestError(400, "parsing_exception", {}), RequestError),
    ],
)
def test_errors_are_translated_but_our_own_mistakes_stay_visible(raised: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected), translated():
        raise raised


def test_an_engine_that_is_not_there_is_unavailable() -> None:
    with connect("http://127.0.0.1:9") as client:
        index = OpenSearchProductIndex(client, "products", SeededRandomness("x"))
        with pytest.raises(IndexUnavailable):
            index.search(Plan(analysis="x"))


@pytest.mark.parametrize(
    ("operation", "result", "outcome"),
    [
        ("index", {"status": 201}, None),
        ("index", {"status": 409, "error": {"type": "version_conflict_engine_exception"}}, None),
        ("delete", {"status": 404, "result": "not_found"}, None),
        ("index", {"status": 429, "error": {"type": "es_rejected", "reason": "full"}}, True),
        ("index", {"status": 404, "error": {"type": "index_not_found_exception", "reason": "gone"}}, True),
        ("index", {"status": 400, "error": {"type": "mapper_parsing_exception", "reason": "bad"}}, False),
    ],
)
def test_a_write_that_failed_says_whether_trying_again_may_help(
    operation: str, result: dict[str, object], outcome: bool | None
) -> None:
    failure = _failure(operation, {"_id": "a", "_index": "x", **result})
    assert (failure.is_retryable if failure else None) == outcome


@pytest.mark.parametrize("endpoint", ["", "search.example.com"])
def test_an_endpoint_that_is_no_address_is_refused_at_once(endpoint: str) -> None:
    with pytest.raises(ValueError, match="ZHAOHUI_OPENSEARCH_ENDPOINT"):
        connect(endpoint)
