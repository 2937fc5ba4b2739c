"""What the API adds to a search on OpenSearch: the whole Lambda handler beside the engine's answer to the same query body."""

import importlib
import io
import json
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.table import Table

from chalicelib import wiring
from chalicelib.core.access import Scope, new_key
from chalicelib.core.settings import Settings
from chalicelib.search import title_document
from infra.local.bench.corpus import WARM_UP, Timing, percentiles, queries, titles
from infra.local.cloud import LocalCloud
from infra.local.gateway import Gateway
from infra.local.tables import create_queues, create_tables

TITLES = 17_628
QUERIES = 300
_Spent = tuple[float, float]
"""Milliseconds by the clock, and of this process's CPU time."""
_Look = tuple[tuple[Timing, Timing], tuple[Timing, Timing]]
"""The handler and the engine, each by the clock and by CPU time."""


def table(data: Path) -> Table:
    """Milliseconds; CPU is this process's own. The engine's part is its answer to the first search that the handler made, over
    the same client. First look: asked right after the handler, so what a new query costs the engine falls on the handler.
    Second look: every query once more, the engine asked before the handler every other time."""
    from tests.engines.opensearch import OPENSEARCH, opensearch

    shown = Table(f"OpenSearch {OPENSEARCH.version}, {TITLES:,} titles", "p50 ms", "p95 ms", "CPU p50 ms")
    with ExitStack() as stack:
        address = stack.enter_context(opensearch())
        cloud = stack.enter_context(LocalCloud())
        services = _services(cloud, address)
        wiring.install(services)
        stack.callback(wiring.install, None)
        version = services.product_index.create(services.analyser.signature)
        documents = (title_document(str(at), each, services.analyser) for at, each in enumerate(titles(data, TITLES)))
        services.product_index.load(version, documents)
        services.product_index.swap(version)
        looks = _compared(services, queries(data, QUERIES))
    for look, (whole, raw) in zip(("first", "second"), looks, strict=True):
        for name, (wall, cpu) in (("handler", whole), ("engine alone", raw)):
            shown.add_row(f"{name}, {look} look", f"{wall.p50:.2f}", f"{wall.p95:.2f}", f"{cpu.p50:.2f}")
        (wall, _), (engine, _) = whole, raw
        shown.add_row("handler ÷ engine", f"{wall.p50 / engine.p50:.2f}", f"{wall.p95 / engine.p95:.2f}", "")
    return shown


def _services(cloud: LocalCloud, address: str) -> wiring.Services:
    tables = create_tables(cloud.client("dynamodb"), "bench")
    queues = create_queues(cloud.client("sqs"), "bench")
    settings = replace(
        Settings(),
        catalog_table=tables.catalog,
        events_table=tables.events,
        shoppers_table=tables.shoppers,
        marketing_table=tables.marketing,
        events_queue_url=queues.events,
        search_engine="opensearch",
        opensearch_endpoint=address,
        # moto's SQS is not what a real one costs, and its DynamoDB neither: caches hold through the run.
        search_log="off",
        rule_cache_seconds=3600,
        key_cache_seconds=3600,
    )
    return wiring.Services(settings, client=cloud.client)


def _compared(services: wiring.Services, asked: list[str]) -> tuple[_Look, _Look]:
    secret, record = new_key(Scope.SEARCH, "bench", services.clock.now(), services.randomness)
    services.api_keys.put(record)
    gateway = Gateway(importlib.import_module("app").app)
    client: Any = services.product_index._client  # type: ignore[attr-defined]
    search, bodies = client.search, []

    def noted(**sent: Any) -> Any:
        bodies.append(sent)
        return search(**sent)

    client.search = noted

    def handler(query: str) -> _Spent:
        bodies.clear()
        return _spent(lambda: _asked(gateway, secret, query))

    def engine(sent: dict[str, Any]) -> _Spent:
        return _spent(lambda: search(**sent))

    first: list[tuple[_Spent, _Spent]] = []
    second: list[tuple[_Spent, _Spent]] = []
    sent: list[dict[str, Any]] = []
    for query in [*asked[:WARM_UP], *asked]:
        whole = handler(query)
        sent.append(bodies[0])
        first.append((whole, engine(sent[-1])))
    for place, (query, body) in enumerate(zip(asked, sent[WARM_UP:], strict=True)):
        before = engine(body) if place % 2 else None
        whole = handler(query)
        second.append((whole, before or engine(body)))
    return _look(first[WARM_UP:]), _look(second)


def _look(pairs: Sequence[tuple[_Spent, _Spent]]) -> _Look:
    return _timings([whole for whole, _ in pairs]), _timings([raw for _, raw in pairs])


def _spent(call: Callable[[], Any]) -> _Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _timings(spent: Sequence[_Spent]) -> tuple[Timing, Timing]:
    return percentiles([wall for wall, _ in spent]), percentiles([cpu for _, cpu in spent])


def _asked(gateway: Gateway, key: str, query: str) -> None:
    asked = {"requests": [{"indexName": "products", "query": query, "hitsPerPage": 20, "facets": ["brand", "price"]}]}
    body = json.dumps(asked, ensure_ascii=False).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/1/indexes/*/queries",
        "HTTP_X_ALGOLIA_API_KEY": key,
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(body),
    }

    def started(status: str, headers: object) -> None:
        if not status.startswith("200"):
            raise RuntimeError(f"the handler answered {status}")

    list(gateway(environ, started))
