"""The tags that every shop has from the beginning: written as data, one file for each group."""

from functools import lru_cache
from pathlib import Path

import msgspec

from chalicelib.profiles.model import TagGroup
from chalicelib.profiles.tags.definition import TagDefinition, read_definition
from chalicelib.profiles.tags.registry import TagRegistry

_FOLDER = Path(__file__).with_name("starter")
STARTER = "starter"
"""The owner of the tags that came with the shop."""


@lru_cache(maxsize=1)
def starter_tags() -> tuple[TagDefinition, ...]:
    """The shipped definitions, read at the first call."""
    tags: list[TagDefinition] = []
    for group in TagGroup:
        documents = msgspec.json.decode((_FOLDER / f"{group}.json").read_bytes())
        for place, document in enumerate(documents):
            said = {**document, "group": group.value, "owner": STARTER}
            tags.append(read_definition(said, f"{group}[{place}]"))
    return tuple(tags)


@lru_cache(maxsize=1)
def starter_registry() -> TagRegistry:
    """The shipped tags, compiled at the first call."""
    return TagRegistry(starter_tags())
