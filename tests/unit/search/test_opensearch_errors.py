"""OpenSearch's troubles reach callers as ours."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from opensearchpy.exceptions import ConnectionTimeout, NotFoundError, RequestError, TransportError
from opensearchpy.serializer import JSONSerializer

from chalicelib.adapters.opensearch import OpenSearchProductIndex, connect
from chalicelib.adapters.opensearch.bulk import Bulk, _failure
from chalicelib.adapters.opensearch.connection import translated
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import IndexMissing, IndexUnavailable, Plan, Write


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


class Busy:
    """A client whose engine refuses the first ``refusals`` bulk requests' documents with 429."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.transport = SimpleNamespace(serializer=JSONSerializer())
        self.bodies: list[str] = []

    def bulk(self, body: str, **_: object) -> object:
        self.bodies.append(body)
        self.refusals -= 1
        full = {"type": "rejected_execution_exception", "reason": "queue full"}
        refused = {"status": 429, "error": full} if self.refusals >= 0 else {"status": 201}
        return {"errors": self.refusals >= 0, "items": [{"delete": {"_index": "x", "_id": "a", **refused}}]}


@pytest.mark.parametrize(("refusals", "failures", "waits"), [(0, 0, 0), (2, 0, 2), (9, 1, 3)])
def test_a_busy_engine_is_given_time_and_no_two_writers_wait_alike(
    refusals: int, failures: int, waits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: dict[str, list[float]] = {}
    for writer in ("one", "other"):
        slept = waited.setdefault(writer, [])
        monkeypatch.setattr("time.sleep", slept.append)
        bulk = Bulk(Busy(refusals), SeededRandomness(writer), refresh=False)  # type: ignore[arg-type]
        found = bulk.write("x", [Write("a", 1, None)])
        assert [failure.is_retryable for failure in found] == [True] * failures
        assert len(slept) == waits
        assert slept == [slept[0] * 2**turn for turn in range(waits)]
        assert sum(slept) <= 7
    assert waits == 0 or waited["one"] != waited["other"]


class Refusing(BaseHTTPRequestHandler):
    """An engine over HTTP that answers bulk requests with what ``answers`` still holds, then with success."""

    answers: ClassVar[list[tuple[int, dict[str, Any]]]] = []
    asked = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        sent = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
        done = {"errors": False, "items": [{"delete": {"_id": "a", "_index": "x", "status": 200}} for _ in sent]}
        status, answer = self.answers.pop(0) if self.answers else (200, done)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test says what went wrong."""


@pytest.fixture
def refusing() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


FULL = {"error": {"type": "rejected_execution_exception", "reason": "too many operations"}, "status": 429}


@pytest.mark.parametrize("refusals", [2, 9])
def test_an_engine_that_refuses_whole_requests_over_http_is_asked_again_and_then_is_unavailable(
    refusing: str, refusals: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("opensearchpy.helpers.actions.time.sleep", slept.append)
    Refusing.answers, Refusing.asked = [(429, FULL)] * refusals, 0
    with connect(refusing) as client:
        bulk = Bulk(client, SeededRandomness("x"), refresh=False)
        if refusals < 4:
            with translated():
                assert bulk.write("x", [Write("a", 1, None)]) == []
        else:
            with pytest.raises(IndexUnavailable), translated():
                bulk.write("x", [Write("a", 1, None)])
    assert Refusing.asked == min(refusals, 3) + 1
    assert slept == [slept[0] * 2**turn for turn in range(min(refusals, 3))]


def test_a_document_that_is_refused_over_http_brings_the_engines_reason(refusing: str) -> None:
    error = {"type": "mapper_parsing_exception", "reason": "failed to parse field [numbers.price]"}
    refused = {"delete": {"_id": "a", "_index": "x", "status": 400, "error": error}}
    Refusing.answers = [(200, {"errors": True, "items": [refused]})]
    with connect(refusing) as client:
        (failure,) = Bulk(client, SeededRandomness("x"), refresh=False).write("x", [Write("a", 1, None)])
    assert (failure.object_id, failure.is_retryable) == ("a", False)
    assert failure.reason == "mapper_parsing_exception: failed to parse field [numbers.price]"
