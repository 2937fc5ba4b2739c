"""Owns what tags there are, which rules set them, and which of them a shopper carries."""

from chalicelib.profiles.tags.assignment import Assignment, assigned, hand_set, tag_by_hand
from chalicelib.profiles.tags.definition import (
    StaleTagDefinition,
    TagDefinition,
    TagInvalid,
    ValueType,
    definition_document,
    read_definition,
)
from chalicelib.profiles.tags.registry import Judgement, TagRegistry
from chalicelib.profiles.tags.starting import starter_registry, starter_tags

DORMANT = "dormant"

__all__ = [
    "DORMANT",
    "Assignment",
    "Judgement",
    "StaleTagDefinition",
    "TagDefinition",
    "TagInvalid",
    "TagRegistry",
    "ValueType",
    "assigned",
    "definition_document",
    "hand_set",
    "read_definition",
    "starter_registry",
    "starter_tags",
    "tag_by_hand",
]
