"""The search log as UBI records."""

from pathlib import Path
from typing import Any

import msgspec

from chalicelib.adapters.memory.search_log import MemorySearchLog
from chalicelib.search import Action
from infra.local.ubi import export
from tests.support.search import NOW
from tests.support.search_log import acted, searched


def lines(path: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def test_queries_impressions_and_clicks_are_joined_by_query_id(tmp_path: Path) -> None:
    log = MemorySearchLog()
    stroke, search = searched("連衣"), searched("連衣裙", after=1, first=20, total=400)
    whole = searched("連衣裙", after=2)
    for each in (stroke, search, whole):
        log.add_search(each)
    log.add_interaction(acted(search, "p2"))
    log.add_interaction(acted(whole, "p1", Action.CONVERTED))
    assert export(log, NOW.date(), NOW.date(), tmp_path) == (2, 2 * 3 + 2)
    page_two, query = lines(tmp_path / "ubi_queries.ndjson")
    assert (query["user_query"], query["query_id"]) == ("連衣裙", whole.query_id)
    assert query["query_response_hit_ids"] == ["p1", "p2", "p3"]
    assert page_two["query_attributes"] == {
        "index": "products",
        "folded": "连衣裙",
        "first": 20,
        "total": 400,
        "rung": "as_asked",
    }
    events = lines(tmp_path / "ubi_events.ndjson")
    (click,) = [each for each in events if each["action_name"] == "click"]
    assert (click["query_id"], click["event_attributes"]["position"]) == (search.query_id, {"ordinal": 22})
    shown = [each for each in events if each["action_name"] == "impression" and each["query_id"] == search.query_id]
    assert [each["event_attributes"]["position"]["ordinal"] for each in shown] == [21, 22, 23]
    assert {each["client_id"] for each in events} == {search.client}


def test_a_day_without_searches_is_two_empty_files(tmp_path: Path) -> None:
    assert export(MemorySearchLog(), NOW.date(), NOW.date(), tmp_path) == (0, 0)
    assert (tmp_path / "ubi_events.ndjson").read_bytes() == b""
