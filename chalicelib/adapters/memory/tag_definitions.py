"""In-memory twin of ``TagDefinitions``."""

from collections.abc import Sequence

from chalicelib.profiles.tags.definition import StaleTagDefinition, TagDefinition


class MemoryTagDefinitions:
    """``TagDefinitions`` in a dictionary."""

    def __init__(self) -> None:
        self._definitions: dict[str, TagDefinition] = {}

    def all(self) -> Sequence[TagDefinition]:
        return [self._definitions[tag_id] for tag_id in sorted(self._definitions)]

    def get(self, tag_id: str) -> TagDefinition | None:
        return self._definitions.get(tag_id)

    def put(self, definition: TagDefinition, expected_version: int | None) -> None:
        self._expect(definition.tag_id, expected_version)
        self._definitions[definition.tag_id] = definition

    def delete(self, tag_id: str, expected_version: int) -> None:
        self._expect(tag_id, expected_version)
        del self._definitions[tag_id]

    def _expect(self, tag_id: str, version: int | None) -> None:
        known = self._definitions.get(tag_id)
        if (known.version if known else None) != version:
            raise StaleTagDefinition(f"the tag {tag_id} was changed in between", field="version")
