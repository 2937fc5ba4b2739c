"""Segments in one partition of the marketing table: read whole once per container and cache time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import BODY, SEGMENTS, SK, segment_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.segments.model import Segment, StaleSegment

_VERSION: Final = "v"


class _Body(msgspec.Struct, omit_defaults=True):
    name: str
    rule: dict[str, Any]
    created_at: datetime
    description: str = ""


class DynamoSegmentRecords:
    """``SegmentRecords`` on DynamoDB. A segment is about half a KB: 1 unit a write, 1 read unit for eight of them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self) -> Sequence[Segment]:
        return [_to_segment(item) for item in self._table.query_all(SEGMENTS, consistent=True)]

    def get(self, segment_id: str) -> Segment | None:
        item = self._table.get(segment_key(segment_id), consistent=True)
        return _to_segment(item) if item else None

    def put(self, segment: Segment, expected_version: int | None) -> None:
        condition = "attribute_not_exists(pk)" if expected_version is None else "v = :before"
        values = None if expected_version is None else {":before": expected_version}
        body = _Body(segment.name, dict(segment.rule), segment.created_at, segment.description)
        item = {
            **segment_key(segment.segment_id),
            _VERSION: segment.version,
            BODY: msgspec.json.encode(body).decode(),
        }
        try:
            self._table.put(item, condition, values)
        except ConditionFailed:
            raise _stale(segment.segment_id) from None

    def delete(self, segment_id: str, expected_version: int) -> None:
        try:
            self._table.delete(segment_key(segment_id), "v = :before", {":before": expected_version})
        except ConditionFailed:
            raise _stale(segment_id) from None


def _to_segment(item: Item) -> Segment:
    body = msgspec.json.decode(item[BODY], type=_Body)
    return Segment(item[SK], body.name, body.rule, body.created_at, body.description, item[_VERSION])


def _stale(segment_id: str) -> StaleSegment:
    return StaleSegment(
        f"人群 {segment_id} 已被他人修改，请刷新后重试 (the segment was changed in between)", field="version"
    )
