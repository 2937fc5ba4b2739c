"""The shop's own tag definitions in one partition of the marketing table: read whole once per container and cache time."""

from collections.abc import Sequence

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import BODY, TAG_DEFINITIONS, tag_definition_key
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.versioned import VersionedItems
from chalicelib.profiles.tags.definition import (
    StaleTagDefinition,
    TagDefinition,
    definition_document,
    read_definition,
)


class DynamoTagDefinitions:
    """``TagDefinitions`` on DynamoDB. A definition is about half a KB: 1 unit a write, 1 read unit for eight of them."""

    def __init__(self, table: Table) -> None:
        self._items = VersionedItems(table, TAG_DEFINITIONS, tag_definition_key, StaleTagDefinition.of)

    def all(self) -> Sequence[TagDefinition]:
        return [_to_definition(item) for item in self._items.all()]

    def get(self, tag_id: str) -> TagDefinition | None:
        item = self._items.get(tag_id)
        return _to_definition(item) if item else None

    def put(self, definition: TagDefinition, expected_version: int | None) -> None:
        document = msgspec.json.encode(definition_document(definition)).decode()
        self._items.put(definition.tag_id, definition.version, document, expected_version)

    def delete(self, tag_id: str, expected_version: int) -> None:
        self._items.delete(tag_id, expected_version)


def _to_definition(item: Item) -> TagDefinition:
    return read_definition(msgspec.json.decode(item[BODY]))
