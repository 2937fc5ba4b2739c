"""``ubi``: the search log in the shape of OpenSearch's User Behavior Insights 1.3, as JSON lines for its two indices.

``export --stage dev --from 2026-11-01 --to 2026-11-22 --into folder`` writes ``ubi_queries.ndjson`` and ``ubi_events.ndjson``:
one query record per user query (key strokes on the way to it are left out), an impression for every product it showed, and
every action joined to it by ``query_id``. One document a line, as ``opensearch-benchmark`` and Data Prepper read them.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from chalicelib.core.clock import to_rfc3339
from chalicelib.core.settings import Settings
from chalicelib.search import Interaction, LoggedSearch, SearchLog
from chalicelib.search.log.counting import collapsed
from chalicelib.wiring import Services

APPLICATION = "zhaohui"
Document = dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("export",))
    parser.add_argument("--stage", required=True, help="the deployed stage; its tables begin with zhaohui-STAGE-")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="DAY", help="in UTC")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="DAY", help="included")
    parser.add_argument("--into", type=Path, default=Path(), metavar="FOLDER")


def run(arguments: argparse.Namespace) -> int:
    settings = replace(Settings(), events_table=f"zhaohui-{arguments.stage}-events")
    log = Services(settings).search_log
    queries, events = export(log, arguments.first, arguments.last, arguments.into)
    Console(highlight=False).print(f"{queries} queries and {events} events written into {arguments.into.resolve()}")
    return 0


def export(log: SearchLog, first: date, last: date, into: Path) -> tuple[int, int]:
    """Write the two files; how many lines each got."""
    into.mkdir(parents=True, exist_ok=True)
    counts = [0, 0]
    with (into / "ubi_queries.ndjson").open("wb") as queries, (into / "ubi_events.ndjson").open("wb") as events:
        for at, (to, document) in _documents(log, first, last, (queries, events)):
            to.write(msgspec.json.encode(document) + b"\n")
            counts[at] += 1
    return counts[0], counts[1]


def _documents(
    log: SearchLog, first: date, last: date, files: tuple[Any, Any]
) -> Iterator[tuple[int, tuple[Any, Document]]]:
    hour = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    while hour < end:
        searches, actions = log.during(hour)
        kept = collapsed(searches, frozenset(each.query_id for each in actions))
        known = {search.query_id: search for search in kept}
        for search in kept:
            yield 0, (files[0], query_document(search))
            yield from ((1, (files[1], each)) for each in impression_documents(search))
        for action in actions:
            if action.query_id in known:
                yield 1, (files[1], event_document(action, known[action.query_id]))
        hour += timedelta(hours=1)


def query_document(search: LoggedSearch) -> Document:
    """A record of ``ubi_queries``."""
    return {
        "application": APPLICATION,
        "query_id": search.query_id,
        "client_id": search.client,
        "user_query": search.asked,
        "object_id_field": "objectID",
        "query_response_hit_ids": list(search.shown),
        "query_attributes": {
            "index": search.index,
            "folded": search.query,
            "first": search.first,
            "total": search.total,
            "rung": search.rung,
            **search.attributes,
        },
        "timestamp": to_rfc3339(search.at),
    }


def impression_documents(search: LoggedSearch) -> Iterator[Document]:
    """A record of ``ubi_events`` for every product shown; positions count from 1 over all pages."""
    for place, object_id in enumerate(search.shown, start=search.first + 1):
        yield _event(search, "impression", object_id, place, to_rfc3339(search.at))


def event_document(action: Interaction, search: LoggedSearch) -> Document:
    """A record of ``ubi_events`` for what was done; the position is where our own record has the product."""
    place = (
        search.first + search.shown.index(action.object_id) + 1 if action.object_id in search.shown else action.position
    )
    return _event(search, str(action.action), action.object_id, place, to_rfc3339(action.at))


def _event(search: LoggedSearch, name: str, object_id: str, place: int | None, at: str) -> Document:
    return {
        "application": APPLICATION,
        "action_name": name,
        "query_id": search.query_id,
        "client_id": search.client,
        "user_query": search.asked,
        "message_type": "PRODUCT",
        "timestamp": at,
        "event_attributes": {
            "object": {"object_id": object_id, "object_id_field": "objectID"},
            "position": {"ordinal": place},
        },
    }
