"""Segments in one partition of the marketing table: read whole once per container and cache time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import BODY, SEGMENTS, SK, segment_key
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.versioned import VERSION, VersionedItems
from chalicelib.segments.model import Segment, StaleSegment


class _Body(msgspec.Struct, omit_defaults=True):
    name: str
    rule: dict[str, Any]
    created_at: datetime
    description: str = ""


class DynamoSegmentRecords:
    """``SegmentRecords`` on DynamoDB. A segment is about half a KB: 1 unit a write, 1 read unit for eight of them."""

    def __init__(self, table: Table) -> None:
        self._items = VersionedItems(table, SEGMENTS, segment_key, StaleSegment.of)

    def all(self) -> Sequence[Segment]:
        return [_to_segment(item) for item in self._items.all()]

    def get(self, segment_id: str) -> Segment | None:
        item = self._items.get(segment_id)
        return _to_segment(item) if item else None

    def put(self, segment: Segment, expected_version: int | None) -> None:
        body = _Body(segment.name, dict(segment.rule), segment.created_at, segment.description)
        self._items.put(segment.segment_id, segment.version, msgspec.json.encode(body).decode(), expected_version)

    def delete(self, segment_id: str, expected_version: int) -> None:
        self._items.delete(segment_id, expected_version)


def _to_segment(item: Item) -> Segment:
    body = msgspec.json.decode(item[BODY], type=_Body)
    return Segment(item[SK], body.name, body.rule, body.created_at, body.description, item[VERSION])
