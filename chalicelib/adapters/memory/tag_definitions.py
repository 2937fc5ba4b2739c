"""In-memory twin of ``TagDefinitions``."""

from chalicelib.adapters.memory.versioned import MemoryVersioned
from chalicelib.profiles.tags.definition import StaleTagDefinition, TagDefinition


class MemoryTagDefinitions(MemoryVersioned[TagDefinition]):
    """``TagDefinitions`` in a dictionary."""

    def __init__(self) -> None:
        super().__init__(StaleTagDefinition.of)

    def put(self, definition: TagDefinition, expected_version: int | None) -> None:
        self.keep(definition.tag_id, definition, expected_version)
