"""The shop's own tag definitions in one partition of the marketing table: read whole once per container and cache time."""

from collections.abc import Sequence

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import BODY, TAG_DEFINITIONS, tag_definition_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.profiles.tags.definition import (
    StaleTagDefinition,
    TagDefinition,
    definition_document,
    read_definition,
)

_VERSION = "v"


class DynamoTagDefinitions:
    """``TagDefinitions`` on DynamoDB. A definition is about half a KB: 1 unit a write, 1 read unit for eight of them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self) -> Sequence[TagDefinition]:
        return [_to_definition(item) for item in self._table.query_all(TAG_DEFINITIONS, consistent=True)]

    def get(self, tag_id: str) -> TagDefinition | None:
        item = self._table.get(tag_definition_key(tag_id), consistent=True)
        return _to_definition(item) if item else None

    def put(self, definition: TagDefinition, expected_version: int | None) -> None:
        condition = "attribute_not_exists(pk)" if expected_version is None else "v = :before"
        values = None if expected_version is None else {":before": expected_version}
        document = msgspec.json.encode(definition_document(definition)).decode()
        item = {**tag_definition_key(definition.tag_id), _VERSION: definition.version, BODY: document}
        try:
            self._table.put(item, condition, values)
        except ConditionFailed:
            raise _stale(definition.tag_id) from None

    def delete(self, tag_id: str, expected_version: int) -> None:
        try:
            self._table.delete(tag_definition_key(tag_id), "v = :before", {":before": expected_version})
        except ConditionFailed:
            raise _stale(tag_id) from None


def _to_definition(item: Item) -> TagDefinition:
    return read_definition(msgspec.json.decode(item[BODY]))


def _stale(tag_id: str) -> StaleTagDefinition:
    return StaleTagDefinition(
        f"标签 {tag_id} 已被他人修改，请刷新后重试 (the tag was changed in between)", field="version"
    )
