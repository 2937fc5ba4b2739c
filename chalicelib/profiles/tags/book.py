"""The use cases of tag definitions: what tags there are, shipped ones and the shop's own, and how they are changed."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict
from chalicelib.core.remembered import Remembered
from chalicelib.profiles.ports import TagDefinitions
from chalicelib.profiles.tags.definition import StaleTagDefinition, TagDefinition
from chalicelib.profiles.tags.registry import TagRegistry
from chalicelib.profiles.tags.starting import starter_tags

MAX_TAGS = 300
"""Every projection asks every rule: so many take about two milliseconds."""


class TagExists(Conflict):
    """A tag of this id is there already."""


class TooManyTags(Conflict):
    """The registry is full; delete a tag first."""


class TagBook:
    """The tags there are. A stored definition stands in the place of a shipped one of its id.

    ``changed`` is told the id after each change: shoppers who carry the tag, or should, are looked at again.
    """

    def __init__(
        self, definitions: TagDefinitions, clock: Clock, cache_seconds: int, changed: Callable[[str], object]
    ) -> None:
        self._definitions = definitions
        self._changed = changed
        self._registry = Remembered(self.fresh, clock, cache_seconds)

    def registry(self) -> TagRegistry:
        """The tags, at most ``cache_seconds`` old; older ones while the store does not answer."""
        return self._registry.value()

    def fresh(self) -> TagRegistry:
        """The tags as of now."""
        stored = {definition.tag_id: definition for definition in self._definitions.all()}
        return TagRegistry([*({each.tag_id: each for each in starter_tags()} | stored).values()])

    def get(self, tag_id: str) -> TagDefinition:
        """One definition as of now. Raises ``TagUnknown``."""
        return self.fresh().get(tag_id)

    def create(self, definition: TagDefinition) -> TagDefinition:
        """Add a tag. Raises ``TagExists``, ``TooManyTags``."""
        registry = self.fresh()
        if definition.tag_id in registry:
            raise TagExists(f"标签 {definition.tag_id} 已存在 (a tag with this id exists)", field="id")
        if len(registry.all()) >= MAX_TAGS:
            raise TooManyTags(f"there are {MAX_TAGS} tags already")
        return self._stored(replace(definition, version=1), None)

    def replace(self, definition: TagDefinition, version: int | None = None) -> TagDefinition:
        """Put a definition in the place of the one of its id. Raises ``TagUnknown``, and ``StaleTagDefinition`` when
        ``version`` is given and no longer the current one.
        """
        current = self.get(definition.tag_id)
        if version is not None and version != current.version:
            raise StaleTagDefinition(f"the tag is at version {current.version}", field="version")
        known = self._definitions.get(definition.tag_id)
        return self._stored(replace(definition, version=current.version + 1), known.version if known else None)

    def delete(self, tag_id: str) -> None:
        """Take a tag out of use: one of the shop's own is gone, a shipped one is switched off. Raises ``TagUnknown``."""
        current = self.get(tag_id)
        if any(each.tag_id == tag_id for each in starter_tags()):
            self.replace(replace(current, is_enabled=False))
            return
        self._definitions.delete(tag_id, current.version)
        self._forget(tag_id)

    def _stored(self, definition: TagDefinition, expected_version: int | None) -> TagDefinition:
        self._definitions.put(definition, expected_version)
        self._forget(definition.tag_id)
        return definition

    def _forget(self, tag_id: str) -> None:
        self._registry.forget()
        self._changed(tag_id)
